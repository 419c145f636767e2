#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The slow reading of the source: clang-tidy and cppcheck over every file that is compiled, and the longest files and
# functions, for information.
set -eu
cd "$(dirname "$0")/.."
tools/build.sh debug-clang
tree=build/debug-clang
jobs=${JOBS:-$(nproc)}

echo "lint: clang-tidy"
sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' $tree/compile_commands.json | grep "^$PWD/src/" | sort -u |
    xargs -r -d '\n' -n 4 -P "$jobs" clang-tidy-14 -p "$tree" --quiet >build/clang-tidy.log 2>&1 || {
    grep -vE 'warnings? (generated|treated as error)' build/clang-tidy.log >&2
    exit 1
}
echo "lint: cppcheck"
cppcheck --quiet -j "$jobs" --enable=warning,performance,portability --std=c11 --inline-suppr --error-exitcode=1 \
    --suppress=missingIncludeSystem -I src -I include src
python3 tools/top_length.py
