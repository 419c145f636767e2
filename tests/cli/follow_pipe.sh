#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --follow reads a pipe as soon as it has something: a writer that waits for each match before it goes on is answered at once, where it was answered ten times a second.
. "$TESTS/common.inc"
record='{"eventVersion":"1","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"us-east-1"}'
mkfifo in out
"$POSTERN" hunt -q --follow -o csv -e 'any where event.action == "RunInstances"' - < in > out &
exec 3> in 4< out
read -r header <&4
echo "${header%%,*}"
cat > ask << 'END'
i=0
while [ $i -lt 60 ]; do
    sleep 0.01 # it has gone to rest
    echo "$1" >&3
    read -r _ <&4 || exit 1
    i=$((i + 1))
done
echo "$i answers"
END
timeout 4 sh ask "$record"
echo "exit $?"
exec 3>&- 4<&-
wait
