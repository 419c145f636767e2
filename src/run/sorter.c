/* SPDX-License-Identifier: Apache-2.0 */
/* External merge sort over unlinked temporary files. In memory, items are records in one byte buffer and an array of
 * pointers that is sorted; on disk a run is the same records one after another. */
#include "run/sorter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/os.h"

enum { MERGE_BUFFER = 64 * 1024, MAX_RUNS = 512 };

/* What stands before each payload, in memory and in a run. */
struct item {
    struct sort_key key;
    uint64_t order; /* of addition: the last criterion */
    uint64_t len;
};

/* A run being read back. */
struct run {
    FILE *file;
    struct item head;
    char *payload;
    size_t cap;
    bool done;
};

struct sorter {
    size_t memory;
    char folder[256];
    struct buf bytes; /* items of the current run */
    size_t *starts;   /* offsets of items in `bytes` */
    size_t n, cap;
    uint64_t added;
    struct run *runs;
    size_t n_runs, cap_runs;
    size_t at; /* next in-memory item when there are no runs */
    bool merging;
    size_t last; /* run whose head was returned last, SIZE_MAX: none */
};

struct sorter *sorter_new(size_t memory, str folder)
{
    struct sorter *s = mem_alloc(sizeof *s);
    s->memory = memory;
    s->bytes = BUF_INIT(SIZE_MAX / 4);
    s->last = SIZE_MAX;
    str place = folder.len ? folder : str_from(getenv("TMPDIR"));
    if (!place.len || place.len > 200) {
        place = S("/tmp");
    }
    memcpy(s->folder, place.ptr, place.len);
    return s;
}

void sorter_free(struct sorter *s)
{
    if (!s) {
        return;
    }
    for (size_t i = 0; i < s->n_runs; i++) {
        if (s->runs[i].file) {
            fclose(s->runs[i].file);
        }
        mem_free(s->runs[i].payload);
    }
    mem_free(s->runs);
    mem_free(s->starts);
    buf_deinit(&s->bytes);
    mem_free(s);
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

int sort_key_compare(const struct sort_key *a, const char *x, const struct sort_key *b,
                     const char *y)
{
    if (a->has_time != b->has_time) {
        return a->has_time ? 1 : -1;
    }
    if (a->has_time && a->time != b->time) {
        return a->time < b->time ? -1 : 1;
    }
    int c = a->tie || b->tie ? str_cmp((str){x, a->tie}, (str){y, b->tie}) : 0;
    if (!c) {
        c = compare_u64(a->file, b->file);
    }
    if (!c) {
        c = compare_u64(a->record, b->record);
    }
    if (!c) {
        c = compare_u64(a->rule, b->rule);
    }
    return c ? c : compare_u64(a->serial, b->serial);
}

static int item_compare(const struct item *a, const char *x, const struct item *b, const char *y)
{
    int c = sort_key_compare(&a->key, x, &b->key, y);
    return c ? c : compare_u64(a->order, b->order);
}

static struct item item_at(const struct sorter *s, size_t start)
{
    struct item item;
    memcpy(&item, s->bytes.ptr + start, sizeof item);
    return item;
}

/* Bottom-up merge sort of the offsets: stable, no hidden allocation policy, no comparator without context. */
static void sort_starts(struct sorter *s)
{
    /* The two may change places, so both have room for `cap`. */
    size_t *from = s->starts, *to = mem_alloc(s->cap * sizeof *to + 1);
    for (size_t width = 1; width < s->n; width *= 2) {
        for (size_t low = 0; low < s->n; low += 2 * width) {
            size_t middle = low + width < s->n ? low + width : s->n;
            size_t high = low + 2 * width < s->n ? low + 2 * width : s->n;
            size_t i = low, j = middle, k = low;
            while (i < middle || j < high) {
                bool left = j == high;
                if (!left && i < middle) {
                    struct item a = item_at(s, from[i]), b = item_at(s, from[j]);
                    const char *x = s->bytes.ptr + from[i] + sizeof a;
                    const char *y = s->bytes.ptr + from[j] + sizeof b;
                    left = item_compare(&a, x, &b, y) <= 0;
                }
                to[k++] = left ? from[i++] : from[j++];
            }
        }
        size_t *swap = from;
        from = to;
        to = swap;
    }
    s->starts = from;
    mem_free(to);
}

static bool open_run(struct sorter *s, FILE **out, struct error *e)
{
    int fd = os_temporary_file(str_from(s->folder), e);
    if (fd < 0) {
        return false;
    }
    *out = fdopen(fd, "w+b");
    if (!*out) {
        int errnum = errno;
        close(fd);
        return error_errno(e, errnum, "cannot open a temporary file in", str_from(s->folder));
    }
    setvbuf(*out, NULL, _IOFBF, MERGE_BUFFER);
    return true;
}

static void append_run(struct sorter *s, FILE *file)
{
    if (s->n_runs == s->cap_runs) {
        size_t cap = s->cap_runs ? s->cap_runs * 2 : 8;
        s->runs = mem_grow(s->runs, s->cap_runs * sizeof *s->runs, cap * sizeof *s->runs);
        s->cap_runs = cap;
    }
    s->runs[s->n_runs++] = (struct run){.file = file};
}

static bool write_item(FILE *file, const struct item *item, const char *payload)
{
    return fwrite(item, sizeof *item, 1, file) == 1 &&
           fwrite(payload, 1, item->len, file) == item->len;
}

/* Reads the head of a run; `done` at its end. */
static bool run_advance(struct run *r, struct error *e)
{
    if (fread(&r->head, sizeof r->head, 1, r->file) != 1) {
        r->done = true;
        return ferror(r->file) ? error_set(e, ERROR_READ, "cannot read back a temporary file")
                               : true;
    }
    if (r->head.len > r->cap) {
        size_t cap = r->head.len + r->head.len / 2;
        r->payload = mem_grow(r->payload, r->cap, cap);
        r->cap = cap;
    }
    if (fread(r->payload, 1, r->head.len, r->file) != r->head.len) {
        return error_set(e, ERROR_READ, "cannot read back a temporary file");
    }
    return true;
}

/* The run with the smallest head, or SIZE_MAX when all are done. */
static size_t smallest_run(const struct sorter *s)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < s->n_runs; i++) {
        if (!s->runs[i].done &&
            (best == SIZE_MAX || item_compare(&s->runs[i].head, s->runs[i].payload,
                                              &s->runs[best].head, s->runs[best].payload) < 0)) {
            best = i;
        }
    }
    return best;
}

