#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What cannot be read is named, the rest is still read, and the code says so: 3 no log at all, 4 incomplete.
. "$TESTS/common.inc"
sample gcp-audit.ndjson cloudtrail.json.gz
: > empty.ndjson
mkdir folder notes
echo 'hello world' > notes/a.txt
query='any where event.action == "CreateSecurityGroup"'
run hunt -q missing.ndjson
run hunt -q -e "$query" missing.ndjson cloudtrail.json.gz --fail-on low
run hunt -q 'no*.such'
run hunt -q folder
run hunt -q notes
run hunt -q notes/a.txt
run hunt -q notes/a.txt empty.ndjson
run hunt -q empty.ndjson
# The one match is record 32 (data/samples/README.md: 08:31); 4000 bytes of the gzip hold it.
head -c 4000 cloudtrail.json.gz > cut.gz
run hunt -q -e "$query" cut.gz
{ gzip < gcp-audit.ndjson; echo rubbish; } > behind.gz
"$POSTERN" hunt -q -o csv behind.gz 2> /dev/null | columns 1,13
"$POSTERN" hunt -q behind.gz 2> /dev/null > /dev/null
echo "rubbish behind: $?"
"$POSTERN" hunt -q -o csv - < gcp-audit.ndjson | columns 1,12,13
"$POSTERN" hunt -q -o csv '*.ndjson' | columns 1,12,13
"$POSTERN" hunt -q gcp-audit.ndjson > /dev/full
echo "full: $?"
{ "$POSTERN" hunt -q -e 'any where true' -o ndjson gcp-audit.ndjson; echo "closed: $?" >&2; } | head -c 1 > /dev/null
printf '{"protoPayload":{"x":{}\n{"a":1}\n' > broken.ndjson
run hunt -q --rejects rejects broken.ndjson
cat rejects
run hunt -q --rejects /nowhere/x broken.ndjson
