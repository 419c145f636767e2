/* SPDX-License-Identifier: Apache-2.0 */
/* Typed values from JSON, their order and their text. */
#include "ecs/value.h"

#include <math.h>

#include "base/time.h"
#include "ecs/date_format.h"
#include "ecs/java_double.h"

static const str type_names[] = {
    [FIELD_KEYWORD] = S_INIT("keyword"), [FIELD_LONG] = S_INIT("long"),
    [FIELD_DOUBLE] = S_INIT("double"),   [FIELD_BOOLEAN] = S_INIT("boolean"),
    [FIELD_DATE] = S_INIT("date"),       [FIELD_DATE_NANOS] = S_INIT("date_nanos"),
    [FIELD_IP] = S_INIT("ip"),           [FIELD_VERSION] = S_INIT("version"),
    [FIELD_OBJECT] = S_INIT("object"),
};

/* Elasticsearch's other names for the same. */
static const struct {
    str name;
    enum field_type type;
} type_aliases[] = {
    {S_INIT("text"), FIELD_KEYWORD},
    {S_INIT("wildcard"), FIELD_KEYWORD},
    {S_INIT("constant_keyword"), FIELD_KEYWORD},
    {S_INIT("match_only_text"), FIELD_KEYWORD},
    {S_INIT("flattened"), FIELD_KEYWORD},
    {S_INIT("integer"), FIELD_LONG},
    {S_INIT("short"), FIELD_LONG},
    {S_INIT("byte"), FIELD_LONG},
    {S_INIT("unsigned_long"), FIELD_LONG},
    {S_INIT("float"), FIELD_DOUBLE},
    {S_INIT("half_float"), FIELD_DOUBLE},
    {S_INIT("scaled_float"), FIELD_DOUBLE},
    {S_INIT("nested"), FIELD_OBJECT},
    {S_INIT("geo_point"), FIELD_OBJECT},
};

str field_type_name(enum field_type type)
{
    return type_names[type];
}

bool field_type_parse(str name, enum field_type *out)
{
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++) {
        if (str_eq(name, type_names[i])) {
            *out = (enum field_type)i;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof type_aliases / sizeof *type_aliases; i++) {
        if (str_eq(name, type_aliases[i].name)) {
            *out = type_aliases[i].type;
            return true;
        }
    }
    return false;
}

/* The scalar as text, or false. */
static bool scalar_text(const struct json *node, str *out)
{
    switch ((enum json_type)node->type) {
    case JSON_STRING:
    case JSON_NUMBER:
        *out = node->text;
        return true;
    case JSON_BOOL:
        *out = node->boolean ? S("true") : S("false");
        return true;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        return false;
    }
    return false;
}

static bool to_long(str text, struct value *out)
{
    double real;
    if (str_to_i64(text, &out->number)) {
        out->type = VALUE_LONG;
        return true;
    }
    /* 1.0 and 1e3 are integers too; beyond 2^63 nothing is. */
    if (!str_to_double(text, &real) || !(real >= -9223372036854775808.0) ||
        !(real < 9223372036854775808.0)) {
        return false;
    }
    out->type = VALUE_LONG;
    out->number = (int64_t)real;
    return true;
}

static bool to_double(str text, struct value *out)
{
    out->type = VALUE_DOUBLE;
    return str_to_double(text, &out->real);
}

static bool to_boolean(const struct json *node, str text, struct value *out)
{
    out->type = VALUE_BOOLEAN;
    if (node->type == JSON_NUMBER) {
        return false;
    }
    out->boolean = str_eq(text, S("true"));
    return out->boolean || str_eq(text, S("false")) || text.len == 0;
}

static int64_t floor_ms(int64_t ns)
{
    int64_t rest = ns % TIME_NS_PER_MS;
    return ns - (rest < 0 ? rest + TIME_NS_PER_MS : rest);
}

