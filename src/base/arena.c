/* SPDX-License-Identifier: Apache-2.0 */
/* Reserved address ranges. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

enum { ALIGNMENT = 16, PAGE = 4096 };

/* One page stands before every range. It holds the end of what was ever handed out: bytes behind it are as
 * the system gave them, zero and not yet touched. Under ASan poisoning a whole reserved range would touch an eighth of it: only what
 * was used, and a page ahead of it, is poisoned. */
static char **highest(const struct arena *a)
{
    return (char **)(void *)(a->base - PAGE);
}

/* A multiple of pages. */
static size_t whole_pages(size_t cap)
{
    if (cap > SIZE_MAX / 2) {
        mem_fail("arena size");
    }
    return cap ? (cap + PAGE - 1) / PAGE * PAGE : PAGE;
}

/* Arenas reserve what the largest input could need, of addresses, which are plenty unless they are limited: then one arena gets a share, of which a program of many threads needs
 * hundreds, and at least what usual inputs need. */
enum { SHARES = 256 };
static const size_t least_share = (size_t)32 << 20;

static size_t fair(size_t cap)
{
    size_t share = mem_address_limit() / SHARES;
    share = share < least_share ? least_share : share / PAGE * PAGE;
    return cap < share ? cap : share;
}

static char *reserve(size_t size)
{
    char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    if (p == MAP_FAILED) {
        mem_fail("arena");
    }
    return p;
}

static struct arena arena_at(char *base, size_t cap)
{
    struct arena a = {base, base, base + cap};
    *highest(&a) = base;
    ASAN_POISON_MEMORY_REGION(base, PAGE);
    return a;
}

struct arena arena_open(size_t cap)
{
    cap = fair(whole_pages(cap));
    return arena_at(reserve(cap + PAGE) + PAGE, cap);
}

/* Laid so that the first large page begins half a MiB in: who uses less gets small ones. */
struct arena arena_open_large(size_t least, size_t more)
{
    const size_t large = (size_t)2 << 20, small = (size_t)512 << 10;
    size_t cap = whole_pages(least) + fair(whole_pages(more));
    size_t reserved = cap + PAGE + large;
    char *start = reserve(reserved);
    size_t skip = (2 * large - small - PAGE - (uintptr_t)start % large) % large;
    char *base = start + skip + PAGE;
    if (skip > 0) {
        munmap(start, skip);
    }
    munmap(base + cap, large - skip);
    if (cap > small) {
        madvise(base + small, cap - small, MADV_HUGEPAGE); /* no matter if it cannot */
    }
    return arena_at(base, cap);
}

/* Makes the pushed bytes usable and what lies behind them not. */
static void mark_pushed(const struct arena *a, char *p, size_t bytes)
{
    char **top = highest(a);
    if (a->at > *top) {
        *top = a->at;
        size_t ahead = (size_t)(a->end - a->at);
        ASAN_POISON_MEMORY_REGION(a->at, ahead < PAGE ? ahead : PAGE);
    }
    ASAN_UNPOISON_MEMORY_REGION(p, bytes);
}

void arena_close(struct arena *a)
{
    if (a->base) {
        size_t size = (size_t)(a->end - a->base), used = (size_t)(*highest(a) - a->base);
        ASAN_UNPOISON_MEMORY_REGION(a->base, size - used < PAGE ? size : used + PAGE);
        munmap(a->base - PAGE, size + PAGE);
        *a = (struct arena){0};
    }
}

void arena_rewind(struct arena *a, struct arena mark)
{
    ASAN_POISON_MEMORY_REGION(mark.at, (size_t)(a->at - mark.at));
    a->at = mark.at;
}

void arena_reset(struct arena *a, size_t keep)
{
    size_t used = arena_used(a);
    arena_rewind(a, (struct arena){a->base, a->base, a->end});
    if (used > keep) {
        size_t from = (keep + PAGE - 1) / PAGE * PAGE;
        size_t to = (used + PAGE - 1) / PAGE * PAGE;
        if (from < to) {
            madvise(a->base + from, to - from, MADV_DONTNEED);
        }
    }
}

size_t arena_used(const struct arena *a)
{
    return (size_t)(a->at - a->base);
}

void *arena_push_raw(struct arena *a, size_t size, size_t count)
{
    size_t room = (size_t)(a->end - a->at);
    size_t bytes; /* a division instead was what a push took longest for */
    if (__builtin_mul_overflow(size, count, &bytes) || bytes > room) {
        mem_fail("an arena is full");
    }
    size_t padded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (padded > room) {
        mem_fail("an arena is full");
    }
    char *p = a->at;
    a->at += padded;
    mark_pushed(a, p, bytes);
    return p;
}

void *arena_push(struct arena *a, size_t size, size_t count)
{
    char *used_before = *highest(a);
    char *p = arena_push_raw(a, size, count);
    size_t bytes = size * count, used = used_before > p ? (size_t)(used_before - p) : 0;
    used = used < bytes ? used : bytes;
    if (used) {
        memset(p, 0, used);
    }
    return p;
}

void *arena_grow(struct arena *a, void *items, size_t n, size_t size)
{
    if (n & (n - 1)) { /* capacities are powers of two */
        return items;
    }
    if (n > SIZE_MAX / 2) {
        mem_fail("an arena is full");
    }
    void *more = arena_push(a, size, n ? 2 * n : 1);
    if (n) {
        memcpy(more, items, n * size);
    }
    return more;
}

str arena_copy(struct arena *a, str s)
{
    char *p = arena_push_raw(a, 1, s.len + 1);
    if (s.len) {
        memcpy(p, s.ptr, s.len);
    }
    p[s.len] = '\0';
    return (str){p, s.len};
}

str arena_printf(struct arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    size_t len = n > 0 ? (size_t)n : 0;
    char *p = arena_push_raw(a, 1, len + 1);
    vsnprintf(p, len + 1, format, again);
    va_end(again);
    return (str){p, len};
}

str arena_concat(struct arena *a, str x, str y, str z)
{
    char *p = arena_push_raw(a, 1, x.len + y.len + z.len + 1);
    size_t at = 0;
    const str parts[3] = {x, y, z};
    for (int i = 0; i < 3; i++) {
        if (parts[i].len) {
            memcpy(p + at, parts[i].ptr, parts[i].len);
        }
        at += parts[i].len;
    }
    p[at] = '\0';
    return (str){p, at};
}
