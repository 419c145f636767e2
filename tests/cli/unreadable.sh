#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file that may not be read is named, the others are read, and the code is 4; alone it is no log at all, 3. Root may
# read anything, so it gives that right away first; where it cannot, the test is skipped.
. "$TESTS/common.inc"
sample gcp-audit.ndjson
mkdir logs closed
cp gcp-audit.ndjson logs/b.ndjson
cp gcp-audit.ndjson logs/a.ndjson
chmod 0 logs/a.ndjson closed
{
    printf '#!/bin/sh\n'
    if [ "$(id -u)" = 0 ]; then
        printf 'exec setpriv --bounding-set=-dac_override,-dac_read_search "%s" "$@"\n' "$POSTERN"
    else
        printf 'exec "%s" "$@"\n' "$POSTERN"
    fi
} > humble
chmod +x humble
POSTERN=./humble
if ! "$POSTERN" version > /dev/null 2>&1; then
    echo "no way to give up the right to read everything" >&2
    exit 77
fi
query='any where event.action == "v1.compute.firewalls.list"' # record 9
run hunt -q -e "$query" -o csv logs
run hunt -q logs/a.ndjson
run hunt -q closed
run hunt -q -e "$query" -o csv closed logs/b.ndjson
run hunt -q -r closed logs/b.ndjson
run rules closed
run normalize logs/a.ndjson
run eql 'any where true' logs/a.ndjson
chmod 700 closed
