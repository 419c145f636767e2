#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --max-record: a record of that many bytes is read, one byte more is one rejection, and its neighbours do not notice; in a
# batch, with --rejects and from normalize too.
. "$TESTS/common.inc"
record() { # NAME BYTES
    start="{\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"$1\",\"x\":\""
    printf '%s%*s"}' "$start" "$(($2 - ${#start} - 2))" ''
}
{
    record One 100 && echo
    record Two 101 && echo
    record Three 100 && echo
} > lines.ndjson
printf '{"Records":[%s,%s,%s]}' "$(record One 100)" "$(record Two 101)" "$(record Three 100)" > batch.json
names() {
    columns 7 | tr '\n' ' '
    echo
}
for file in lines.ndjson batch.json; do
    "$POSTERN" hunt -q -e 'any where true' --max-record 100 -o csv "$file" 2>&1 | grep -a '^postern'
    "$POSTERN" hunt -q -e 'any where true' --max-record 100 -o csv "$file" 2> /dev/null | names
    "$POSTERN" hunt -q -e 'any where true' --max-record 100 "$file" > /dev/null 2>&1
    echo "exit $?"
    "$POSTERN" hunt -q -e 'any where true' --max-record 101 -o csv "$file" | names
done
run hunt -q -e 'any where false' --max-record 99 --rejects rejects lines.ndjson
cut -c 1-50 rejects
"$POSTERN" normalize --max-record 100 lines.ndjson 2>&1 | cut -c 1-70
run hunt -q --max-record 0 lines.ndjson

sample gcp-audit.ndjson
# Lines that make no file a log, more bytes than are held in memory, stand before the first record: none is lost, not even their bytes.
{
    for i in 1 2 3 4 5 6 7; do
        printf 'line %s ' "$i"
        head -c 12000000 /dev/zero | tr '\0' x
        echo
    done
    sed -n 10p gcp-audit.ndjson
} > late.ndjson
run hunt -q --rejects rejects -o csv -e 'any where event.action == "v1.compute.firewalls.list"' late.ndjson
sed '$d' late.ndjson | cmp - rejects && echo "all bytes are kept"
