/* SPDX-License-Identifier: Apache-2.0 */
/* Programs: the two layers of logic, shared and remembered leaves, and special leaves against the general evaluation. */
#include "hand.h"

#include <stdio.h>

#include "eval/expr.h"
#include "eval/program.h"

enum { A, B, C, UNKNOWN = HAND_FIELDS - 1 };

/* Whether a condition holds for the hand's event. */
static bool holds(struct hand *h, const struct ir *root)
{
    struct program *p = program_new(&h->arena);
    uint32_t number;
    assert_true(program_add(p, root, &h->query, h->slots, NULL, NULL, &number));
    program_freeze(p);
    struct evaluator *e = evaluator_new(p);
    evaluator_begin(e, &h->event);
    bool result = evaluator_holds(e, number);
    evaluator_free(e);
    program_free(p);
    return result;
}

static struct ir *equals(struct hand *h, uint32_t field, const char *text)
{
    return hand_binary(h, IR_EQ, hand_field(h, field), hand_constant(h, hand_text(text)));
}

static struct ir *negated(struct hand *h, struct ir *node)
{
    return hand_unary(h, IR_NOT, node);
}

static struct ir *like(struct hand *h, uint32_t field, const char *pattern)
{
    struct value v = hand_text(pattern);
    return hand_list(h, IR_LIKE, hand_field(h, field), &v, 1, true);
}

static struct ir *longer_than_3(struct hand *h)
{
    struct ir *field = hand_field(h, A);
    struct ir *length = hand_call(h, FN_LENGTH, false, &field, 1);
    return hand_binary(h, IR_GT, length, hand_constant(h, hand_long(3)));
}

/* The four events of section 5: a is "root"; "bob"; missing; "root" and "bob". */
static void set_event(struct hand *h, int event)
{
    const struct value both[] = {hand_text("root"), hand_text("bob")};
    hand_event(h);
    if (event == 1 || event == 4) {
        hand_set(h, A, both, event == 1 ? 1 : 2);
    } else if (event == 2) {
        hand_set(h, A, both + 1, 1);
    }
}

/* `matches` names the events, such as "14". */
static void expect(struct hand *h, const char *row, const struct ir *root, const char *matches)
{
    for (int event = 1; event <= 4; event++) {
        set_event(h, event);
        bool want = strchr(matches, '0' + event) != NULL;
        if (holds(h, root) != want) {
            fail_msg("%s: event %d must %smatch", row, event, want ? "" : "not ");
        }
    }
}

/* The table of section 5 of the EQL semantics, row by row. */
static void negation_matches_missing_fields(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    struct ir *null = hand_unary(&h, IR_IS_NULL, hand_field(&h, A));
    struct value bob = hand_text("bob");
    struct ir *in = hand_list(&h, IR_IN, hand_field(&h, A), &bob, 1, false);
    struct ir *either = hand_binary(&h, IR_OR, equals(&h, A, "root"), null);
    struct ir *both = hand_binary(&h, IR_AND, equals(&h, A, "root"), equals(&h, A, "bob"));
    struct ir *unknown = hand_unary(&h, IR_IS_NULL, hand_field(&h, UNKNOWN));
    expect(&h, "u == root", equals(&h, A, "root"), "14");
    expect(&h, "u != root", negated(&h, equals(&h, A, "root")), "23");
    expect(&h, "not u : r*", negated(&h, like(&h, A, "R*")), "23");
    expect(&h, "u not in (bob)", negated(&h, in), "13");
    expect(&h, "u == root and u == bob", both, "4");
    expect(&h, "u == null", null, "3");
    expect(&h, "not (u == root or u == null)", negated(&h, either), "2");
    expect(&h, "length(u) > 3", longer_than_3(&h), "14");
    expect(&h, "not length(u) > 3", negated(&h, longer_than_3(&h)), "23");
    expect(&h, "null == (length(u) > 3)", hand_unary(&h, IR_IS_NULL, longer_than_3(&h)), "3");
    expect(&h, "null == (u in (bob))", hand_unary(&h, IR_IS_NULL, in), "3");
    expect(&h, "null == (u : r*)", hand_unary(&h, IR_IS_NULL, like(&h, A, "r*")), "3");
    expect(&h, "null == (u == root)", hand_unary(&h, IR_IS_NULL, equals(&h, A, "root")), "3");
    expect(&h, "?nope == null", unknown, "1234");
    expect(&h, "?nope != null", negated(&h, unknown), "");
    expect(&h, "?nope == x", equals(&h, UNKNOWN, "x"), "");
    expect(&h, "?nope != x", negated(&h, equals(&h, UNKNOWN, "x")), "1234");
    expect(&h, "u : *", like(&h, A, "*"), "124");
    hand_close(&h);
}

