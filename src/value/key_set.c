/* SPDX-License-Identifier: Apache-2.0 */
/* The set, the plain scan, and the look at candidates. */
#include <assert.h>
#include <string.h>

#include "value/key_set_internal.h"

enum { SCAN_STEP = 512 }; /* bytes whose candidates are found at once: all of them fit key_scan.places */

/* ---- the set ---- */

/* Which chain an ending belongs to. */
static uint8_t chain_of(uint64_t tail)
{
    return (uint8_t)(key_ending_hash(tail) >> (KEY_FILTER_BITS - 8));
}

/* Byte number `back` before a key's closing quote, its own opening quote included; -1 when it may be any. */
static int ending_byte(str key, size_t back)
{
    return back < key.len ? (uint8_t)key.ptr[key.len - 1 - back] : back == key.len ? '"' : -1;
}

/* Bytes that may be any are tried all. */
static void add_ending(struct key_set *set, size_t key, size_t back, uint64_t tail)
{
    if (back == KEY_ENDING) {
        uint32_t hash = key_ending_hash(tail);
        set->filter[hash >> 3] |= (uint8_t)(1u << (hash & 7));
        return;
    }
    int byte = ending_byte(set->keys[key], back);
    for (int any = byte < 0 ? 0 : byte; any <= (byte < 0 ? 255 : byte); any++) {
        add_ending(set, key, back + 1, tail | (uint64_t)any << (56 - 8 * back));
    }
}

static uint64_t tail_of(str key)
{
    uint64_t tail = 0;
    size_t n = key.len < sizeof tail ? key.len : sizeof tail;
    for (size_t i = 0; i < n; i++) {
        tail |= (uint64_t)(uint8_t)key.ptr[key.len - 1 - i] << (56 - 8 * i);
    }
    return tail;
}

static void add_key(struct key_set *set, size_t i)
{
    str key = set->keys[i];
    for (size_t j = 0; j < key.len; j++) {
        assert((uint8_t)key.ptr[j] < 128);
        set->letters[(uint8_t)key.ptr[j]] = true;
    }
    if (key.len == 0) {
        set->empty = (uint8_t)i;
        return;
    }
    add_ending(set, i, 0, 0);
    set->tails[i] = tail_of(key);
    uint8_t *list = &set->shorts;
    if (key.len + 1 >= KEY_ENDING) {
        uint64_t ending = 0;
        for (size_t back = 0; back < KEY_ENDING; back++) {
            ending |= (uint64_t)(unsigned)ending_byte(key, back) << (56 - 8 * back);
        }
        list = &set->heads[chain_of(ending)];
    }
    set->later[i] = *list;
    *list = (uint8_t)i;
}

struct key_set *key_set_new(const str *keys, size_t n, struct arena *a)
{
    assert(n < KEY_NONE);
    struct key_set *set = NEW(a, struct key_set);
    set->keys = keys;
    set->n = n;
    set->candidates = key_candidates_has_avx2() ? key_candidates_avx2 : key_candidates_plain;
    set->later = NEW_ARRAY(a, uint8_t, n);
    set->tails = NEW_ARRAY(a, uint64_t, n);
    set->empty = set->shorts = KEY_NONE;
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
    const char *p = text.ptr;
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        bool key = p[i] == '"' && (p[i + 1] == ':' || (uint8_t)p[i + 1] <= ' ');
        if ((key && (i < KEY_REACH || key_may_end(set, p + i))) || (p[i] == '\\' && p[i + 1] == 'u')) {
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

/* Whether the escape whose backslash stands at `at` may be a letter of a key. "\\u0041" is taken for one. */
static bool may_hide(const struct key_set *set, str text, size_t at)
{
    int code = 0;
    for (size_t i = at + 2; i < at + 6; i++) {
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

static uint8_t find_in(const struct key_set *set, uint8_t list, uint64_t tail, str text,
                       size_t quote)
{
    for (uint8_t i = list; i != KEY_NONE; i = set->later[i]) {
        size_t len = set->keys[i].len;
        uint64_t differ = tail ^ set->tails[i];
        if ((len < sizeof tail ? differ >> (64 - 8 * len) : differ) == 0 &&
            ends_key(text, quote, set->keys[i])) {
            return i;
        }
    }
    return KEY_NONE;
}

/* The key whose closing quote stands at `quote`, or KEY_NONE. */
static uint8_t key_at(const struct key_set *set, str text, size_t quote)
{
    if (quote == 0) {
        return KEY_NONE;
    }
    if (text.ptr[quote - 1] == '"') { /* no other key ends so */
        return set->empty;
    }
    uint64_t tail = quote < KEY_REACH ? tail_of(str_slice(text, 0, quote))
                                      : key_tail(text.ptr + quote);
    uint8_t key = find_in(set, set->heads[chain_of(tail)], tail, text, quote);
    return key == KEY_NONE ? find_in(set, set->shorts, tail, text, quote) : key;
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
    s->at = 0;
    s->n_places = s->next_place = s->base = 0;
}

/* Finds candidates until there is one; false at the end. */
static bool find_candidates(struct key_scan *s)
{
    while (s->next_place == s->n_places) {
        if (s->at + 1 >= s->text.len) { /* nothing stands behind the last byte */
            return false;
        }
        size_t left = s->text.len - 1 - s->at;
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
        if (s->text.ptr[place] == '\\') {
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
