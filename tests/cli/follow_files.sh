#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --follow finds new files: in a folder, behind a pattern, under a name that was not there; and knows a file again that was
# renamed. Nothing is read twice, nothing is missed.
. "$TESTS/common.inc"
event() { # ACTION
    printf '{"@timestamp":"2026-03-10T09:00:00Z","event":{"dataset":"ecs","action":"%s"}}\n' "$1"
}
# Waits until `out` has N matches; at most ten seconds. Then shows the new ones, sorted: folders have no order in time.
shown=1
matches() { # N
    for _ in $(seq 100); do
        [ -e out ] && [ "$(wc -l < out)" -gt "$1" ] && break
        sleep 0.1
    done
    tail -n +$((shown + 1)) out | tr -d '\r' | cut -d, -f 7,13,14 | sort
    shown=$(wc -l < out)
}
follow() {
    "$POSTERN" hunt -q -f -o csv -e 'any where true' "$@" > out 2> err &
    hunt=$!
}
end() {
    # What is told twice would be told by the next look.
    sleep 1.5
    matches 0
    kill -INT $hunt
    wait $hunt
    echo "exit $?"
    cat err
    shown=1
}

echo "a folder, in which the output lies, too"
mkdir logs
event first > logs/a.log
"$POSTERN" hunt -q -f -o csv -e 'any where true' logs > logs/out.ndjson 2> logs/err.txt &
hunt=$!
ln -s logs/out.ndjson out
: > err
matches 1
mkdir logs/deep
event new > logs/deep/b.log
matches 2
echo "renamed, and a new one under the name, as logrotate does"
mv logs/a.log logs/a.log.1
event rotated > logs/a.log
matches 3
echo "the renamed one again"
mv logs/a.log.1 logs/a.log.2
event more >> logs/a.log
matches 4
echo "cut short and written anew, as copytruncate does"
cp logs/a.log logs/a.copy
matches 6
event again > logs/a.log
matches 7
echo "packed, slowly, under another name at first"
event packed | gzip -c > packed.gz
head -c 20 packed.gz > logs/c.gz.part
sleep 1.5
tail -c +21 packed.gz >> logs/c.gz.part
mv logs/c.gz.part logs/c.gz
matches 8
echo "empty at first"
: > logs/d.log
sleep 1.5
event late > logs/d.log
matches 9
end
cat logs/err.txt
rm out

echo "a pattern that fits nothing yet, and a name that is not there"
: > out
follow 'later*.log' named.log
sleep 0.5
event pattern > later1.log
event other > other.log
event name > named.log
matches 2
end
echo "nothing but whole files: ends with the last"
timeout 20 "$POSTERN" hunt -q -f -o csv -e 'any where true' logs/c.gz | cut -d, -f 7 | tr -d '\r'
