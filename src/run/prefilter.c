/* SPDX-License-Identifier: Apache-2.0 */
/* Signs and operations of all sources in one key set; verdicts on operations kept by their text. */
#include "run/prefilter.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "sources/dispatch.h"
#include "value/key_set.h"

/* Operations come from the logs: past these the verdict is made anew each time. */
enum { KEPT_OPERATIONS = 16384, LONGEST_OPERATION = 256 };

enum {
    SKIP_FROM = 256 * 1024, /* bytes into a file */
    TRIES = 64,             /* after so many in a run it must have paid */
    PAYS = 8,               /* one in so many skipped */
    LOOKS = 64,             /* frames of a run looked at for a record of a known source */
};

/* A source whose records can be told by their operation. */
struct dispatched {
    size_t source;
    size_t gate;
    uint64_t *known;
};

/* One key of the set: signs that begin so, and the sources whose operation it is. */
struct watched_key {
    bool any;             /* a sign whatever the value */
    const char *opens[8]; /* a sign when the value begins so */
    size_t n_opens;
    struct dispatched *sources;
    size_t n_sources;
    struct map verdicts; /* operation → struct kept_verdict */
};

struct kept_verdict {
    str operation;
    bool skip;
};

/* The verdicts given last, by a few bytes of the operation: hashing all of it shows in a profile. */
enum { RECENT = 256 };

struct recent {
    const struct watched_key *key;
    str operation; /* in `kept` */
    bool skip;
};

struct prefilter {
    struct arena arena;
    struct arena kept; /* of the verdicts */
    size_t n_kept;
    struct recent recent[RECENT];
    struct record_reader *reader;
    struct scanner *scanner;
    bool recognised;               /* the run has shown a record */
    size_t looked, tried, skipped; /* in the run */
    uint32_t *sifted;              /* colons of one frame */
    size_t cap_sifted;
    struct key_set *set;
    str *keys;
    struct watched_key *watched; /* by the set's numbers */
    size_t n_keys, cap_keys;
};

/* ---- what is watched ---- */

static struct watched_key *watch(struct prefilter *p, str key)
{
    for (size_t i = 0; i < p->n_keys; i++) {
        if (str_eq(p->keys[i], key)) {
            return &p->watched[i];
        }
    }
    if (p->n_keys == p->cap_keys) {
        return NULL;
    }
    p->keys[p->n_keys] = key;
    return &p->watched[p->n_keys++];
}

/* False: there is no room for it. */
static bool watch_sign(struct prefilter *p, const struct key_sign *sign)
{
    struct watched_key *w = watch(p, sign->key);
    if (!w) {
        return false;
    }
    w->any |= sign->opens[0] == '\0';
    for (size_t i = 0; i < w->n_opens; i++) {
        if (strcmp(w->opens[i], sign->opens) == 0) {
            return true;
        }
    }
    if (w->n_opens == sizeof w->opens / sizeof *w->opens) {
        w->any = true;
    } else {
        w->opens[w->n_opens++] = sign->opens;
    }
    return true;
}

static bool watch_operation(struct prefilter *p, str key, struct dispatched d)
{
    struct watched_key *w = watch(p, key);
    if (!w) {
        return false;
    }
    if (!w->sources) {
        size_t n;
        sources_all(&n);
        w->sources = NEW_ARRAY(&p->arena, struct dispatched, n);
    }
    w->sources[w->n_sources++] = d;
    return true;
}

/* Whether a record of the source could match, when no more than the slots in `known` is known of it. */
static bool may_match(struct prefilter *p, size_t source, size_t gate, str operation,
                      const uint64_t *known)
{
    struct event *event = record_reader_operation(p->reader, source, operation);
    return !event || scanner_may_match(p->scanner, event, gate, known);
}

