/* SPDX-License-Identifier: Apache-2.0 */
/* Row functions that more than one source uses, and the rows that all sources share. A row function gives the value of one ECS path; see struct row_input. */
#ifndef POSTERN_SOURCES_ROW_H
#define POSTERN_SOURCES_ROW_H

#include "sources/source.h"

/* Rows behind those of every source: event.original, data set constants, tags. For a document that is already ECS only what may be added to it. */
const struct row *rows_common(bool ecs, size_t *n);

/* row->text as it is. */
row_fn row_constant;
/* The first input that is there. */
row_fn row_first;
/* The record's text. */
row_fn row_original;
/* The first input in lower case, when it is a string. */
row_fn row_lower;
/* The first input as a date with milliseconds. arg: enum date_styles. None when it is no time. */
row_fn row_date;
enum date_styles {
    DATE_ISO = 0,
    DATE_AZURE = 1, /* also "M/d/yyyy H:mm:ss" with optional AM/PM and offset */
    DATE_GCP = 2,   /* also " UTC" behind, and seconds since the epoch, as BigQuery writes them */
};
/* ISO 8601 (with its 'T') or seconds since the epoch, in nanoseconds. A time as a date of a document. */
bool date_iso_or_epoch(str s, int64_t *out);
const struct json *date_text(int64_t time, struct arena *a);
/* The first input when it is an IP literal; when it is none (row_not_ip). */
row_fn row_ip;
row_fn row_not_ip;
/* Milliseconds (number or numeric text) to nanoseconds. */
row_fn row_milliseconds;
/* The first input when it is an array; when it is an object. */
row_fn row_array;
row_fn row_object;
/* An integer, also from numeric text. */
row_fn row_long;
/* The first input in the shape of a table of members: source->members[arg]. */
row_fn row_member;
/* The first input as an enum member_kind (arg); the same when the tag preserve_duplicate_custom_fields is set. */
row_fn row_as;
row_fn row_copied;
/* All values at the path `text` below the first input as an enum member_kind (arg), a list; the last of them. */
row_fn row_gather;
row_fn row_gather_last;
/* Parts of a user agent: row->text says which ("name", "version", "os.name", "os.version", "os.full", "device.name"). */
row_fn row_user_agent;
/* The place (ECS geo) and the network (ECS as) of an address, from the user's databases. */
row_fn row_place;
row_fn row_network;
/* A part of an Azure resource id: row->arg is an enum azure_part (sources/azure_resource.h). */
row_fn row_azure_resource;

/* A copy of `node` without null, "", {}, [] and (with `dots`) object members whose key is only dots; `node` itself when it holds none; NULL when nothing is left. */
const struct json *clean_copy(const struct json *node, bool dots, struct arena *a);
/* Drops null, "", "-", "none", {} and [] below `node`, in place; false when nothing is left of it. */
bool clean_record(struct json *node);

/* The text Java's toString makes of a parsed value ("{k=v, k2=[a, b]}"), keys in hash order. */
str render_java(const struct json *node, struct arena *a);

/* The same object with some members under other names: `names` is pairs "from", "to" (NULL "to" drops the member), ended by NULL. A member that already has the
 * new name keeps it. NULL in, NULL out; other types come back as they are. */
const struct json *object_rename(const struct json *object, const char *const *names,
                                 struct arena *a);
/* A shallow copy of an object or array: own list of members, shared values. */
struct json *json_shallow(const struct json *node, struct arena *a);
/* Gives an object that is in a list of ours members of its own; those below them stay shared. */
void json_own(struct json *object, struct arena *a);
/* Adds the members of `value` that `object` lacks; objects on both sides are joined, as copies. The members of `object` must be its own. Linear in the members of both. */
void json_join(struct json *object, const struct json *value, struct arena *a);

/* True when the node is exactly this string. */
static inline bool json_is_text(const struct json *node, str text)
{
    return json_is(node, JSON_STRING) && str_eq(node->text, text);
}
/* ASCII letters in lower case, in `a`. */
str ascii_lower(str s, struct arena *a);

/* Rows of a source's list of fields. */
#define KEYWORD(field)                                                                             \
    {                                                                                              \
        .name = S_INIT(field), .format = {.type = FIELD_KEYWORD }                                  \
    }
/* A free-form object by its own name: every scalar in it is a value. */
#define ROOT(field)                                                                                \
    {                                                                                              \
        .name = S_INIT(field), .format = {.type = FIELD_KEYWORD, .leaves = true }                  \
    }
#define DATE(field)                                                                                \
    {                                                                                              \
        .name = S_INIT(field), .format = {.type = FIELD_DATE }                                     \
    }
#define BOOLEAN(field)                                                                             \
    {                                                                                              \
        .name = S_INIT(field), .format = {.type = FIELD_BOOLEAN }                                  \
    }
#define LONG(field)                                                                                \
    {                                                                                              \
        .name = S_INIT(field), .format = {.type = FIELD_LONG }                                     \
    }
#define ALIAS(field, of)                                                                           \
    {                                                                                              \
        .name = S_INIT(field), .format = {.type = FIELD_KEYWORD}, .alias_of = S_INIT(of)           \
    }

#endif
