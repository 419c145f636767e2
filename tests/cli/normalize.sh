#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One line a record, in order: a document, or null with the reason on stderr; rejected records make it exit 4.
. "$TESTS/common.inc"
printf '{"insertId":"x","protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","methodName":"m"}}\n{"a":1}\n{"b":\n' > log.ndjson
for dataset in auto gcp.audit; do
    "$POSTERN" normalize --dataset "$dataset" log.ndjson > out 2> err
    echo "$dataset: exit $?"
    cut -c1-21 out
    cat err
done
run normalize missing
