/* SPDX-License-Identifier: Apache-2.0 */
/* The bodies of the Elasticsearch EQL search API. */
#ifndef POSTERN_CLI_EQL_BODY_H
#define POSTERN_CLI_EQL_BODY_H

#include "base/diag.h"
#include "value/json.h"

/* One event held for a search. */
struct eql_event {
    struct json *root; /* without its _id */
    str id, index;
};

/* One sequence or sample. */
struct eql_group {
    str key;        /* its join keys (engine/join.h) */
    size_t *events; /* numbers of events; SIZE_MAX: a missing event */
    size_t n;
    uint64_t number; /* of a sequence: counts completions */
};

/* {"is_partial":false,…,"hits":{"total":…,"events":[…]}} for the events hits[0..n). */
void eql_body_events(const struct eql_event *const *hits, size_t n, int64_t took_ms,
                     struct buf *out);
/* The same with "sequences" for groups over `events`. Dates among join keys are text, or epoch milliseconds when `sample`. */
void eql_body_groups(const struct eql_group *groups, size_t n, const struct eql_event *events,
                     bool sample, int64_t took_ms, struct buf *out);
/* {"error":{"root_cause":[…],"type":…,"reason":…},"status":400}, one root cause a diagnostic. */
void eql_body_error(const struct diags *d, struct buf *out);

#endif
