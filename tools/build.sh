#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh PRESET [TARGET...]: configures and builds quietly in build/PRESET; what the tools say is shown when it fails or
# is a warning. JOBS is the number of compilers at a time.
set -eu
cd "$(dirname "$0")/.."
preset=$1
shift
mkdir -p build
log=build/$preset.log
started=$(date +%s)

quietly() {
    "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        echo "build: $preset failed" >&2
        exit 1
    }
}

quietly cmake --preset "$preset"
quietly ninja --quiet -C "build/$preset" -j "${JOBS:-$(nproc)}" "$@"
cat "$log" >&2
echo "build: $preset in $(($(date +%s) - started)) s"
