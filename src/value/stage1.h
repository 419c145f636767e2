/* SPDX-License-Identifier: Apache-2.0 */
/* simdjson's first stage behind a C face: the positions of all structural characters, found with the best instructions of
 * the machine. What it checks: UTF-8, closed strings, no control character in a string. What it does not: everything else. */
#ifndef POSTERN_VALUE_STAGE1_H
#define POSTERN_VALUE_STAGE1_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct stage1;

/* The index of one text: for each of `{}[]:,`, each opening quote and each first byte of any other run of bytes outside
 * strings, its offset, ascending. Four places more may be read: they hold 0. (0x0C and 0x1A are listed as if structural.)
 * The index lives until the next call. */
struct stage1_index {
    const uint32_t *at;
    size_t n;
};

enum stage1_result {
    STAGE1_OK,      /* n >= 1 */
    STAGE1_REFUSED, /* the text is no JSON */
    STAGE1_NO_ROOM, /* longer than 4 GiB, or out of memory: no verdict */
};

/* Memory for texts up to `capacity` bytes, 4 bytes for each. NULL when there is none. */
struct stage1 *stage1_new(size_t capacity);
void stage1_free(struct stage1 *s);
/* Gives back what is more than `capacity` needs. */
void stage1_trim(struct stage1 *s, size_t capacity);

/* Nothing behind text + len is read: the last block is copied. */
enum stage1_result stage1_run(struct stage1 *s, const char *text, size_t len,
                              struct stage1_index *out);

#ifdef __cplusplus
}
#endif

#endif
