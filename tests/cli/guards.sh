#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
. "$TESTS/common.inc"
# What hunt must not do: overwrite an input, read its own output, steer the terminal, wait for ever.
sample gcp-audit.ndjson
cp gcp-audit.ndjson kept
run hunt -q --rejects gcp-audit.ndjson gcp-audit.ndjson
cmp gcp-audit.ndjson kept && echo "the input is as it was"
run hunt -q --rejects - gcp-audit.ndjson

mkdir logs
cp kept logs/a.ndjson
code=0
"$POSTERN" hunt -q -o csv logs >logs/out.csv 2>err || code=$?
cat err
echo "exit $code, $(wc -l <logs/out.csv) lines"

run hunt -e 'any where event.action : "	*"' -o csv kept 2>&1 | grep -a 'sees'

sed -e 's/^name = .*/name = "a\\u001b[2Jb"/' -e 's/^severity = .*/&\nseverity_mapping = [{field = "event.severity", operator = "equals", value = "3", severity = "low"}]/' \
    "$PROJECT"/rules/aws-azure-gcp/*.toml >r.toml
"$POSTERN" rules r.toml 2>&1 | grep -a -e 'sees' -e 'warning'

# A writer that never writes: the signal ends the hunt at once, as interrupted, and nothing counts as cut off.
mkfifo pipe
for threads in 1 2; do
    sleep 20 >pipe &
    writer=$!
    code=0
    timeout --preserve-status -s INT 1 "$POSTERN" hunt -q --threads $threads pipe || code=$?
    kill $writer
    echo "exit $code"
done
