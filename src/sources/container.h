/* SPDX-License-Identifier: Apache-2.0 */
/* Containers: the wrappers in which records reach us. One row each in container.def, tried in order, the first that fits wins. */
#ifndef POSTERN_SOURCES_CONTAINER_H
#define POSTERN_SOURCES_CONTAINER_H

#include "value/json_scan.h"

enum container_kind {
    CONTAINER_ARRAY,  /* each element is an item */
    CONTAINER_VALUE,  /* the value is the item */
    CONTAINER_TEXT,   /* the string holds the item as JSON text */
    CONTAINER_BASE64, /* the string holds the item's JSON text in base64, perhaps of gzip */
    CONTAINER_TABLE,  /* each element is a list of cells; the second key lists the columns */
    CONTAINER_EMPTY,  /* holds no record */
    CONTAINER_PASS,   /* known, and no audit record: passed over, `doc` is the reason */
    CONTAINER_OTHER,  /* the same, looked at only when no source knows the item */
};

enum container_stream {
    STREAM_NEVER,
    STREAM_ALWAYS,  /* the framer streams the array when it is the value of the first member */
    STREAM_OBJECTS, /* … when its first element is an object, too */
    STREAM_CUT,     /* only when the object around it is cut short or too large */
};

struct container {
    const char *keys; /* as in struct shape; the first key holds the contents */
    bool (*accepts)(const struct json_capture *const *found);
    enum container_kind kind;
    enum container_stream stream;
    const char *
        member; /* CONTAINER_ARRAY: the string member of an element that holds the item; elements without it are items themselves. NULL: none */
    const char *doc;
};

const struct container *containers_all(size_t *n);
/* The key that holds the contents ("Records"). */
str container_content_key(const struct container *c);
/* The row whose array has this key, or NULL: for elements that the framer streamed. */
const struct container *container_of_key(str key);

/* Decodes base64 (standard or URL alphabet, padding optional, white space skipped) into `a`; false when it is none. */
bool base64_decode(str text, struct arena *a, str *out);

#endif
