/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that whatever a regular expression matches must hold, so that most expressions need not be tried (or compiled) at all. Conservative: what it does not understand gives none. */
#ifndef POSTERN_SOURCES_REGEX_LITERAL_H
#define POSTERN_SOURCES_REGEX_LITERAL_H

#include "base/arena.h"

struct regex_literal {
    str all;  /* must be there; empty: not known */
    str *any; /* one of these must be there; none: not known */
    size_t n_any;
};

/* In `a`. For case-sensitive expressions; for others that hold the texts in any case. */
struct regex_literal regex_literal(str regex, struct arena *a);

#endif
