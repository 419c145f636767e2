#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --follow lets a deleted file go, so that its place on the disk is free, and reads the next one of its name from its start.
. "$TESTS/common.inc"
. "$TESTS/follow.inc"
# How many deleted files the hunt holds, once it holds none; after ten seconds whatever it holds.
held() {
    for _ in $(seq 100); do
        n=$(find "/proc/$hunt/fd" -type l -printf '%l\n' | grep -c '(deleted)$')
        [ "$n" -eq 0 ] && break
        sleep 0.1
    done
    echo "$n held"
}
follow() {
    : > out
    "$POSTERN" hunt -q -f -o csv -e 'any where true' "$@" > out 2> err &
    hunt=$!
    pass 1
}
end() {
    # What is told twice would be told by the next look.
    sleep 1.5
    matches 0
    kill -INT $hunt
    wait $hunt
    echo "exit $?"
    cat err
}

echo "in a folder"
mkdir logs
event a > logs/a.log
follow logs
matches 1
event b > logs/b.log
matches 2
rm logs/a.log logs/b.log
held
event again > logs/a.log
matches 3
end

echo "by its name, deleted with the last line not read yet"
event first > named.log
follow named.log
matches 1
kill -STOP $hunt
event last >> named.log
rm named.log
kill -CONT $hunt
matches 2
held
event next > named.log
matches 3
event more >> named.log
matches 4
end
