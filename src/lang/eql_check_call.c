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

static bool letter_is_constant(char letter)
{
    return letter >= 'A' && letter <= 'Z';
}

static bool fits(char letter, const struct eql_info *arg)
{
    enum value_type type = arg->type;
    if ((letter_is_constant(letter) && arg->has_field) || (letter == 'C' && !arg->constant)) {
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
        struct diag *item =
            diag_error(c->diags, c->src, arg->at, DIAG_BAD_CONSTANT,
                       "the base must be from 2 to 36, found %lld", (long long)info->value.number);
        diag_hint(c->diags, item, "write number(text) for base 10, number(text, 16) for base 16");
    }
}

static void refuse_argument(struct eql_checker *c, const struct function *row,
                            const struct eql_node *arg, uint32_t i)
{
    char letter = letter_of(row, i);
    str text = eql_node_text(c, arg);
    enum value_type type = info_of(c, arg)->type;
    bool variable = type == VALUE_STRING && letter_is_constant(letter);
    struct diag *item;
    if (variable) {
        item = diag_error(c->diags, c->src, arg->at, DIAG_WRONG_TYPE,
                          "argument %u of '%s' must be %s; '%.*s' is none", i + 1, row->name,
                          letter_name(letter), STR_ARG(text));
    } else {
        item = diag_error(c->diags, c->src, arg->at, DIAG_WRONG_TYPE,
                          "argument %u of '%s' must be %s; %.*s", i + 1, row->name,
                          letter_name(letter), STR_ARG(eql_subject(c, arg)));
    }
    if (arg->op == EQL_CONST && (letter == 's' || letter == 'C')) {
        diag_hint(c->diags, item, "strings take double quotes: \"%.*s\"", STR_ARG(text));
    } else if (letter == 's') {
        diag_hint(c->diags, item, "string(%.*s) makes text of it", STR_ARG(text));
    } else if (letter == 'n' && type == VALUE_STRING) {
        diag_hint(c->diags, item, "number(%.*s) reads a number from text", STR_ARG(text));
    } else {
        diag_hint(c->diags, item, "%s: %s", row->name, row->doc);
    }
}

static void check_argument(struct eql_checker *c, const struct function *row,
                           const struct eql_node *node, uint32_t i)
{
    const struct eql_node *arg = node->args[i];
    char letter = letter_of(row, i);
    const struct eql_info *info = info_of(c, arg);
    if (!fits(letter, info)) {
        refuse_argument(c, row, arg, i);
    } else if (letter == 'C') {
        check_block(c, arg);
    } else if (letter == 'I') {
        check_base(c, arg);
    }
}

/* Names near the one written, found as those of fields are. */
static void suggest_function(struct eql_checker *c, struct diag *item, str name)
{
    struct schema *names = item != NULL ? schema_new(c->arena) : NULL;
    for (int id = 0; names != NULL && id < FN_NEGATE; id++) {
        schema_add(names, &(struct field){.name = str_from(function_row(id)->name)});
    }
    str near[3];
    size_t n = names != NULL ? schema_suggest(names, name, near, 3) : 0;
    if (n > 0) {
        eql_hint_names(c, item, "did you mean", near, n, "?");
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
        {S_INIT("contains"), "did you mean 'stringContains'?"},
        {S_INIT("len"), "did you mean 'length'?"},
        {S_INIT("lower"), "':', 'like~', 'in~' and 'startsWith~(...)' ignore case"},
        {S_INIT("upper"), "':', 'like~', 'in~' and 'startsWith~(...)' ignore case"},
        {S_INIT("count"), "events are counted by 'with runs=' in a sequence"},
        {S_INIT("now"), "the time of the run is not known to a query"},
    };
    struct diag *item = diag_error(c->diags, c->src, node->at, DIAG_UNKNOWN_FUNCTION,
                                   "unknown function '%.*s'", STR_ARG(eql_shorten(node->name)));
    for (size_t i = 0; i < sizeof old / sizeof old[0]; i++) {
        if (str_eq_nocase(old[i].name, node->name)) {
            diag_hint(c->diags, item, "%s", old[i].hint);
            return;
        }
    }
    suggest_function(c, item, node->name);
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
