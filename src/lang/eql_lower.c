/* SPDX-License-Identifier: Apache-2.0 */
/* Checked tree to IR. `!=` becomes NOT(EQ), `not in` NOT(IN), `== null` a null test, `> ` with the
 * constant on the left is turned round; text is copied, so the IR outlives tree and query. */
#include "lang/eql_check.h"

struct lowering {
    const struct eql_checked *checked;
    struct arena *arena;
};

static struct ir *lower(const struct lowering *l, const struct eql_node *node);

static const struct eql_info *info_of(const struct lowering *l, const struct eql_node *node)
{
    return &l->checked->info[node->id];
}

static struct ir *new_ir(const struct lowering *l, enum ir_op op, enum value_type type, span at)
{
    struct ir *ir = NEW(l->arena, struct ir);
    ir->op = op;
    ir->type = type;
    ir->at = at;
    return ir;
}

static struct ir *with_args(const struct lowering *l, struct ir *ir, uint32_t n)
{
    ir->args = NEW_ARRAY(l->arena, struct ir *, n);
    ir->n_args = n;
    return ir;
}

static struct ir *unary(const struct lowering *l, enum ir_op op, struct ir *arg, span at)
{
    struct ir *ir = with_args(l, new_ir(l, op, VALUE_BOOLEAN, at), 1);
    ir->args[0] = arg;
    return ir;
}

static struct ir *binary(const struct lowering *l, enum ir_op op, struct ir *left, struct ir *right,
                         span at)
{
    struct ir *ir = with_args(l, new_ir(l, op, VALUE_BOOLEAN, at), 2);
    ir->args[0] = left;
    ir->args[1] = right;
    return ir;
}

static struct value copy_value(const struct lowering *l, struct value v)
{
    if (v.type == VALUE_STRING || v.type == VALUE_VERSION) {
        v.text = arena_copy(l->arena, v.text);
    }
    return v;
}

static struct ir *constant(const struct lowering *l, struct value v, span at)
{
    struct ir *ir = new_ir(l, IR_CONST, v.type, at);
    ir->constant = copy_value(l, v);
    return ir;
}

static struct ir *boolean(const struct lowering *l, bool value, span at)
{
    return constant(l, (struct value){.type = VALUE_BOOLEAN, .boolean = value}, at);
}

static struct ir *field(const struct lowering *l, uint32_t number, enum value_type type, span at)
{
    struct ir *ir = new_ir(l, IR_FIELD, type, at);
    ir->field = number;
    return ir;
}

static bool is_plain_field(const struct lowering *l, const struct eql_node *node)
{
    return node->op == EQL_FIELD && info_of(l, node)->type == VALUE_STRING;
}

/* Quirk of Elasticsearch: stringContains(field, "c") and endsWith(field, "c") that are leaves are the
 * wildcard patterns *c* and *c, in which `*` and `?` count and a backslash quotes. An empty constant
 * stays a call: stringContains with it is false, the pattern would not be. */
static struct ir *quirk(const struct lowering *l, const struct eql_node *node)
{
    const struct eql_info *info = info_of(l, node);
    bool contains = node->op == EQL_CALL && info->call == FN_STRING_CONTAINS;
    bool ends = node->op == EQL_CALL && info->call == FN_ENDS_WITH;
    if ((!contains && !ends) || !is_plain_field(l, node->args[0])) {
        return NULL;
    }
    const struct eql_info *text = info_of(l, node->args[1]);
    if (!text->constant || text->type != VALUE_STRING || text->value.text.len == 0) {
        return NULL;
    }
    struct ir *ir = with_args(l, new_ir(l, IR_LIKE, VALUE_BOOLEAN, node->at), 1);
    struct value *pattern = NEW(l->arena, struct value);
    pattern->type = VALUE_STRING;
    pattern->text = arena_concat(l->arena, S("*"), text->value.text, contains ? S("*") : S(""));
    ir->args[0] = lower(l, node->args[0]);
    ir->list = pattern;
    ir->n_list = 1;
    ir->fold = node->fold;
    ir->quoted = true;
    return ir;
}

static bool is_true_or_false(const struct lowering *l, const struct eql_node *node)
{
    return info_of(l, node)->constant && info_of(l, node)->type == VALUE_BOOLEAN;
}

