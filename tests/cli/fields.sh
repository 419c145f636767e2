#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The catalogue: one data set, an unknown one, and the page of the manual, which must be what the tables say.
. "$TESTS/common.inc"
"$POSTERN" fields azure.auditlogs | head -4
"$POSTERN" fields -o ndjson gcp.audit | head -1
run fields aws.unknown
run fields a b
"$POSTERN" fields -o markdown > page
cmp page "$TESTS/../../docs/reference/fields.md" || echo "stale: postern fields -o markdown > docs/reference/fields.md"
