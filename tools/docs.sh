#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs.sh [--check] [PROGRAM]: writes the pages of docs/reference/ that are made from tables, as PROGRAM (by default
# build/release/postern) prints them; with --check it changes nothing and fails when a page is stale.
set -eu
cd "$(dirname "$0")/.."
check=
if [ "${1:-}" = --check ]; then
    check=1
    shift
fi
program=${1:-build/release/postern}
stale=
for page in $("$program" reference); do
    file=docs/reference/$page
    if [ -z "$check" ]; then
        "$program" reference "$page" >"$file"
    elif ! "$program" reference "$page" | diff -u "$file" - >&2; then
        stale="$stale $file"
    fi
done
if [ -n "$stale" ]; then
    echo "docs: not as the tables have it:$stale; run 'make docs'" >&2
    exit 1
fi
