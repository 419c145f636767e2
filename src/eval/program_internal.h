/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a program, for its builder and its evaluator. */
#ifndef POSTERN_EVAL_PROGRAM_INTERNAL_H
#define POSTERN_EVAL_PROGRAM_INTERNAL_H

#include "base/map.h"
#include "eval/atom_table.h"
#include "eval/expr.h"
#include "eval/program.h"

#define TEST_ACCEPT UINT32_MAX
#define TEST_REJECT (UINT32_MAX - 1)
/* test.lacking: how many tests from this one on are in the run, 0 when it is in none; the slot stands above. */
#define TEST_RUN_BITS 7
#define TEST_RUN(lacking) ((lacking) & ((1u << TEST_RUN_BITS) - 1))
#define TEST_RUN_SLOT(lacking) ((lacking) >> TEST_RUN_BITS)

#define TEST_NO_TEXT UINT32_MAX
/* Shorter runs have no number. */
enum { LONG_RUN = 8 };

/* One test of a condition: jumps go forward only. */
struct test {
    uint32_t leaf;
    uint32_t on_true, on_false; /* a later test, TEST_ACCEPT or TEST_REJECT */
    /* A run of tests whose leaves do not hold without values in their slots, which have numbers side by side in one word of a bit set; all but the last go on to the next when they fail. So those of
     * slots that are empty are passed over together. */
    uint32_t lacking;
    uint32_t
        run; /* number + 1 of the longest run that it is in, if that is worth more than a look at each test; else 0 */
    uint32_t
        length; /* of the text that the leaf wants, when it is field == text; else TEST_NO_TEXT */
};

struct condition {
    struct test *tests;
    size_t n;
    uint32_t entry; /* a constant condition has no test: TEST_ACCEPT or TEST_REJECT */
};

enum leaf_kind {
    LEAF_CONSTANT, /* true, false or null */
    LEAF_EQUAL,    /* field == constant */
    LEAF_TEST,     /* in, like, regex, network on a field */
    LEAF_NULL,     /* field == null */
    LEAF_GENERAL,  /* an expression over every choice of values */
};

struct leaf {
    str name; /* its canonical text */
    enum leaf_kind kind;
    struct expr *expr;
    const struct value *wanted;  /* LEAF_EQUAL: the constant */
    const struct value_set *set; /* LEAF_TEST of a list of constants: those; else NULL */
    bool once; /* one test of the program asks for it, and no recorder: its verdict is not kept */
    uint32_t slot;   /* the only one, when there is one */
    uint32_t *slots; /* of its distinct fields */
    size_t n_slots;
    bool has_atoms; /* whenever it holds, a value of its slot meets one of `atoms` */
    uint32_t *atoms;
    size_t n_atoms;
};

struct program {
    struct arena *arena;
    struct leaf *leaves;
    size_t n_leaves, cap_leaves;
    struct atom_table *atoms;
    struct map leaf_names; /* canonical text → uint32_t */
    struct condition *conditions;
    size_t n_conditions, cap_conditions;
    uint32_t n_runs; /* with a number */
    struct regex_list **regexes;
    size_t n_regexes, cap_regexes;
};

#endif
