#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A wrong rule file is refused with the place in the file and a reason, the right ones beside it run, and the exit is 2.
. "$TESTS/common.inc"
write() { # NAME EXTRA [SED]
    printf '[rule]\nname = "N"\ndescription = "D"\nauthor = ["A"]\nrule_id = "%s"\nrisk_score = 47\nseverity = "medium"\ntype = "eql"\nlanguage = "eql"\n%b\n' \
        "$1" "$2" | sed "${3:-}" > "$1.toml"
    run rules "$1.toml"
}
query='query = "any where true"'
write right "$query"
write open_string 'query = "any where true'
write no_query ''
write no_name "$query" '/^name/d'
write wrong_field 'query = "any where event.acton == 1"'
write filters "$query\n[[rule.filters]]\n[rule.filters.meta]\ndisabled = false"
write disabled_filters "$query\n[[rule.filters]]\n[rule.filters.meta]\ndisabled = true"
write exceptions "$query\n[[rule.exceptions_list]]\nid = \"x\""
write no_exceptions "$query\nexceptions_list = []"
write unknown_key "$query\nnew_key = 1"
write unknown_type "$query" 's/type = "eql"/type = "esql"/'
write score "$query" 's/47/101/'
write score_text "$query" 's/47/"47"/'
write severity "$query" 's/medium/awful/'
: > empty.toml
run rules empty.toml
run rules missing.toml
mkdir folder
run rules folder
cp right.toml folder/a.toml
cp right.toml folder/b.toml
run rules folder
# What is named twice is loaded once.
run rules right.toml right.toml folder/a.toml
# A folder that links to itself and to what loops: each file once, and only what cannot be read is refused.
rm folder/b.toml
ln -s . folder/self
ln -s loop folder/loop
ln -s loop.toml folder/loop.toml
ln -s a.toml folder/again.toml
mkdir folder/inner
ln -s ../inner folder/inner/inner
run rules folder
# A folder named twice, in other words, and with one inside it: each file once, of what was refused, too.
mkdir -p twice/inner none
cp right.toml twice/inner/a.toml
cp unknown_type.toml twice/refused.toml
run rules twice twice
run rules twice ./twice/ twice/../twice
run rules twice/inner ./twice/inner/a.toml twice/inner/../inner/a.toml
run rules twice/inner twice/inner/../../twice/inner/.
run rules twice/inner ./twice
run rules none none
