#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The built-in rule over the sample logs: the ten matches that data/samples/README.md argues one by one, in order of
# time; the counts of items are its table's (248 + 73 + 40 + 88 + 3 + 3 = 455, two of them no audit records).
. "$TESTS/common.inc"
mkdir logs
cd logs || exit 1
sample cloudtrail.json.gz azure-activity.json azure-audit.ndjson gcp-audit.ndjson aws-guardduty.ndjson aws-securityhub.json
cd .. || exit 1
run hunt -o csv logs > report
grep -v '^@timestamp,\|^2026' report
columns 1,6,7,8,9 < report | grep '^2026'
