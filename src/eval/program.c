/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions to tests with forward jumps over shared leaves. */
#include "eval/program_internal.h"

#include "eval/leaf_atoms.h"

#include <assert.h>
#include <string.h>

struct program *program_new(struct arena *a)
{
    struct program *p = NEW(a, struct program);
    p->arena = a;
    p->atoms = atom_table_new(a);
    return p;
}

void program_free(struct program *p)
{
    for (size_t i = 0; p && i < p->n_regexes; i++) {
        regex_list_free(p->regexes[i]);
    }
}

/* Room for one more item in an arena array. */
static void *grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) {
        return items;
    }
    *cap = *cap ? *cap * 2 : 16;
    char *more = arena_push(a, size, *cap);
    if (n) {
        memcpy(more, items, n * size);
    }
    return more;
}

static void keep_regex(void *user, struct regex_list *list)
{
    struct program *p = user;
    p->regexes = grow(p->arena, p->regexes, p->n_regexes, &p->cap_regexes, sizeof *p->regexes);
    p->regexes[p->n_regexes++] = list;
}

/* What adding one condition needs. */
struct adder {
    struct program *program;
    const struct ir_query *query;
    const uint32_t *slots;
    const struct diag_source *src;
    struct diags *diags;
    struct test *tests; /* in reverse order */
    size_t n, cap;
    bool ok;
};

static bool is_field(const struct ir *node)
{
    return node->op == IR_FIELD;
}

/* Leaves of one plain field are tested without the general machine. */
static enum leaf_kind kind_of(const struct ir *node)
{
    switch (node->op) {
    case IR_CONST:
        return LEAF_CONSTANT;
    case IR_IN:
    case IR_LIKE:
    case IR_REGEX:
        return is_field(node->args[0]) ? LEAF_TEST : LEAF_GENERAL;
    case IR_EQ:
        if (is_field(node->args[0]) && node->args[1]->op == IR_CONST && !node->fold) {
            return node->network ? LEAF_TEST : LEAF_EQUAL;
        }
        return LEAF_GENERAL;
    case IR_CALL:
        return node->call == FN_CIDR_MATCH && is_field(node->args[0]) ? LEAF_TEST : LEAF_GENERAL;
    case IR_IS_NULL:
        return is_field(node->args[0]) ? LEAF_NULL : LEAF_GENERAL;
    case IR_FIELD:
    case IR_AND:
    case IR_OR:
    case IR_NOT:
    case IR_LT:
    case IR_LE:
    case IR_GT:
    case IR_GE:
        return LEAF_GENERAL;
    }
    return LEAF_GENERAL;
}

static bool compile_leaf(struct adder *d, const struct ir *node, struct leaf *out)
{
    struct expr_fields fields = {0};
    const struct expr_compiler c = {.arena = d->program->arena,
                                    .query = d->query,
                                    .slots = d->slots,
                                    .fields = &fields,
                                    .src = d->src,
                                    .diags = d->diags,
                                    .keep_regex = keep_regex,
                                    .user = d->program};
    out->expr = expr_compile(&c, node);
    if (!out->expr) {
        return false;
    }
    out->slots = fields.slots;
    out->n_slots = fields.n;
    out->has_atoms = fields.n == 1 && leaf_atoms(d->program->atoms, node, fields.slots[0],
                                                 d->program->arena, &out->atoms, &out->n_atoms);
    out->kind = kind_of(node);
    if (out->n_slots != 1 && out->kind != LEAF_CONSTANT) {
        out->kind = LEAF_GENERAL; /* an unknown optional field has no slot */
    }
    out->slot = out->n_slots == 1 ? out->slots[0] : 0;
    out->wanted = out->kind == LEAF_EQUAL ? &node->args[1]->constant : NULL;
    out->set = out->kind == LEAF_TEST && node->op == IR_IN ? out->expr->set : NULL;
    out->once = out->kind == LEAF_EQUAL || out->kind == LEAF_TEST;
    return true;
}

