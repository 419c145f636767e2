#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_arm.sh [TEST...]: cross-compiles for 64-bit ARM and runs unit tests (all of layer value when none is named, such as "json_frame") under
# qemu-aarch64: twice, without and with carry-less multiplication. They hold what NEON finds against the plain scans.
# Installs nothing; says what is missing.
set -eu
cd "$(dirname "$0")/.."

libraries="libcmocka-dev:arm64 libutf8proc-dev:arm64 libpcre2-dev:arm64 zlib1g-dev:arm64 libzstd-dev:arm64
    libdeflate-dev:arm64 libsmartcols-dev:arm64 libmaxminddb-dev:arm64 libsimdjson14:arm64"
missing=
for package in gcc-aarch64-linux-gnu g++-aarch64-linux-gnu qemu-user $libraries; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) || status=
    [ "$status" = "install ok installed" ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "test_arm: needs more packages; on Debian 12, as root:" >&2
    echo "    dpkg --add-architecture arm64 && apt-get update && apt-get install -y --no-install-recommends$missing" >&2
    exit 1
fi

# libsimdjson-dev is for one architecture at a time, so the one of this machine lends its headers.
mkdir -p build/arm-packages
ln -sf /usr/lib/aarch64-linux-gnu/libsimdjson.so.14 build/arm-packages/libsimdjson.so
cat >build/arm-packages/simdjson.pc <<END
Name: simdjson
Description: for test_arm.sh
Version: 3.0.1
Libs: -L$PWD/build/arm-packages -lsimdjson
END

if [ $# = 0 ]; then
    for source in tests/unit/value/*_test.c; do
        name=${source##*/}
        set -- "$@" "${name%_test.c}"
    done
fi
names=$(echo "$*" | tr ' ' '|')
for name in "$@"; do
    set -- "$@" "value_${name}_test"
    shift
done
for tree in arm arm-crypto; do
    tools/build.sh "$tree" "$@"
    ctest --preset "$tree" --no-label-summary -j "${JOBS:-$(nproc)}" -R "\.unit\.value\.($names)\$"
done
