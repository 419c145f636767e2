#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --follow: matches as they are decided, from a pipe and from files that grow or are rotated.
. "$TESTS/common.inc"
event() { # SECOND USER OUTCOME
    printf '{"@timestamp":"2026-03-10T09:00:%sZ","event":{"dataset":"ecs","outcome":"%s"},"user":{"name":"%s"}}\n' "$1" "$3" "$2"
}
# Waits until FILE has N lines; at most ten seconds.
lines() { # FILE N
    for _ in $(seq 100); do
        [ -e "$1" ] && [ "$(wc -l < "$1")" -ge "$2" ] && return
        sleep 0.1
    done
    echo "$1 has not got $2 lines"
}
query='sequence by user.name [any where event.outcome == "failure"] [any where event.outcome == "success"]'
# The end of the pipe decides what is open: ann's two, in order of time although they come the other way round.
{ event 02 ann success; event 01 ann failure; } |
    run hunt -q -f -o csv -e "$query" - | columns 1,9,13,15
# Without lateness the failure comes behind the clock and is left out.
{ event 02 ann success; event 01 ann failure; } |
    "$POSTERN" hunt -f --lateness 0s -o csv -e "$query" - 2>&1 | grep -E '^(matches|limit)'

# A missing event is decided once the clock has passed its window, by an event of anybody.
: > grow.ndjson
missing='sequence by user.name with maxspan=5s [any where event.outcome == "failure"] ![any where event.outcome == "success"]'
"$POSTERN" hunt -f --lateness 0s -o csv -e "$query" -e "$missing" grow.ndjson > out 2> err &
hunt=$!
{ event 10 ann failure; event 15 bob failure; } >> grow.ndjson
lines out 1
sleep 0.5
echo "at 15, when ann may still succeed: $(wc -l < out) line"
event 16 bob success >> grow.ndjson
lines out 2
columns 1,2,9,13,15 < out
# bob's success is at the newest time, which the clock has not passed yet.
event 17 eve other >> grow.ndjson
lines out 4
columns 1,2,9,13,15 < out | tail -n 2
# Another file under the name: its records are numbered anew.
mv grow.ndjson old.ndjson
{ event 18 eve failure; event 19 eve success; event 20 eve other; } > grow.ndjson
lines out 6
columns 1,2,9,13,15 < out | tail -n 2
kill -INT $hunt
wait $hunt
echo "exit $?"
steady < err | grep -E '^(files|records|matches|interrupted)'
run hunt --lateness 5 -f grow.ndjson
# Standard input that is a file ends where the file does.
{ event 01 ann failure; event 02 ann success; } > whole.ndjson
run hunt -q -f -o csv -e "$query" - < whole.ndjson | columns 1,9,13,15
run hunt --lateness 5m whole.ndjson
# What a limit took away is told with -q, too.
{ event 02 ann success; event 01 ann failure; } | run hunt -q -f --lateness 0s -o csv -e "$query" -
# Events that wait for later ones lie on disk past --max-memory: 300 of 8 KiB each.
pad=$(printf '%08000d' 0)
{ event 01 ann failure; for _ in $(seq 300); do event 02 "$pad" failure; done; event 03 ann success; } |
    "$POSTERN" hunt -f --max-memory 1M -o csv -e "$query" - 2> err | columns 1,9,13,15
grep '^sequences' err
# Tables are read as they are in a hunt over files.
printf 'TimeGenerated,OperationNameValue,ActivityStatusValue,CallerIpAddress\n2026-03-10T09:00:00Z,Microsoft.Network/networkSecurityGroups/write,Success,192.0.2.1\n' > activity.csv
run hunt -q -f -o csv -e 'any where true' - < activity.csv | columns 1,7,13
# An event of the year 2100 does not stop the clock for those of now: a sequence is told before the end.
live() { printf '{"@timestamp":"%s","event":{"dataset":"ecs","outcome":"%s"},"user":{"name":"%s"}}\n' "$1" "$3" "$2" >> live.ndjson; }
: > live.ndjson
"$POSTERN" hunt -q -f --lateness 3s -o csv -e "$query" live.ndjson > out 2> err &
hunt=$!
live 2100-01-01T00:00:00Z eve other
for _ in 1 2 3 4 5 6; do
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    live "$now" ann failure
    live "$now" ann success
    sleep 1.1
done
lines out 2
kill -INT $hunt
wait $hunt
columns 9 < out | sed -n 2p
