/* SPDX-License-Identifier: Apache-2.0 */
/* What was read of a file that grows: its first bytes and the last ones. When it is written anew under the same name and inode (copytruncate) and is as long as before, or longer, by the time
 * it is looked at again, only they tell. */
#ifndef POSTERN_INPUT_FINGERPRINT_H
#define POSTERN_INPUT_FINGERPRINT_H

#include <stdint.h>

#include "base/str.h"

/* Records of one kind may begin and end alike for some hundred bytes; times and ids, which never are, stand between. */
enum { FINGERPRINT_BYTES = 4096 };

/* Zeroed: nothing was read. */
struct fingerprint {
    char first[FINGERPRINT_BYTES], last[FINGERPRINT_BYTES];
    size_t n_first, n_last;
    uint64_t size;   /* all that was read */
    int64_t changed; /* when the file had been changed, as last compared; nanoseconds */
};

/* The next bytes of the file were read. */
void fingerprint_take(struct fingerprint *p, str bytes);

/* Whether the file does not hold any longer what was read of it. The bytes are compared only when the file was changed since the last time; of one that is shorter now, or cannot be read,
 * false: others tell that. */
bool fingerprint_differs(struct fingerprint *p, int fd);

#endif
