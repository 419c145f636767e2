#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A full disk is a failure of the world (3) wherever a command writes; a closed pipe is the reader's wish and ends the
# command silently (0).
. "$TESTS/common.inc"
sample gcp-audit.ndjson
full() {
    echo "\$ postern $* > /dev/full"
    code=0
    "$POSTERN" "$@" 2> err > /dev/full || code=$?
    cat err
    echo "exit $code"
}
closed() {
    {
        code=0
        "$POSTERN" "$@" 2> err || code=$?
        echo "closed $1: exit $code, $(wc -l < err) lines on stderr" > verdict
    } | :
    cat verdict
}
full hunt -q gcp-audit.ndjson
full hunt -q -o ndjson -e 'any where true' gcp-audit.ndjson
full hunt -q -o csv gcp-audit.ndjson
full normalize gcp-audit.ndjson
full eql 'any where true' gcp-audit.ndjson
full rules
full help
full help hunt
full version
full completion bash
printf '{"protoPayload":{"x":{}\n{"a":1}\n' > broken.ndjson
run hunt -q --rejects /dev/full broken.ndjson
TMPDIR=/nowhere run hunt -q -e 'any where true' --max-memory 10K gcp-audit.ndjson | cut -c 1-78
closed hunt -q -e 'any where true' gcp-audit.ndjson
closed hunt -q -o ndjson -e 'any where true' gcp-audit.ndjson
closed hunt -q -o csv --order input -e 'any where true' gcp-audit.ndjson
closed normalize gcp-audit.ndjson
closed rules
closed help
closed completion bash
