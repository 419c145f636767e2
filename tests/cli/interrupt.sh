#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C in a hunt over whole files: single events are told, in order; rules over several events are not run, for what was
# not read could change any of their answers, and the report says so.
. "$TESTS/common.inc"
event() { # SECOND ACTION
    printf '{"@timestamp":"2026-03-10T09:00:%sZ","event":{"dataset":"ecs","action":"%s"}}\n' "$1" "$2"
}
mkfifo pipe
for threads in 1 2; do
    "$POSTERN" hunt -o csv --threads $threads -e 'any where event.action == "b"' \
        -e 'sequence with maxspan=5m [any where event.action == "a"] [any where event.action == "b"]' pipe > out 2> err &
    hunt=$!
    # The pipe stays open behind the events.
    exec 3> pipe
    { event 02 b; event 01 a; event 01 b; } >&3
    sleep 1
    kill -INT $hunt
    code=0
    wait $hunt || code=$?
    exec 3>&-
    columns 1,2,7 < out
    grep -E '^(matches|sequences|interrupted)' err
    echo "exit $code"
done
