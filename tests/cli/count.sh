#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# -o count: the numbers are those of the report and of the lines that -o ndjson prints, whatever the order, the range, the threads, for rules of one event and of several.
. "$TESTS/common.inc"
mkdir logs
cd logs || exit 1
sample cloudtrail.json.gz azure-activity.json gcp-audit.ndjson
cd .. || exit 1
all='any where true'
some='any where event.outcome == "failure"'
none='any where event.action == "no such thing"'
several='sequence by source.ip with maxspan=1d [any where true] [any where event.outcome == "failure"]'
samples='sample by source.ip [any where event.outcome == "success"] [any where event.outcome == "failure"]'
run hunt -o count -e "$all" -e "$some" -e "$none" -e "$some" logs
run hunt -q -o count -e "$several" -e "$samples" logs
for query in "$all" "$some" "$several" "$samples"; do
    lines=$("$POSTERN" hunt -q -o ndjson -e "$query" logs | wc -l)
    for threads in 1 2; do
        counted=$("$POSTERN" hunt -q -o count --order input --threads $threads -e "$query" logs | cut -f 1)
        test "$counted" = "$lines" || echo "$query: counted $counted, printed $lines"
    done
done
run hunt -q -o count --from 2026-03-10T09:57:01Z -e "$all" logs
"$POSTERN" hunt -q -o ndjson --from 2026-03-10T09:57:01Z -e "$all" logs | wc -l
run hunt -q -o count -e "$none" logs
cat > rule.toml <<'EOF'
[metadata]
creation_date = "2026/11/24"
maturity = "development"
updated_date = "2026/11/24"

[rule]
author = ["Postern"]
name = "a\tname"
description = "A name with a tab in it does not break the columns."
rule_id = "6f0f7f0a-2f0e-4b53-9e4e-2c4cf1f3b0b2"
severity = "high"
risk_score = 73
type = "eql"
language = "eql"
query = "any where true"
EOF
run hunt -q -o count --fail-on high -r rule.toml logs
