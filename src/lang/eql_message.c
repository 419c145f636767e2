/* SPDX-License-Identifier: Apache-2.0 */
/* How messages speak of types, of constants and of parts of the query. */
#include "lang/eql_check.h"
#include "lang/eql_parser.h"
#include "lang/eql_print_part.h"

const char *eql_type_name(enum value_type type)
{
    static const char *const names[] = {
        [VALUE_NULL] = "null",       [VALUE_BOOLEAN] = "a boolean", [VALUE_LONG] = "a number",
        [VALUE_DOUBLE] = "a number", [VALUE_STRING] = "a string",   [VALUE_DATE] = "a date",
        [VALUE_IP] = "an address",   [VALUE_VERSION] = "a version",
    };
    return names[type];
}

const char *eql_field_kind(const struct field *f)
{
    static const char *const names[] = {
        [FIELD_KEYWORD] = "a string",  [FIELD_LONG] = "a long",       [FIELD_DOUBLE] = "a double",
        [FIELD_BOOLEAN] = "a boolean", [FIELD_DATE] = "a date",       [FIELD_DATE_NANOS] = "a date",
        [FIELD_IP] = "an address",     [FIELD_VERSION] = "a version", [FIELD_OBJECT] = "an object",
    };
    return names[f->format.type];
}

str eql_constant_text(struct eql_checker *c, const struct value *v)
{
    if (v->type != VALUE_STRING) {
        return value_text(v, c->arena);
    }
    struct buf text = BUF_INIT(0);
    eql_print_string(eql_shorten(v->text), &text);
    str copy = arena_copy(c->arena, buf_view(&text));
    buf_deinit(&text);
    return copy;
}

str eql_node_text(struct eql_checker *c, const struct eql_node *node)
{
    if (node->op == EQL_CONST) {
        return node->written.len > 0 ? node->written : eql_constant_text(c, &node->value);
    }
    struct buf text = BUF_INIT(0);
    eql_print_node(node, &text);
    str shown = eql_shorten(buf_view(&text));
    bool cut = shown.len < text.len;
    str copy = arena_concat(c->arena, shown, cut ? S("...") : S(""), S(""));
    buf_deinit(&text);
    return copy;
}

str eql_subject(struct eql_checker *c, const struct eql_node *node)
{
    const struct eql_info *info = &c->out->info[node->id];
    const struct field *f = node->op == EQL_FIELD ? c->out->fields.v[info->field] : NULL;
    str text = eql_node_text(c, node);
    const char *quote = node->op == EQL_CONST ? "" : "'";
    return arena_printf(c->arena, "%s%.*s%s is %s", quote, STR_ARG(text), quote,
                        f != NULL ? eql_field_kind(f) : eql_type_name(info->type));
}
