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
/* Prints "postern: out of memory (WHAT)" and aborts. */
_Noreturn void mem_fail(const char *what);

#endif
