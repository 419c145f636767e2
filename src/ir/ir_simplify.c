/* SPDX-License-Identifier: Apache-2.0 */
/* Simplifies the outer layer of a condition, where logic is two-valued; what is inside a leaf stays,
 * because there null matters. A leaf that can never hold is `false`. Equality leaves of one field may be
 * merged under OR ("one of the values equals a" or "one equals b" is "one equals a or b"), never under
 * AND, where two leaves may hold for two values. Nodes given are not changed. */
#include "ir/ir.h"

struct simplifier {
    const struct ir_query *q;
    struct arena *arena;
};

static struct ir *simplify(const struct simplifier *s, struct ir *node);

static struct ir *truth(const struct simplifier *s, bool value, span at)
{
    struct ir *ir = NEW(s->arena, struct ir);
    ir->op = IR_CONST;
    ir->type = VALUE_BOOLEAN;
    ir->constant = (struct value){.type = VALUE_BOOLEAN, .boolean = value};
    ir->at = at;
    return ir;
}

static bool is_truth(const struct ir *node, bool value)
{
    return node->op == IR_CONST && node->constant.type == VALUE_BOOLEAN &&
           node->constant.boolean == value;
}

static struct ir *copy_node(const struct simplifier *s, const struct ir *node)
{
    struct ir *ir = NEW(s->arena, struct ir);
    *ir = *node;
    ir->text = (str){0};
    return ir;
}

static bool is_logic(const struct ir *node)
{
    return node->op == IR_AND || node->op == IR_OR || node->op == IR_NOT;
}

/* The leaf with its canonical text, in the arena: made once however many levels of AND and OR it is lifted through. */
static struct ir *with_text(const struct simplifier *s, struct ir *leaf)
{
    if (leaf->text.len > 0) {
        return leaf;
    }
    struct buf b = BUF_INIT(0);
    ir_print(leaf, s->q, &b);
    struct ir *ir = copy_node(s, leaf);
    ir->text = arena_copy(s->arena, buf_view(&b));
    buf_deinit(&b);
    return ir;
}

static bool always_null(const struct ir *node)
{
    return (node->op == IR_CONST || node->op == IR_FIELD) && node->type == VALUE_NULL;
}

static bool has_wildcard(str pattern, bool quoted)
{
    return str_find_byte(pattern, '*', 0) != SIZE_MAX ||
           str_find_byte(pattern, '?', 0) != SIZE_MAX ||
           (quoted && str_find_byte(pattern, '\\', 0) != SIZE_MAX);
}

/* IN with one exact element is EQ, with none it never holds. */
static struct ir *simplify_in(const struct simplifier *s, struct ir *node)
{
    if (node->n_list == 0) {
        return truth(s, false, node->at);
    }
    if (node->n_list > 1 || node->fold) {
        return node;
    }
    struct ir *constant = truth(s, false, node->at);
    constant->type = node->list[0].type;
    constant->constant = node->list[0];
    struct ir *ir = copy_node(s, node);
    ir->op = IR_EQ;
    ir->list = NULL;
    ir->n_list = 0;
    ir->n_args = 2;
    ir->args = NEW_ARRAY(s->arena, struct ir *, 2);
    ir->args[0] = node->args[0];
    ir->args[1] = constant;
    return ir;
}

static struct ir *simplify_like(const struct simplifier *s, struct ir *node)
{
    for (uint32_t i = 0; i < node->n_list; i++) {
        if (has_wildcard(node->list[i].text, node->quoted)) {
            return node;
        }
    }
    struct ir *ir = copy_node(s, node);
    ir->op = IR_IN;
    ir->quoted = false;
    return simplify_in(s, ir);
}

static struct ir *simplify_leaf(const struct simplifier *s, struct ir *node)
{
    bool null_left = node->n_args > 0 && always_null(node->args[0]);
    bool null_right = node->n_args > 1 && always_null(node->args[1]);
    if (always_null(node)) {
        return truth(s, false, node->at);
    }
    if (node->op == IR_IS_NULL && (null_left || node->args[0]->op == IR_CONST)) {
        return truth(s, null_left, node->at);
    }
    bool strict = (node->op >= IR_EQ && node->op <= IR_GE) || node->op == IR_IN ||
                  node->op == IR_LIKE || node->op == IR_REGEX;
    if (strict && (null_left || null_right)) {
        return truth(s, false, node->at);
    }
    if (node->op == IR_IN) {
        return simplify_in(s, node);
    }
    return node->op == IR_LIKE ? simplify_like(s, node) : node;
}

