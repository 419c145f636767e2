/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises src/run/prefilter.c, src/sources/dispatch.c, src/value/key_set.c, the colons of the framer and its runs of records of a known form. What must hold: a frame that is skipped is one record, and no rule matches it; a record that is skipped by its form, likewise, and the
 * frames are as many as without. */
#include <stdlib.h>

#include "../tests/unit/run/prefilter_bench.h"

enum { MAX_INPUT = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct prefilter_bench *shared_bench(void)
{
    static const char *const queries[] = {
        "any where event.action == \"B\"",
        "any where event.dataset == \"gcp.audit\" and event.action : \"*f*\"",
        "any where event.dataset == \"azure.activitylogs\" and event.action : \"*n*\"",
        "sequence by user.name [any where event.action == \"C\"] [any where event.action == \"D\"]",
    };
    static struct prefilter_bench bench;
    static bool open;
    if (!open && !prefilter_bench_open(&bench, queries, sizeof queries / sizeof *queries)) {
        abort();
    }
    open = true;
    return &bench;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MAX_INPUT) {
        return 0;
    }
    if (prefilter_bench_run(shared_bench(), (str){(const char *)data, size}).wrong) {
        abort();
    }
    return 0;
}
