#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# coverage.sh [CTEST-ARGUMENT...]: runs the tests (all, or those that the arguments choose) in the coverage tree and says how
# many lines and branches of src/ they reached: a table of the layers on stdout, every line in build/coverage/report/.
set -eu
cd "$(dirname "$0")/.."
tools/build.sh coverage
find build/coverage -name '*.gcda' -delete
ctest --preset coverage --no-label-summary -j "${JOBS:-$(nproc)}" "$@"
mkdir -p build/coverage/report
gcovr --root . --filter 'src/' --object-directory build/coverage --gcov-executable gcov \
    --exclude-unreachable-branches --exclude-throw-branches --delete \
    --html-details build/coverage/report/index.html --csv build/coverage/report/files.csv
awk -F, 'NR > 1 {
    split($1, part, "/")
    layer = part[2]
    lines[layer] += $2; reached[layer] += $3; branches[layer] += $5; taken[layer] += $6
}
END {
    printf "%-10s %8s %8s\n", "layer", "lines", "branches"
    for (layer in lines)
        printf "%-10s %7.1f%% %7.1f%%\n", layer, 100 * reached[layer] / lines[layer],
            branches[layer] ? 100 * taken[layer] / branches[layer] : 100 | "sort"
}' build/coverage/report/files.csv
echo "coverage: every line in build/coverage/report/index.html"
