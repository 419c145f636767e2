/* SPDX-License-Identifier: Apache-2.0 */
/* Memory by lifetime. An arena is one reserved address range with a cap; pages are committed as they
 * are touched. Memory handed out is zeroed, aligned to 16 and never freed singly. Pass an arena by
 * pointer to callers that keep what they push, or copy the struct and pass the copy as `scratch`: what
 * is pushed through the copy dies when the copy does.
 * Running into the cap is one policy in one place: a message to stderr and the end of the process (mem_fail). Size caps on input
 * (record, depth, rule) keep an attacker from getting there.
 * Under ASan what is not handed out is poisoned. An arena is used by one thread at a time. */
#ifndef POSTERN_BASE_ARENA_H
#define POSTERN_BASE_ARENA_H

#include "base/str.h"

struct arena {
    char *base; /* start of the reserved range */
    char *at;   /* next free byte */
    char *end;  /* end of the reserved range */
};

/* Reserves `cap` bytes of address space (rounded up to pages), less where the process may not have many (ulimit -v): then a 256th of what it may have, and no less than 32 MiB. mem_fail when
 * the system refuses. */
struct arena arena_open(size_t cap);
/* The same for many megabytes, `least` in any case and as much of `more` as arena_open would take: behind its first half MiB the system is asked for pages of 2 MiB, which cost a fifth of what as many small ones do. Up to 2 MiB more than what is used become resident. */
struct arena arena_open_large(size_t least, size_t more);
/* Gives the range back. */
void arena_close(struct arena *a);

/* Frees everything pushed since arena_open. Returns pages to the system when more than `keep` bytes
 * had been used, so that one large record does not stay resident. */
void arena_reset(struct arena *a, size_t keep);
/* Frees everything pushed after the copy `mark` was taken. */
void arena_rewind(struct arena *a, struct arena mark);
/* Bytes handed out now. */
size_t arena_used(const struct arena *a);

/* `count` zeroed objects of `size` bytes; the product is checked for overflow. Never NULL; size or count 0
 * gives a valid pointer that must not be read. */
void *arena_push(struct arena *a, size_t size, size_t count);
/* The same, not zeroed: for bytes that are written at once. */
void *arena_push_raw(struct arena *a, size_t size, size_t count);
#define NEW(a, T) ((T *)arena_push((a), sizeof(T), 1))
#define NEW_ARRAY(a, T, n) ((T *)arena_push((a), sizeof(T), (n)))

/* Room for one more behind the `n` items of `size` bytes: `items` itself, or a copy twice as large, whose new items are zero. Only for an
 * array that is grown by this function alone, from NULL and one at a time: its capacity is not kept but follows from `n`. */
void *arena_grow(struct arena *a, void *items, size_t n, size_t size);

/* A copy of `s` in the arena (with a NUL behind it that is not counted). */
str arena_copy(struct arena *a, str s);
/* Text made by printf rules, in the arena. */
str arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* a + b (+ c): a new text in the arena. */
str arena_concat(struct arena *a, str x, str y, str z);

#endif
