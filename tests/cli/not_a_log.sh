#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file that is no log is named with the keys of its first item and a hint: what it may be, or the option of the command that takes it anyway.
. "$TESTS/common.inc"
mkdir logs
printf '{"app":"web","level":"info"}\n{"other":1}\n' > logs/app.ndjson
printf '[{"srcaddr":"192.0.2.1","dstaddr":"192.0.2.2","action":"ACCEPT"}]\n' > logs/flow.json
printf '{"kind":"Event","auditID":"a","verb":"get"}\n' > logs/kubernetes.json
printf '{}\n' > logs/empty.json
printf '[1,2]\n' > logs/numbers.json
printf '{"eventName":"e","eventSource":"s"}\n' > logs/trail.json
run hunt -e 'any where false' logs
run hunt -e 'any where false' logs/app.ndjson logs/trail.json
run hunt -e 'any where false' logs/app.ndjson
echo "-- the options that the hints name"
"$POSTERN" hunt -q --format aws.cloudtrail -e 'any where true' -o csv logs/app.ndjson | columns 6
run normalize logs/app.ndjson
"$POSTERN" normalize --dataset aws.cloudtrail logs/app.ndjson | grep -o '"event":{.*"dataset":"[a-z.]*"'
