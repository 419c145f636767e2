/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of rules/, compiled into the program so that it finds them without an installation. The table is made by
 * cmake/embed.py at build time; sorted bytewise by path. Constant, so any thread may read it. */
#ifndef POSTERN_RULES_EMBEDDED_RULES_H
#define POSTERN_RULES_EMBEDDED_RULES_H

#include <stddef.h>

struct embedded_file {
    const char *path;          /* below rules/, with '/', NUL-terminated */
    const unsigned char *data; /* not NUL-terminated; never NULL for a row that counts */
    size_t len;                /* bytes */
};

extern const struct embedded_file embedded_rules[];
extern const size_t embedded_rules_count;

#endif
