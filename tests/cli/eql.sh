#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# postern eql answers with the body of the EQL search API: hits, or an error body and exit 2.
. "$TESTS/common.inc"
{
    echo '{"_id":"a","@timestamp":1,"event":{"category":"x"},"n":1}'
    echo '{"_id":"b","@timestamp":2,"event":{"category":"y"},"n":2}'
} > ev.ndjson
run eql 'x where true' ev.ndjson
run eql --size 1 'any where true' ev.ndjson
run eql --size 1 --result-position head 'any where true' ev.ndjson
run eql --size 0 'any where true' ev.ndjson
run eql 'any where nn > 1' ev.ndjson
run eql 'any where n ==' ev.ndjson
run eql 'any where n > 1' ev.ndjson missing
run eql 'any where true' missing
run eql --parse-only 'any where foo'
echo '{broken' >> ev.ndjson
run eql 'any where n > 1' ev.ndjson

# One schema for files of several indexes, whose dates are written otherwise: 1 February in year-first, day-first and no known order ("c" has no day).
echo '{"day":{"type":"date","format":"yyyy.MM.dd"}}' > schema.json
printf '{"_id":"%s","event":{"category":"x"},"k":"%s","day":"%s"}\n' 1 a 2024.02.01 2 b 01/02/2024 3 c 2/1/24 4 b 2024-02-02 > days.ndjson
run eql --schema schema.json 'sample by day [any where k == "a"] [any where k == "b"]' days.ndjson
run eql --schema schema.json 'any where day == null' days.ndjson
# No events at all are no silence.
run eql 'any where true' < /dev/null
run version extra
