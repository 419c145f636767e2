#!/bin/sh
# shellcheck disable=SC2238
# SPDX-License-Identifier: Apache-2.0
# 1 KiB for sorting holds no two matches, so the sort goes through files; the matches are those of the sort in memory,
# and no file is left behind.
. "$TESTS/common.inc"
sample cloudtrail.json.gz azure-activity.json gcp-audit.ndjson
mkdir temporary
export TMPDIR="$PWD/temporary"
query='any where event.dataset != null'
"$POSTERN" hunt -e "$query" -o ndjson ./cloudtrail.json.gz ./azure-activity.json ./gcp-audit.ndjson 2> err > memory.out
echo "exit $?, $(wc -l < memory.out) matches, on disk: $(grep -c 'sorted on disk' err)"
"$POSTERN" hunt -e "$query" -o ndjson --max-memory 1K ./cloudtrail.json.gz ./azure-activity.json ./gcp-audit.ndjson 2> err > disk.out
echo "exit $?, $(wc -l < disk.out) matches, on disk: $(grep -c 'sorted on disk' err)"
sed 's/.*"@timestamp":"\([^"]*\)","dataset".*/\1/' disk.out > times
sort -c times
cmp memory.out disk.out
ls temporary
# A folder that cannot hold them ends the hunt: the world failed, exit 3.
TMPDIR=/nowhere
run hunt -q -e "$query" -o csv --max-memory 1K gcp-audit.ndjson | sed '/^2026/d;s/postern-[A-Za-z0-9]*/postern-X/'
