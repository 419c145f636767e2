/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that whatever a regular expression matches must hold, so that most expressions need not be tried (or compiled) at all. Conservative: what it does not understand demands nothing. */
#ifndef POSTERN_SOURCES_REGEX_LITERAL_H
#define POSTERN_SOURCES_REGEX_LITERAL_H

#include "base/arena.h"

/* One of these texts must be there. */
struct regex_demand {
    str *texts;
    size_t n; /* at least one; none is empty */
    size_t shortest;
    bool start;  /* the searched text begins with it */
    bool nocase; /* the texts are in lower case, and stand there in any */
};

/* All of these must hold, the longest texts first. */
struct regex_demands {
    struct regex_demand *list;
    size_t n;
};

/* In `a`; texts may be views of `regex`. `nocase`: the expression disregards case; then letters outside ASCII may stand for ASCII ones, and the demands hold for ASCII texts only. */
struct regex_demands regex_demands(str regex, bool nocase, struct arena *a);

#endif
