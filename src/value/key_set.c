/* SPDX-License-Identifier: Apache-2.0 */
/* The set, the plain scan, and the look at candidates. */
#include <assert.h>
#include <string.h>

#include "value/key_set_internal.h"

enum { SCAN_STEP = 512 }; /* bytes whose candidates are found at once: all of them fit key_scan.places */

/* ---- the set ---- */

static uint8_t ending_hash(uint8_t last, uint8_t before)
{
    return (uint8_t)(last * 31u + before);
}

static void add_byte(struct key_nibbles *n, uint8_t byte, unsigned bucket)
{
    n->low[byte & 15] |= (uint8_t)(1u << bucket);
    n->high[byte >> 4] |= (uint8_t)(1u << bucket);
}

/* The two bytes before a key's closing quote; false when the second may be any. */
static bool ending(str key, uint8_t *last, uint8_t *before)
{
    *last = key.len ? (uint8_t)key.ptr[key.len - 1] : '"';
    *before = key.len > 1 ? (uint8_t)key.ptr[key.len - 2] : '"';
    return key.len > 0;
}

static void add_key(struct key_set *set, size_t i)
{
    str key = set->keys[i];
    uint8_t last, before;
    bool pair = ending(key, &last, &before);
    unsigned bucket = last % KEY_BUCKETS;
    add_byte(&set->last, last, bucket);
    for (size_t j = 0; j < key.len; j++) {
        assert((uint8_t)key.ptr[j] < 128);
        set->letters[(uint8_t)key.ptr[j]] = true;
    }
    if (!pair) {
        set->empty = (uint8_t)i;
        for (unsigned byte = 0; byte < 256; byte += 17) { /* every half */
            add_byte(&set->before, (uint8_t)byte, bucket);
        }
        return;
    }
    add_byte(&set->before, before, bucket);
    uint8_t *head = &set->heads[ending_hash(last, before)];
    set->later[i] = *head;
    *head = (uint8_t)i;
}

struct key_set *key_set_new(const str *keys, size_t n, struct arena *a)
{
    assert(n < KEY_NONE);
    struct key_set *set = NEW(a, struct key_set);
    set->keys = keys;
    set->n = n;
    set->candidates = key_candidates_has_avx2() ? key_candidates_avx2 : key_candidates_plain;
    set->later = NEW_ARRAY(a, uint8_t, n);
    set->empty = KEY_NONE;
    memset(set->heads, KEY_NONE, sizeof set->heads);
    for (size_t i = 0; i < n; i++) {
        add_key(set, i);
    }
    return set;
}

/* ---- candidates ---- */

size_t key_candidates_plain(const struct key_set *set, str text, size_t from, size_t to,
                            uint16_t *out)
{
    const uint8_t *p = (const uint8_t *)text.ptr;
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        bool quote =
            p[i] == '"' && key_nibbles_match(&set->last, &set->before, p[i - 1], p[i - 2]);
        if (quote || (p[i] == 'u' && p[i - 1] == '\\')) {
            out[n++] = (uint16_t)(i - from);
        }
    }
    return n;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Whether the escape whose 'u' stands at `at` may be a letter of a key. "\\u0041" is taken for one. */
static bool may_hide(const struct key_set *set, str text, size_t at)
{
    int code = 0;
    for (size_t i = at + 1; i < at + 5; i++) {
        int digit = i < text.len ? hex_digit(text.ptr[i]) : -1;
        if (digit < 0) {
            return true;
        }
        code = code * 16 + digit;
    }
    return code < 128 && set->letters[code];
}

static bool ends_key(str text, size_t quote, str key)
{
    return quote > key.len && text.ptr[quote - key.len - 1] == '"' &&
           memcmp(text.ptr + quote - key.len, key.ptr, key.len) == 0;
}

/* The key whose closing quote stands at `quote`, or KEY_NONE. */
static uint8_t key_at(const struct key_set *set, str text, size_t quote)
{
    uint8_t last = (uint8_t)text.ptr[quote - 1], before = (uint8_t)text.ptr[quote - 2];
    if (last == '"') { /* a key ends in no quote */
        return set->empty;
    }
    uint8_t i = set->heads[ending_hash(last, before)];
    while (i != KEY_NONE && !ends_key(text, quote, set->keys[i])) {
        i = set->later[i];
    }
    return i;
}

static size_t skip_space(str text, size_t at)
{
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t' || text.ptr[at] == '\r' ||
                             text.ptr[at] == '\n')) {
        at++;
    }
    return at;
}

/* ---- the scan ---- */

void key_scan_begin(struct key_scan *s, const struct key_set *set, str text)
{
    s->set = set;
    s->text = text;
    s->at = 2;
    s->n_places = s->next_place = s->base = 0;
}

/* Finds candidates until there is one; false at the end. */
static bool find_candidates(struct key_scan *s)
{
    while (s->next_place == s->n_places) {
        if (s->at >= s->text.len) {
            return false;
        }
        size_t left = s->text.len - s->at;
        size_t to = s->at + (left < SCAN_STEP ? left : SCAN_STEP);
        s->base = s->at;
        s->n_places = s->set->candidates(s->set, s->text, s->at, to, s->places);
        s->next_place = 0;
        s->at = to;
    }
    return true;
}

enum keys_found key_scan_next(struct key_scan *s, struct key_hit *hit)
{
    while (find_candidates(s)) {
        size_t place = s->base + s->places[s->next_place++];
        if (s->text.ptr[place] == 'u') {
            if (may_hide(s->set, s->text, place)) {
                return KEYS_UNSURE;
            }
            continue;
        }
        uint8_t key = key_at(s->set, s->text, place);
        if (key == KEY_NONE) {
            continue;
        }
        size_t at = skip_space(s->text, place + 1);
        if (at < s->text.len && s->text.ptr[at] == ':') {
            *hit = (struct key_hit){key, skip_space(s->text, at + 1)};
            return KEYS_HIT;
        }
    }
    return KEYS_NONE;
}
