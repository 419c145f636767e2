/* SPDX-License-Identifier: Apache-2.0 */
/* IR as canonical text, one condition a line: (op args…). Injective: every flag is in the name of the
 * operator, every constant carries its type, text is quoted and escaped. */
#include "base/time.h"
#include "ir/ir.h"

#include <inttypes.h>

static void print_text(str s, struct buf *out)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        unsigned char byte = (unsigned char)s.ptr[i];
        if (byte == '"' || byte == '\\') {
            buf_byte(out, '\\');
            buf_byte(out, s.ptr[i]);
        } else if (byte < 0x20 || byte == 0x7f) {
            buf_printf(out, "\\x%02x", byte);
        } else {
            buf_byte(out, s.ptr[i]);
        }
    }
    buf_byte(out, '"');
}

/* Seventeen digits give every double back. */
static void print_value(const struct value *v, struct buf *out)
{
    char text[48];
    switch (v->type) {
    case VALUE_NULL:
        buf_append(out, S("null"));
        return;
    case VALUE_BOOLEAN:
        buf_append(out, v->boolean ? S("true") : S("false"));
        return;
    case VALUE_LONG:
        buf_printf(out, "%" PRId64, v->number);
        return;
    case VALUE_DOUBLE:
        buf_printf(out, "double:%.17g", v->real);
        return;
    case VALUE_STRING:
        print_text(v->text, out);
        return;
    case VALUE_DATE:
        buf_append(out, S("date:"));
        buf_append(out, (str){text, time_format_ns(v->number, text)});
        return;
    case VALUE_IP:
        buf_append(out, S("ip:"));
        buf_append(out, (str){text, ip_format(&v->ip, text)});
        return;
    case VALUE_VERSION:
        buf_append(out, S("version:"));
        print_text(v->text, out);
        return;
    }
}

static bool is_plain(str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '_' && c != '.' && c != '@') {
            return false;
        }
    }
    return name.len > 0;
}

/* `$name`; an unknown optional field is nothing but null. */
static void print_field(uint32_t number, const struct ir_query *q, struct buf *out)
{
    const struct field *f = q->fields[number];
    if (f == NULL) {
        buf_append(out, S("null"));
        return;
    }
    buf_byte(out, '$');
    if (is_plain(f->name)) {
        buf_append(out, f->name);
    } else {
        print_text(f->name, out);
    }
}

static void print_operator(const struct ir *node, struct buf *out)
{
    static const char *const names[] = {
        [IR_CONST] = "",    [IR_FIELD] = "",          [IR_AND] = "and",
        [IR_OR] = "or",     [IR_NOT] = "not",         [IR_EQ] = "==",
        [IR_LT] = "<",      [IR_LE] = "<=",           [IR_GT] = ">",
        [IR_GE] = ">=",     [IR_IS_NULL] = "is-null", [IR_IN] = "in",
        [IR_LIKE] = "like", [IR_REGEX] = "regex",     [IR_CALL] = "",
    };
    bool call = node->op == IR_CALL;
    buf_append(out, call ? str_from(function_row(node->call)->name) : str_from(names[node->op]));
    buf_append(out, node->quoted ? S("-quoted") : S(""));
    buf_append(out, node->network ? S("-network") : S(""));
    buf_append(out, node->fold ? S("~") : S(""));
}

void ir_print(const struct ir *node, const struct ir_query *q, struct buf *out)
{
    if (node->op == IR_CONST) {
        print_value(&node->constant, out);
        return;
    }
    if (node->op == IR_FIELD) {
        print_field(node->field, q, out);
        return;
    }
    buf_byte(out, '(');
    print_operator(node, out);
    for (uint32_t i = 0; i < node->n_args; i++) {
        buf_byte(out, ' ');
        ir_print(node->args[i], q, out);
    }
    for (uint32_t i = 0; i < node->n_list; i++) {
        buf_byte(out, ' ');
        print_value(&node->list[i], out);
    }
    buf_byte(out, ')');
}

static void print_stage(const struct ir_stage *s, const char *what, const struct ir_query *q,
                        struct buf *out)
{
    buf_printf(out, "%s%s", s->missing ? "missing " : "", what);
    for (uint32_t i = 0; i < s->n_keys; i++) {
        buf_append(out, i == 0 ? S(" by ") : S(", "));
        buf_append(out, s->optional[i] ? S("?") : S(""));
        print_field(s->keys[i], q, out);
    }
    if (s->runs > 1) {
        buf_printf(out, " runs %u", s->runs);
    }
    buf_append(out, S(": "));
    ir_print(s->where, q, out);
    buf_byte(out, '\n');
}

void ir_print_query(const struct ir_query *q, struct buf *out)
{
    static const char *const kinds[] = {
        [IR_EVENT] = "event", [IR_SEQUENCE] = "sequence", [IR_SAMPLE] = "sample"};
    if (q->kind != IR_EVENT) {
        buf_append(out, str_from(kinds[q->kind]));
        if (q->maxspan > 0) {
            buf_printf(out, " maxspan %" PRId64 "ns", q->maxspan);
        }
        buf_byte(out, '\n');
    }
    for (uint32_t i = 0; i < q->n_stages; i++) {
        print_stage(&q->stages[i], q->kind == IR_EVENT ? "event" : "stage", q, out);
    }
    if (q->until != NULL) {
        print_stage(q->until, "until", q, out);
    }
    for (uint32_t i = 0; i < q->n_pipes; i++) {
        buf_printf(out, "%s %" PRIu64 "\n", q->pipes[i].op == IR_PIPE_HEAD ? "head" : "tail",
                   q->pipes[i].count);
    }
}
