/* SPDX-License-Identifier: Apache-2.0 */
/* Checks calls by the function table. */
#include "base/ip.h"
#include "lang/eql_check.h"
#include "lang/eql_parser.h"

#include <string.h>

static const struct eql_info *info_of(const struct eql_checker *c, const struct eql_node *node)
{
    return &c->out->info[node->id];
}

/* The table's letter for argument i: the last one repeats. */
static char letter_of(const struct function *row, uint32_t i)
{
    size_t n = strlen(row->types);
    return row->types[i < n ? i : n - 1];
}

static const char *letter_name(char letter)
{
    switch (letter) {
    case 's':
        return "a string";
    case 'S':
    case 'C':
    case 'c':
        return "a constant string";
    case 'n':
        return "a number";
    case 'i':
        return "an integer";
    case 'I':
        return "a constant integer";
    case 'b':
        return "a boolean";
    case 'p':
        return "an address field";
    default:
        return "a value";
    }
}

static bool fits(char letter, const struct eql_info *arg)
{
    enum value_type type = arg->type;
    bool upper = letter >= 'A' && letter <= 'Z';
    if ((upper && arg->has_field) || (letter == 'C' && !arg->constant)) {
        return false;
    }
    if (type == VALUE_NULL) {
        return true;
    }
    switch (letter) {
    case 's':
    case 'S':
    case 'c':
    case 'C':
        return type == VALUE_STRING;
    case 'n':
        return eql_is_number(type);
    case 'i':
    case 'I':
        return type == VALUE_LONG;
    case 'b':
        return type == VALUE_BOOLEAN;
    case 'p':
        return type == VALUE_IP;
    default:
        return true;
    }
}

/* A block, or a bare address, which stands for itself alone; the info's value becomes the block. */
static void check_block(struct eql_checker *c, const struct eql_node *arg)
{
    struct eql_info *info = &c->out->info[arg->id];
    struct cidr block;
    struct ip address;
    if (info->type != VALUE_STRING || cidr_parse(info->value.text, &block)) {
        return;
    }
    if (ip_parse(info->value.text, &address)) {
        str bits = ip_is_v4(&address) && str_find_byte(info->value.text, ':', 0) == SIZE_MAX
                       ? S("/32")
                       : S("/128");
        info->value.text = arena_concat(c->arena, info->value.text, bits, S(""));
        return;
    }
    struct diag *item =
        diag_error(c->diags, c->src, arg->at, DIAG_BAD_CIDR, "'%.*s' is no network block",
                   STR_ARG(eql_shorten(info->value.text)));
    diag_hint(c->diags, item, "write ADDRESS/BITS: \"10.0.0.0/8\"");
}

static void check_base(struct eql_checker *c, const struct eql_node *arg)
{
    const struct eql_info *info = info_of(c, arg);
    if (info->constant && info->type == VALUE_LONG &&
        (info->value.number < 2 || info->value.number > 36)) {
        diag_error(c->diags, c->src, arg->at, DIAG_BAD_CONSTANT, "the base must be from 2 to 36");
    }
}

static void check_argument(struct eql_checker *c, const struct function *row,
                           const struct eql_node *node, uint32_t i)
{
    const struct eql_node *arg = node->args[i];
    char letter = letter_of(row, i);
    const struct eql_info *info = info_of(c, arg);
    if (!fits(letter, info)) {
        struct diag *item = diag_error(c->diags, c->src, arg->at, DIAG_WRONG_TYPE,
                                       "argument %u of '%s' must be %s, found %s", i + 1, row->name,
                                       letter_name(letter), eql_type_name(info->type));
        bool text = info->type != VALUE_STRING && letter == 's';
        diag_hint(c->diags, item, "%s", text ? "string(...) makes text of any value" : row->doc);
    } else if (letter == 'C') {
        check_block(c, arg);
    } else if (letter == 'I') {
        check_base(c, arg);
    }
}

static void unknown_function(struct eql_checker *c, const struct eql_node *node)
{
    static const struct {
        str name;
        const char *hint;
    } old[] = {
        {S_INIT("match"), "write 'regex'"},
        {S_INIT("matchLite"), "write 'regex'"},
        {S_INIT("wildcard"), "write ':' or 'like'"},
        {S_INIT("safe"), "leave it out"},
        {S_INIT("arrayContains"), "a condition on a field already looks at all its values"},
        {S_INIT("arraySearch"), "a condition on a field already looks at all its values"},
        {S_INIT("arrayCount"), "values of a field cannot be counted"},
    };
    struct diag *item = diag_error(c->diags, c->src, node->at, DIAG_UNKNOWN_FUNCTION,
                                   "unknown function '%.*s'", STR_ARG(eql_shorten(node->name)));
    for (size_t i = 0; i < sizeof old / sizeof old[0]; i++) {
        if (str_eq_nocase(old[i].name, node->name)) {
            diag_hint(c->diags, item, "%s", old[i].hint);
        }
    }
}

void eql_check_call(struct eql_checker *c, const struct eql_node *node)
{
    struct eql_info *info = &c->out->info[node->id];
    if (!function_find(node->name, &info->call)) {
        unknown_function(c, node);
        return;
    }
    const struct function *row = function_row(info->call);
    if (node->fold && !row->fold_allowed) {
        struct diag *item =
            diag_error(c->diags, c->src, node->at, DIAG_UNKNOWN_FUNCTION,
                       "'%s' has no case-insensitive form '%s~'", row->name, row->name);
        diag_hint(c->diags, item, "leave '~' out");
    }
    info->type = row->result;
    for (uint32_t i = 0; i < node->n_args; i++) {
        check_argument(c, row, node, i);
        bool arithmetic = info->call <= FN_MODULO;
        if (arithmetic && info_of(c, node->args[i])->type == VALUE_DOUBLE) {
            info->type = VALUE_DOUBLE;
        }
    }
}
