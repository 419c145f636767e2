/* SPDX-License-Identifier: Apache-2.0 */
/* The automaton is a trie with fail links. The root, where most bytes of a text are spent, has a full table; other states have a list of children, nearly always of one.
 * Most texts hold no beginning of a needle: the automaton starts only where one may begin, which pairs of bytes tell (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994). */
#include "eval/needle_set.h"

#include <string.h>

enum { ROOT = 0, NONE = 0 }; /* the root is nobody's child, so 0 also says "no state" */

struct state {
    uint32_t child, sibling; /* states */
    uint32_t fail;           /* the longest proper suffix that is a state */
    uint32_t shorter;        /* the nearest state along the fail links where a needle ends */
    uint32_t needle;         /* index + 1 of the first needle that ends here */
    unsigned char byte;
};

struct needle_set {
    struct state *states;
    uint32_t count;
    uint32_t first[256]; /* children of the root */
    uint32_t *same;      /* per needle: index + 1 of the next one with the same text */
    uint8_t *
        shifts; /* by the last two bytes of a window: how far off the next beginning of a needle ends at least; NULL: not known */
    size_t window; /* length of the beginnings */
};

/* ---- where a needle may begin ---- */

enum { SHIFT_BITS = 12, WINDOW_MAX = 16, WINDOW_MIN = 3 };

static uint8_t *shift_of(const struct needle_set *set, const char *pair)
{
    uint32_t bytes = (uint32_t)(unsigned char)pair[0] | (uint32_t)(unsigned char)pair[1] << 8;
    return &set->shifts[bytes * 0x9E3779B1u >> (32 - SHIFT_BITS)];
}

static void make_shifts(struct needle_set *set, const str *needles, size_t n, struct arena *a)
{
    size_t window = WINDOW_MAX;
    for (size_t i = 0; i < n; i++)
        window = needles[i].len < window ? needles[i].len : window;
    if (window < WINDOW_MIN)
        return;
    set->window = window;
    set->shifts = NEW_ARRAY(a, uint8_t, 1 << SHIFT_BITS);
    memset(set->shifts, (int)window - 1, 1 << SHIFT_BITS);
    for (size_t i = 0; i < n; i++)
        for (size_t end = 2; end <= window; end++) {
            uint8_t *shift = shift_of(set, needles[i].ptr + end - 2);
            size_t left = window - end;
            *shift = left < *shift ? (uint8_t)left : *shift;
        }
}

/* The first place at or behind `from` where a needle may begin; the text's end when there is none. */
static size_t find_begin(const struct needle_set *set, str text, size_t from)
{
    if (!set->shifts)
        return from;
    size_t end = from + set->window;
    while (end <= text.len) {
        uint8_t shift = *shift_of(set, text.ptr + end - 2);
        if (shift == 0)
            return end - set->window;
        end += shift;
    }
    return text.len;
}

/* ---- the automaton ---- */

static uint32_t child_of(const struct needle_set *set, uint32_t at, unsigned char byte)
{
    if (at == ROOT)
        return set->first[byte];
    uint32_t child = set->states[at].child;
    while (child != NONE && set->states[child].byte != byte)
        child = set->states[child].sibling;
    return child;
}

static uint32_t child_make(struct needle_set *set, uint32_t at, unsigned char byte)
{
    uint32_t child = child_of(set, at, byte);
    if (child != NONE)
        return child;
    child = set->count++;
    set->states[child].byte = byte;
    if (at == ROOT)
        set->first[byte] = child;
    set->states[child].sibling = set->states[at].child;
    set->states[at].child = child;
    return child;
}

/* The state after `byte`, going back along the fail links while there is no such child. */
static uint32_t step(const struct needle_set *set, uint32_t at, unsigned char byte)
{
    for (;;) {
        uint32_t child = child_of(set, at, byte);
        if (child != NONE || at == ROOT)
            return child;
        at = set->states[at].fail;
    }
}

/* Breadth first, so that a state's fail link is known before its children's. */
static void link_states(struct needle_set *set, struct arena scratch)
{
    uint32_t *queue = NEW_ARRAY(&scratch, uint32_t, set->count);
    size_t head = 0, tail = 0;
    queue[tail++] = ROOT;
    while (head < tail) {
        uint32_t at = queue[head++];
        for (uint32_t c = set->states[at].child; c != NONE; c = set->states[c].sibling) {
            struct state *child = &set->states[c];
            child->fail =
                at == ROOT ? (uint32_t)ROOT : step(set, set->states[at].fail, child->byte);
            const struct state *fail = &set->states[child->fail];
            child->shorter = fail->needle ? child->fail : fail->shorter;
            queue[tail++] = c;
        }
    }
}

struct needle_set *needle_set_new(const str *needles, size_t n, struct arena *a)
{
    size_t bytes = 1;
    for (size_t i = 0; i < n; i++)
        bytes += needles[i].len;
    struct needle_set *set = NEW(a, struct needle_set);
    set->states = NEW_ARRAY(a, struct state, bytes);
    set->same = NEW_ARRAY(a, uint32_t, n);
    set->count = 1;
    for (size_t i = 0; i < n; i++) {
        uint32_t at = ROOT;
        for (size_t k = 0; k < needles[i].len; k++)
            at = child_make(set, at, (unsigned char)needles[i].ptr[k]);
        set->same[i] = set->states[at].needle;
        set->states[at].needle = (uint32_t)i + 1;
    }
    link_states(set, *a);
    make_shifts(set, needles, n, a);
    return set;
}

static bool report(const struct needle_set *set, uint32_t at, size_t end, needle_hit *hit,
                   void *context)
{
    if (!set->states[at].needle)
        at = set->states[at].shorter;
    for (; at != ROOT; at = set->states[at].shorter)
        for (uint32_t needle = set->states[at].needle; needle; needle = set->same[needle - 1])
            if (hit(context, needle - 1, end))
                return true;
    return false;
}

bool needle_set_scan(const struct needle_set *set, str text, needle_hit *hit, void *context)
{
    uint32_t at = ROOT;
    size_t i = find_begin(set, text, 0);
    while (i < text.len) {
        at = step(set, at, (unsigned char)text.ptr[i++]);
        if (at == ROOT)
            i = find_begin(set, text, i);
        else if (report(set, at, i, hit, context))
            return true;
    }
    return false;
}
