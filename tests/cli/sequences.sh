#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Rules over several events: what a match of several looks like, that events of different files meet in order of time, and that neither threads, memory nor the order of the
# files can be seen in the matches.
# shellcheck disable=SC2218 # "run" is defined there
. "$TESTS/common.inc"
event() { # TIME USER ACTION OUTCOME [MORE]
    printf '{"@timestamp":"2026-03-10T%sZ","event":{"dataset":"ecs","action":"%s","outcome":"%s"%s},"user":{"name":"%s"}}\n' \
        "$1" "$3" "$4" "${5-}" "$2"
}
# Two failures and a success of ann within five minutes; bob's success comes 301 seconds after his failure; eve has no failure.
{ event 09:00:02.000 ann login success; event 09:00:00.000 bob login failure; } > a.ndjson
{ event 09:00:01.000 ann login failure; event 09:05:01.000 bob login success; event 09:00:00.500 ann login failure; event 09:00:03.000 eve login success; } > b.ndjson
query='sequence by user.name with maxspan=5m [any where event.outcome == "failure"] [any where event.outcome == "success"]'
# ann's newest failure (b.ndjson, record 0) and her success (a.ndjson, record 0); nothing of bob.
for format in table ndjson csv; do
    run hunt -q -e "$query" -o "$format" a.ndjson b.ndjson | tr '\r' '$'
done
# The same failure twice: [failure] with runs=2 takes records 2 and 0 of b.ndjson, in order of time.
run hunt -q -e 'sequence by user.name [any where event.outcome == "failure"] with runs=2' -o csv a.ndjson b.ndjson | columns 1,9,12,13,15
# Nobody of those who failed at 09:00 had a success in the five minutes after: bob. A missing event has no line.
run hunt -q -e 'sequence by user.name with maxspan=5m [any where event.outcome == "failure"] ![any where event.outcome == "success"]' -o csv a.ndjson b.ndjson | columns 1,9,12,13,15
# A sample needs no order: ann and bob have both, ann's in the order of the files.
run hunt -q -e 'sample by user.name [any where event.outcome == "success"] [any where event.outcome == "failure"]' -o csv a.ndjson b.ndjson | columns 1,9,12,13,15
# --from takes events out of the sequence too: ann's newest failure at 09:00:01 is in, the run of two is not.
run hunt -q --from 2026-03-10T09:00:01Z -e "$query" -e 'sequence by user.name [any where event.outcome == "failure"] with runs=2' -o csv a.ndjson b.ndjson | columns 1,2,9,12,13,15
# The books count matches a rule.
"$POSTERN" hunt -e "$query" -o csv a.ndjson b.ndjson 2>&1 > out | grep -E '^(matches|sequences)'

# A tiebreaker and a timestamp of the rule's own: at one time of event.created the sequence numbers decide, against the order of the file and of @timestamp.
{ event 09:00:02.000 x second success ',"created":"2026-03-10T10:00:00Z","sequence":2'; event 09:00:03.000 x first success ',"created":"2026-03-10T10:00:00Z","sequence":1'; } > c.ndjson
cat > rule.toml <<'END'
[rule]
author = ["Postern"]
name = "first then second"
description = "d"
risk_score = 21
severity = "low"
rule_id = "11111111-2222-4333-8444-555555555555"
type = "eql"
language = "eql"
index = ["logs-*"]
timestamp_field = "event.created"
tiebreaker_field = "event.sequence"
query = '''
sequence [any where event.action == "first"] [any where event.action == "second"]
'''
END
run hunt -q -r rule.toml --format ecs -o csv c.ndjson | columns 1,7,13,15

# What cannot be seen.
mkdir logs
cd logs || exit 1
sample cloudtrail.json.gz azure-activity.json azure-audit.ndjson gcp-audit.ndjson
cd .. || exit 1
hunt() {
    "$POSTERN" hunt -o ndjson -e 'sequence by user.name [any where true] [any where event.outcome == "failure"]' \
        -e 'sequence by user.name with maxspan=1h [any where true] ![any where event.outcome == "failure"] [any where true]' \
        -e 'sample by user.name [any where event.outcome == "success"] [any where event.outcome == "failure"]' \
        -e 'any where event.outcome == "failure"' "$@" 2> err
}
hunt --threads 1 logs > want
echo "$(grep -c '"events"' want) matches of several events of $(wc -l < want)"
for option in '--threads 2' '--threads 4' '--max-memory 1K' '--max-memory 100K --threads 4'; do
    # shellcheck disable=SC2086
    hunt $option logs > got
    cmp want got && echo "$option: the same"
done
hunt logs/gcp-audit.ndjson logs/cloudtrail.json.gz logs/azure-audit.ndjson logs/azure-activity.json > got
grep -v 'sample by' want | sort > want.sorted
grep -v 'sample by' got | sort | cmp want.sorted - && echo "files in another order: the same sequences"

# The same as postern eql over the documents: the numbers of the records.
"$POSTERN" normalize logs 2> err | grep -v '^null$' > all.ndjson
query='sequence by user.name with maxspan=30m [any where event.outcome == "success"] ![any where event.action == null] [any where event.outcome == "failure"]'
"$POSTERN" eql --size 100000 "$query" all.ndjson | tr '{' '\n' | grep -o '"missing":true\|^"_index":"all","_id":"[0-9]*"' | grep -o '[0-9][0-9]*' > eql.out
"$POSTERN" hunt -q -e "$query" -o csv all.ndjson | columns 13 > hunt.out
echo "$(wc -l < eql.out) events in matches"
cmp eql.out hunt.out
