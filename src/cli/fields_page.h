/* SPDX-License-Identifier: Apache-2.0 */
/* The page of the manual on the fields of the data sets. */
#ifndef POSTERN_CLI_FIELDS_PAGE_H
#define POSTERN_CLI_FIELDS_PAGE_H

#include "base/buf.h"
#include "sources/source.h"

/* Markdown, of all data sets or of `only`. `a` is used for scratch. */
void fields_page(const struct source *only, struct buf *out, struct arena *a);

#endif
