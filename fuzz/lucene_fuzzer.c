/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises ir/lucene_regex.c and eval/regex.c. The input is a pattern, a NUL and a text. A pattern is refused with a place and a reason, or its translation is one that PCRE2 compiles: the only
 * reason for which it may still refuse is size. Then the text is tried against it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "eval/regex.h"
#include "ir/lucene_regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
    if (!ok) {
        abort();
    }
}

static void try_pattern(str pattern, str text, struct arena *a)
{
    struct lucene_error refused;
    struct regex_error error;
    str translated;
    bool ok = lucene_regex_translate(pattern, a, &translated, &refused);
    check(ok || (refused.reason && refused.at <= pattern.len));
    struct regex_list *list = regex_list_new(&pattern, 1, (pattern.len & 1) != 0, a, &error);
    if (!list) {
        check(!ok || strstr(error.reason, "too large") || strstr(error.reason, "too complicated"));
        return;
    }
    check(ok);
    struct regex_scratch *scratch = regex_scratch_new();
    uint64_t cut = 0;
    bool holds = regex_list_matches(list, text, scratch, a, &cut);
    check(!holds || cut == 0);
    regex_scratch_free(scratch);
    regex_list_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A block of the exact size, so that a read past the end is seen. */
    char *copy = mem_alloc(size);
    if (size) {
        memcpy(copy, data, size);
    }
    struct arena a = arena_open((size_t)1 << 30);
    str input = {copy, size};
    size_t end = str_find_byte(input, '\0', 0);
    str pattern = end == SIZE_MAX ? input : str_slice(input, 0, end);
    str text = end == SIZE_MAX ? S("") : str_slice(input, end + 1, size);
    try_pattern(pattern, text, &a);
    arena_close(&a);
    mem_free(copy);
    return 0;
}
