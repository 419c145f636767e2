/* SPDX-License-Identifier: Apache-2.0 */
/* Parse, check, compile and scan, three times over; see ref_engine.h. */
#include "ref_engine.h"

#include <stdlib.h>

#include "engine/ruleset.h"
#include "eval/program.h"

/* One program over all queries, with or without simplification. */
struct side {
    struct program *program;
    struct evaluator *evaluator;
    uint32_t *conditions;
    struct document_event document;
};

struct ref_engine {
    size_t n;
    struct diags *diags; /* per query */
    bool *refused;
    struct rule_list rules;
    size_t *rule_query; /* the query behind each rule of the set */
    struct ruleset *set;
    struct scanner *scanner;
    struct document_event document;
    struct side plain, simplified;
};

struct schema *ref_engine_schema(struct arena *a)
{
    struct schema *schema = schema_new(a);
    for (enum ref_field f = 0; f < F_KNOWN; f++) {
        struct field row = {.name = str_from(ref_fields[f].name)};
        if (!field_type_parse(str_from(ref_fields[f].type), &row.format.type)) {
            abort();
        }
        if (ref_fields[f].null_value != NULL) {
            row.format.null_value = str_from(ref_fields[f].null_value);
        }
        schema_add(schema, &row);
    }
    return schema;
}

/* Every field of the schema has its number as slot. */
static uint32_t slot_of(const struct field *field)
{
    for (enum ref_field f = 0; field != NULL && f < F_KNOWN; f++) {
        if (str_eq(field->name, str_from(ref_fields[f].name))) {
            return f;
        }
    }
    return 0;
}

/* What is printed must mean the same. */
static const struct eql_ast *printed_again(const struct eql_ast *ast, struct arena *a,
                                           struct diags *d)
{
    struct buf out = {0};
    eql_print(ast, &out);
    str text = arena_copy(a, buf_view(&out));
    buf_deinit(&out);
    struct diag_source src = {.text = text};
    return eql_parse(text, &src, a, d);
}

static bool side_add(struct side *side, str text, bool simplify, size_t number,
                     struct schema *schema, struct arena *a, struct diags *d)
{
    struct diag_source src = {.text = text};
    const struct eql_ast *ast = eql_parse(text, &src, a, d);
    if (ast != NULL && !simplify) {
        ast = printed_again(ast, a, d);
    }
    static const struct eql_options options = {0};
    struct ir_query *q = ast == NULL ? NULL : eql_compile(ast, &options, schema, &src, a, d);
    if (q == NULL) {
        return false;
    }
    struct ir *where = q->stages[0].where;
    where = simplify ? ir_simplify(where, q, a) : where;
    uint32_t *slots = NEW_ARRAY(a, uint32_t, q->n_fields);
    for (uint32_t i = 0; i < q->n_fields; i++) {
        slots[i] = slot_of(q->fields[i]);
    }
    return program_add(side->program, where, q, slots, &src, d, &side->conditions[number]);
}

static void side_open(struct side *side, bool simplify, struct ref_engine *e, const str *queries,
                      struct schema *schema, struct arena *a)
{
    side->program = program_new(a);
    side->conditions = NEW_ARRAY(a, uint32_t, e->n);
    for (size_t i = 0; i < e->n; i++) {
        e->refused[i] |= !side_add(side, queries[i], simplify, i, schema, a, &e->diags[i]);
    }
    program_freeze(side->program);
    side->evaluator = evaluator_new(side->program);
    const struct field **fields = NEW_ARRAY(a, const struct field *, F_KNOWN);
    for (enum ref_field f = 0; f < F_KNOWN; f++) {
        fields[f] = schema_find(schema, str_from(ref_fields[f].name));
    }
    document_event_init(&side->document, fields, F_KNOWN, a);
}