/* Finds what must be watched for one source. False: its records cannot be told from their bytes. */
static bool add_source(struct prefilter *p, const struct source_plan *plan, size_t n_fields,
                       const struct source *source, size_t index, bool forced,
                       struct key_signs *signs)
{
    struct dispatched d = {index, scanner_gate(p->scanner, str_from(source->dataset)),
                           NEW_ARRAY(&p->arena, uint64_t, (n_fields + 63) / 64)};
    source_plan_known(plan, index, false, d.known);
    if (!source->ecs && !may_match(p, index, d.gate, (str){0}, d.known)) {
        return true; /* no rule asks for this data set */
    }
    source_plan_known(plan, index, true, d.known);
    bool told = source->operation && !may_match(p, index, d.gate, (str){0}, d.known);
    dispatch_source_signs(source, told, signs, &p->arena);
    return told ? watch_operation(p, source_operation_key(source), d) : !forced;
}

static bool watch_all(struct prefilter *p, const struct source_plan *plan, size_t n_fields,
                      const struct source *forced)
{
    size_t n;
    const struct source *const *all = sources_all(&n);
    struct key_signs signs = {0};
    p->cap_keys = 128;
    p->keys = NEW_ARRAY(&p->arena, str, p->cap_keys);
    p->watched = NEW_ARRAY(&p->arena, struct watched_key, p->cap_keys);
    dispatch_container_signs(&signs, &p->arena);
    for (size_t i = 0; i < n; i++) {
        if (forced ? all[i] == forced : true) {
            if (!add_source(p, plan, n_fields, all[i], i, forced != NULL, &signs)) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < signs.n; i++) {
        if (!watch_sign(p, &signs.signs[i])) {
            return false;
        }
    }
    p->set = key_set_new(p->keys, p->n_keys, &p->arena);
    return true;
}

struct prefilter *prefilter_new(const struct search_options *options)
{
    if (options->no_prefilter || options->keep_rejected || options->ticks) {
        return NULL;
    }
    size_t n_fields;
    ruleset_fields(options->rules, &n_fields);
    struct prefilter *p = mem_alloc(sizeof *p);
    p->arena = arena_open((size_t)64 << 20);
    p->kept = arena_open((size_t)64 << 20);
    p->reader = record_reader_new(options->plan, &options->reader);
    p->scanner = scanner_new(options->rules);
    if (!watch_all(p, options->plan, n_fields, options->reader.forced)) {
        prefilter_free(p);
        return NULL;
    }
    return p;
}

void prefilter_free(struct prefilter *p)
{
    if (p) {
        record_reader_free(p->reader);
        scanner_free(p->scanner);
        arena_close(&p->arena);
        arena_close(&p->kept);
        mem_free(p->sifted);
        mem_free(p);
    }
}

/* ---- verdicts ---- */

static bool operation_may_match(struct prefilter *p, const struct watched_key *w, str operation)
{
    for (size_t i = 0; i < w->n_sources; i++) {
        const struct dispatched *d = &w->sources[i];
        if (may_match(p, d->source, d->gate, operation, d->known)) {
            return true;
        }
    }
    return false;
}

/* Looks the operation up in all verdicts; *kept is its text there, or empty. */
static bool look_up(struct prefilter *p, struct watched_key *w, str operation, str *kept)
{
    const struct kept_verdict *known = map_get(&w->verdicts, operation);
    if (known) {
        *kept = known->operation;
        return known->skip;
    }
    bool skip = !operation_may_match(p, w, operation);
    *kept = (str){0};
    if (p->n_kept < KEPT_OPERATIONS && operation.len <= LONGEST_OPERATION) {
        struct kept_verdict *made = NEW(&p->kept, struct kept_verdict);
        *made = (struct kept_verdict){arena_copy(&p->kept, operation), skip};
        *map_put(&w->verdicts, made->operation, &p->kept) = made;
        *kept = made->operation;
        p->n_kept++;
    }
    return skip;
}

static bool operation_skips(struct prefilter *p, struct watched_key *w, str operation)
{
    uint32_t head = 0, tail = 0;
    if (operation.len >= sizeof head) {
        memcpy(&head, operation.ptr, sizeof head);
        memcpy(&tail, operation.ptr + operation.len - sizeof tail, sizeof tail);
    }
    uint32_t hash = (head ^ tail * 0x85EBCA6Bu ^ (uint32_t)operation.len) * 0x9E3779B1u;
    struct recent *r = &p->recent[hash % RECENT ^ hash >> 24];
    if (r->key == w && str_eq(r->operation, operation)) {
        return r->skip;
    }
    str kept;
    bool skip = look_up(p, w, operation, &kept);
    if (kept.ptr) {
        *r = (struct recent){w, kept, skip};
    }
    return skip;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t value_at(str text, size_t colon)
{
    size_t at = colon + 1;
    while (at < text.len && is_space(text.ptr[at])) {
        at++;
    }
    return at;
}

/* A member with a watched key whose value begins at `at`: false when the record must be parsed. */
static bool member_skips(struct prefilter *p, struct watched_key *w, str text, size_t at)
{
    char first = at < text.len ? text.ptr[at] : '\0';
    if (w->any || first == '\0') {
        return false;
    }
    for (size_t i = 0; i < w->n_opens; i++) {
        if (strchr(w->opens[i], first)) {
            return false;
        }
    }
    if (w->n_sources == 0) {
        return true;
    }
    size_t end = first == '"' ? str_find_byte(text, '"', at + 1) : SIZE_MAX;
    str operation = str_slice(text, at + 1, end);
    if (end == SIZE_MAX || str_find_byte(operation, '\\', 0) != SIZE_MAX) {
        return false;
    }
    return operation_skips(p, w, operation);
}

/* ---- frames ---- */

static size_t sift(struct prefilter *p, const struct frame *frame)
{
    if (frame->n_colons > p->cap_sifted) {
        size_t cap = 2 * frame->n_colons;
        p->sifted = mem_grow(p->sifted, 0, cap * sizeof *p->sifted);
        p->cap_sifted = cap;
    }
    return key_set_sift(p->set, frame->text, frame->colons, frame->n_colons, p->sifted);
}

static bool proves(struct prefilter *p, const struct frame *frame)
{
    str text = frame->text;
    if (frame->kind != FRAME_VALUE || !frame->colons || text.ptr[0] != '{' ||
        !dispatch_element_is_record(frame->container) ||
        (frame->unicode_escapes && key_set_may_hide(p->set, text))) {
        return false;
    }
    size_t n = sift(p, frame);
    for (size_t i = 0; i < n; i++) {
        size_t key = key_set_find(p->set, text, p->sifted[i]);
        if (key < KEYS_IN_SET &&
            !member_skips(p, &p->watched[key], text, value_at(text, p->sifted[i]))) {
            return false;
        }
    }
    return true;
}

void prefilter_begin_run(struct prefilter *p)
{
    p->recognised = false;
    p->looked = p->tried = p->skipped = 0;
}

/* Whether the frame holds a record of a known source. */
static bool recognises(struct prefilter *p, const struct frame *frame)
{
    struct record record;
    bool found = false;
    if (frame->kind == FRAME_VALUE) {
        record_reader_item(p->reader, frame->text, frame->offset, frame->line, frame->container);
        while (!found && record_reader_next(p->reader, &record)) {
            found = record.kind == RECORD_EVENT;
        }
    }
    return found;
}

bool prefilter_skips(struct prefilter *p, const struct frame *frame)
{
    if (frame->offset < SKIP_FROM) {
        return false;
    }
    if (!p->recognised) {
        p->recognised = p->looked++ < LOOKS && recognises(p, frame);
        return false;
    }
    if (p->tried >= TRIES && p->skipped * PAYS < p->tried) {
        return false;
    }
    bool skips = proves(p, frame);
    p->tried++;
    p->skipped += skips;
    return skips;
}
