#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh PRESET [TARGET...]: configures and builds quietly in build/PRESET; what the tools say is shown when it fails or
# is a warning. JOBS is the number of compilers at a time. The first release build of a checkout is made twice: a program that
# counts which ways are taken runs over the sample logs (train.py), and the compiler is told. `make clean` forgets what was
# counted; POSTERN_TRAIN=0 goes without.
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

if [ "$preset" = release ] && [ "${POSTERN_TRAIN:-1}" = 1 ] && [ ! -e build/profile/done ]; then
    rm -rf build/profile
    quietly cmake --preset train
    quietly ninja --quiet -C build/train -j "${JOBS:-$(nproc)}" postern
    quietly tools/train.py build/train/postern build/train/logs
    touch build/profile/done
    rm -rf build/train
fi
case ${POSTERN_TRAIN:-1} in
1) quietly cmake --preset "$preset" ;;
*) quietly cmake --preset "$preset" -DPOSTERN_PROFILE= ;; # also where an earlier build has counted
esac
quietly ninja --quiet -C "build/$preset" -j "${JOBS:-$(nproc)}" "$@"
cat "$log" >&2
echo "build: $preset in $(($(date +%s) - started)) s"
