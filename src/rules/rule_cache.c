/* SPDX-License-Identifier: Apache-2.0 */
/* Entries by path, in the order of a walk. */
#include "rules/rule_cache.h"

#include "base/hash.h"
#include "base/map.h"
#include "base/pack.h"
#include "base/sha256.h"
#include "base/time.h"

#define MAGIC S("POSTRULE")
enum { VERSION = 1, CHECKED_FROM = 8 + 4 + 8, ENTRY_LEAST = 4 + 5 * 8 + 4, NAME_DIGITS = 16 };
/* A cache of 10,000 rules has some 10 MB; what is read from it may take thirty times its room at most. */
#define CACHE_MAX ((size_t)64 << 20)
#define FULL "the rules are too many to be kept"

struct entry {
    str path;
    struct os_stamp stamp;
    str bytes;
    bool fresh; /* made in this run */
};

struct entries {
    struct entry *v;
    size_t n;
};

struct rule_cache {
    struct arena *arena;
    const struct rule_cache_place *place;
    str folder;      /* of rules, as given */
    str root, path;  /* the folder's real path; the cache's file */
    const char *why; /* nothing could be taken from it; NULL: it was read */
    struct error unreadable;
    struct entries old;  /* on disk */
    struct entries kept; /* to be there */
    size_t next;         /* of old: the one that is probably asked for */
    struct map by_path;  /* of old; made when the order has changed */
    size_t taken, read, too_new, fresh;
    bool written;
    struct error unwritten;
};

/* ---- Reading ---- */

static struct os_stamp unpack_stamp(struct unpack *in)
{
    struct os_stamp s;
    s.size = unpack_u64(in);
    s.device = unpack_u64(in);
    s.inode = unpack_u64(in);
    s.modified = (int64_t)unpack_u64(in);
    s.changed = (int64_t)unpack_u64(in);
    return s;
}

static struct entry unpack_entry(struct unpack *in)
{
    struct entry e = {.path = unpack_str(in)};
    e.stamp = unpack_stamp(in);
    e.bytes = unpack_str(in);
    return e;
}

/* What stands before the entries. NULL, or why they are of no use. */
static const char *check_head(str bytes, str build, str folder, bool sum, struct unpack *in)
{
    static const char damaged[] = "it is damaged";
    *in = (struct unpack){.rest = bytes};
    if (!str_starts(bytes, MAGIC)) {
        return "it is no rule cache";
    }
    in->rest = str_slice(bytes, MAGIC.len, bytes.len);
    if (unpack_u32(in) != VERSION) {
        return in->failed ? damaged : "it has another format";
    }
    uint64_t expected = unpack_u64(in);
    if (in->failed || (sum && hash_checksum(in->rest) != expected)) {
        return damaged;
    }
    str of_build = unpack_str(in), of_folder = unpack_str(in);
    if (in->failed) {
        return damaged;
    }
    if (!str_eq(of_build, build)) {
        return "another build of the program made it";
    }
    return str_eq(of_folder, folder) ? NULL : "it is of another folder";
}

bool rule_cache_check(str bytes, str build, str folder, bool sum,
                      void (*entry)(void *user, str path, str bytes), void *user)
{
    struct unpack in;
    if (check_head(bytes, build, folder, sum, &in)) {
        return false;
    }
    for (uint32_t n = unpack_count(&in, ENTRY_LEAST); n > 0; n--) {
        struct entry e = unpack_entry(&in);
        if (entry && !in.failed) {
            entry(user, e.path, e.bytes);
        }
    }
    return unpack_require(&in, in.rest.len == 0);
}

static const char *read_entries(struct rule_cache *c, str bytes)
{
    struct unpack in;
    const char *why = check_head(bytes, c->place->build, c->root, true, &in);
    if (why) {
        return why;
    }
    uint32_t n = unpack_count(&in, ENTRY_LEAST);
    struct entries read = {NEW_ARRAY(c->arena, struct entry, n), 0};
    while (read.n < n) {
        read.v[read.n++] = unpack_entry(&in);
    }
    if (!unpack_require(&in, in.rest.len == 0)) {
        return "it is damaged";
    }
    c->old = read;
    return NULL;
}

static void read_file(struct rule_cache *c)
{
    str bytes;
    if (os_read_own_file(c->path, CACHE_MAX, c->arena, &bytes, &c->unreadable)) {
        c->why = read_entries(c, bytes);
    } else {
        bool none = c->unreadable.code == ERROR_NOT_FOUND;
        c->why = none ? "there was none" : c->unreadable.message;
    }
}

struct rule_cache *rule_cache_open(const struct rule_cache_place *place, str folder,
                                   struct arena *a)
{
    struct rule_cache *c = NEW(a, struct rule_cache);
    c->arena = a;
    c->place = place;
    c->folder = folder;
    c->root = os_real_path(folder, a);
    char digest[SHA256_HEX];
    sha256_hex(c->root, digest);
    c->path = arena_printf(a, "%.*s/%.*s.rules", STR_ARG(place->folder), NAME_DIGITS, digest);
    if (place->build.len == 0) {
        c->why = "this program was linked without --build-id";
    } else if (c->root.len == 0) {
        c->why = "the folder of rules cannot be found";
    } else {
        read_file(c);
    }
    return c;
}

/* ---- While rules are loaded ---- */

static void index_paths(struct rule_cache *c)
{
    bool made = c->by_path.count > 0;
    for (size_t i = 0; !made && i < c->old.n; i++) {
        *map_put(&c->by_path, c->old.v[i].path, c->arena) = &c->old.v[i];
    }
}

