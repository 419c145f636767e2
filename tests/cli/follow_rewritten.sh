#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --follow: a file that is cut short and written anew between two looks, so that it is as long as before or longer when it is
# looked at, is read from its start; one that only seems changed is read on. Offsets are those of records of 81 bytes.
. "$TESTS/common.inc"
. "$TESTS/follow.inc"
: > out
event first > a.log
"$POSTERN" hunt -q -f -o csv -e 'any where true' a.log > out 2> err &
hunt=$!
matches 1
echo "as long as before"
sleep 0.3
event again > a.log
matches 2
echo "touched, then longer"
touch -d '2026-03-10' a.log
sleep 0.3
event later >> a.log
matches 3
echo "as long as before, the last record the same"
sleep 0.3
{ event other; event later; } > a.next
kill -STOP $hunt
cat a.next > a.log
kill -CONT $hunt
matches 5
echo "longer than before"
sleep 0.3
kill -STOP $hunt
{ event one11; event two22; event three; } > a.log
kill -CONT $hunt
matches 8
echo "longer than before, and than what is compared"
for i in $(seq 10000 10200); do event "$i"; done > b.log
kill -STOP $hunt
cat b.log > a.log
kill -CONT $hunt
matches 209 | sed -n '1p;$p'
pass "$(wc -l < out)"
echo "read on"
event final >> a.log
matches 210
# What is told twice would be told by the next look.
sleep 0.5
matches 0
kill -INT $hunt
wait $hunt
echo "exit $?"
cat err