static void scanner_open(struct ref_engine *e, const str *queries, struct schema *schema,
                         struct arena *a)
{
    e->rule_query = NEW_ARRAY(a, size_t, e->n);
    for (size_t i = 0; i < e->n; i++) {
        struct diags *d = &e->diags[i];
        struct rule *rule = rule_from_query(queries[i], (unsigned)i + 1, schema, a, d);
        e->refused[i] |= rule == NULL;
        if (rule != NULL) {
            rule_list_add(&e->rules, rule, a, d);
        }
    }
    struct diags d = {.arena = a};
    e->set = ruleset_new(&e->rules, schema, a, &d);
    size_t n;
    const struct rule *const *rules = ruleset_rules(e->set, &n);
    for (size_t i = 0; i < n; i++) {
        int64_t number = 0; /* the id is "-e:N" */
        str_to_i64(str_slice(rules[i]->id, 3, rules[i]->id.len), &number);
        e->rule_query[i] = (size_t)number - 1;
    }
    e->scanner = scanner_new(e->set);
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(e->set, &n_fields);
    document_event_init(&e->document, fields, n_fields, a);
}

struct ref_engine *ref_engine_new(const str *queries, size_t n, struct arena *a)
{
    struct ref_engine *e = NEW(a, struct ref_engine);
    struct schema *schema = ref_engine_schema(a);
    e->n = n;
    e->diags = NEW_ARRAY(a, struct diags, n);
    e->refused = NEW_ARRAY(a, bool, n);
    for (size_t i = 0; i < n; i++) {
        e->diags[i].arena = a;
    }
    side_open(&e->plain, false, e, queries, schema, a);
    side_open(&e->simplified, true, e, queries, schema, a);
    scanner_open(e, queries, schema, a);
    return e;
}

void ref_engine_free(struct ref_engine *e)
{
    scanner_free(e->scanner);
    ruleset_free(e->set);
    evaluator_free(e->plain.evaluator);
    evaluator_free(e->simplified.evaluator);
    program_free(e->plain.program);
    program_free(e->simplified.program);
}

str ref_engine_reason(const struct ref_engine *e, size_t i)
{
    const struct diag *d = e->diags[i].first;
    return d == NULL ? S("without a diagnostic") : d->message;
}

static void side_match(struct side *side, const struct ref_engine *e, const struct json *root,
                       uint8_t bit, uint8_t *verdicts, struct arena *a)
{
    document_event_set(&side->document, root, a);
    evaluator_begin(side->evaluator, &side->document.event);
    for (size_t i = 0; i < e->n; i++) {
        if (!e->refused[i] && evaluator_holds(side->evaluator, side->conditions[i])) {
            verdicts[i] |= bit;
        }
    }
}

/* Matches of regular expressions that were given up so far. */
static uint64_t given_up(const struct ref_engine *e)
{
    return scanner_limits(e->scanner).regex + evaluator_limits(e->plain.evaluator).regex +
           evaluator_limits(e->simplified.evaluator).regex;
}

bool ref_engine_match(struct ref_engine *e, str document, uint8_t *verdicts, struct arena *a)
{
    uint64_t before = given_up(e);
    struct json_error error;
    const struct json *root = json_parse(document, a, &error);
    if (root == NULL) {
        abort(); /* documents are made by the reference */
    }
    for (size_t i = 0; i < e->n; i++) {
        verdicts[i] = e->refused[i] ? REF_REFUSED : 0;
    }
    side_match(&e->plain, e, root, BY_PLAIN, verdicts, a);
    side_match(&e->simplified, e, root, BY_SIMPLIFIED, verdicts, a);
    document_event_set(&e->document, root, a);
    const uint32_t *matched;
    size_t gate = scanner_gate(e->scanner, S("any"));
    size_t n = scanner_match(e->scanner, &e->document.event, gate, &matched);
    for (size_t i = 0; i < n; i++) {
        verdicts[e->rule_query[matched[i]]] |= BY_SCANNER;
    }
    return given_up(e) == before;
}