static struct ir *simplify_not(const struct simplifier *s, const struct ir *node)
{
    struct ir *arg = simplify(s, node->args[0]);
    if (is_truth(arg, true) || is_truth(arg, false)) {
        return truth(s, is_truth(arg, false), node->at);
    }
    if (arg->op == IR_NOT) {
        return arg->args[0];
    }
    struct ir *ir = copy_node(s, node);
    ir->args = NEW_ARRAY(s->arena, struct ir *, 1);
    ir->args[0] = arg;
    return ir;
}

struct args {
    struct ir **v;
    uint32_t n, room;
    struct map seen;   /* canonical text of the leaves in v */
    struct map denied; /* of those under one NOT */
};

static void add_arg(const struct simplifier *s, struct args *args, struct ir *node)
{
    if (args->n == args->room) {
        args->room = args->room == 0 ? 4 : args->room * 2;
        struct ir **grown = NEW_ARRAY(s->arena, struct ir *, args->room);
        for (uint32_t i = 0; i < args->n; i++) {
            grown[i] = args->v[i];
        }
        args->v = grown;
    }
    args->v[args->n++] = node;
}

/* Whether the leaf is "this field equals one of these texts or numbers", exactly. */
static bool mergeable(const struct ir *node)
{
    if (node->n_args == 0 || node->args[0]->op != IR_FIELD || node->network || node->fold) {
        return false;
    }
    enum value_type type = node->args[0]->type;
    if (type != VALUE_STRING && type != VALUE_LONG && type != VALUE_DOUBLE) {
        return false;
    }
    if (node->op != IR_EQ) {
        return node->op == IR_IN;
    }
    enum value_type other = node->args[1]->type;
    bool number = type != VALUE_STRING && (other == VALUE_LONG || other == VALUE_DOUBLE);
    return node->args[1]->op == IR_CONST && (number || other == type);
}

static uint32_t element_count(const struct ir *node)
{
    return node->op == IR_IN ? node->n_list : 1;
}

static void append_elements(const struct ir *node, struct value *list, uint32_t *n)
{
    if (node->op == IR_EQ) {
        list[(*n)++] = node->args[1]->constant;
        return;
    }
    for (uint32_t i = 0; i < node->n_list; i++) {
        list[(*n)++] = node->list[i];
    }
}

/* The equality leaves of one field under an OR. */
struct group {
    uint32_t leaves, elements;
    struct ir *merged; /* NULL until the first of them is placed */
    struct value *list;
    uint32_t n;
};

static void place(const struct simplifier *s, struct group *group, struct ir *leaf,
                  struct args *out)
{
    if (group->merged == NULL) {
        group->list = NEW_ARRAY(s->arena, struct value, group->elements);
        group->merged = copy_node(s, leaf);
        group->merged->op = IR_IN;
        group->merged->n_args = 1;
        group->merged->list = group->list;
        group->merged->n_list = group->elements;
        add_arg(s, out, group->merged);
    }
    append_elements(leaf, group->list, &group->n);
}

/* The group of a leaf's field; a map, because a query may have as many fields as it has ORs. */
static struct group *group_of(const struct simplifier *s, struct map *groups, const struct ir *leaf)
{
    void **place = map_put(groups, s->q->fields[leaf->args[0]->field]->name, s->arena);
    if (*place == NULL) {
        *place = NEW(s->arena, struct group);
    }
    return *place;
}

