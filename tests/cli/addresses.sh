#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# With few addresses (ulimit -v) less of them is reserved and the results are the same; with too few the program says so and ends with 3. A program that runs under a sanitizer cannot start so:
# then the test is skipped.
. "$TESTS/common.inc"
limited() { # KILOBYTES ARGUMENT...
    (
        # shellcheck disable=SC3045 # dash, bash and busybox have it
        ulimit -v "$1"
        shift
        "$POSTERN" "$@"
    )
}
limited 4000000 version > shown 2> said
grep -q Sanitizer said && exit 77
for kb in unlimited 40000000 4000000; do
    for threads in 1 4; do
        limited "$kb" hunt -q -o ndjson --threads "$threads" "$PROJECT/data/samples" 2> err > matches
        code=$?
        echo "$kb, $threads threads: exit $code, $(wc -l < matches) matches, $(sed 's/.*README/README/' err)"
        [ "$kb" = unlimited ] && cp matches "expected.$threads"
        cmp matches "expected.$threads"
    done
done
limited 4000000 normalize "$PROJECT/data/samples/gcp-audit.ndjson" 2> err | wc -l
limited 4000000 hunt -q -o csv -e 'sequence by event.dataset [any where true] [any where true]' "$PROJECT/data/samples/gcp-audit.ndjson" | wc -l
limited 400000 hunt -q "$PROJECT/data/samples" 2> err
echo "exit $?"
cat err
