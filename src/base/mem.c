/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that calls malloc. */
#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

size_t mem_address_limit(void)
{
    struct rlimit limit;
    bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return limited && limit.rlim_cur < SIZE_MAX ? (size_t)limit.rlim_cur : SIZE_MAX;
}

_Noreturn void mem_fail(const char *what)
{
    size_t limit = mem_address_limit();
    if (limit == SIZE_MAX) {
        fprintf(stderr, "postern: out of memory (%s)\n", what);
    } else {
        fprintf(
            stderr,
            "postern: out of memory (%s); addresses are limited to %zu MB here (ulimit -v), more "
            "of them or fewer --threads may do\n",
            what, limit / 1000000);
    }
    _Exit(MEM_EXIT);
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