static bool start_merge(struct sorter *s, struct error *e)
{
    for (size_t i = 0; i < s->n_runs; i++) {
        rewind(s->runs[i].file);
        if (!run_advance(&s->runs[i], e)) {
            return false;
        }
    }
    return true;
}

/* Merges all runs into one, so that the number of open files stays bounded. */
static bool collapse_runs(struct sorter *s, struct error *e)
{
    FILE *merged;
    if (!start_merge(s, e) || !open_run(s, &merged, e)) {
        return false;
    }
    for (size_t i; (i = smallest_run(s)) != SIZE_MAX;) {
        if (!write_item(merged, &s->runs[i].head, s->runs[i].payload)) {
            fclose(merged);
            return error_errno(e, errno, "cannot write a temporary file in", str_from(s->folder));
        }
        if (!run_advance(&s->runs[i], e)) {
            fclose(merged);
            return false;
        }
    }
    for (size_t i = 0; i < s->n_runs; i++) {
        fclose(s->runs[i].file);
        mem_free(s->runs[i].payload);
    }
    s->n_runs = 0;
    append_run(s, merged);
    return true;
}

/* Writes the items in memory as one sorted run. */
static bool spill(struct sorter *s, struct error *e)
{
    if (s->n_runs >= MAX_RUNS && !collapse_runs(s, e)) {
        return false;
    }
    FILE *file;
    if (!open_run(s, &file, e)) {
        return false;
    }
    sort_starts(s);
    bool ok = true;
    for (size_t i = 0; ok && i < s->n; i++) {
        struct item item = item_at(s, s->starts[i]);
        ok = write_item(file, &item, s->bytes.ptr + s->starts[i] + sizeof item);
    }
    if (!ok || fflush(file) != 0) {
        int errnum = errno;
        fclose(file);
        return error_errno(e, errnum, "cannot write a temporary file in", str_from(s->folder));
    }
    append_run(s, file);
    s->n = 0;
    buf_clear(&s->bytes);
    return true;
}

bool sorter_add(struct sorter *s, struct sort_key key, str payload, struct error *e)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 256;
        s->starts = mem_grow(s->starts, s->cap * sizeof *s->starts, cap * sizeof *s->starts);
        s->cap = cap;
    }
    struct item item;
    memset(&item, 0, sizeof item); /* padding too: runs are byte-identical */
    item.key.time = key.time;
    item.key.record = key.record;
    item.key.file = key.file;
    item.key.rule = key.rule;
    item.key.serial = key.serial;
    item.key.has_time = key.has_time;
    item.key.tie = key.tie;
    item.order = s->added++;
    item.len = payload.len;
    s->starts[s->n++] = s->bytes.len;
    buf_append(&s->bytes, (str){(const char *)&item, sizeof item});
    buf_append(&s->bytes, payload);
    return s->bytes.len + s->n * sizeof *s->starts <= s->memory || spill(s, e);
}

bool sorter_finish(struct sorter *s, struct error *e)
{
    if (!s->n_runs) {
        sort_starts(s);
        return true;
    }
    s->merging = true;
    return (s->n == 0 || spill(s, e)) && start_merge(s, e);
}

bool sorter_next(struct sorter *s, struct sort_key *key, str *payload, struct error *e)
{
    if (!s->merging) {
        if (s->at == s->n) {
            return false;
        }
        struct item item = item_at(s, s->starts[s->at]);
        *key = item.key;
        *payload = (str){s->bytes.ptr + s->starts[s->at++] + sizeof item, item.len};
        return true;
    }
    if (s->last != SIZE_MAX && !run_advance(&s->runs[s->last], e)) {
        return false;
    }
    s->last = smallest_run(s);
    if (s->last == SIZE_MAX) {
        return false;
    }
    *key = s->runs[s->last].head.key;
    *payload = (str){s->runs[s->last].payload, s->runs[s->last].head.len};
    return true;
}

size_t sorter_runs(const struct sorter *s)
{
    return s->n_runs;
}
