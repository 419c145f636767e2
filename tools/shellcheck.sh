#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage: shellcheck.sh [FOLDER]. Checks every shell script of the project (or of FOLDER).
set -eu
cd "${1:-$(dirname "$0")/..}"
find . \( -path ./build -o -path ./.git \) -prune -o -type f \( -name '*.sh' -o -path ./.ci/run \) -print |
    sort | xargs -r -d '\n' shellcheck --shell=sh --exclude=SC1091
