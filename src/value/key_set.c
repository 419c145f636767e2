/* SPDX-License-Identifier: Apache-2.0 */
/* The filter is a table by a hash of the last five bytes before a key's closing quote, its opening quote included when the key is that short. */
#include "value/key_set.h"

#include <assert.h>
#include <string.h>

enum {
    KEY_NONE = 255,
    ENDING = 5, /* bytes that the filter looks at */
    REACH = 8,  /* bytes read for that */
    FILTER_BITS = 12,
};

struct key_set {
    const str *keys;
    size_t n;
    uint8_t filter[1 << FILTER_BITS]; /* 1: some key may end so */
    uint64_t
        *tails; /* the last eight bytes of each key, the last one highest; 0 where it is shorter */
    uint8_t
        heads[256]; /* by the hash of an ending: the first key of four bytes or more, or KEY_NONE */
    uint8_t shorts; /* the first shorter one */
    uint8_t *later; /* the next key of the same list */
    bool letters[128]; /* that occur in keys */
};

/* The eight bytes before a quote, the last one highest. */
static inline uint64_t tail_before(const char *quote)
{
    uint64_t bytes;
    memcpy(&bytes, quote - REACH, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes;
}

static uint64_t tail_of(str key)
{
    uint64_t tail = 0;
    for (size_t i = 0; i < key.len && i < REACH; i++) {
        tail |= (uint64_t)(uint8_t)key.ptr[key.len - 1 - i] << (56 - 8 * i);
    }
    return tail;
}

/* Of the last ENDING bytes of a tail. */
static inline uint32_t ending_hash(uint64_t tail)
{
    uint64_t ending = tail >> (64 - 8 * ENDING);
    return (uint32_t)(ending * UINT64_C(0x9E3779B97F4A7C15) >> (64 - FILTER_BITS));
}

/* Which list an ending belongs to. */
static uint8_t list_of(uint64_t tail)
{
    return (uint8_t)(ending_hash(tail) >> (FILTER_BITS - 8));
}

/* ---- making ---- */

/* Byte number `back` before a key's closing quote, its own opening quote included; -1 when it may be any. */
static int ending_byte(str key, size_t back)
{
    return back < key.len ? (uint8_t)key.ptr[key.len - 1 - back] : back == key.len ? '"' : -1;
}

/* Bytes that may be any are tried all. Returns the tail tried last. */
static uint64_t add_ending(struct key_set *set, str key, size_t back, uint64_t tail)
{
    if (back == ENDING) {
        set->filter[ending_hash(tail)] = 1;
        return tail;
    }
    int byte = ending_byte(key, back);
    uint64_t last = 0;
    for (int any = byte < 0 ? 0 : byte; any <= (byte < 0 ? 255 : byte); any++) {
        last = add_ending(set, key, back + 1, tail | (uint64_t)any << (56 - 8 * back));
    }
    return last;
}

static void add_key(struct key_set *set, size_t i)
{
    str key = set->keys[i];
    assert(key.len > 0);
    for (size_t j = 0; j < key.len; j++) {
        assert((uint8_t)key.ptr[j] < 128);
        set->letters[(uint8_t)key.ptr[j]] = true;
    }
    set->tails[i] = tail_of(key);
    uint64_t tail = add_ending(set, key, 0, 0);
    uint8_t *list = key.len + 1 >= ENDING ? &set->heads[list_of(tail)] : &set->shorts;
    set->later[i] = *list;
    *list = (uint8_t)i;
}

struct key_set *key_set_new(const str *keys, size_t n, struct arena *a)
{
    assert(n <= KEYS_IN_SET);
    struct key_set *set = NEW(a, struct key_set);
    set->keys = keys;
    set->n = n;
    set->later = NEW_ARRAY(a, uint8_t, n);
    set->tails = NEW_ARRAY(a, uint64_t, n);
    set->shorts = KEY_NONE;
    memset(set->heads, KEY_NONE, sizeof set->heads);
    for (size_t i = 0; i < n; i++) {
        add_key(set, i);
    }
    return set;
}

/* ---- finding ---- */

/* Without a branch on what is found: where keys of interest stand cannot be foreseen. */
size_t key_set_sift(const struct key_set *set, str text, const uint32_t *colons, size_t n,
                    uint32_t *out)
{
    size_t i = 0, kept = 0;
    for (; i < n && colons[i] <= REACH; i++) { /* too near to the beginning to look back */
        out[kept++] = colons[i];
    }
    for (; i < n; i++) {
        uint32_t place = colons[i];
        const char *quote = text.ptr + place - 1;
        out[kept] = place;
        kept += set->filter[ending_hash(tail_before(quote))] | (*quote != '"');
    }
    return kept;
}

/* Whether the key stands before the quote, given that its last eight bytes do. */
static bool begins_key(str text, size_t quote, str key)
{
    return quote > key.len && text.ptr[quote - key.len - 1] == '"' &&
           (key.len <= REACH || memcmp(text.ptr + quote - key.len, key.ptr, key.len) == 0);
}

static uint8_t find_in(const struct key_set *set, uint8_t list, uint64_t tail, str text,
                       size_t quote)
{
    for (uint8_t i = list; i != KEY_NONE; i = set->later[i]) {
        size_t len = set->keys[i].len;
        uint64_t differ = tail ^ set->tails[i];
        if ((len < REACH ? differ >> (64 - 8 * len) : differ) == 0 &&
            begins_key(text, quote, set->keys[i])) {
            return i;
        }
    }
    return KEY_NONE;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t key_set_find(const struct key_set *set, str text, size_t colon)
{
    size_t end = colon;
    while (end > 0 && is_space(text.ptr[end - 1])) {
        end--;
    }
    if (end == 0 || text.ptr[end - 1] != '"') {
        return KEYS_IN_SET;
    }
    size_t quote = end - 1;
    uint64_t tail =
        quote < REACH ? tail_of(str_slice(text, 0, quote)) : tail_before(text.ptr + quote);
    uint8_t key = find_in(set, set->heads[list_of(tail)], tail, text, quote);
    key = key == KEY_NONE ? find_in(set, set->shorts, tail, text, quote) : key;
    return key == KEY_NONE ? KEYS_IN_SET : key;
}

/* ---- escapes ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The number of the four digits at `at`; -1 when there are none. */
static int hex_number(str text, size_t at)
{
    int code = 0;
    for (size_t i = at; i < at + 4; i++) {
        int digit = i < text.len ? hex_digit(text.ptr[i]) : -1;
        if (digit < 0) {
            return -1;
        }
        code = code * 16 + digit;
    }
    return code;
}

/* "\\u0041" is taken for an escape as well. */
bool key_set_may_hide(const struct key_set *set, str text)
{
    for (size_t at = str_find(text, S("\\u"), 0); at != SIZE_MAX;
         at = str_find(text, S("\\u"), at + 2)) {
        int code = hex_number(text, at + 2);
        if (code < 0 || (code < 128 && set->letters[code])) {
            return true;
        }
    }
    return false;
}
