#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A wrong -e: where it is wrong, what was expected, and what would be right. The others still run; the code is 2.
. "$TESTS/common.inc"
sample gcp-audit.ndjson
run hunt -e 'any where event.acton == "x"' gcp-audit.ndjson
run hunt -q -e 'any where (event.action == "x"' gcp-audit.ndjson
run hunt -q -e 'any where event.action = "x"' gcp-audit.ndjson
run hunt -q -e 'any where event.action : user.name' gcp-audit.ndjson
run hunt -q -e 'any where lenght(user.name) > 3' gcp-audit.ndjson
run hunt -q -e '' gcp-audit.ndjson
# Columns count characters; a tab is repeated below, so that the caret stands where it should.
run hunt -q -e "$(printf 'any where user.name == "é" and\tuser.nmae == "x"')" gcp-audit.ndjson
run hunt -q -e "$(printf 'any where\n  user.nmae == "x"')" gcp-audit.ndjson
# The right one runs beside the wrong one.
run hunt -q -e 'any where' -e 'any where event.action == "v1.compute.firewalls.list"' gcp-audit.ndjson
