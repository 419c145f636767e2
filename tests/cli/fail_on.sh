#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --fail-on: exit 1 when a rule at least that severe matched. The built-in rule is high. A query has no severity.
. "$TESTS/common.inc"
sample gcp-audit.ndjson
for severity in low medium high critical; do
    "$POSTERN" hunt -q --fail-on "$severity" gcp-audit.ndjson > /dev/null
    echo "$severity: $?"
done
"$POSTERN" hunt -q --fail-on low --to 2026-01-01 gcp-audit.ndjson > /dev/null
echo "no match: $?"
"$POSTERN" hunt -q --fail-on low -e 'any where true' gcp-audit.ndjson > /dev/null
echo "query: $?"
# 4 (incomplete) comes before 1, 2 (refused) before 4.
echo '{"broken' > broken.ndjson
"$POSTERN" hunt -q --fail-on low gcp-audit.ndjson broken.ndjson > /dev/null
echo "incomplete: $?"
printf '[rule]\n' > refused.toml
"$POSTERN" hunt -q --fail-on low -e 'any where true' -r refused.toml gcp-audit.ndjson broken.ndjson > /dev/null
echo "refused: $?"
