#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The number of workers and the memory for sorting cannot be seen in the output, neither on stdout nor in the books.
. "$TESTS/common.inc"
mkdir logs
cd logs || exit 1
sample cloudtrail.json.gz azure-activity.json azure-audit.ndjson gcp-audit.ndjson
cd .. || exit 1
head -c 3000 logs/cloudtrail.json.gz > logs/cut.json.gz
query='any where event.dataset != null'
for order in time input; do
    "$POSTERN" hunt -e "$query" -o ndjson --order "$order" --threads 1 logs > want.out 2> err
    echo "$order: exit $?, $(wc -l < want.out) matches"
    steady < err > want.err
    for threads in 2 4; do
        "$POSTERN" hunt -e "$query" -o ndjson --order "$order" --threads "$threads" logs > got.out 2> err
        echo "$threads: exit $?"
        steady < err > got.err
        cmp want.out got.out
        diff want.err got.err
    done
    rm -f want.* got.* err
done
