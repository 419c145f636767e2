#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Files that break in the midst or cannot be read: what came before counts, the files behind are read, the code is 4.
. "$TESTS/common.inc"
query='any where event.action == "CreateSecurityGroup"' # one match: record 32 of the CloudTrail sample
sample cloudtrail.json.gz gcp-audit.ndjson
# Bytes 8000 to 8007 of the gzip data overwritten. Where exactly the data stops making sense is zlib's to say.
{ head -c 8000 cloudtrail.json.gz && printf '\377\377\377\377\377\377\377\377' && tail -c +8009 cloudtrail.json.gz; } > broken.json.gz
mkdir logs
cp broken.json.gz logs/a.gz
cp gcp-audit.ndjson logs/b.ndjson
"$POSTERN" hunt -q -e "$query" -o csv logs 2> err | columns 1,12,13
sed -E -e 's/\(.*\)/(REASON)/' -e 's/(record|byte) [0-9]+/\1 N/g' err
"$POSTERN" hunt -q -e "$query" logs > /dev/null 2>&1
echo "exit $?"
# The one match of the second file is there whatever the first one was.
"$POSTERN" hunt -q -e 'any where event.action == "v1.compute.firewalls.list"' -o csv logs 2> /dev/null | columns 1,12,13
# Memory that is not there: reading fails, for root too.
run hunt -q -e "$query" -o csv /proc/self/mem cloudtrail.json.gz
run hunt -q -e "$query" /proc/self/mem
run hunt -q --rejects logs -e "$query" cloudtrail.json.gz

# UTF-16 is no JSON: named, or in a folder beside a log.
sample gcp-audit.ndjson
mkdir wide
iconv -f UTF-8 -t UTF-16LE gcp-audit.ndjson | { printf '\377\376'; cat; } > wide/le.json
iconv -f UTF-8 -t UTF-16BE gcp-audit.ndjson | { printf '\376\377'; cat; } > wide/be.json
run hunt -q wide/le.json
cp gcp-audit.ndjson wide
run hunt -q -e "$query" wide
run normalize wide/be.json

# What logs are kept in and is not read: named.
for magic in 'PK\003\004' 'BZh9' '\3757zXZ\000' '\004\042\115\030' '7z\274\257\047\034' PAR1 'Obj\001'; do
    printf '%b{"Records":[]}' "$magic" >packed
    run hunt -q packed
done
printf 'PK\003\004{}' | gzip >packed.gz
run hunt -q packed.gz
