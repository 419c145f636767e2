/* SPDX-License-Identifier: Apache-2.0 */
/* The engine as the reference calls it: queries and documents in, verdicts out, by three ways. */
#ifndef POSTERN_TESTS_REFERENCE_REF_ENGINE_H
#define POSTERN_TESTS_REFERENCE_REF_ENGINE_H

#include "ecs/schema.h"
#include "ref.h"

/* Bits of a verdict: the rule set's scanner (simplified, leaves shared); the query printed and parsed again, as it was lowered; the
 * simplified condition in a program of these queries alone. */
enum { BY_SCANNER = 1, BY_PLAIN = 2, BY_SIMPLIFIED = 4, BY_ALL = 7, REF_REFUSED = 8 };

struct ref_engine;

/* The small schema. */
struct schema *ref_engine_schema(struct arena *a);

/* Compiles the queries into one rule set. A query that is refused stays as REF_REFUSED in every verdict. */
struct ref_engine *ref_engine_new(const str *queries, size_t n, struct arena *a);
void ref_engine_free(struct ref_engine *e);
/* Why query `i` was refused. */
str ref_engine_reason(const struct ref_engine *e, size_t i);
/* The verdicts of all queries on one document. False when some regular expression was given up at the limits of its matcher, which is then
 * no match by the engine's own decision. */
bool ref_engine_match(struct ref_engine *e, str document, uint8_t *verdicts, struct arena *a);

#endif