/* Under OR: puts the equality leaves of each field together, at the place of the first. */
static void merge_equalities(const struct simplifier *s, struct args *args)
{
    struct map groups = {0};
    for (uint32_t i = 0; i < args->n; i++) {
        if (mergeable(args->v[i])) {
            struct group *group = group_of(s, &groups, args->v[i]);
            group->leaves++;
            group->elements += element_count(args->v[i]);
        }
    }
    struct args merged = {0};
    for (uint32_t i = 0; i < args->n; i++) {
        struct ir *leaf = args->v[i];
        struct group *group = mergeable(leaf) ? group_of(s, &groups, leaf) : NULL;
        if (group == NULL || group->leaves < 2) {
            add_arg(s, &merged, leaf);
        } else {
            place(s, group, leaf, &merged);
        }
    }
    for (uint32_t i = 0; i < merged.n; i++) {
        merged.v[i] = is_logic(merged.v[i]) ? merged.v[i] : with_text(s, merged.v[i]);
    }
    args->v = merged.v;
    args->n = merged.n;
}

/* Adds a part unless it is a leaf, or a leaf denied, that is there already. Parts that are AND or OR are not compared:
 * printing them at every level would be quadratic. */
static void add_part(const struct simplifier *s, struct args *args, struct ir *part)
{
    bool denied = part->op == IR_NOT;
    const struct ir *leaf = denied ? part->args[0] : part;
    if (!is_logic(leaf)) {
        void **seen = map_put(denied ? &args->denied : &args->seen, leaf->text, s->arena);
        if (*seen != NULL) {
            return;
        }
        *seen = part;
    }
    add_arg(s, args, part);
}

/* Two NOTs are none. */
static struct ir *undo_double_not(struct ir *node)
{
    while (node->op == IR_NOT && node->args[0]->op == IR_NOT) {
        node = node->args[0]->args[0];
    }
    return node;
}

/* Adds the simplified parts of an AND or OR, nested ones of the same kind flattened. True when one of
 * them decides the whole. */
static bool collect(const struct simplifier *s, const struct ir *node, bool neutral,
                    struct args *args)
{
    for (uint32_t i = 0; i < node->n_args; i++) {
        struct ir *arg = undo_double_not(node->args[i]);
        if (arg->op == node->op) {
            if (collect(s, arg, neutral, args)) {
                return true;
            }
            continue;
        }
        arg = simplify(s, arg);
        if (is_truth(arg, !neutral)) {
            return true;
        }
        uint32_t n = arg->op == node->op ? arg->n_args : is_truth(arg, neutral) ? 0 : 1;
        struct ir **parts = arg->op == node->op ? arg->args : &arg;
        for (uint32_t k = 0; k < n; k++) {
            add_part(s, args, parts[k]);
        }
    }
    return false;
}

static struct ir *simplify_logic(const struct simplifier *s, const struct ir *node)
{
    bool neutral = node->op == IR_AND;
    struct args args = {0};
    if (collect(s, node, neutral, &args)) {
        return truth(s, !neutral, node->at);
    }
    if (node->op == IR_OR) {
        merge_equalities(s, &args);
    }
    if (args.n == 0) {
        return truth(s, neutral, node->at);
    }
    if (args.n == 1) {
        return args.v[0];
    }
    struct ir *ir = copy_node(s, node);
    ir->args = args.v;
    ir->n_args = args.n;
    return ir;
}

static struct ir *simplify(const struct simplifier *s, struct ir *node)
{
    if (node->op == IR_AND || node->op == IR_OR) {
        return simplify_logic(s, node);
    }
    return node->op == IR_NOT ? simplify_not(s, node) : with_text(s, simplify_leaf(s, node));
}

struct ir *ir_simplify(struct ir *root, const struct ir_query *q, struct arena *a)
{
    struct simplifier s = {q, a};
    return simplify(&s, root);
}

struct ir *ir_simple_where(const struct ir_stage *stage, const struct ir_query *q, struct arena *a)
{
    return q->simple ? stage->where : ir_simplify(stage->where, q, a);
}

void ir_make_simple(struct ir_query *q, struct arena *a)
{
    for (uint32_t i = 0; i < q->n_stages; i++) {
        q->stages[i].where = ir_simple_where(&q->stages[i], q, a);
    }
    if (q->until) {
        q->until->where = ir_simple_where(q->until, q, a);
    }
    q->simple = true;
}