/* A condition by itself: a boolean field is compared with true. */
static struct ir *condition(const struct lowering *l, const struct eql_node *node)
{
    struct ir *ir = lower(l, node);
    if (node->op == EQL_FIELD && ir->type == VALUE_BOOLEAN) {
        return binary(l, IR_EQ, ir, boolean(l, true, node->at), node->at);
    }
    return ir;
}

static enum ir_op order_op(enum eql_op op, bool turned)
{
    switch ((int)op) {
    case EQL_LT:
        return turned ? IR_GT : IR_LT;
    case EQL_LE:
        return turned ? IR_GE : IR_LE;
    case EQL_GT:
        return turned ? IR_LT : IR_GT;
    case EQL_GE:
        return turned ? IR_LE : IR_GE;
    default:
        return IR_EQ;
    }
}

/* A keyword compares with a number or boolean expression as text. */
static struct ir *as_text(const struct lowering *l, struct ir *ir)
{
    bool other = ir->type == VALUE_LONG || ir->type == VALUE_DOUBLE || ir->type == VALUE_BOOLEAN;
    if (!other || ir->op == IR_CONST) {
        return ir;
    }
    struct ir *call = with_args(l, new_ir(l, IR_CALL, VALUE_STRING, ir->at), 1);
    call->call = FN_STRING;
    call->args[0] = ir;
    return call;
}

static struct ir *null_test(const struct lowering *l, const struct eql_node *node, struct ir *left,
                            struct ir *right)
{
    struct ir *tested = right->type == VALUE_NULL ? left : right;
    struct ir *ir = unary(l, IR_IS_NULL, tested, node->at);
    return node->op == EQL_NE ? unary(l, IR_NOT, ir, node->at) : ir;
}

static struct ir *compare(const struct lowering *l, const struct eql_node *node)
{
    const struct eql_info *right_info = info_of(l, node->args[1]);
    struct ir *left = lower(l, node->args[0]);
    struct ir *right = lower(l, node->args[1]);
    bool equality = node->op == EQL_EQ || node->op == EQL_NE;
    bool null = (left->op == IR_CONST || left->op == IR_FIELD) && left->type == VALUE_NULL;
    null = null || ((right->op == IR_CONST || right->op == IR_FIELD) && right->type == VALUE_NULL);
    if (equality && null) {
        return null_test(l, node, left, right);
    }
    bool turned = left->op == IR_CONST && right->op != IR_CONST;
    turned = turned || (right_info->has_field && left->op != IR_CONST);
    if (turned) {
        struct ir *swap = left;
        left = right;
        right = swap;
    }
    right = left->type == VALUE_STRING ? as_text(l, right) : right;
    struct ir *ir = binary(l, order_op(node->op, turned), left, right, node->at);
    ir->network = left->type == VALUE_IP && right->type == VALUE_STRING;
    return node->op == EQL_NE ? unary(l, IR_NOT, ir, node->at) : ir;
}

/* The literals among the arguments from 1 on become the list; nulls are left out. */
static void fill_list(const struct lowering *l, const struct eql_node *node, struct ir *ir)
{
    struct value *list = NEW_ARRAY(l->arena, struct value, node->n_args);
    for (uint32_t i = 1; i < node->n_args; i++) {
        const struct eql_info *info = info_of(l, node->args[i]);
        if (info->constant && info->type != VALUE_NULL) {
            list[ir->n_list++] = copy_value(l, info->value);
        }
    }
    ir->list = list;
}

static uint32_t count_expressions(const struct lowering *l, const struct eql_node *node)
{
    uint32_t n = 0;
    for (uint32_t i = 1; i < node->n_args; i++) {
        const struct eql_info *info = info_of(l, node->args[i]);
        n += !info->constant && info->type != VALUE_NULL ? 1 : 0;
    }
    return n;
}

/* Elements that are expressions over constants are equal by EQ, beside the list, in `in~` without regard to case. */
static struct ir *lower_in(const struct lowering *l, const struct eql_node *node)
{
    struct ir *ir = with_args(l, new_ir(l, IR_IN, VALUE_BOOLEAN, node->at), 1);
    ir->args[0] = lower(l, node->args[0]);
    ir->fold = node->fold;
    fill_list(l, node, ir);
    uint32_t n = count_expressions(l, node);
    if (n > 0) {
        struct ir *either = with_args(l, new_ir(l, IR_OR, VALUE_BOOLEAN, node->at), n + 1);
        either->args[0] = ir;
        for (uint32_t i = 1, at = 1; i < node->n_args; i++) {
            const struct eql_info *info = info_of(l, node->args[i]);
            if (!info->constant && info->type != VALUE_NULL) {
                struct ir *element = lower(l, node->args[i]);
                struct ir *equal = binary(l, IR_EQ, ir->args[0], element, node->args[i]->at);
                equal->fold = node->fold;
                either->args[at++] = equal;
            }
        }
        ir = either;
    }
    return node->negated ? unary(l, IR_NOT, ir, node->at) : ir;
}

