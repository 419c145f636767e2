/* SPDX-License-Identifier: Apache-2.0 */
/* Heap memory for things with their own lives. Out of memory, or a size that overflows, ends the process with a message: nothing here returns NULL. */
#ifndef POSTERN_BASE_MEM_H
#define POSTERN_BASE_MEM_H

#include <stddef.h>

/* `size` zeroed bytes (at least one). */
void *mem_alloc(size_t size);
/* `size` bytes (at least one) to be written before they are read: a buffer whose end is not reached takes no memory. */
void *mem_room(size_t size);
/* Resizes; the bytes past `old` are zeroed. `ptr` may be NULL (old 0). */
void *mem_grow(void *ptr, size_t old, size_t size);
void mem_free(void *ptr);
/* Bytes of addresses that this process may have (ulimit -v); SIZE_MAX: as many as there are. */
size_t mem_address_limit(void);
/* Prints "postern: out of memory (WHAT)", with the limit of addresses if there is one, and ends the process at once with status MEM_EXIT: that of a world that failed. */
enum { MEM_EXIT = 3 };
_Noreturn void mem_fail(const char *what);

#endif