/* The leaf's canonical text: what ir_simplify kept, or printed now. */
static str leaf_name(struct program *p, const struct ir *node, const struct ir_query *q)
{
    if (node->text.len > 0) {
        return node->text;
    }
    struct buf text = BUF_INIT(0);
    ir_print(node, q, &text);
    str name = arena_copy(p->arena, buf_view(&text));
    buf_deinit(&text);
    return name;
}

/* The leaf's number; made when no other condition has it. */
static uint32_t leaf_number(struct adder *d, const struct ir *node)
{
    struct program *p = d->program;
    str name = leaf_name(p, node, d->query);
    void **place = map_put(&p->leaf_names, name, p->arena);
    if (*place) {
        uint32_t known = *(const uint32_t *)*place;
        p->leaves[known].once = false;
        return known;
    }
    p->leaves = grow(p->arena, p->leaves, p->n_leaves, &p->cap_leaves, sizeof *p->leaves);
    struct leaf *leaf = &p->leaves[p->n_leaves];
    *leaf = (struct leaf){.name = name};
    if (!compile_leaf(d, node, leaf)) {
        d->ok = false;
        return 0;
    }
    uint32_t *number = NEW(p->arena, uint32_t);
    *number = (uint32_t)p->n_leaves++;
    *place = number;
    return *number;
}

/* Emits the tests of `node` before those emitted so far; returns the entry (counted from the end). */
static uint32_t emit(struct adder *d, const struct ir *node, uint32_t on_true, uint32_t on_false)
{
    uint32_t entry;
    switch (node->op) {
    case IR_AND:
        entry = on_true;
        for (uint32_t i = node->n_args; i > 0; i--) {
            entry = emit(d, node->args[i - 1], entry, on_false);
        }
        return entry;
    case IR_OR:
        entry = on_false;
        for (uint32_t i = node->n_args; i > 0; i--) {
            entry = emit(d, node->args[i - 1], on_true, entry);
        }
        return entry;
    case IR_NOT:
        return emit(d, node->args[0], on_false, on_true);
    default:
        break;
    }
    uint32_t leaf = leaf_number(d, node);
    d->tests = grow(d->program->arena, d->tests, d->n, &d->cap, sizeof *d->tests);
    d->tests[d->n++] = (struct test){.leaf = leaf, .on_true = on_true, .on_false = on_false};
    return (uint32_t)(d->n - 1);
}

/* Numbers counted from the end become numbers from the start. */
static uint32_t turn(uint32_t target, size_t n)
{
    return target == TEST_ACCEPT || target == TEST_REJECT ? target : (uint32_t)(n - 1 - target);
}

static bool needs_slot(const struct leaf *leaf)
{
    bool needs = leaf->kind == LEAF_EQUAL || leaf->kind == LEAF_TEST;
    return needs && leaf->slot < UINT32_MAX >> TEST_RUN_BITS;
}

static uint32_t wanted_length(const struct leaf *leaf)
{
    bool text = leaf->kind == LEAF_EQUAL && leaf->wanted->type == VALUE_STRING &&
                leaf->wanted->text.len < TEST_NO_TEXT;
    return text ? (uint32_t)leaf->wanted->text.len : TEST_NO_TEXT;
}

/* Numbers the long runs. */
static void number_runs(struct program *p, struct test *tests, size_t n)
{
    for (size_t i = 0, end = 0; i < n; i++) {
        uint32_t length = TEST_RUN(tests[i].lacking);
        bool begins = i >= end && length >= LONG_RUN;
        if (begins) {
            end = i + length;
            p->n_runs++;
        }
        tests[i].run = i < end ? p->n_runs : 0;
    }
}

