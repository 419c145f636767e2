/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue as a list: the fields of each data set, what they are and what they are made from. */
#ifndef POSTERN_SOURCES_FIELDS_H
#define POSTERN_SOURCES_FIELDS_H

#include "sources/source.h"

/* One field of one data set. Views of tables or of the arena given. */
struct field_row {
    str dataset;
    str doc;   /* of the data set */
    str field; /* "….*": free-form below */
    str type;
    str raw; /* raw paths, joined by blanks; several rows that make one field by " | " */
    str transform;
};

/* Calls `see` for every field of `only`, or of all data sets; false from it ends. Fields stand in the order of the tables, each once. */
void fields_list(const struct source *only, bool (*see)(void *user, const struct field_row *r),
                 void *user, struct arena *a);

#endif
