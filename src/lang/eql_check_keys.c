/* SPDX-License-Identifier: Apache-2.0 */
/* Join keys of sequences and samples: the fields, and that those paired by position can be equal at all. Keys compare with
 * their type, so "22" and 22 never join; Elasticsearch refuses such a pair, too. It takes a long beside a double, which never
 * join either: that is a warning here. */
#include "lang/eql_check.h"

#define NO_FIELD UINT32_MAX /* of a key that was refused */

/* Types of which one is a kind of the other, by Elasticsearch. */
static bool may_join(enum value_type a, enum value_type b)
{
    return a == b || a == VALUE_NULL || b == VALUE_NULL || (eql_is_number(a) && eql_is_number(b));
}

/* Holds a stage's key against the first stage's one of the same place. */
static void check_pair(struct eql_checker *c, const struct eql_key *key, uint32_t first,
                       uint32_t own)
{
    const struct field *a = c->out->fields.v[first], *b = c->out->fields.v[own];
    enum value_type expected = eql_field_type(c->out, first), found = eql_field_type(c->out, own);
    if (!may_join(expected, found)) {
        struct diag *item =
            diag_error(c->diags, c->src, key->at, DIAG_WRONG_TYPE,
                       "the join key '%.*s' is %s; its partner in the first stage, '%.*s', is %s",
                       STR_ARG(b->name), eql_field_kind(b), STR_ARG(a->name), eql_field_kind(a));
        diag_hint(c->diags, item, "keys are paired by position and compare with their type");
    } else if (expected != found && expected != VALUE_NULL && found != VALUE_NULL) {
        struct diag *item =
            diag_warning(c->diags, c->src, key->at, DIAG_NO_EFFECT,
                         "the join key '%.*s' is %s and '%.*s' in the first stage %s: the two are "
                         "never equal",
                         STR_ARG(b->name), eql_field_kind(b), STR_ARG(a->name), eql_field_kind(a));
        diag_hint(c->diags, item, "keys compare with their type");
    }
}

uint32_t *eql_check_keys(struct eql_checker *c, const struct eql_ast *ast,
                         const struct eql_term *term)
{
    bool first = term == ast->terms;
    const uint32_t *firsts = c->out->keys[0];
    uint32_t *numbers = NEW_ARRAY(c->arena, uint32_t, ast->keys.n + term->keys.n);
    for (uint32_t i = 0; i < ast->keys.n + term->keys.n; i++) {
        bool own = i >= ast->keys.n;
        const struct eql_key *key = own ? &term->keys.v[i - ast->keys.n] : &ast->keys.v[i];
        if (!own && !first) {
            numbers[i] = firsts[i]; /* a wrong global key is said once */
        } else if (!eql_use_field(c, key->name, key->optional, key->at, &numbers[i])) {
            numbers[i] = NO_FIELD;
        } else if (!first && firsts[i] != NO_FIELD) {
            check_pair(c, key, firsts[i], numbers[i]);
        }
    }
    return numbers;
}
