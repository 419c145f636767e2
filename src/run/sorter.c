/* SPDX-License-Identifier: Apache-2.0 */
/* External merge sort. In memory, items lie in one arena, and an array of their places is sorted; past the cap they are written as a run (sorter_run.h). What is in memory in the end
 * is merged with the runs from there. */
#include "run/sorter.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "run/sorter_run.h"

/* With many runs each has the smaller buffer. */
enum { MAX_RUNS = 512, FEW_RUNS = 32, LARGE_BUFFER = 256 * 1024, SMALL_BUFFER = 16 * 1024 };
/* Address space for the item that is one too many, however long; and the most memory that is held, which is more than can be had. */
static const size_t last_item = (size_t)32 << 30, memory_max = (size_t)256 << 30;

/* Where an item lies, and its time (INT64_MIN: perhaps none): most are told apart without a look at them, and they are far from one another.
 * Measured: half the time of sorting 42,000 documents. */
struct place {
    int64_t time;
    struct sorter_item *item;
};

struct sorter {
    size_t memory;
    char folder[256];
    struct arena items; /* of the current run, each with its payload behind it */
    struct place *places;
    size_t n, cap;
    uint64_t added;
    struct sorter_run *runs;
    size_t n_runs, cap_runs;
    size_t at;   /* next in-memory item */
    size_t last; /* run whose head was returned last, SIZE_MAX: none */
};

struct sorter *sorter_new(size_t memory, str folder)
{
    struct sorter *s = mem_alloc(sizeof *s);
    s->memory = memory < memory_max ? memory : memory_max;
    s->items = arena_open_large(s->memory, last_item);
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
        sorter_run_close(&s->runs[i]);
    }
    mem_free(s->runs);
    mem_free(s->places);
    arena_close(&s->items);
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

static bool item_before(const struct sorter_item *a, const struct sorter_item *b)
{
    int c = sort_key_compare(&a->key, sorter_payload(a), &b->key, sorter_payload(b));
    return c ? c < 0 : a->order < b->order;
}

static bool goes_first(const struct place *a, const struct place *b)
{
    return a->time != b->time ? a->time < b->time : item_before(a->item, b->item);
}

/* Bottom-up merge sort of the places: stable, no hidden allocation policy, no comparator without context. What is in order already, as logs mostly are, is only copied. */
static void sort_places(struct sorter *s)
{
    /* The two may change places, so both have room for `cap`. */
    struct place *from = s->places, *to = mem_alloc(s->cap * sizeof *to + 1);
    for (size_t width = 1; width < s->n; width *= 2) {
        for (size_t low = 0; low < s->n; low += 2 * width) {
            size_t middle = low + width < s->n ? low + width : s->n;
            size_t high = low + 2 * width < s->n ? low + 2 * width : s->n;
            size_t i = low, j = middle, k = low;
            if (middle < high && goes_first(&from[middle - 1], &from[middle])) {
                middle = high;
            }
            while (i < middle && j < high && middle < high) {
                to[k++] = goes_first(&from[i], &from[j]) ? from[i++] : from[j++];
            }
            memcpy(to + k, from + i, (middle - i) * sizeof *to);
            memcpy(to + k + (middle - i), from + j, (high - k - (middle - i)) * sizeof *to);
        }
        struct place *swap = from;
        from = to;
        to = swap;
    }
    s->places = from;
    mem_free(to);
}

static void append_run(struct sorter *s, int fd)
{
    if (s->n_runs == s->cap_runs) {
        size_t cap = s->cap_runs ? s->cap_runs * 2 : 8;
        s->runs = mem_grow(s->runs, s->cap_runs * sizeof *s->runs, cap * sizeof *s->runs);
        s->cap_runs = cap;
    }
    s->runs[s->n_runs++] = (struct sorter_run){.fd = fd};
}

/* The run with the smallest head, or SIZE_MAX when all are done. */
static size_t smallest_run(const struct sorter *s)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < s->n_runs; i++) {
        const struct sorter_item *head = s->runs[i].head;
        if (head && (best == SIZE_MAX || item_before(head, s->runs[best].head))) {
            best = i;
        }
    }
    return best;
}

static bool start_merge(struct sorter *s, struct error *e)
{
    size_t buffer = s->n_runs > FEW_RUNS ? SMALL_BUFFER : LARGE_BUFFER;
    for (size_t i = 0; i < s->n_runs; i++) {
        if (!sorter_run_rewind(&s->runs[i], buffer, e)) {
            return false;
        }
    }
    return true;
}

