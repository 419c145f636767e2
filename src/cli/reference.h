/* SPDX-License-Identifier: Apache-2.0 */
/* Pages made from the tables: docs/reference/ and the manual page. A test holds the files against them. */
#ifndef POSTERN_CLI_REFERENCE_H
#define POSTERN_CLI_REFERENCE_H

#include "cli/cmd.h"

/* A page: its file below docs/reference/, and what writes it. */
struct reference_page {
    const char *file;
    void (*write)(struct buf *out);
};

const struct reference_page *reference_pages(size_t *n);

/* The manual page, in man(7)'s macros. */
void reference_man(struct buf *out);

#endif
