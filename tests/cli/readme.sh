#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demo of README.md is what the program prints over the sample logs; the last line differs from run to run.
. "$TESTS/common.inc"
sed -n '/^<!-- demo -->$/,/^<!-- \/demo -->$/p' "$PROJECT/README.md" | grep -v -e '^<!--' -e '^```' | steady >wanted
cd "$PROJECT" || exit 1
work=$OLDPWD
"$POSTERN" hunt data/samples >"$work/out" 2>"$work/err"
cd "$work" || exit 1
sed 's/ *$//' out | sed '/^$/d' >table
{ head -n 3 err; cat table; tail -n +4 err; } | steady >got
diff wanted got && echo "the demo is true: $(wc -l <table) lines of table"
