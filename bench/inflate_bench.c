/* SPDX-License-Identifier: Apache-2.0 */
/* Inflating alone: inflate_bench PATH... reads each gzip file whole and inflates it at once into memory that is used again, with nothing behind it; prints how many
 * bytes there were inside. What a hunt over such files cannot be quicker than on one core. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/os.h"
#include "input/gzip_whole.h"
#include "input/walk.h"

enum { TRAILER = 4 }; /* the last bytes of a member: its length, inflated */

/* Bytes inside the file; SIZE_MAX: it is no gzip file of one member, or broken. */
static size_t inflate(struct gzip_whole *g, str path, struct arena *a, char **out, size_t *cap)
{
    struct error e = {0};
    str stored;
    uint32_t length;
    if (!os_read_file(path, SIZE_MAX / 4, a, &stored, &e) || stored.len < TRAILER) {
        return SIZE_MAX;
    }
    memcpy(&length, stored.ptr + stored.len - TRAILER, TRAILER);
    if (length > *cap) {
        *cap = (size_t)2 * length;
        *out = mem_grow(*out, 0, *cap);
    }
    size_t n;
    return gzip_whole_decode(g, stored, *out, *cap, &n) ? n : SIZE_MAX;
}

int main(int argc, char **argv)
{
    struct arena arena = arena_open((size_t)1 << 30);
    struct walk_list list = {0};
    for (int i = 1; i < argc; i++) {
        str path = str_from(argv[i]);
        walk_expand(&path, 1, &list, &arena);
    }
    struct gzip_whole *g = gzip_whole_new();
    char *out = NULL;
    size_t cap = 0, files = 0, bytes = 0;
    for (size_t i = 0; i < list.n; i++) {
        struct arena mark = arena;
        size_t n = inflate(g, list.files[i].path, &arena, &out, &cap);
        arena_rewind(&arena, mark);
        files += n != SIZE_MAX;
        bytes += n != SIZE_MAX ? n : 0;
    }
    printf("%zu files, %zu bytes\n", files, bytes);
    gzip_whole_free(g);
    mem_free(out);
    arena_close(&arena);
    return files == 0;
}
