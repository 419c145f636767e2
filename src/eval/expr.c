/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions of leaves. */
#include "eval/expr.h"

#include <string.h>

#include "eval/compare.h"
#include "eval/fold.h"
#include "eval/function.h"

enum { FUNCTION_ARGS = 255 };

static uint32_t field_choice(const struct expr_compiler *c, uint32_t field)
{
    if (!c->query->fields[field]) {
        return UINT32_MAX;
    }
    struct expr_fields *f = c->fields;
    uint32_t slot = c->slots[field];
    for (size_t i = 0; i < f->n; i++) {
        if (f->slots[i] == slot) {
            return (uint32_t)i;
        }
    }
    if (f->n == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 4;
        uint32_t *slots = NEW_ARRAY(c->arena, uint32_t, cap);
        if (f->n) {
            memcpy(slots, f->slots, f->n * sizeof *slots);
        }
        f->slots = slots;
        f->cap = cap;
    }
    f->slots[f->n++] = slot;
    return (uint32_t)(f->n - 1);
}

static const str *list_texts(const struct ir *node, size_t *n, struct arena *a)
{
    str *texts = NEW_ARRAY(a, str, node->n_list);
    *n = 0;
    for (uint32_t i = 0; i < node->n_list; i++) {
        if (node->list[i].type == VALUE_STRING) {
            texts[(*n)++] = node->list[i].text;
        }
    }
    return texts;
}

static bool compile_regex(const struct expr_compiler *c, struct expr *e)
{
    struct regex_error error;
    size_t n;
    const str *texts = list_texts(e->node, &n, c->arena);
    e->regex = regex_list_new(texts, n, e->node->fold, c->arena, &error);
    if (!e->regex) {
        diag_error(c->diags, c->src, e->node->at, DIAG_BAD_REGEX,
                   "regular expression '%.*s' is refused at byte %zu: %s",
                   STR_ARG(str_slice(texts[error.pattern], 0, 80)), error.at, error.reason);
        return false;
    }
    c->keep_regex(c->user, e->regex);
    return true;
}

/* A block, or one address as a block of its own. */
static bool parse_block(str text, struct cidr *out)
{
    if (cidr_parse(text, out)) {
        return true;
    }
    out->bits = 128;
    return ip_parse(text, &out->network);
}

static bool compile_blocks(const struct expr_compiler *c, struct expr *e)
{
    const struct ir *node = e->node;
    e->blocks = NEW_ARRAY(c->arena, struct cidr, node->n_args);
    for (uint32_t i = 1; i < node->n_args; i++) {
        if (!parse_block(node->args[i]->constant.text, &e->blocks[e->n_blocks++])) {
            diag_error(c->diags, c->src, node->args[i]->at, DIAG_BAD_CIDR,
                       "'%.*s' is no network block", STR_ARG(node->args[i]->constant.text));
            return false;
        }
    }
    return true;
}

static bool compile_own(const struct expr_compiler *c, struct expr *e)
{
    const struct ir *node = e->node;
    size_t n;
    switch (node->op) {
    case IR_FIELD:
        e->choice = field_choice(c, node->field);
        return true;
    case IR_IN:
        e->set = value_set_new(node->list, node->n_list, node->fold, c->arena);
        return true;
    case IR_LIKE: {
        const str *texts = list_texts(node, &n, c->arena);
        e->patterns = pattern_set_new(texts, n, node->fold, node->quoted, c->arena);
        return true;
    }
    case IR_REGEX:
        return compile_regex(c, e);
    case IR_EQ:
        return !node->network || compile_blocks(c, e);
    case IR_CALL:
        return node->call != FN_CIDR_MATCH || compile_blocks(c, e);
    case IR_CONST:
    case IR_AND:
    case IR_OR:
    case IR_NOT:
    case IR_LT:
    case IR_LE:
    case IR_GT:
    case IR_GE:
    case IR_IS_NULL:
        return true;
    }
    return false;
}

struct expr *expr_compile(const struct expr_compiler *c, const struct ir *node)
{
    struct expr *e = NEW(c->arena, struct expr);
    e->node = node;
    e->args = NEW_ARRAY(c->arena, struct expr *, node->n_args);
    for (uint32_t i = 0; i < node->n_args; i++) {
        e->args[i] = expr_compile(c, node->args[i]);
        if (!e->args[i]) {
            return NULL;
        }
    }
    return compile_own(c, e) ? e : NULL;
}

static bool in_blocks(const struct expr *e, const struct value *v)
{
    for (size_t i = 0; v->type == VALUE_IP && i < e->n_blocks; i++) {
        if (cidr_contains(&e->blocks[i], &v->ip)) {
            return true;
        }
    }
    return false;
}

