/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that calls malloc. */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void mem_fail(const char *what)
{
    fprintf(stderr, "postern: out of memory (%s)\n", what);
    abort();
}

void *mem_alloc(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p) {
        mem_fail("heap");
    }
    return p;
}

void *mem_room(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p) {
        mem_fail("heap");
    }
    return p;
}

void *mem_grow(void *ptr, size_t old, size_t size)
{
    char *p = realloc(ptr, size ? size : 1);
    if (!p) {
        mem_fail("heap");
    }
    if (size > old) {
        memset(p + old, 0, size - old);
    }
    return p;
}

void mem_free(void *ptr)
{
    free(ptr);
}