/* false, null, true; the tables of section 5 for the inside of a leaf. */
static void inside_a_leaf_logic_has_three_values(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    hand_event(&h);
    const struct value values[] = {hand_boolean(false), hand_null(), hand_boolean(true)};
    static const enum value_type null = VALUE_NULL, boolean = VALUE_BOOLEAN;
    struct expr_fields fields = {0};
    const struct expr_compiler c = {
        .arena = &h.arena, .query = &h.query, .slots = h.slots, .fields = &fields};
    const struct expr_env env = {.arena = &h.event_arena};
    for (int x = 0; x < 3; x++) {
        struct value not =
            expr_eval(expr_compile(&c, hand_unary(&h, IR_NOT, hand_constant(&h, values[x]))), &env);
        assert_int_equal(not .type, x == 1 ? null : boolean);
        assert_true(x == 1 || not .boolean == (x == 0));
        for (int y = 0; y < 3; y++) {
            struct ir *args[] = {hand_constant(&h, values[x]), hand_constant(&h, values[y])};
            struct value and = expr_eval(expr_compile(&c, hand_node(&h, IR_AND, args, 2)), &env);
            struct value or = expr_eval(expr_compile(&c, hand_node(&h, IR_OR, args, 2)), &env);
            int least = x < y ? x : y, most = x < y ? y : x; /* null lies between */
            assert_int_equal(and.type, least == 1 ? null : boolean);
            assert_true(least == 1 || and.boolean == (least == 2));
            assert_int_equal(or.type, most == 1 ? null : boolean);
            assert_true(most == 1 || or.boolean == (most == 2));
        }
    }
    hand_close(&h);
}

/* -- special leaves against every combination -- */

static struct value random_scalar(uint64_t *seed)
{
    static const char *const texts[] = {"", "a", "A", "b", "abc", "10.0.0.1", "1", "\xC3\xA4"};
    static const char *const ips[] = {"10.0.0.1", "10.1.0.1", "::1", "192.168.0.1"};
    switch (hand_random(seed, 6)) {
    case 0:
    case 1:
        return hand_text(texts[hand_random(seed, 8)]);
    case 2:
        return hand_long((int64_t)hand_random(seed, 4) - 1);
    case 3:
        return hand_double((double)hand_random(seed, 6) / 2 - 1);
    case 4:
        return hand_boolean(hand_random(seed, 2));
    default:
        return hand_ip(ips[hand_random(seed, 4)]);
    }
}

static struct ir *random_list(struct hand *h, uint64_t *seed, enum ir_op op)
{
    static const char *const patterns[] = {"*", "a*", "*b*", "?", "A", "10.*", "", "a?c"};
    static const char *const regexes[] = {".*", "a.*", "[ab]", "", "1|A", "~a", "<0-9>", "abc"};
    struct value list[6];
    uint32_t n = 1 + hand_random(seed, 6);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t pick = hand_random(seed, 8);
        list[i] = op == IR_IN ? random_scalar(seed)
                              : hand_text(op == IR_LIKE ? patterns[pick] : regexes[pick]);
    }
    return hand_list(h, op, hand_field(h, A), list, n, hand_random(seed, 2));
}

static struct ir *random_network(struct hand *h, uint64_t *seed)
{
    static const char *const blocks[] = {"10.0.0.0/16", "10.0.0.0/8", "::/0", "::1/128",
                                         "0.0.0.0/0"};
    struct ir *args[] = {hand_field(h, A),
                         hand_constant(h, hand_text(blocks[hand_random(seed, 5)])),
                         hand_constant(h, hand_text(blocks[hand_random(seed, 5)]))};
    if (hand_random(seed, 2)) {
        return hand_call(h, FN_CIDR_MATCH, false, args, 3);
    }
    struct ir *ir = hand_node(h, IR_EQ, args, 2);
    ir->network = true;
    return ir;
}

/* A leaf over field A alone, of every shape. */
static struct ir *random_leaf(struct hand *h, uint64_t *seed)
{
    static const enum ir_op compares[] = {IR_EQ, IR_EQ, IR_LT, IR_LE, IR_GT, IR_GE};
    struct ir *field = hand_field(h, A), *constant = hand_constant(h, random_scalar(seed));
    enum ir_op op = compares[hand_random(seed, 6)];
    switch (hand_random(seed, 8)) {
    case 0:
    case 1:
        return hand_binary(h, op, field, constant);
    case 2:
        return hand_binary(h, op, constant, field);
    case 3:
        return random_list(h, seed, IR_IN);
    case 4:
        return random_list(h, seed, IR_LIKE);
    case 5:
        return random_list(h, seed, IR_REGEX);
    case 6:
        return random_network(h, seed);
    default:
        return hand_random(seed, 2) ? field : hand_unary(h, IR_IS_NULL, field);
    }
}

