#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every kind of wrong usage names what is wrong and exits 3 (docs/reference/exit-codes.md).
. "$TESTS/common.inc"
run
run nope
run help nope
run completion
run completion zsh
run hunt
run hunt --nope logs
run hunt -x logs
run hunt --threads
run hunt --threads many logs
run hunt --threads -1 logs
run hunt --threads 99999999999999999999 logs
run hunt --quiet=1 logs
run hunt -o xml logs
run hunt --order size logs
run hunt --follow --order time logs
run hunt --fail-on awful logs
run hunt --from yesterday logs
run hunt --to 2026-02-30 logs
run hunt --max-record 5T logs
run hunt --max-record K logs
run hunt --max-memory 9999999999G logs
run hunt --format nope logs
run hunt --from 2026-03-12 --to 2026-03-01 logs
run hunt --max-record 0 logs
run hunt --color=blue logs
run hunt --color never logs
run --color=blue hunt logs
run --color=never
run --color=always version
run -q hunt logs
run hunt logs
run normalize
run normalize --dataset nope logs
run eql
run eql --size x 'any where true'
run eql --result-position middle 'any where true'