static struct ir *patterns(const struct lowering *l, const struct eql_node *node)
{
    enum ir_op op = node->op == EQL_REGEX ? IR_REGEX : IR_LIKE;
    struct ir *ir = with_args(l, new_ir(l, op, VALUE_BOOLEAN, node->at), 1);
    ir->args[0] = lower(l, node->args[0]);
    ir->fold = node->fold || node->op == EQL_COLON;
    fill_list(l, node, ir);
    return ir;
}

static struct ir *call(const struct lowering *l, const struct eql_node *node, enum function_id id)
{
    struct ir *ir =
        with_args(l, new_ir(l, IR_CALL, info_of(l, node)->type, node->at), node->n_args);
    ir->call = id;
    ir->fold = node->fold;
    for (uint32_t i = 0; i < node->n_args; i++) {
        ir->args[i] = lower(l, node->args[i]);
    }
    return ir;
}

static struct ir *logic(const struct lowering *l, const struct eql_node *node, enum ir_op op)
{
    struct ir *ir = with_args(l, new_ir(l, op, VALUE_BOOLEAN, node->at), node->n_args);
    for (uint32_t i = 0; i < node->n_args; i++) {
        ir->args[i] = condition(l, node->args[i]);
    }
    return ir;
}

static struct ir *lower(const struct lowering *l, const struct eql_node *node)
{
    const struct eql_info *info = info_of(l, node);
    if (info->constant) {
        return constant(l, info->value, node->at);
    }
    switch (node->op) {
    case EQL_CONST:
        return constant(l, info->value, node->at);
    case EQL_FIELD:
        return field(l, info->field, info->type, node->at);
    case EQL_CALL:
        return call(l, node, info->call);
    case EQL_NEGATE:
        return call(l, node, FN_NEGATE);
    case EQL_PLUS:
        return lower(l, node->args[0]);
    case EQL_ADD:
        return call(l, node, FN_ADD);
    case EQL_SUBTRACT:
        return call(l, node, FN_SUBTRACT);
    case EQL_MULTIPLY:
        return call(l, node, FN_MULTIPLY);
    case EQL_DIVIDE:
        return call(l, node, FN_DIVIDE);
    case EQL_MODULO:
        return call(l, node, FN_MODULO);
    case EQL_EQ:
    case EQL_NE:
    case EQL_LT:
    case EQL_LE:
    case EQL_GT:
    case EQL_GE:
        return compare(l, node);
    case EQL_IN:
        return lower_in(l, node);
    case EQL_COLON:
    case EQL_LIKE:
    case EQL_REGEX:
        return patterns(l, node);
    case EQL_NOT:
        return logic(l, node, IR_NOT);
    case EQL_AND:
        return logic(l, node, IR_AND);
    case EQL_OR:
        return logic(l, node, IR_OR);
    }
    return NULL;
}

/* A leaf `call == true` or `call == false`, on either side: the call, or NULL. */
static const struct eql_node *compared_call(const struct lowering *l, const struct eql_node *node,
                                            bool *wanted)
{
    if (node->op != EQL_EQ && node->op != EQL_NE) {
        return NULL;
    }
    bool right = is_true_or_false(l, node->args[1]);
    const struct eql_node *other = node->args[right ? 0 : 1];
    const struct eql_node *literal = node->args[right ? 1 : 0];
    if (other->op != EQL_CALL || !is_true_or_false(l, literal) ||
        info_of(l, other)->type != VALUE_BOOLEAN) {
        return NULL;
    }
    *wanted = info_of(l, literal)->value.boolean == (node->op == EQL_EQ);
    return other;
}

/* The outer layer: leaves get their special forms. `call == false` is `not call`, so it holds for an
 * event without the field too. */