/* `(leaf or false) == true` holds exactly when the leaf does, and no special leaf has that shape. */
static struct ir *in_general(struct hand *h, struct ir *leaf)
{
    struct ir *inner = hand_binary(h, IR_OR, leaf, hand_constant(h, hand_boolean(false)));
    return hand_binary(h, IR_EQ, inner, hand_constant(h, hand_boolean(true)));
}

static void special_leaves_agree_with_every_combination(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    uint64_t seed = 21;
    unsigned held = 0, rounds = 20000;
    for (unsigned round = 0; round < rounds; round++) {
        arena_reset(&h.arena, (size_t)1 << 20);
        hand_event(&h);
        struct value values[4];
        size_t n = hand_random(&seed, 5);
        for (size_t i = 0; i < n; i++) {
            values[i] = random_scalar(&seed);
        }
        hand_set(&h, A, values, n);
        struct ir *leaf = random_leaf(&h, &seed);
        bool special = holds(&h, leaf);
        if (special != holds(&h, in_general(&h, leaf))) {
            struct buf text = {0};
            ir_print(leaf, &h.query, &text);
            fail_msg("round %u: %.*s over %zu values: special %d", round, STR_ARG(buf_view(&text)),
                     n, special);
        }
        held += special;
    }
    assert_true(held > rounds / 10 && held < rounds);
    hand_close(&h);
}

/* startsWith(a, b) over three and two values: any pair may be the one. */
static void a_leaf_takes_any_pair_of_values(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    struct ir *args[] = {hand_field(&h, A), hand_field(&h, B)};
    const struct ir *leaf = hand_call(&h, FN_STARTS_WITH, false, args, 2);
    const struct value a[] = {hand_text("x"), hand_text("y"), hand_text("ab")};
    const struct value b[] = {hand_text("q"), hand_text("a")};
    hand_event(&h);
    hand_set(&h, A, a, 3);
    hand_set(&h, B, b, 2);
    assert_true(holds(&h, leaf));
    hand_event(&h);
    hand_set(&h, A, a, 2);
    hand_set(&h, B, b, 2);
    assert_false(holds(&h, leaf));
    hand_event(&h);
    hand_set(&h, A, a, 3);
    assert_false(holds(&h, leaf)); /* b is null */
    hand_close(&h);
}

/* concat of 20 fields, more than any usual leaf has. */
static void a_leaf_may_read_many_fields(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    hand_event(&h);
    struct ir *args[20];
    const struct value letters[] = {hand_text("x"), hand_text("y")};
    for (uint32_t i = 0; i < 20; i++) {
        args[i] = hand_field(&h, i);
        hand_set(&h, i, letters, i == 19 ? 2 : 1);
    }
    struct ir *all = hand_call(&h, FN_CONCAT, false, args, 20);
    struct ir *leaf =
        hand_binary(&h, IR_EQ, all, hand_constant(&h, hand_text("xxxxxxxxxxxxxxxxxxxy")));
    assert_true(holds(&h, leaf));
    hand_close(&h);
}

/* 200 x 200 x 200 combinations are eight times the limit. */
static void combinations_past_the_limit_are_counted(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    hand_event(&h);
    struct value numbers[200];
    struct ir *sum = hand_field(&h, A);
    for (int i = 0; i < 200; i++) {
        numbers[i] = hand_long(i);
    }
    for (uint32_t field = A; field <= C; field++) {
        hand_set(&h, field, numbers, 200);
        struct ir *args[] = {sum, hand_field(&h, field)};
        sum = field == A ? sum : hand_call(&h, FN_ADD, false, args, 2);
    }
    struct ir *found = hand_binary(&h, IR_EQ, sum, hand_constant(&h, hand_long(0)));
    struct ir *late = hand_binary(&h, IR_EQ, sum, hand_constant(&h, hand_long(597)));
    struct program *p = program_new(&h.arena);
    uint32_t first, last;
    assert_true(program_add(p, found, &h.query, h.slots, NULL, NULL, &first));
    assert_true(program_add(p, late, &h.query, h.slots, NULL, NULL, &last));
    program_freeze(p);
    struct evaluator *e = evaluator_new(p);
    evaluator_begin(e, &h.event);
    assert_true(evaluator_holds(e, first));
    assert_int_equal(evaluator_limits(e).combinations, 0);
    assert_false(evaluator_holds(e, last));
    assert_int_equal(evaluator_limits(e).combinations, 1);
    assert_false(evaluator_holds(e, last)); /* remembered: not tried, not counted again */
    assert_int_equal(evaluator_limits(e).combinations, 1);
    evaluator_free(e);
    program_free(p);
    hand_close(&h);
}

