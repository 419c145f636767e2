/* SPDX-License-Identifier: Apache-2.0 */
/* One typed value of an event, as rules see it. Text is borrowed from the record or the event arena. */
#ifndef POSTERN_ECS_VALUE_H
#define POSTERN_ECS_VALUE_H

#include "base/ip.h"
#include "base/str.h"
#include "value/json.h"

enum value_type {
    VALUE_NULL,
    VALUE_BOOLEAN,
    VALUE_LONG,
    VALUE_DOUBLE,
    VALUE_STRING,
    VALUE_DATE,
    VALUE_IP,
    VALUE_VERSION
};

struct value {
    enum value_type type;
    union {
        bool boolean;
        int64_t number; /* VALUE_LONG; VALUE_DATE: nanoseconds since the epoch, UTC */
        double real;
        str text; /* VALUE_STRING, VALUE_VERSION (as written) */
        struct ip ip;
    };
    str written; /* VALUE_IP, VALUE_DATE: the text as written (for string() and concat()), or empty */
};

/* The values of one field of one event, order kept, nulls left out. n == 0 means null. */
struct values {
    const struct value *v;
    size_t n;
};

enum field_type {
    FIELD_KEYWORD, /* also text, wildcard, constant_keyword, match_only_text, and every leaf of a flattened field */
    FIELD_LONG,
    FIELD_DOUBLE,
    FIELD_BOOLEAN,
    FIELD_DATE, /* milliseconds: values are truncated to them */
    FIELD_DATE_NANOS,
    FIELD_IP,
    FIELD_VERSION,
    FIELD_OBJECT, /* cannot be read by a query: object, nested, geo_point */
};

/* The name rules and errors use: "keyword", "long", "double", "boolean", "date", "date_nanos", "ip", "version", "object". */
str field_type_name(enum field_type type);
/* Those names and Elasticsearch's other types that are read alike ("text", "wildcard", "integer", "float", "nested" …). */
bool field_type_parse(str name, enum field_type *out);

/* The type of its values; VALUE_NULL for an object. */
enum value_type field_type_value(enum field_type type);

/* How the JSON values of a field become typed values. */
struct field_format {
    enum field_type type;
    str date_format; /* "" or Elasticsearch's format: "epoch_millis", "epoch_second", "yyyy-MM-dd HH:mm:ss", "…||…" alternatives */
    bool open;   /* a path of an open subtree: it may lead on into a string that is a JSON object */
    bool leaves; /* a flattened field by its own name: every scalar below it is a value */
    str null_value; /* .ptr NULL: none. Else what an explicit JSON null counts as */
};

/* One scalar JSON node to a typed value; false when it has none of that type (object, array, null without null_value, text that is no address in an ip field …).
 * keyword takes any scalar as its text (numbers as written, true/false). long takes integral numbers and numeric text; double likewise; boolean takes true, false, "true", "false", "";
 * date takes ISO text, epoch milliseconds as number or digits, or its format; a number that its format does not read is epoch milliseconds. Text is borrowed from the node. */
bool value_from_json(const struct json *node, const struct field_format *format, struct value *out);

/* Total order within one type (numbers across LONG and DOUBLE, text bytewise, versions by semantic versioning): negative, zero, positive. Types that do not compare: by type. */
int value_cmp(const struct value *a, const struct value *b);
bool value_eq(const struct value *a, const struct value *b);
/* Semantic versioning order (any number of main parts; the build counts last, so 0 means the same text); texts that are no versions sort after all versions, bytewise. */
int version_cmp(str a, str b);

/* The value as EQL's string() prints it (42.5, 1.0, true, address and date as written, dates without text as ISO with milliseconds, or nanoseconds where there are any). In `a`, or borrowed. */
str value_text(const struct value *v, struct arena *a);
/* The value as JSON (join keys, debugging): dates as ISO text, as above. */
struct json *value_to_json(const struct value *v, struct arena *a);

#endif