static bool write_merged(struct sorter *s, struct sorter_run_writer *w, struct error *e)
{
    for (size_t i; (i = smallest_run(s)) != SIZE_MAX;) {
        if (!sorter_run_write(w, s->runs[i].head, e) || !sorter_run_settle(w, e) ||
            !sorter_run_advance(&s->runs[i], e)) {
            return false;
        }
    }
    return true;
}

/* Merges all runs into one, so that the number of open files stays bounded. */
static bool collapse_runs(struct sorter *s, struct error *e)
{
    struct sorter_run_writer w;
    if (!start_merge(s, e) || !sorter_run_open(&w, str_from(s->folder), e)) {
        return false;
    }
    int fd = sorter_run_end(&w, write_merged(s, &w, e), e);
    if (fd < 0) {
        return false;
    }
    for (size_t i = 0; i < s->n_runs; i++) {
        sorter_run_close(&s->runs[i]);
    }
    s->n_runs = 0;
    append_run(s, fd);
    return true;
}

static bool write_sorted(struct sorter *s, struct sorter_run_writer *w, struct error *e)
{
    sort_places(s);
    for (size_t i = 0; i < s->n; i++) {
        if (!sorter_run_write(w, s->places[i].item, e)) {
            return false;
        }
    }
    return true;
}

/* Writes the items in memory as one sorted run. */
static bool spill(struct sorter *s, struct error *e)
{
    struct sorter_run_writer w;
    if ((s->n_runs >= MAX_RUNS && !collapse_runs(s, e)) ||
        !sorter_run_open(&w, str_from(s->folder), e)) {
        return false;
    }
    int fd = sorter_run_end(&w, write_sorted(s, &w, e), e);
    if (fd < 0) {
        return false;
    }
    append_run(s, fd);
    s->n = 0;
    arena_reset(&s->items, s->memory);
    return true;
}

static void add_place(struct sorter *s, struct sorter_item *item)
{
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 256;
        s->places = mem_grow(s->places, s->cap * sizeof *s->places, cap * sizeof *s->places);
        s->cap = cap;
    }
    s->places[s->n++] = (struct place){item->key.has_time ? item->key.time : INT64_MIN, item};
}

static void copy_text(char *to, str text)
{
    if (text.len > 0) {
        memcpy(to, text.ptr, text.len);
    }
}

bool sorter_add(struct sorter *s, struct sort_key key, str head, str rest, struct error *e)
{
    size_t len = head.len + rest.len;
    const struct sorter_item size = {.len = len};
    struct sorter_item *item = arena_push_raw(&s->items, 1, sorter_item_size(&size));
    memset(item, 0, sizeof *item); /* padding too, and below: runs are byte-identical */
    item->key.time = key.time;
    item->key.record = key.record;
    item->key.file = key.file;
    item->key.rule = key.rule;
    item->key.serial = key.serial;
    item->key.has_time = key.has_time;
    item->key.tie = key.tie;
    item->order = s->added++;
    item->len = len;
    char *to = (char *)(item + 1);
    copy_text(to, head);
    copy_text(to + head.len, rest);
    memset(to + len, 0, sorter_item_size(item) - sizeof *item - len);
    add_place(s, item);
    return arena_used(&s->items) + s->n * sizeof *s->places <= s->memory || spill(s, e);
}

bool sorter_finish(struct sorter *s, struct error *e)
{
    sort_places(s);
    return start_merge(s, e);
}

bool sorter_next(struct sorter *s, struct sort_key *key, str *payload, struct error *e)
{
    if (s->last != SIZE_MAX && !sorter_run_advance(&s->runs[s->last], e)) {
        return false;
    }
    const struct sorter_item *item = s->at < s->n ? s->places[s->at].item : NULL;
    s->last = smallest_run(s);
    if (s->last != SIZE_MAX && (!item || item_before(s->runs[s->last].head, item))) {
        item = s->runs[s->last].head;
    } else {
        s->last = SIZE_MAX;
        s->at++;
    }
    if (!item) {
        return false;
    }
    *key = item->key;
    *payload = (str){sorter_payload(item), item->len};
    return true;
}

size_t sorter_runs(const struct sorter *s)
{
    return s->n_runs;
}
