#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# explain shows the tree of leaves with values and verdicts, what each event did to a sequence, and the nearest miss. The
# expectations follow from sections 5, 11 and 12 of the EQL semantics; each is argued where it is asked.
. "$TESTS/common.inc"

# event TIME(SECONDS) CATEGORY USER [MORE]
event() {
    printf '{"@timestamp":"2026-01-31T09:%02d:%02dZ","event":{"category":"%s"},"user":{"name":%s}%s}\n' \
        $(($1 / 60)) $(($1 % 60)) "$2" "$3" "${4:-}"
}

# A leaf is one line, != and `not in` are not split, a missing field matches a negation, one value of several is enough.
{
    event 0 process '"root"' ',"process":{"name":["sh","cmd.exe"]}'
    event 1 file '"bob"'
    echo '{"event":{"category":"process"}}'
} > events.ndjson
run explain -e 'process where user.name != "root" and not (process.name : "c*" or user.name in ("bob", "al"))' events.ndjson
# Computed operands are shown; a field that nobody knows is no value.
run explain -e 'any where length(user.name) > 3 or ?nope == 1 or substring(user.name, 0, 1) == "b"' events.ndjson
run explain -o json -e 'any where user.name not in ("root")' events.ndjson

# A1 A2 B3: the newest first event wins, so event 1 is replaced; 3 completes with 2.
{ event 0 a '"x"'; event 1 a '"x"'; event 2 b '"x"'; } > newest.ndjson
ab='sequence by user.name with maxspan=1m [a where true] [b where true]'
run explain -e "$ab" newest.ndjson
# B comes after 90 s: the partial has expired, and a maxspan of 90 s would have done.
{ event 0 a '"x"'; event 90 b '"x"'; } > late.ndjson
run explain -e "$ab" late.ndjson
# The keys differ: with the key of event 1, event 2 would have completed it.
{ event 0 a '"x"'; event 1 b '"y"'; } > other.ndjson
run explain -e "$ab" other.ndjson
# Event 2 fails the second stage by one leaf.
{ event 0 a '"x"'; event 1 b '"x"' ',"process":{"pid":7}'; } > leaf.ndjson
run explain -e 'sequence by user.name [a where true] [b where process.pid == 8 and user.name : "x"]' leaf.ndjson
# A1 U2 B3: until kills what event 1 started; without it 1 and 3 match.
{ event 0 a '"x"'; event 1 u '"x"'; event 2 b '"x"'; } > until.ndjson
run explain -e "$ab until [u where true]" until.ndjson
# A1 M2 B3: the missing event breaks the partial, which is then refused.
run explain -e 'sequence by user.name with maxspan=1m [a where true] ![u where true] [b where true]' until.ndjson
# A1 B2 and a trailing missing event: it waits until a minute has passed since event 1; nothing came.
{ event 0 a '"x"'; event 2 b '"x"'; event 70 c '"x"'; } > trailing.ndjson
run explain -e 'sequence by user.name with maxspan=1m [a where true] [b where true] ![u where true]' trailing.ndjson
# The same, but it comes: the match that waits is discarded, and without event 3 there would be one.
{ event 0 a '"x"'; event 2 b '"x"'; event 10 u '"x"'; } > came.ndjson
run explain -e 'sequence by user.name with maxspan=1m [a where true] [b where true] ![u where true]' came.ndjson
# A1 A3 in slot 1 one after another, B2 and B4 in slot 2: event 4 advances what 3 started, and replaces what 1 and 2 were.
{ event 1 a '"x"'; event 2 b '"x"'; event 3 a '"x"'; event 4 b '"x"'; event 5 c '["x","y"]'; } > three.ndjson
run explain -e 'sequence by user.name [a where true] [b where true] [c where true]' three.ndjson
# Only the first stage: one of two stays open, and no one change gives a match.
{ event 0 a '"x"'; } > open.ndjson
run explain -e "$ab" open.ndjson
run explain -o json -e "$ab" late.ndjson
# A sample: the filters in any order, and a key that lacks one of them.
run explain -e 'sample by user.name [b where true] [a where true]' newest.ndjson
run explain -e 'sample by user.name [b where true] [a where true]' other.ndjson

# Cloud logs are what a hunt makes of them, and a rule says which data sets it sees.
printf '{"Records":[{"eventVersion":"1.08","eventTime":"2026-01-31T09:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"CreateVpc","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.1","userAgent":"x","eventID":"1","eventType":"AwsApiCall","recipientAccountId":"123456789012","userIdentity":{"type":"Root"}}]}' > trail.json
run explain -e 'any where event.action == "CreateVpc" and source.ip == "192.0.2.0/24"' trail.json
printf '[rule]\nname = "N"\ndescription = "D"\nauthor = ["A"]\nrule_id = "r"\nrisk_score = 47\nseverity = "medium"\ntype = "eql"\nlanguage = "eql"\nindex = ["logs-gcp.audit-*"]\nquery = "any where event.action : \\"Create*\\""\n' > rule.toml
run explain -r rule.toml trail.json

# Wrong use, wrong queries, wrong events.
run explain
run explain -e 'any where true' -r rule.toml
run explain -e 'any where user.nmae == "x"' events.ndjson
run explain -r missing.toml events.ndjson
run explain -e 'any where true' missing.ndjson
echo '{broken' > broken.ndjson
run explain -e 'any where true' broken.ndjson
echo '{"user":{"name":"x"}}' | "$POSTERN" explain -e 'any where user.name == "x"'
