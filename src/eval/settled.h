/* SPDX-License-Identifier: Apache-2.0 */
/* Which tests of a long run are known to fail, by the identity of a group of slots (struct event_group): a condition that asks for many fields need not look again at those whose values are what they were
 * in an event before. Belongs to one evaluator; bounded, the latest of a place stays. */
#ifndef POSTERN_EVAL_SETTLED_H
#define POSTERN_EVAL_SETTLED_H

#include <stdbool.h>
#include <stdint.h>

struct settled;

/* NULL when there are no long runs. */
struct settled *settled_new(uint32_t n_runs);
void settled_free(struct settled *s);
/* The bits of the tests of run number `run` (struct test) that fail in events in which a group has that identity (not 0), by their slots' places in their word. False: it is not known, and `run` and
 * `identity` have a place from now on, to be filled through *failing. */
bool settled_find(struct settled *s, uint32_t run, uint64_t identity, uint64_t **failing);

#endif
