#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fmt prints queries in canonical form, from -e, files, rules and standard input; --check says which are not.
. "$TESTS/common.inc"
run fmt -e 'any where(a==1)and not b' -e 'process   where true'
run fmt -e 'any where a = 1' -e 'any where b'
printf 'any where LENGTH( a )>1 // why\n' > query.eql
run fmt query.eql
run fmt --check query.eql
"$POSTERN" fmt query.eql 2> warning > canonical.eql
run fmt canonical.eql
run fmt --check canonical.eql
long='any where a == "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" and b == "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"'
run fmt -e "$long"
run fmt --one-line -e "$long"
printf '[rule]\nquery = """\nany where a=="x"\n  and b = 2\n"""\n' > wrong.toml
run fmt wrong.toml
sed 's/ = 2/ == 2/' wrong.toml > right.toml
run fmt right.toml
run fmt --check right.toml
printf '[rule]\nname = "N"\n' > none.toml
run fmt none.toml
run fmt missing.eql canonical.eql
echo 'any where x' | "$POSTERN" fmt
echo 'any   where x' | "$POSTERN" fmt --check - 2>&1
echo "exit $?"