/* The path below the folder; empty when it does not lie there. */
static str below(const struct rule_cache *c, str path)
{
    size_t start = str_starts(path, c->folder) ? c->folder.len : path.len;
    while (start < path.len && path.ptr[start] == '/') {
        start++;
    }
    return str_slice(path, start, path.len);
}

static const struct entry *find_path(struct rule_cache *c, str path)
{
    if (c->next < c->old.n && str_eq(c->old.v[c->next].path, path)) {
        return &c->old.v[c->next];
    }
    index_paths(c);
    return map_get(&c->by_path, path);
}

static bool same_stamp(const struct os_stamp *a, const struct os_stamp *b)
{
    return a->size == b->size && a->device == b->device && a->inode == b->inode &&
           a->modified == b->modified && a->changed == b->changed;
}

static void add(struct rule_cache *c, struct entry e)
{
    c->kept.v = arena_grow(c->arena, c->kept.v, c->kept.n, sizeof *c->kept.v);
    c->kept.v[c->kept.n++] = e;
    c->fresh += e.fresh;
}

bool rule_cache_find(struct rule_cache *c, const struct kept_file *file, str *bytes)
{
    const struct entry *e = find_path(c, below(c, file->path));
    if (e) {
        c->next = (size_t)(e - c->old.v) + 1;
    }
    if (!e || !same_stamp(&e->stamp, file->stamp)) {
        return false;
    }
    add(c, *e);
    c->taken++;
    *bytes = e->bytes;
    return true;
}

void rule_cache_reject(struct rule_cache *c)
{
    c->taken--;
    c->kept.n--;
}

void rule_cache_pass_over(struct rule_cache *c)
{
    c->taken--;
    c->read++;
}

/* It may change again within the same tick of the file system's clock, or the clocks differ. */
static bool is_too_new(const struct rule_cache *c, const struct os_stamp *stamp)
{
    int64_t old = c->place->now - RULE_CACHE_FRESH_NS;
    return stamp->modified >= old || stamp->changed >= old;
}

void rule_cache_keep(struct rule_cache *c, const struct kept_file *file, const str *bytes)
{
    c->read++;
    if (is_too_new(c, file->stamp)) {
        c->too_new++;
    } else if (bytes) {
        add(c, (struct entry){.path = below(c, file->path),
                              .stamp = *file->stamp,
                              .bytes = arena_copy(c->arena, *bytes),
                              .fresh = true});
    }
}

void rule_cache_drop(struct rule_cache *c, str path)
{
    for (size_t i = 0; i < c->kept.n; i++) {
        struct entry *e = &c->kept.v[i];
        if (e->fresh && str_eq(e->path, below(c, path))) {
            e->fresh = false;
            e->path = S(""); /* of no file: left out when written */
            c->fresh--;
        }
    }
}

/* ---- Writing ---- */

static void pack_entry(const struct entry *e, struct buf *out)
{
    pack_str(out, e->path);
    pack_u64(out, e->stamp.size);
    pack_u64(out, e->stamp.device);
    pack_u64(out, e->stamp.inode);
    pack_u64(out, (uint64_t)e->stamp.modified);
    pack_u64(out, (uint64_t)e->stamp.changed);
    pack_str(out, e->bytes);
}

static size_t count_kept(const struct rule_cache *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->kept.n; i++) {
        n += c->kept.v[i].path.len > 0;
    }
    return n;
}

static void pack_entries(const struct rule_cache *c, struct buf *out)
{
    pack_str(out, c->place->build);
    pack_str(out, c->root);
    pack_u32(out, (uint32_t)count_kept(c));
    for (size_t i = 0; i < c->kept.n; i++) {
        if (c->kept.v[i].path.len > 0) {
            pack_entry(&c->kept.v[i], out);
        }
    }
}

static bool write_file(struct rule_cache *c)
{
    struct buf head = BUF_INIT(0), all = BUF_INIT(CACHE_MAX);
    struct error *e = &c->unwritten;
    buf_append(&all, MAGIC);
    pack_u32(&all, VERSION);
    pack_u64(&all, 0);
    pack_entries(c, &all);
    bool ok = !all.full || error_set(e, ERROR_TOO_LARGE, FULL);
    if (ok) {
        pack_u64(&head, hash_checksum(str_slice(buf_view(&all), CHECKED_FROM, all.len)));
        memcpy(all.ptr + CHECKED_FROM - head.len, head.ptr, head.len);
        ok = os_make_folder(c->place->folder, e) && os_replace_file(c->path, buf_view(&all), e);
    }
    buf_deinit(&head);
    buf_deinit(&all);
    return ok;
}

void rule_cache_save(struct rule_cache *c)
{
    bool possible = c->place->build.len > 0 && c->root.len > 0;
    if (possible && (c->fresh > 0 || count_kept(c) != c->old.n)) {
        c->written = write_file(c);
    }
}

void rule_cache_report(const struct rule_cache *c, struct buf *out)
{
    buf_printf(out, "rule cache '%.*s': ", STR_ARG(c->path));
    if (c->why) {
        buf_printf(out, "not used, %s; %zu files read", c->why, c->read);
    } else {
        buf_printf(out, "%zu files taken, %zu read", c->taken, c->read);
    }
    if (c->too_new) {
        buf_printf(out, ", %zu of them too new to be kept", c->too_new);
    }
    if (c->written) {
        buf_append(out, c->old.n ? S("; written anew") : S("; written"));
    } else if (c->unwritten.code) {
        buf_printf(out, "; not written: %s", c->unwritten.message);
    }
}
