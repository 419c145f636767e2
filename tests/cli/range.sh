#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --from is inclusive, --to exclusive; a record without a time is in no range. A day stands for its midnight, UTC.
. "$TESTS/common.inc"
n=0
for time in '"2026-03-09T23:59:59.999999999Z"' '"2026-03-10T00:00:00Z"' '"2026-03-10T12:00:00Z"' '"2026-03-11T00:00:00Z"' null; do
    n=$((n + 1))
    printf '{"@timestamp":%s,"event":{"action":"%s"}}\n' "$time" "$n"
done > log.ndjson
hunt() {
    echo "$*: $("$POSTERN" hunt -q --format ecs -e 'any where event.action != null' -o csv --order input "$@" log.ndjson |
        columns 7 | tr '\n' ' ')"
}
hunt
hunt --from 2026-03-10
hunt --to 2026-03-10
hunt --from 2026-03-10 --to 2026-03-11
hunt --from 2026-03-10T12:00:00Z --to 2026-03-10T12:00:00Z
hunt --from 2026-03-10T12:00:00Z --to 2026-03-10T12:00:00.000000001Z
hunt --from 2026-03-10T13:00:00+01:00
hunt --from 2026-03-11 --to 2026-03-11
