#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh [TARGET...]: runs each fuzzer (all when none is named) for FUZZ_SECONDS, by default 60. It starts from
# fuzz/corpus/TARGET, keeps what it learns in build/fuzz/corpus/TARGET and puts findings in build/fuzz/findings. The target
# "reference" is no fuzzer: tools/reference.sh, random queries on random events against an independent evaluator; nor is "broken_lines":
# fuzz/broken_lines.py, hunts over broken logs with and without the prefilter and with more threads. Its seed is FUZZ_SEED, by default the clock's.
set -eu
cd "$(dirname "$0")/.."
broken_lines() {
    tools/build.sh release postern
    mkdir -p build/fuzz/findings
    fuzz/broken_lines.py --postern build/release/postern --seconds "${FUZZ_SECONDS:-60}" --seed "${FUZZ_SEED:-$(date +%s)}" --keep build/fuzz/findings
}
if [ "$*" = reference ]; then
    exec tools/reference.sh
fi
if [ "$*" = broken_lines ]; then
    broken_lines
    exit
fi
tools/build.sh fuzz
if [ $# = 0 ]; then
    tools/reference.sh
    broken_lines
    for source in fuzz/*_fuzzer.c; do
        [ -e "$source" ] || continue
        target=${source#fuzz/}
        set -- "$@" "${target%_fuzzer.c}"
    done
fi

runner=
setarch -R true 2>/dev/null && runner="setarch -R" # see cmake/runner.cmake
mkdir -p build/fuzz/findings
for target in "$@"; do
    if [ "$target" = reference ]; then
        tools/reference.sh
        continue
    fi
    if [ "$target" = broken_lines ]; then
        broken_lines
        continue
    fi
    learned=build/fuzz/corpus/$target
    log=build/fuzz/$target.log
    mkdir -p "$learned"
    set --
    [ -f "fuzz/$target.dict" ] && set -- "-dict=fuzz/$target.dict"
    [ -d "fuzz/corpus/$target" ] && set -- "$@" "fuzz/corpus/$target"
    echo "fuzz: $target for ${FUZZ_SECONDS:-60} s"
    $runner "build/fuzz/fuzz/${target}_fuzzer" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/findings/$target-" "$learned" "$@" >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        echo "fuzz: $target found something, see build/fuzz/findings and $log" >&2
        exit 1
    }
    grep -E 'number_of_executed_units|new_units_added' "$log" | sed 's/^stat::/    /'
done
