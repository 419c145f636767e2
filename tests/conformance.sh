#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a conformance suite that lives outside the project over the postern program.
#   conformance.sh POSTERN eql [run.py option...]   every case file
#   conformance.sh POSTERN ecs [data set...]        the data sets named; all when none is
# The suites are in $POSTERN_SHARED, by default ../shared beside the project. Where they are absent the test is skipped
# (exit 77), or fails when POSTERN_REQUIRE_SHARED=1.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd)
shared=${POSTERN_SHARED:-$project/../shared}
postern=$1
suite=$2
shift 2
run=$shared/conformance/$suite/run.py

if [ ! -f "$run" ]; then
    echo "no conformance suite at $run; set POSTERN_SHARED"
    [ "${POSTERN_REQUIRE_SHARED:-0}" = 1 ] && exit 1
    exit 77
fi

case $suite in
eql)
    exec python3 "$run" --postern "$postern" "$@" "$shared"/conformance/eql/cases/*.jsonl
    ;;
ecs)
    [ $# -gt 0 ] || exec python3 "$run" --postern "$postern"
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    for dataset in "$@"; do
        ln -s "$(cd "$shared/conformance/ecs/$dataset" && pwd)" "$folder/$dataset"
    done
    python3 "$run" --postern "$postern" --dir "$folder"
    ;;
*)
    echo "unknown suite '$suite'"
    exit 1
    ;;
esac
