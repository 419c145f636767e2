#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The completion script is bash, and completes commands, options and choices.
"$POSTERN" completion bash > completion.bash
bash -n completion.bash || exit 1
cat > ask.bash <<'END'
source ./completion.bash
function=$(complete -p postern | sed 's/.*-F \([^ ]*\).*/\1/')
ask() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    "$function"
    printf '%s:' "${COMP_WORDS[*]}"
    printf ' %s' "${COMPREPLY[@]}"
    printf '\n'
}
ask postern no
ask postern hunt --fail
ask postern hunt --fail-on h
ask postern hunt -o n
END
bash ask.bash
