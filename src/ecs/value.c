/* SPDX-License-Identifier: Apache-2.0 */
/* JSON scalars to typed values, their order, and back to text. */
#include "ecs/value.h"

#include <math.h>

#include "base/time.h"
#include "ecs/date_format.h"
#include "ecs/decimal.h"
#include "ecs/java_double.h"

/* ---- Types by name ---- */

/* The first row of a type is its own name; the others are Elasticsearch's types that are read like it. */
static const struct {
    str name;
    enum field_type type;
} type_names[] = {
    {S_INIT("keyword"), FIELD_KEYWORD},
    {S_INIT("long"), FIELD_LONG},
    {S_INIT("double"), FIELD_DOUBLE},
    {S_INIT("boolean"), FIELD_BOOLEAN},
    {S_INIT("date"), FIELD_DATE},
    {S_INIT("date_nanos"), FIELD_DATE_NANOS},
    {S_INIT("ip"), FIELD_IP},
    {S_INIT("version"), FIELD_VERSION},
    {S_INIT("object"), FIELD_OBJECT},
    {S_INIT("text"), FIELD_KEYWORD},
    {S_INIT("match_only_text"), FIELD_KEYWORD},
    {S_INIT("wildcard"), FIELD_KEYWORD},
    {S_INIT("constant_keyword"), FIELD_KEYWORD},
    {S_INIT("integer"), FIELD_LONG},
    {S_INIT("short"), FIELD_LONG},
    {S_INIT("byte"), FIELD_LONG},
    {S_INIT("unsigned_long"), FIELD_LONG},
    {S_INIT("float"), FIELD_DOUBLE},
    {S_INIT("half_float"), FIELD_DOUBLE},
    {S_INIT("scaled_float"), FIELD_DOUBLE},
    {S_INIT("nested"), FIELD_OBJECT},
    {S_INIT("geo_point"), FIELD_OBJECT},
    {S_INIT("geo_shape"), FIELD_OBJECT},
};

enum { N_TYPE_NAMES = sizeof type_names / sizeof type_names[0] };

str field_type_name(enum field_type type)
{
    size_t i = 0;
    while (type_names[i].type != type) {
        i++;
    }
    return type_names[i].name;
}

enum value_type field_type_value(enum field_type type)
{
    static const enum value_type types[] = {
        [FIELD_KEYWORD] = VALUE_STRING, [FIELD_LONG] = VALUE_LONG,
        [FIELD_DOUBLE] = VALUE_DOUBLE,  [FIELD_BOOLEAN] = VALUE_BOOLEAN,
        [FIELD_DATE] = VALUE_DATE,      [FIELD_DATE_NANOS] = VALUE_DATE,
        [FIELD_IP] = VALUE_IP,          [FIELD_VERSION] = VALUE_VERSION,
        [FIELD_OBJECT] = VALUE_NULL,
    };
    return types[type];
}

bool field_type_parse(str name, enum field_type *out)
{
    for (size_t i = 0; i < N_TYPE_NAMES; i++) {
        if (str_eq(name, type_names[i].name)) {
            *out = type_names[i].type;
            return true;
        }
    }
    return false;
}

/* ---- From JSON ---- */

/* A scalar's text: what a keyword is. */
static str scalar_text(const struct json *node)
{
    if (node->type == JSON_BOOL) {
        return node->boolean ? S("true") : S("false");
    }
    return node->text;
}

static bool long_from_text(str text, struct value *out)
{
    int64_t number;
    bool whole;
    if (!decimal_to_i64(text, 0, &number, &whole) || !whole) {
        return false;
    }
    *out = (struct value){.type = VALUE_LONG, .number = number};
    return true;
}

static bool double_from_text(str text, struct value *out)
{
    double real;
    if (!str_to_double(text, &real) || !isfinite(real)) {
        return false;
    }
    *out = (struct value){.type = VALUE_DOUBLE, .real = real};
    return true;
}

static bool boolean_from_text(str text, struct value *out)
{
    bool yes = str_eq(text, S("true"));
    if (!yes && text.len > 0 && !str_eq(text, S("false"))) {
        return false;
    }
    *out = (struct value){.type = VALUE_BOOLEAN, .boolean = yes};
    return true;
}

/* Milliseconds are kept by rounding towards the past, as time_format_ms prints. */
static int64_t to_milliseconds(int64_t t)
{
    int64_t part = t % TIME_NS_PER_MS;
    if (part < 0) {
        part += TIME_NS_PER_MS;
    }
    return t < INT64_MIN + part ? t : t - part;
}

/* A number is epoch milliseconds where its format does not read it. */
static bool date_from_text(str text, bool number, const struct field_format *format,
                           struct value *out)
{
    int64_t t;
    if (!date_format_parse(format->date_format, text, &t) &&
        !(number && date_format_parse(S("epoch_millis"), text, &t))) {
        return false;
    }
    t = format->type == FIELD_DATE ? to_milliseconds(t) : t;
    *out = (struct value){.type = VALUE_DATE, .number = t, .written = number ? S("") : text};
    return true;
}

static bool ip_from_text(str text, struct value *out)
{
    struct ip ip;
    if (!ip_parse(text, &ip)) {
        return false;
    }
    *out = (struct value){.type = VALUE_IP, .ip = ip, .written = text};
    return true;
}

