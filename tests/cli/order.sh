#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# By time: a record without a time comes first, equal times keep the order of files and records. By input: as found.
. "$TESTS/common.inc"
event() {
    printf '{"event":{"action":"%s"}%s}\n' "$1" "${2:+,\"@timestamp\":\"$2\"}"
}
{
    event late 2026-03-10T10:00:00Z
    event early 2026-03-10T08:00:00Z
    event never
    event tie1 2026-03-10T09:00:00Z
} > a.ndjson
{
    event tie2 2026-03-10T09:00:00Z
    event tie3 2026-03-10T09:00:00.000Z
    event offset 2026-03-10T09:30:00+01:00
} > b.ndjson
for order in time input; do
    echo "$order:"
    "$POSTERN" hunt -q --format ecs -e 'any where event.action != null' -o csv --order "$order" a.ndjson b.ndjson | columns 7
done
