/* SPDX-License-Identifier: Apache-2.0 */
/* A list becomes one alternation, or several when it is long. Limits keep a hostile text from costing more than some milliseconds.
 * PCRE2's matcher goes back when a way leads nowhere, and with quantifiers inside quantifiers there are too many ways. When it has given up on a short text, PCRE2's other matcher, which
 * follows all ways at once, has the last word. */
#include "eval/regex.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ir/lucene_regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>

enum {
    CHUNK_BYTES = 16 * 1024, /* of translated patterns in one alternation */
    NEST_LIMIT = 2000, /* translation adds groups to the 200 levels that Lucene's text may have */
    MATCH_LIMIT = 1000 * 1000,   /* PCRE2's unit: calls of its matcher */
    HEAP_LIMIT = 16 * 1024,      /* KiB */
    JIT_STACK_START = 32 * 1024, /* bytes */
    JIT_STACK_MAX = 1024 * 1024,
    /* Of the other matcher: its time grows with the text times the ways, so all three are bounded. */
    WAYS_TEXT_MAX = 1024,   /* bytes */
    WAYS_CALLS_MAX = 20000, /* for lookahead and the like */
    WAYS_ROOM = 16 * 1024,  /* words; one way takes three */
};

struct regex_list {
    pcre2_code **codes;
    size_t count;
};

struct regex_scratch {
    pcre2_match_context *context;
    pcre2_match_context *ways_context;
    pcre2_match_data *data;
    pcre2_jit_stack *stack;
    int *ways; /* NULL until it is needed */
};

static pcre2_code *compile(str pattern, bool fold, struct regex_error *e)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context)
        mem_fail("regular expression");
    pcre2_set_parens_nest_limit(context, NEST_LIMIT);
    uint32_t options = PCRE2_UTF | PCRE2_DOTALL | PCRE2_ANCHORED | PCRE2_ENDANCHORED |
                       PCRE2_NEVER_BACKSLASH_C | (fold ? PCRE2_CASELESS : 0u);
    int code = 0;
    PCRE2_SIZE at = 0;
    pcre2_code *re =
        pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len, options, &code, &at, context);
    pcre2_compile_context_free(context);
    if (!re) {
        e->at = 0; /* an offset in the translation would mislead */
        pcre2_get_error_message(code, (PCRE2_UCHAR *)e->reason, sizeof e->reason);
        return NULL;
    }
    /* Where there is no JIT, or it refuses, the interpreter gives the same answers. */
    (void)pcre2_jit_compile(re, PCRE2_JIT_COMPLETE);
    return re;
}

static bool add_code(struct regex_list *list, str pattern, bool fold, struct regex_error *e)
{
    pcre2_code *re = compile(pattern, fold, e);
    if (re)
        list->codes[list->count++] = re;
    return re != NULL;
}

static bool translate_all(const str *patterns, size_t n, struct arena *a, str *out,
                          struct regex_error *e)
{
    for (size_t i = 0; i < n; i++) {
        struct lucene_error error;
        if (lucene_regex_translate(patterns[i], a, &out[i], &error))
            continue;
        e->pattern = i;
        e->at = error.at;
        (void)snprintf(e->reason, sizeof e->reason, "%s", error.reason);
        return false;
    }
    return true;
}

/* translated[from..to) as one alternation; alone when PCRE2 finds them too large together. */
static bool add_chunk(struct regex_list *list, const str *translated, size_t from, size_t to,
                      bool fold, struct regex_error *e)
{
    struct buf all = BUF_INIT(0);
    for (size_t i = from; i < to; i++) {
        buf_append(&all, i > from ? S("|(?:") : S("(?:"));
        buf_append(&all, translated[i]);
        buf_byte(&all, ')');
    }
    bool ok = add_code(list, buf_view(&all), fold, e);
    buf_deinit(&all);
    for (size_t i = from; !ok && i < to; i++) {
        e->pattern = i;
        if (!add_code(list, translated[i], fold, e))
            return false;
    }
    return true;
}

