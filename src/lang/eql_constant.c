/* SPDX-License-Identifier: Apache-2.0 */
/* Constants as the type of what they are compared with. */
#include "base/ip.h"
#include "base/time.h"
#include "lang/eql_check.h"
#include "lang/eql_parser.h"

/* What to write where a value of that type is wanted. */
static const char *type_hint(enum value_type want)
{
    switch (want) {
    case VALUE_DATE:
        return "write a date as \"2026-01-31T09:00:00Z\" or in milliseconds since 1970";
    case VALUE_IP:
        return "write an address \"10.0.0.1\" or a network \"10.0.0.0/8\"";
    case VALUE_BOOLEAN:
        return "write true or false";
    case VALUE_LONG:
    case VALUE_DOUBLE:
        return "write a number";
    case VALUE_VERSION:
        return "write a version \"1.2.3\"";
    case VALUE_NULL:
    case VALUE_STRING:
        return "write a string";
    }
    return "";
}

static bool refuse(struct eql_checker *c, const struct value *v, span at, enum diag_id id,
                   enum value_type want, const struct field *field)
{
    str text = eql_constant_text(c, v);
    struct diag *item;
    if (field != NULL) {
        item =
            diag_error(c->diags, c->src, at, id, "%.*s cannot be compared with '%.*s', which is %s",
                       STR_ARG(text), STR_ARG(eql_shorten(field->name)), eql_field_kind(field));
    } else {
        item = diag_error(c->diags, c->src, at, id, "%.*s cannot be compared with %s",
                          STR_ARG(text), eql_type_name(want));
    }
    diag_hint(c->diags, item, "%s", type_hint(want));
    return false;
}

static bool to_number(const struct value *in, struct value *out)
{
    if (eql_is_number(in->type)) {
        *out = *in;
        return true;
    }
    *out = (struct value){.type = VALUE_LONG};
    if (in->type == VALUE_STRING && str_to_i64(in->text, &out->number)) {
        return true;
    }
    out->type = VALUE_DOUBLE;
    return in->type == VALUE_STRING && str_to_double(in->text, &out->real);
}

static bool to_boolean(const struct value *in, struct value *out)
{
    *out = *in;
    if (in->type == VALUE_STRING) {
        bool yes = str_eq(in->text, S("true"));
        *out = (struct value){.type = VALUE_BOOLEAN, .boolean = yes};
        return yes || str_eq(in->text, S("false"));
    }
    return in->type == VALUE_BOOLEAN;
}

static bool from_milliseconds(int64_t ms, int64_t *out)
{
    if (ms > INT64_MAX / TIME_NS_PER_MS || ms < INT64_MIN / TIME_NS_PER_MS) {
        return false;
    }
    *out = ms * TIME_NS_PER_MS;
    return true;
}

/* Text or milliseconds; a field of plain dates holds whole milliseconds, so its constants do too. */
static bool to_date(const struct value *in, const struct field *field, struct value *out)
{
    int64_t number = 0;
    *out = (struct value){.type = VALUE_DATE};
    if (in->type == VALUE_LONG) {
        return from_milliseconds(in->number, &out->number);
    }
    if (in->type == VALUE_DOUBLE) {
        bool fits = in->real > -9.2e12 && in->real < 9.2e12;
        return fits && from_milliseconds((int64_t)in->real, &out->number);
    }
    if (in->type != VALUE_STRING) {
        return false;
    }
    if (str_to_i64(in->text, &number)) {
        return from_milliseconds(number, &out->number);
    }
    if (!time_parse(in->text, &number)) {
        return false;
    }
    if (field == NULL || field->format.type != FIELD_DATE_NANOS) {
        int64_t rest = number % TIME_NS_PER_MS;
        number -= rest < 0 ? rest + TIME_NS_PER_MS : rest;
    }
    out->number = number;
    return true;
}

static bool to_address(const struct value *in, struct value *out)
{
    struct cidr block;
    if (in->type != VALUE_STRING) {
        return false;
    }
    *out = *in;
    if (cidr_parse(in->text, &block)) {
        return true;
    }
    *out = (struct value){.type = VALUE_IP};
    return ip_parse(in->text, &out->ip);
}

static bool to_text(struct eql_checker *c, const struct value *in, enum value_type want,
                    struct value *out)
{
    if (in->type == VALUE_BOOLEAN && want == VALUE_VERSION) {
        return false;
    }
    *out = (struct value){.type = want};
    out->text = in->type == VALUE_STRING ? in->text : value_text(in, c->arena);
    return true;
}

bool eql_convert(struct eql_checker *c, const struct value *in, enum value_type want,
                 const struct field *field, span at, struct value *out)
{
    bool good = false;
    switch (want) {
    case VALUE_NULL:
        *out = *in;
        return true;
    case VALUE_BOOLEAN:
        good = to_boolean(in, out);
        break;
    case VALUE_LONG:
    case VALUE_DOUBLE:
        good = to_number(in, out);
        break;
    case VALUE_STRING:
    case VALUE_VERSION:
        good = to_text(c, in, want, out);
        break;
    case VALUE_DATE:
        good = to_date(in, field, out);
        break;
    case VALUE_IP:
        good = to_address(in, out);
        break;
    }
    bool text = in->type == VALUE_STRING && want != VALUE_BOOLEAN;
    bool number = eql_is_number(in->type) && want == VALUE_DATE;
    return good ||
           refuse(c, in, at, text || number ? DIAG_BAD_CONSTANT : DIAG_WRONG_TYPE, want, field);
}