bool expr_test(const struct expr *e, const struct value *v, const struct expr_env *env)
{
    bool text = v->type == VALUE_STRING || v->type == VALUE_VERSION;
    switch (e->node->op) {
    case IR_IN:
        return value_set_has(e->set, v, env->arena);
    case IR_LIKE:
        return text && pattern_set_matches(e->patterns, v->text, env->arena);
    case IR_REGEX:
        return text &&
               regex_list_matches(e->regex, v->text, env->regex, env->arena, env->regex_cut);
    case IR_EQ:
    case IR_CALL:
        return in_blocks(e, v);
    case IR_CONST:
    case IR_FIELD:
    case IR_AND:
    case IR_OR:
    case IR_NOT:
    case IR_LT:
    case IR_LE:
    case IR_GT:
    case IR_GE:
    case IR_IS_NULL:
        return false;
    }
    return false;
}

/* AND and OR with null: `decisive` is the value that decides (false for AND, true for OR). */
static struct value junction(const struct expr *e, const struct expr_env *env, bool decisive)
{
    bool unknown = false;
    for (uint32_t i = 0; i < e->node->n_args; i++) {
        struct value v = expr_eval(e->args[i], env);
        if (v.type != VALUE_BOOLEAN) {
            unknown = true;
        } else if (v.boolean == decisive) {
            return v;
        }
    }
    return unknown ? function_null() : function_boolean(!decisive);
}

/* Two texts without regard to case; any other values as they are. */
static bool equal_folded(const struct value *a, const struct value *b, const struct expr_env *env)
{
    char room[2][FOLD_ROOM];
    if (a->type != VALUE_STRING || b->type != VALUE_STRING) {
        return compare_equal(a, b);
    }
    return str_eq(fold_text(a->text, room[0], env->arena), fold_text(b->text, room[1], env->arena));
}

static struct value comparison(const struct expr *e, const struct expr_env *env)
{
    struct value a = expr_eval(e->args[0], env), b = expr_eval(e->args[1], env);
    int order = 0;
    if (a.type == VALUE_NULL || b.type == VALUE_NULL) {
        return function_null();
    }
    if (e->node->op == IR_EQ) {
        return function_boolean(e->node->network ? in_blocks(e, &a)
                                : e->node->fold  ? equal_folded(&a, &b, env)
                                                 : compare_equal(&a, &b));
    }
    if (!compare_order(&a, &b, &order)) {
        return function_boolean(false);
    }
    switch (e->node->op) {
    case IR_LT:
        return function_boolean(order < 0);
    case IR_LE:
        return function_boolean(order <= 0);
    case IR_GT:
        return function_boolean(order > 0);
    default:
        return function_boolean(order >= 0);
    }
}

static struct value call(const struct expr *e, const struct expr_env *env)
{
    const struct function_entry *f = function_entry(e->node->call);
    bool network = e->node->call == FN_CIDR_MATCH;
    uint32_t n = network ? 1 : e->node->n_args;
    struct value few[8];
    struct value *args = n <= 8 ? few : NEW_ARRAY(env->arena, struct value, n);
    for (uint32_t i = 0; i < n && i < FUNCTION_ARGS; i++) {
        args[i] = expr_eval(e->args[i], env);
        if (args[i].type == VALUE_NULL && f->strict) {
            return function_null();
        }
    }
    const struct function_call c = {.args = args,
                                    .n = n,
                                    .fold = e->node->fold,
                                    .blocks = network ? e->blocks : NULL,
                                    .n_blocks = network ? e->n_blocks : 0,
                                    .arena = env->arena};
    return f->body(&c); /* cppcheck-suppress returnDanglingLifetime; no body keeps its call */
}

struct value expr_eval(const struct expr *e, const struct expr_env *env)
{
    struct value v;
    switch (e->node->op) {
    case IR_CONST:
        return e->node->constant;
    case IR_FIELD:
        return e->choice == UINT32_MAX ? function_null() : env->choice[e->choice];
    case IR_AND:
        return junction(e, env, false);
    case IR_OR:
        return junction(e, env, true);
    case IR_NOT:
        v = expr_eval(e->args[0], env);
        return v.type == VALUE_BOOLEAN ? function_boolean(!v.boolean) : function_null();
    case IR_EQ:
    case IR_LT:
    case IR_LE:
    case IR_GT:
    case IR_GE:
        return comparison(e, env);
    case IR_IS_NULL:
        return function_boolean(expr_eval(e->args[0], env).type == VALUE_NULL);
    case IR_IN:
    case IR_LIKE:
    case IR_REGEX:
        v = expr_eval(e->args[0], env);
        return v.type == VALUE_NULL ? function_null() : function_boolean(expr_test(e, &v, env));
    case IR_CALL:
        return call(e, env);
    }
    return function_null();
}