static void equal_leaves_are_kept_and_asked_once(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    struct program *p = program_new(&h.arena);
    uint32_t number[40];
    for (int i = 0; i < 40; i++) {
        struct ir *either = hand_binary(&h, IR_OR, equals(&h, B, "q"), equals(&h, A, "x"));
        assert_true(program_add(p, i % 2 ? either : equals(&h, A, "x"), &h.query, h.slots, NULL,
                                NULL, &number[i]));
    }
    program_freeze(p);
    assert_int_equal(program_leaf_count(p), 2);
    struct evaluator *e = evaluator_new(p);
    const struct value x = hand_text("x"), y = hand_text("y");
    for (int event = 0; event < 6; event++) {
        hand_event(&h);
        hand_set(&h, A, event % 2 ? &x : &y, 1);
        evaluator_begin(e, &h.event);
        for (int i = 0; i < 40; i++) {
            assert_int_equal(evaluator_holds(e, number[i]), event % 2);
        }
        assert_int_equal(h.loads, 2);
    }
    evaluator_free(e);
    program_free(p);
    hand_close(&h);
}

/* -- the outer layer against its truth table -- */

static struct ir *random_tree(struct hand *h, uint64_t *seed, int depth)
{
    if (depth == 0 || hand_random(seed, 5) == 0) {
        return equals(h, hand_random(seed, 5), "x");
    }
    uint32_t n = 2 + hand_random(seed, 3);
    enum ir_op op = (enum ir_op[]){IR_AND, IR_OR, IR_NOT}[hand_random(seed, 3)];
    struct ir *args[4];
    for (uint32_t i = 0; i < n; i++) {
        args[i] = random_tree(h, seed, depth - 1);
    }
    return hand_node(h, op, args, op == IR_NOT ? 1 : n);
}

/* `fields` bit i: field i equals "x". */
static bool tree_is_true(const struct ir *node, unsigned fields)
{
    if (node->op == IR_NOT) {
        return !tree_is_true(node->args[0], fields);
    }
    if (node->op == IR_EQ) {
        return fields >> node->args[0]->field & 1;
    }
    bool all = true, any = false;
    for (uint32_t i = 0; i < node->n_args; i++) {
        bool v = tree_is_true(node->args[i], fields);
        all = all && v;
        any = any || v;
    }
    return node->op == IR_AND ? all : any;
}

static void conditions_agree_with_their_truth_tables(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    uint64_t seed = 5;
    const struct value x = hand_text("x");
    for (int round = 0; round < 400; round++) {
        arena_reset(&h.arena, (size_t)1 << 20);
        const struct ir *tree = random_tree(&h, &seed, 5);
        for (unsigned fields = 0; fields < 32; fields++) {
            hand_event(&h);
            for (uint32_t i = 0; i < 5; i++) {
                hand_set(&h, i, &x, fields >> i & 1);
            }
            assert_int_equal(holds(&h, tree), tree_is_true(tree, fields));
        }
    }
    hand_close(&h);
}

static void the_program_prints_leaves_and_jumps(void **state)
{
    (void)state;
    struct hand h;
    hand_open(&h);
    struct ir *either = hand_binary(&h, IR_OR, equals(&h, A, "x"), negated(&h, equals(&h, B, "y")));
    struct ir *root = hand_binary(&h, IR_AND, either, equals(&h, A, "x"));
    struct program *p = program_new(&h.arena);
    uint32_t number;
    assert_true(program_add(p, root, &h.query, h.slots, NULL, NULL, &number));
    program_freeze(p);
    struct buf text = {0};
    program_print(p, &text);
    buf_byte(&text, '\0');
    /* a holds or (b does not), then a again: the jumps drawn by hand. */
    assert_non_null(strstr(text.ptr, "  0: leaf 0 true 2 false 1\n"));
    assert_non_null(strstr(text.ptr, "  1: leaf 1 true reject false 2\n"));
    assert_non_null(strstr(text.ptr, "  2: leaf 0 true accept false reject\n"));
    buf_deinit(&text);
    program_free(p);
    hand_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(negation_matches_missing_fields),
        cmocka_unit_test(inside_a_leaf_logic_has_three_values),
        cmocka_unit_test(special_leaves_agree_with_every_combination),
        cmocka_unit_test(a_leaf_takes_any_pair_of_values),
        cmocka_unit_test(a_leaf_may_read_many_fields),
        cmocka_unit_test(combinations_past_the_limit_are_counted),
        cmocka_unit_test(equal_leaves_are_kept_and_asked_once),
        cmocka_unit_test(conditions_agree_with_their_truth_tables),
        cmocka_unit_test(the_program_prints_leaves_and_jumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
