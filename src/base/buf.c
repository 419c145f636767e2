/* SPDX-License-Identifier: Apache-2.0 */
/* Growable byte buffers. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define DEFAULT_MAX ((size_t)1 << 30)

void buf_deinit(struct buf *b)
{
    mem_free(b->ptr);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->full = false;
}

/* Room for n more bytes of content and, behind it, for `spare` that do not count against the maximum. */
static char *reserve(struct buf *b, size_t n, size_t spare)
{
    size_t max = b->max ? b->max : DEFAULT_MAX;
    if (b->full || b->len > max || n > max - b->len) {
        b->full = true;
        return NULL;
    }
    if (b->cap - b->len < spare || n > b->cap - b->len - spare) {
        size_t cap = b->cap ? b->cap : 256;
        while (cap - b->len < spare || cap - b->len - spare < n) {
            cap *= 2;
        }
        /* Not mem_grow: nobody reads the bytes past len, so they need not be zeroed. */
        b->ptr = mem_grow(b->ptr, cap, cap);
        b->cap = cap;
    }
    return b->ptr + b->len;
}

char *buf_reserve(struct buf *b, size_t n)
{
    return reserve(b, n, 0);
}

void buf_commit(struct buf *b, size_t n)
{
    b->len += n;
}

void buf_append(struct buf *b, str s)
{
    char *to = s.len ? buf_reserve(b, s.len) : NULL;
    if (to) {
        memcpy(to, s.ptr, s.len);
        b->len += s.len;
    }
}

void buf_byte(struct buf *b, char c)
{
    char *to = buf_reserve(b, 1);
    if (to) {
        *to = c;
        b->len++;
    }
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *to = n > 0 ? reserve(b, (size_t)n, 1) : NULL;
    if (to) {
        vsnprintf(to, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

str buf_view(const struct buf *b)
{
    return (str){b->ptr ? b->ptr : "", b->len};
}
