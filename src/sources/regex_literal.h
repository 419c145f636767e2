/* SPDX-License-Identifier: Apache-2.0 */
/* Texts one of which whatever a regular expression matches must hold, so that most expressions need not be tried (or compiled) at all. Conservative: what it does not understand gives none. */
#ifndef POSTERN_SOURCES_REGEX_LITERAL_H
#define POSTERN_SOURCES_REGEX_LITERAL_H

#include "base/arena.h"

/* One of these texts must be there. */
struct regex_texts {
    str *texts; /* none of them empty */
    size_t n;   /* 0: nothing need be there */
    size_t shortest;
};

/* Those whose shortest is longest, in `a`. For case-sensitive expressions. */
struct regex_texts regex_literals(str regex, struct arena *a);

#endif
