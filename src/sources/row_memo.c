/* SPDX-License-Identifier: Apache-2.0 */
/* Remembered values of rows; see row_memo.h. Measured: what the rows that use it take fell from 5 to 2 % of normalize's profile; that rows share a text, which is looked for
 * once a record, took memcmp from 7 to 3 % (it waited for memory). */
#include "sources/row_memo.h"

#include <string.h>

#include "base/mem.h"
#include "value/path_trie.h"

/* Texts remembered; longer texts than TEXT_MAX are not. */
enum { PLACES = 1024, TEXT_MAX = 512 };
/* Texts and values take this much before all are forgotten. More would not stay in a core's own cache: with 4 MiB normalize took 4 % longer. */
static const size_t memory_max = (size_t)512 << 10;

/* Stands for the value of a row that gave none. */
static const struct json none;

struct row_memo {
    str *texts; /* by place; ptr NULL: nothing */
    const struct json *
        *values; /* n_rows for each place; NULL: not asked for since its text is there */
    size_t n_rows;
    const struct json *latest; /* input of this record looked for last */
    size_t latest_place;       /* of it */
    struct arena arena;        /* texts and values */
};

struct row_memo *row_memo_new(size_t n_rows)
{
    struct row_memo *m = mem_alloc(sizeof *m);
    m->n_rows = n_rows;
    m->texts = mem_alloc(PLACES * sizeof *m->texts);
    /* The elements are pointers indeed. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    m->values = mem_alloc(n_rows * PLACES * sizeof *m->values);
    m->arena = arena_open(4 * memory_max);
    return m;
}

void row_memo_free(struct row_memo *m)
{
    if (!m)
        return;
    mem_free(m->texts);
    mem_free(m->values);
    arena_close(&m->arena);
    mem_free(m);
}

void row_memo_begin(struct row_memo *m)
{
    m->latest = NULL;
    if (arena_used(&m->arena) < memory_max)
        return;
    arena_reset(&m->arena, memory_max);
    memset(m->texts, 0, PLACES * sizeof *m->texts);
}

/* Where a text is remembered: all its bytes tell. Texts of one kind differ in the middle ("aws-cli/2.15.7 Python/3.11"), and with a hash of their ends alone
 * they drove each other out: a log of 30 versions of one program took two fifths more instructions a record. */
static size_t place_for(str text)
{
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = text.len, word = 0;
    for (size_t at = 0; at + sizeof word < text.len; at += sizeof word) {
        memcpy(&word, text.ptr + at, sizeof word);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32;
    }
    size_t last = text.len < sizeof word ? text.len : sizeof word;
    word = 0;
    memcpy(&word, text.ptr + text.len - last, last);
    hash = (hash ^ word) * odd;
    return (size_t)(((hash ^ hash >> 32) * odd) >> 32) % PLACES; /* the last byte must tell, too */
}

/* The place of an input, whose text is there afterwards. */
static size_t place_of(struct row_memo *m, const struct json *in)
{
    if (m->latest == in)
        return m->latest_place;
    size_t place = place_for(in->text);
    str *text = &m->texts[place];
    if (text->len != in->text.len || !trie_same_key(text->ptr, in->text.ptr, text->len)) {
        *text = arena_copy(&m->arena, in->text);
        /* NOLINTNEXTLINE(bugprone-sizeof-expression) */
        memset(m->values + place * m->n_rows, 0, m->n_rows * sizeof *m->values);
    }
    m->latest = in;
    m->latest_place = place;
    return place;
}

static bool fits(const struct row_memo *m, const struct json *in)
{
    return in && in->type == JSON_STRING && in->text.len <= TEXT_MAX && in->text.len > 0 &&
           arena_used(&m->arena) <= 2 * memory_max;
}

bool row_memo_find(struct row_memo *m, size_t row, const struct json *in, const struct json **value)
{
    if (!in || (in != m->latest && !fits(m, in)))
        return false;
    const struct json *kept = m->values[place_of(m, in) * m->n_rows + row];
    *value = kept == &none ? NULL : kept;
    return kept != NULL;
}

const struct json *row_memo_value(struct row_memo *m, size_t row, const struct row_input *r)
{
    const struct json *in = r->in[0];
    if (!fits(m, in))
        return r->row->fn(r);
    const struct json **kept = &m->values[place_of(m, in) * m->n_rows + row];
    if (!*kept) {
        const struct json *value = r->row->fn(r);
        *kept = value ? json_written(value, &m->arena) : &none;
    }
    return *kept == &none ? NULL : *kept;
}