/* Finds the runs, from the last test on. */
static void find_runs(const struct program *p, struct test *tests, size_t n)
{
    for (size_t i = n; i > 0; i--) {
        struct test *t = &tests[i - 1];
        const struct leaf *leaf = &p->leaves[t->leaf];
        if (!needs_slot(leaf)) {
            continue;
        }
        uint32_t next = i < n && t->on_false == i ? tests[i].lacking : 0;
        bool beside = TEST_RUN(next) && TEST_RUN_SLOT(next) == leaf->slot + 1 &&
                      TEST_RUN_SLOT(next) % 64 != 0;
        t->lacking = leaf->slot << TEST_RUN_BITS | (beside ? TEST_RUN(next) + 1 : 1);
    }
}

static struct condition finish(const struct adder *d, uint32_t entry)
{
    struct condition c = {NEW_ARRAY(d->program->arena, struct test, d->n), d->n, turn(entry, d->n)};
    for (size_t i = 0; i < d->n; i++) {
        struct test t = d->tests[d->n - 1 - i];
        c.tests[i] = (struct test){.leaf = t.leaf,
                                   .on_true = turn(t.on_true, d->n),
                                   .on_false = turn(t.on_false, d->n),
                                   .length = wanted_length(&d->program->leaves[t.leaf])};
    }
    find_runs(d->program, c.tests, c.n);
    number_runs(d->program, c.tests, c.n);
    return c;
}

bool program_add(struct program *p, const struct ir *root, const struct ir_query *q,
                 const uint32_t *slots, const struct diag_source *src, struct diags *d,
                 uint32_t *out)
{
    struct adder add = {
        .program = p, .query = q, .slots = slots, .src = src, .diags = d, .ok = true};
    uint32_t entry = emit(&add, root, TEST_ACCEPT, TEST_REJECT);
    if (!add.ok) {
        return false;
    }
    p->conditions =
        grow(p->arena, p->conditions, p->n_conditions, &p->cap_conditions, sizeof *p->conditions);
    p->conditions[p->n_conditions] = finish(&add, entry);
    *out = (uint32_t)p->n_conditions++;
    return true;
}

static bool jumps_forward(uint32_t target, size_t from, size_t n)
{
    return target == TEST_ACCEPT || target == TEST_REJECT || (target > from && target < n);
}

void program_freeze(struct program *p)
{
    for (size_t c = 0; c < p->n_conditions; c++) {
        const struct condition *k = &p->conditions[c];
        for (size_t i = 0; i < k->n; i++) {
            bool ok = jumps_forward(k->tests[i].on_true, i, k->n) &&
                      jumps_forward(k->tests[i].on_false, i, k->n) &&
                      k->tests[i].leaf < p->n_leaves;
            assert(ok);
            (void)ok;
        }
    }
    atom_table_freeze(p->atoms);
}

size_t program_leaf_count(const struct program *p)
{
    return p->n_leaves;
}

const uint32_t *program_leaf_slots(const struct program *p, uint32_t leaf, size_t *n)
{
    *n = p->leaves[leaf].n_slots;
    return p->leaves[leaf].slots;
}

static void print_target(uint32_t target, struct buf *out)
{
    if (target == TEST_ACCEPT || target == TEST_REJECT) {
        buf_append(out, target == TEST_ACCEPT ? S("accept") : S("reject"));
    } else {
        buf_printf(out, "%u", (unsigned)target);
    }
}

void program_print(const struct program *p, struct buf *out)
{
    for (size_t i = 0; i < p->n_leaves; i++) {
        buf_printf(out, "leaf %zu: %.*s\n", i, STR_ARG(p->leaves[i].name));
    }
    for (size_t c = 0; c < p->n_conditions; c++) {
        buf_printf(out, "condition %zu: start ", c);
        print_target(p->conditions[c].entry, out);
        buf_byte(out, '\n');
        for (size_t i = 0; i < p->conditions[c].n; i++) {
            const struct test *t = &p->conditions[c].tests[i];
            buf_printf(out, "  %zu: leaf %u true ", i, (unsigned)t->leaf);
            print_target(t->on_true, out);
            buf_append(out, S(" false "));
            print_target(t->on_false, out);
            buf_byte(out, '\n');
        }
    }
}
