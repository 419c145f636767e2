#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The three output formats hold the same match. CSV is RFC 4180 (CRLF, quotes doubled); ndjson is one object a line.
. "$TESTS/common.inc"
cat > log.ndjson <<'END'
{"@timestamp":"2026-03-10T09:15:00.000Z","event":{"dataset":"ecs","action":"say \"a, b\"","outcome":"success","category":["network"]},"user":{"name":"bob"},"source":{"ip":"203.0.113.66"}}
END
for format in table ndjson csv; do
    run hunt -q -e 'network where user.name == "bob"' --format ecs -o "$format" log.ndjson | tr '\r' '$'
done
# No match: only CSV has a header to print.
for format in table ndjson csv; do
    run hunt -q -e 'any where user.name == "eve"' --format ecs -o "$format" log.ndjson | tr '\r' '$'
done
