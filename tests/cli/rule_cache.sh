#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --rule-cache: the same output with and without, what is said of it, and what is ignored. Files are kept two seconds after they changed.
. "$TESTS/common.inc"
printf '{"eventName":"DeleteTrail","eventSource":"s","eventTime":"2026-03-10T09:00:00Z"}\n{"eventName":"StopLogging","eventSource":"s","eventTime":"2026-03-10T09:00:01Z"}\n' > trail.ndjson
mkdir rules rules/more
rule() { # FILE ID QUERY [LINE]
    printf '[rule]\nauthor = ["a"]\nname = "Rule %s"\ndescription = "d"\nrule_id = "%s"\nseverity = "high"\nrisk_score = 73\ntype = "eql"\nquery = """\n%s\n"""\n%s\n' "$2" "$2" "$3" "${4:-}" > "rules/$1.toml"
}
rule one 1 'any where event.action == "DeleteTrail"'
rule more/two 2 'sequence with maxspan=1m [any where event.action == "DeleteTrail"] [any where event.action : "stop*"]'
rule warned 3 'any where event.action : "Stop*"' 'strange = 1'
rule refused 4 'any where event.acton == "x"'
rule order 5 'any where true' 'timestamp_field = "no.such"'
sleep 2.1
plain() {
    sed -E 's/[0-9a-f]{16}\.rules/KEY.rules/g'
}
hunt() {
    for format in ndjson csv table; do
        "$POSTERN" hunt -q -r rules -o "$format" "$@" trail.ndjson 2>&1
    done | grep -v '^rule cache'
}
line() {
    "$POSTERN" hunt -r rules "$@" trail.ndjson 2>&1 > matches | grep 'rule cache' | plain
}
hunt > without
echo "-- made, taken, and what is printed is the same"
run hunt --rule-cache cache -r rules -o csv trail.ndjson | plain
hunt --rule-cache cache | cmp - without
line --rule-cache cache
echo "-- a new file is read until it is old enough"
rule new 6 'any where event.action == "StopLogging"'
line --rule-cache cache
hunt > without
hunt --rule-cache cache | cmp - without
rm rules/new.toml
echo "-- with -q, when no rule is refused, it is said by --profile"
rm rules/refused.toml rules/order.toml
line -q --rule-cache cache
"$POSTERN" hunt -q --profile --rule-cache cache -r rules trail.ndjson 2>&1 > matches | grep 'rule cache' | plain
echo "-- damaged, no cache at all, another's"
for file in cache/*; do
    printf x | dd of="$file" bs=1 seek=100 conv=notrunc 2> dd.log
done
line --rule-cache cache
echo nonsense > "$file"
line --rule-cache cache
chmod 666 cache/*
line --rule-cache cache | sed 's/to .*\.rules.;/to FILE;/'
line --rule-cache cache
echo "-- a folder that cannot be made"
line --rule-cache trail.ndjson
line --rule-cache no/folder
echo "-- several at once"
hunt > without
rm -r cache
for _ in 1 2 3 4 5 6; do
    hunt --rule-cache cache > "out.$_" &
done
wait
for _ in 1 2 3 4 5 6; do
    cmp "out.$_" without
done
line --rule-cache cache
printf '%s\n' cache/* | plain
echo "-- from the configuration file, in its folder; a rule file alone and queries have none"
mkdir etc
echo 'rule-cache = "kept"' > etc/config.toml
line --config etc/config.toml
line --config etc/config.toml --rule-cache ''
"$POSTERN" hunt --config etc/config.toml -r rules/one.toml -e 'any where true' trail.ndjson 2>&1 > matches | grep 'rule cache'
ls etc
echo 'rule-cache = 1' > etc/config.toml
run hunt --config etc/config.toml trail.ndjson
