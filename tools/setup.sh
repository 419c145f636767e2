#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing to build (setup.sh build), to build and check (setup.sh check) or to measure what the tests reach
# (setup.sh coverage) on Debian 12. Says nothing when
# nothing is missing. POSTERN_SKIP_SETUP=1 leaves the system alone.
set -eu

build="cmake ninja-build gcc g++ pkg-config python3 libsimdjson-dev libtomlplusplus-dev libpcre2-dev zlib1g-dev
    libzstd-dev libdeflate-dev libutf8proc-dev libsmartcols-dev libmaxminddb-dev uap-core"
check="libcmocka-dev clang-14 libclang-rt-14-dev clang-format-14 clang-tidy-14 cppcheck shellcheck git ca-certificates valgrind"
coverage="gcovr"

case ${1:-build} in
build) wanted=$build ;;
check) wanted="$build $check" ;;
coverage) wanted="$build $check $coverage" ;;
*)
    echo "usage: setup.sh [build|check|coverage]" >&2
    exit 2
    ;;
esac
[ "${POSTERN_SKIP_SETUP:-0}" = 1 ] && exit 0

# Prints the packages of $wanted that are not installed; all of them where there is no dpkg.
list_missing() {
    native=$(dpkg --print-architecture 2>/dev/null) || native=
    for package in $wanted; do # it may be there for a foreign architecture, too
        dpkg-query -W -f '${Status} ${Architecture}\n' "$package" 2>/dev/null |
            grep -qxE "install ok installed ($native|all)" || printf '%s ' "$package"
    done
}

# True on Debian 12, whose versions of the packages are the ones we test with.
on_debian_12() {
    [ -r /etc/os-release ] && [ "$(. /etc/os-release && echo "${ID:-} ${VERSION_ID:-}")" = "debian 12" ]
}

# Runs a command as root; its output is shown only when it fails.
as_root() {
    if [ "$(id -u)" != 0 ]; then
        set -- sudo "$@"
    fi
    "$@" >"$log" 2>&1 || {
        cat "$log" >&2
        return 1
    }
}

missing=$(list_missing)
missing=${missing% }
[ -z "$missing" ] && exit 0

if ! on_debian_12; then
    echo "setup: this script installs packages on Debian 12 only; here, please install what these hold:" >&2
    echo "    $missing" >&2
    echo "setup: then run again with POSTERN_SKIP_SETUP=1" >&2
    exit 1
fi
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    echo "setup: packages are missing and there is no sudo; as root, run:" >&2
    echo "    apt-get update && apt-get install -y --no-install-recommends $missing" >&2
    exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "setup: installing $missing"
# A failed update is not the end: the lists at hand may do.
as_root apt-get update -qq || echo "setup: apt-get update failed, trying with the lists at hand" >&2
# shellcheck disable=SC2086 # one word a package
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing || {
    echo "setup: apt-get could not install them (see above)" >&2
    exit 1
}
