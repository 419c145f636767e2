#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Errors of files that hold no query: a rule that is no UTF-8, a schema that is none.
. "$TESTS/common.inc"
printf '[rule]\nname = "caf\351"\n' > latin1.toml
run rules latin1.toml
echo '{"user.id":{"type":"lnog"}}' > schema.json
echo '{"user":{"id":1}}' > events.ndjson
run eql --schema schema.json 'any where user.id == 1' events.ndjson
