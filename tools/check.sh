#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Everything that must hold before a change lands. Three trees are built: release (gcc; the program as shipped, and the
# checks of the source), asan (clang; every test) and tsan (gcc; the tests about threads). One ctest run then covers all
# of them, so its summary is the whole answer.
set -eu
cd "$(dirname "$0")/.."
trees="release asan tsan"

for tree in $trees; do
    tools/build.sh "$tree"
done

mkdir -p build/check
for tree in $trees; do
    echo "subdirs(\"$PWD/build/$tree\")"
done >build/check/CTestTestfile.cmake

exec ctest --test-dir build/check --output-on-failure --no-label-summary -j "${JOBS:-$(nproc)}"
