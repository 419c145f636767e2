#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reference.sh: holds the engine against the reference in tests/reference for REFERENCE_PAIRS pairs of a query and an event
# (5,000,000 for conditions, a fifth for sequences and again for streams, a hundredth through the program), from REFERENCE_SEED on, by default
# the clock's. The seed is printed: the same one repeats the run.
set -eu
cd "$(dirname "$0")/.."
pairs=${REFERENCE_PAIRS:-5000000}
seed=${REFERENCE_SEED:-$(date +%s)000000}
tools/build.sh release postern expressions_reference sequences_reference stream_reference program_reference
run() {
    name=$1
    shift
    echo "reference: $name --seed $seed $*"
    "build/release/tests/${name}_reference" --seed "$seed" "$@" | sed 's/^/    /' >build/reference.log || true
    cat build/reference.log
    grep -q '[^0-9]0 differences' build/reference.log || failed=1
}
failed=0
run expressions --pairs "$pairs"
run sequences --pairs $((pairs / 5))
run stream --pairs $((pairs / 5))
run program --pairs $((pairs / 100)) --postern build/release/postern
exit $failed
