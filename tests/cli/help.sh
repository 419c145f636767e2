#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Help and version are data: standard output, exit 0. Every command has help by three ways, the same text.
"$POSTERN" version
for command in hunt eql normalize explain fmt rules completion help version; do
    "$POSTERN" help "$command" > help.1 || echo "help $command: exit $?"
    "$POSTERN" "$command" --help > help.2 || echo "$command --help: exit $?"
    cmp help.1 help.2
    grep -q "^Usage: postern $command" help.1 || echo "$command: no usage line"
done
"$POSTERN" help > help.1
"$POSTERN" --help > help.2
"$POSTERN" -h > help.3
cmp help.1 help.2
cmp help.1 help.3
"$POSTERN" version > version.1
"$POSTERN" --version > version.2
cmp version.1 version.2
# Each command of the program's help has its own.
sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' help.1
