/* SPDX-License-Identifier: Apache-2.0 */
/* Items: pieces of JSON text that may be records or containers, and the stack of arrays being taken apart. Arrays are cut at commas and brackets outside strings, without a parse, so
 * that a malformed element costs itself only. */
#ifndef POSTERN_SOURCES_ITEMS_H
#define POSTERN_SOURCES_ITEMS_H

#include "sources/plan.h"

/* Containers inside containers that are followed; deeper ones are passed over. */
enum { ITEM_MAX_DEPTH = 4 };

/* The columns of a table whose rows are items. */
struct columns {
    const str *names;
    size_t n;
};

struct item {
    str text;
    uint64_t
        offset;   /* of its first byte when `literal`, else of the value that it was decoded from */
    bool literal; /* text lies in the file as it is */
    unsigned depth;                          /* containers around it */
    const struct bound_container *container; /* whose element it is, or NULL */
    const struct columns *columns;           /* of the table whose row it is, or NULL */
    str original; /* what `text` was made from, when a row was turned into an object; else ptr NULL */
};

/* An array being taken apart, or values one after another. */
struct level {
    struct item
        array;  /* text: what is left, from behind the bracket or the last comma; offset of that */
    bool bare;  /* values without brackets and commas */
    bool first; /* no element was taken yet */
    unsigned unclosed; /* elements so far that ran to the end */
    bool closed;       /* its ']' was seen */
    bool salvaged;     /* from a broken object: what stands behind the ']' is not looked at */
    struct arena mark; /* of the item arena: where its elements' own texts begin */
};

/* The item inside another: a view of its text, or `decoded` text made from the view. */
struct item item_inside(const struct item *outer, str view, const str *decoded,
                        const struct bound_container *container);

enum level_result { LEVEL_ELEMENT, LEVEL_END, LEVEL_BROKEN };

/* Opens an array: `array` is its text from '[' on. */
struct level level_open(const struct item *array, struct arena mark);
/* The same for values that stand one after another, as decoded text may hold them. */
struct level level_open_bare(const struct item *values, struct arena mark);
/* Whether more than one object or array stands in a text. */
bool item_is_bare(str text);
/* The next element; LEVEL_BROKEN gives what cannot be one (an array that is not closed, text behind its end), after which nothing follows. */
enum level_result level_next(struct level *l, struct item *out);

/* The first keys of an object as "a, b, c", printable; cut short, with "…" when there are more. In `a`. */
str item_first_keys(str object, struct arena *a);

/* In an object that is no JSON: the text from '[' on of the first known container array at its top level; false when there is none. */
bool item_salvage(const struct source_plan *plan, str object, str *array,
                  const struct bound_container **container);

#endif
