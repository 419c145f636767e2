#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# normalize beyond documents: the body of _bulk with its ids, how a document was made, event.ingested, any number of threads.
. "$TESTS/common.inc"
printf '%s\n' '{"eventID":"e-1","eventName":"DeleteTrail","eventSource":"cloudtrail.amazonaws.com","errorCode":"AccessDenied","eventTime":"2026-03-10T09:00:00Z","addendum":{"reason":"x"},"userIdentity":{"type":"Root","identityProvider":"idp"}}' '{"other":1}' '{"insertId":"i","timestamp":"2026-03-10T09:00:00Z","logName":"l","protoPayload":{}}' '{"@timestamp":"2026-03-10T09:00:00Z","event.dataset":"okta.system","data_stream":{"namespace":"prod"}}' > log.ndjson
"$POSTERN" normalize -o bulk log.ndjson 2> err | grep create
cat err
"$POSTERN" normalize --explain log.ndjson | sed -n '1,11p;/not read/,$p'
"$POSTERN" normalize --ingested log.ndjson 2> err | grep -c '"ingested":"20..-..-..T..:..:..\....Z"'
for threads in 1 2 5; do
    "$POSTERN" normalize --threads "$threads" log.ndjson log.ndjson 2> err | cksum
done
