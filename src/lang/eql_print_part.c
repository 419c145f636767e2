/* SPDX-License-Identifier: Apache-2.0 */
/* Strings, names and constants as EQL text. */
#include "lang/eql_print_part.h"
#include "lang/eql_lex.h"

void eql_print_string(str s, struct buf *out)
{
    static const char from[] = "\b\t\n\f\r\"\\";
    static const char to[] = "btnfr\"\\";
    buf_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        size_t k = 0;
        while (from[k] != '\0' && from[k] != s.ptr[i]) {
            k++;
        }
        unsigned char byte = (unsigned char)s.ptr[i];
        if (from[k] != '\0') {
            buf_byte(out, '\\');
            buf_byte(out, to[k]);
        } else if (byte < 0x20 || byte == 0x7f) {
            buf_printf(out, "\\u{%02x}", byte);
        } else {
            buf_byte(out, s.ptr[i]);
        }
    }
    buf_byte(out, '"');
}

void eql_print_constant(const struct eql_node *node, struct buf *out)
{
    if (node->value.type == VALUE_NULL) {
        buf_append(out, S("null"));
    } else if (node->value.type == VALUE_BOOLEAN) {
        buf_append(out, node->value.boolean ? S("true") : S("false"));
    } else if (node->value.type == VALUE_STRING) {
        eql_print_string(node->value.text, out);
    } else {
        buf_append(out, node->written);
    }
}

static void print_quoted_name(str name, struct buf *out)
{
    buf_byte(out, '`');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '`') {
            buf_byte(out, '`');
        }
        buf_byte(out, name.ptr[i]);
    }
    buf_byte(out, '`');
}

void eql_print_name(str name, struct buf *out)
{
    bool plain = true;
    str rest = name;
    str part;
    while (plain && str_split(&rest, '.', &part)) {
        plain = eql_is_plain_name(part);
    }
    if (plain) {
        buf_append(out, name);
    } else {
        print_quoted_name(name, out);
    }
}

void eql_print_category(const struct eql_term *term, struct buf *out)
{
    if (term->any) {
        buf_append(out, S("any"));
    } else if (eql_is_plain_name(term->category)) {
        buf_append(out, term->category);
    } else {
        eql_print_string(term->category, out);
    }
}

void eql_print_keys(const struct eql_keys *keys, struct buf *out)
{
    for (uint32_t i = 0; i < keys->n; i++) {
        buf_append(out, i > 0 ? S(", ") : S(""));
        buf_append(out, keys->v[i].optional ? S("?") : S(""));
        eql_print_name(keys->v[i].name, out);
    }
}