static struct ir *outer(const struct lowering *l, const struct eql_node *node)
{
    if (node->op == EQL_NOT || node->op == EQL_AND || node->op == EQL_OR) {
        enum ir_op op = node->op == EQL_NOT ? IR_NOT : node->op == EQL_AND ? IR_AND : IR_OR;
        struct ir *ir = with_args(l, new_ir(l, op, VALUE_BOOLEAN, node->at), node->n_args);
        for (uint32_t i = 0; i < node->n_args; i++) {
            ir->args[i] = outer(l, node->args[i]);
        }
        return ir;
    }
    bool wanted = true;
    const struct eql_node *called = compared_call(l, node, &wanted);
    const struct eql_node *leaf = called != NULL ? called : node;
    struct ir *special = quirk(l, leaf);
    struct ir *ir = special != NULL ? special : condition(l, leaf);
    return wanted ? ir : unary(l, IR_NOT, ir, node->at);
}

static struct ir *with_category(const struct lowering *l, const struct eql_term *term,
                                struct value v, struct ir *where)
{
    if (term->any) {
        return where;
    }
    uint32_t number = l->checked->category;
    struct ir *test =
        binary(l, IR_EQ, field(l, number, eql_field_type(l->checked, number), term->category_at),
               constant(l, v, term->category_at), term->category_at);
    test->network = eql_field_type(l->checked, number) == VALUE_IP && v.type == VALUE_STRING;
    return binary(l, IR_AND, test, where, term->at);
}

static void lower_term(const struct lowering *l, const struct eql_ast *ast,
                       const struct eql_term *term, uint32_t i, struct ir_stage *out)
{
    uint32_t n = ast->keys.n + term->keys.n;
    bool *optional = NEW_ARRAY(l->arena, bool, n);
    for (uint32_t k = 0; k < n; k++) {
        optional[k] =
            k < ast->keys.n ? ast->keys.v[k].optional : term->keys.v[k - ast->keys.n].optional;
    }
    out->where = with_category(l, term, l->checked->categories[i], outer(l, term->where));
    out->keys = l->checked->keys[i];
    out->optional = optional;
    out->n_keys = n;
    out->runs = term->runs;
    out->missing = term->missing;
    out->at = term->at;
}

static struct ir_query *lower_query(const struct lowering *l, const struct eql_ast *ast)
{
    static const enum ir_query_kind kinds[] = {
        [EQL_EVENT] = IR_EVENT, [EQL_SEQUENCE] = IR_SEQUENCE, [EQL_SAMPLE] = IR_SAMPLE};
    struct ir_query *q = NEW(l->arena, struct ir_query);
    struct ir_pipe *pipes = NEW_ARRAY(l->arena, struct ir_pipe, ast->n_pipes);
    q->kind = kinds[ast->kind];
    q->stages = NEW_ARRAY(l->arena, struct ir_stage, ast->n_terms);
    q->n_stages = ast->n_terms;
    for (uint32_t i = 0; i < ast->n_terms; i++) {
        lower_term(l, ast, &ast->terms[i], i, &q->stages[i]);
    }
    if (ast->until != NULL) {
        q->until = NEW(l->arena, struct ir_stage);
        lower_term(l, ast, ast->until, ast->n_terms, q->until);
    }
    for (uint32_t i = 0; i < ast->n_pipes; i++) {
        pipes[i].op = ast->pipes[i].op == EQL_HEAD ? IR_PIPE_HEAD : IR_PIPE_TAIL;
        pipes[i].count = ast->pipes[i].count;
    }
    q->pipes = pipes;
    q->n_pipes = ast->n_pipes;
    q->maxspan = ast->maxspan * eql_unit_row(ast->unit)->nanoseconds;
    q->fields = l->checked->fields.v;
    q->field_names = l->checked->fields.names;
    q->n_fields = l->checked->fields.n;
    q->at = ast->at;
    return q;
}

struct ir_query *eql_compile(const struct eql_ast *ast, const struct eql_options *options,
                             struct schema *schema, const struct diag_source *src, struct arena *a,
                             struct diags *d)
{
    struct eql_checked checked = {0};
    struct eql_checker checker = {
        .out = &checked, .schema = schema, .src = src, .arena = a, .diags = d};
    str category = options != NULL ? options->event_category_field : S("");
    if (!eql_check(ast, category.len > 0 ? category : S("event.category"), &checker)) {
        return NULL;
    }
    return lower_query(&(struct lowering){&checked, a}, ast);
}
