#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# format.sh [--check] [FOLDER]: formats the C and C++ files of the project (or of FOLDER) in place; with --check only names
# those that are not formatted, and fails when there is one.
set -eu
check=
if [ "${1:-}" = --check ]; then
    check=1
    shift
fi
cd "${1:-$(dirname "$0")/..}"

files=$(find . \( -path ./build -o -path ./.git \) -prune -o -type f \( -name '*.[ch]' -o -name '*.cpp' \) -print | sort)
[ -n "$files" ] || exit 0
if [ -z "$check" ]; then
    echo "$files" | xargs -d '\n' clang-format-14 -i
    exit 0
fi

wrong=0
for file in $files; do
    clang-format-14 --dry-run -Werror "$file" 2>/dev/null || {
        echo "${file#./}: not formatted; run make format"
        wrong=1
    }
done
exit $wrong