struct regex_list *regex_list_new(const str *patterns, size_t n, bool fold, struct arena *a,
                                  struct regex_error *e)
{
    *e = (struct regex_error){0};
    str *translated = NEW_ARRAY(a, str, n);
    struct regex_list *list = NEW(a, struct regex_list);
    list->codes = NEW_ARRAY(a, pcre2_code *, n + 1);
    bool ok = translate_all(patterns, n, a, translated, e);
    for (size_t from = 0; ok && from < n;) {
        size_t to = from, bytes = 0;
        do
            bytes += translated[to++].len;
        while (to < n && bytes < CHUNK_BYTES);
        ok = add_chunk(list, translated, from, to, fold, e);
        from = to;
    }
    if (!ok) {
        regex_list_free(list);
        return NULL;
    }
    return list;
}

void regex_list_free(struct regex_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        pcre2_code_free(list->codes[i]);
    list->count = 0;
}

struct regex_scratch *regex_scratch_new(void)
{
    struct regex_scratch *s = mem_alloc(sizeof *s);
    s->context = pcre2_match_context_create(NULL);
    s->ways_context = pcre2_match_context_create(NULL);
    s->data = pcre2_match_data_create(1, NULL);
    if (!s->context || !s->ways_context || !s->data)
        mem_fail("regular expression");
    pcre2_set_match_limit(s->ways_context, WAYS_CALLS_MAX);
    pcre2_set_heap_limit(s->ways_context, HEAP_LIMIT);
    pcre2_set_match_limit(s->context, MATCH_LIMIT);
    pcre2_set_heap_limit(s->context, HEAP_LIMIT);
    s->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
    if (s->stack)
        pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void regex_scratch_free(struct regex_scratch *s)
{
    if (!s)
        return;
    pcre2_jit_stack_free(s->stack);
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    pcre2_match_context_free(s->ways_context);
    mem_free(s->ways);
    mem_free(s);
}

/* Well-formed UTF-8: each invalid byte becomes U+FFFD. */
static str repaired(str text, struct arena *a)
{
    if (utf8_first_invalid(text) == SIZE_MAX)
        return text;
    char *out = NEW_ARRAY(a, char, text.len * 3);
    size_t len = 0, at = 0;
    while (at < text.len)
        len += utf8_encode(utf8_next(text, &at), out + len);
    return (str){out, len};
}

/* The other matcher's answer to what the first gave up on. */
static int match_all_ways(const pcre2_code *re, str text, struct regex_scratch *s)
{
    if (text.len > WAYS_TEXT_MAX)
        return PCRE2_ERROR_MATCHLIMIT;
    if (!s->ways)
        s->ways = mem_alloc(WAYS_ROOM * sizeof *s->ways);
    int rc = pcre2_dfa_match(re, (PCRE2_SPTR)text.ptr, text.len, 0, PCRE2_NO_UTF_CHECK, s->data,
                             s->ways_context, s->ways, WAYS_ROOM);
    /* It finds the longest first, and does not always hold an optional end against PCRE2_ENDANCHORED. */
    bool whole = rc >= 0 && pcre2_get_ovector_pointer(s->data)[1] == text.len;
    return rc < 0 || whole ? rc : PCRE2_ERROR_NOMATCH;
}

bool regex_list_matches(const struct regex_list *list, str text, struct regex_scratch *s,
                        struct arena *arena, uint64_t *cut)
{
    text = repaired(text.ptr ? text : S(""), arena);
    for (size_t i = 0; i < list->count; i++) {
        int rc = pcre2_match(list->codes[i], (PCRE2_SPTR)text.ptr, text.len, 0, PCRE2_NO_UTF_CHECK,
                             s->data, s->context);
        if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
            rc = match_all_ways(list->codes[i], text, s);
        if (rc >= 0)
            return true;
        *cut += rc != PCRE2_ERROR_NOMATCH;
    }
    return false;
}