/* `number`: the text was a JSON number. */
static bool value_from_text(str text, bool number, const struct field_format *format,
                            struct value *out)
{
    switch (format->type) {
    case FIELD_KEYWORD:
        *out = (struct value){.type = VALUE_STRING, .text = text};
        return true;
    case FIELD_VERSION:
        *out = (struct value){.type = VALUE_VERSION, .text = text};
        return true;
    case FIELD_LONG:
        return long_from_text(text, out);
    case FIELD_DOUBLE:
        return double_from_text(text, out);
    case FIELD_BOOLEAN:
        return boolean_from_text(text, out);
    case FIELD_DATE:
    case FIELD_DATE_NANOS:
        return date_from_text(text, number, format, out);
    case FIELD_IP:
        return ip_from_text(text, out);
    case FIELD_OBJECT:
        return false;
    }
    return false;
}

/* Whether JSON booleans and numbers may stand for the type. */
static bool takes(enum field_type type, enum json_type kind)
{
    if (kind == JSON_BOOL) {
        return type == FIELD_BOOLEAN || type == FIELD_KEYWORD || type == FIELD_VERSION;
    }
    return kind != JSON_NUMBER || (type != FIELD_BOOLEAN && type != FIELD_IP);
}

bool value_from_json(const struct json *node, const struct field_format *format, struct value *out)
{
    switch ((enum json_type)node->type) {
    case JSON_NULL:
        return format->null_value.ptr != NULL &&
               value_from_text(format->null_value, false, format, out);
    case JSON_BOOL:
    case JSON_NUMBER:
    case JSON_STRING:
        return takes(format->type, (enum json_type)node->type) &&
               value_from_text(scalar_text(node), node->type == JSON_NUMBER, format, out);
    case JSON_ARRAY:
    case JSON_OBJECT:
        return false;
    }
    return false;
}

/* ---- Order ---- */

static int order_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* NaN equals itself and is greater than every number, so that the order is total. */
static int order_double(double a, double b)
{
    if (isnan(a) || isnan(b)) {
        return (isnan(a) ? 1 : 0) - (isnan(b) ? 1 : 0);
    }
    return (a > b) - (a < b);
}

/* Exact: above 2^53 not every long is a double, so the double is split instead. */
static int order_long_double(int64_t a, double b)
{
    if (isnan(b) || b >= 0x1p63) {
        return -1;
    }
    if (b < -0x1p63) {
        return 1;
    }
    double whole = trunc(b);
    int order = order_i64(a, (int64_t)whole);
    return order != 0 ? order : order_double(whole, b);
}

static bool is_numeric(const struct value *v)
{
    return v->type == VALUE_LONG || v->type == VALUE_DOUBLE;
}

int value_cmp(const struct value *a, const struct value *b)
{
    if (a->type != b->type) {
        if (!is_numeric(a) || !is_numeric(b)) {
            return order_i64(a->type, b->type);
        }
        return a->type == VALUE_LONG ? order_long_double(a->number, b->real)
                                     : -order_long_double(b->number, a->real);
    }
    switch (a->type) {
    case VALUE_NULL:
        return 0;
    case VALUE_BOOLEAN:
        return (int)a->boolean - (int)b->boolean;
    case VALUE_LONG:
    case VALUE_DATE:
        return order_i64(a->number, b->number);
    case VALUE_DOUBLE:
        return order_double(a->real, b->real);
    case VALUE_STRING:
        return str_cmp(a->text, b->text);
    case VALUE_IP:
        return ip_cmp(&a->ip, &b->ip);
    case VALUE_VERSION:
        return version_cmp(a->text, b->text);
    }
    return 0;
}

bool value_eq(const struct value *a, const struct value *b)
{
    return value_cmp(a, b) == 0;
}

/* ---- To text and JSON ---- */

static str date_text(int64_t t, struct arena *a)
{
    char text[40];
    size_t n = time_format_ns(t, text);
    return arena_copy(a, (str){text, n});
}

static str ip_text(const struct value *v, struct arena *a)
{
    if (v->written.len > 0) {
        return v->written;
    }
    char text[48];
    size_t n = ip_format(&v->ip, text);
    return arena_copy(a, (str){text, n});
}

str value_text(const struct value *v, struct arena *a)
{
    char text[40];
    switch (v->type) {
    case VALUE_NULL:
        return S("null");
    case VALUE_BOOLEAN:
        return v->boolean ? S("true") : S("false");
    case VALUE_LONG:
        return arena_printf(a, "%lld", (long long)v->number);
    case VALUE_DOUBLE:
        return arena_copy(a, (str){text, java_double_format(v->real, text)});
    case VALUE_STRING:
    case VALUE_VERSION:
        return v->text;
    case VALUE_DATE:
        return v->written.len > 0 ? v->written : date_text(v->number, a);
    case VALUE_IP:
        return ip_text(v, a);
    }
    return (str){0};
}

struct json *value_to_json(const struct value *v, struct arena *a)
{
    switch (v->type) {
    case VALUE_NULL:
        return json_new(a, JSON_NULL);
    case VALUE_BOOLEAN:
        return json_new_bool(a, v->boolean);
    case VALUE_LONG:
        return json_new_i64(a, v->number);
    case VALUE_DOUBLE:
        return json_new_double(a, v->real);
    case VALUE_STRING:
    case VALUE_VERSION:
        return json_new_string(a, v->text);
    case VALUE_DATE:
        return json_new_string(a, date_text(v->number, a));
    case VALUE_IP:
        return json_new_string(a, ip_text(v, a));
    }
    return NULL;
}