static bool to_date(const struct json *node, const struct field_format *f, str text,
                    struct value *out)
{
    str format = f->date_format;
    /* A JSON number is epoch milliseconds unless the format says seconds. */
    bool number = node->type == JSON_NUMBER && !(format.len && str_starts(format, S("epoch_")));
    if (!date_format_parse(number ? S("epoch_millis") : format, text, &out->number)) {
        double real;
        if (node->type != JSON_NUMBER || !str_to_double(text, &real) || fabs(real) > 9e12) {
            return false;
        }
        out->number = (int64_t)(real * 1e6);
    }
    out->type = VALUE_DATE;
    if (f->type == FIELD_DATE) {
        out->number = floor_ms(out->number);
    }
    out->written = node->type == JSON_STRING ? text : (str){0};
    return true;
}

bool value_from_json(const struct json *node, const struct field_format *format, struct value *out)
{
    str text;
    *out = (struct value){0};
    struct json replaced;
    if (node->type == JSON_NULL && format->null_value.ptr) {
        replaced = (struct json){.type = JSON_STRING, .text = format->null_value};
        node = &replaced;
    }
    if (!scalar_text(node, &text)) {
        return false;
    }
    switch (format->type) {
    case FIELD_KEYWORD:
        out->type = VALUE_STRING;
        out->text = text;
        return true;
    case FIELD_LONG:
        return node->type != JSON_BOOL && to_long(text, out);
    case FIELD_DOUBLE:
        return node->type != JSON_BOOL && to_double(text, out);
    case FIELD_BOOLEAN:
        return to_boolean(node, text, out);
    case FIELD_DATE:
    case FIELD_DATE_NANOS:
        return node->type != JSON_BOOL && to_date(node, format, text, out);
    case FIELD_IP:
        out->type = VALUE_IP;
        out->written = text;
        return ip_parse(text, &out->ip);
    case FIELD_VERSION:
        out->type = VALUE_VERSION;
        out->text = text;
        return true;
    case FIELD_OBJECT:
        return false;
    }
    return false;
}

static int compare_i64(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* An integer against a double, exactly. NaN sorts last. */
static int compare_mixed(int64_t a, double b)
{
    if (isnan(b) || b >= 9223372036854775808.0) {
        return -1;
    }
    if (b < -9223372036854775808.0) {
        return 1;
    }
    int64_t whole = (int64_t)b;
    double rest = b - (double)whole;
    return a != whole ? compare_i64(a, whole) : rest > 0 ? -1 : rest < 0;
}

static int compare_double(double a, double b)
{
    if (isnan(a) || isnan(b)) {
        return isnan(a) - isnan(b);
    }
    return a < b ? -1 : a > b;
}

int value_cmp(const struct value *a, const struct value *b)
{
    if (a->type == VALUE_LONG && b->type == VALUE_DOUBLE) {
        return compare_mixed(a->number, b->real);
    }
    if (a->type == VALUE_DOUBLE && b->type == VALUE_LONG) {
        return -compare_mixed(b->number, a->real);
    }
    if (a->type != b->type) {
        return compare_i64(a->type, b->type);
    }
    switch (a->type) {
    case VALUE_NULL:
        return 0;
    case VALUE_BOOLEAN:
        return a->boolean - b->boolean;
    case VALUE_LONG:
    case VALUE_DATE:
        return compare_i64(a->number, b->number);
    case VALUE_DOUBLE:
        return compare_double(a->real, b->real);
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

static str format_date(int64_t t, struct arena *a)
{
    char text[40];
    size_t n = time_format_ns(t, text);
    return arena_copy(a, (str){text, n});
}

str value_text(const struct value *v, struct arena *a)
{
    char text[48];
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
        return v->written.len ? v->written : format_date(v->number, a);
    case VALUE_IP:
        return v->written.len ? v->written : arena_copy(a, (str){text, ip_format(&v->ip, text)});
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
    case VALUE_DATE:
        return json_new_string(a, format_date(v->number, a));
    case VALUE_STRING:
    case VALUE_VERSION:
    case VALUE_IP:
        return json_new_string(a, value_text(v, a));
    }
    return NULL;
}
