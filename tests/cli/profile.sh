#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# hunt --profile: the stages, what the prefilter did and what each rule cost; the answer is the one without it.
. "$TESTS/common.inc"
sample cloudtrail.json.gz gcp-audit.ndjson
# Figures are those of the clock but for the counts of records.
masked() {
    sed -E -e 's/^profile: [0-9.]+ s/profile: N s/' -e 's/ +[0-9]+\.[0-9]{3} +[0-9.]+%/ SECONDS SHARE/' \
        -e 's/(SHARE +[0-9]+) .*/\1 .../' -e 's/^ +[0-9]+\.[0-9]{3} +([0-9]+) +([0-9]+) +[0-9]+  / SECONDS \1 evaluated, \2 held /'
}
changes='any where event.action == "AuthorizeSecurityGroupIngress"'
never='any where event.action == "Nothing"'
# More than 1 MiB, where skipping begins.
sed -n 1,20p gcp-audit.ndjson > twenty
yes twenty | head -n 200 | xargs cat > long.ndjson
for threads in 1 3; do
    "$POSTERN" hunt -q --profile --threads $threads -e "$changes" -e "$never" -o csv cloudtrail.json.gz > got 2> err
    echo "exit $?"
    "$POSTERN" hunt -q --threads $threads -e "$changes" -e "$never" -o csv cloudtrail.json.gz | cmp - got
    masked < err | grep -v "evaluated, "
    masked < err | grep 'evaluated, ' | sort
done
"$POSTERN" hunt -q --profile --threads 1 -e "$never" long.ndjson 2>&1 | grep prefilter
"$POSTERN" hunt -q --profile --threads 1 -e 'any where true' long.ndjson 2>&1 | grep prefilter
"$POSTERN" hunt -q --profile --no-prefilter -e "$never" long.ndjson 2>&1 | grep prefilter
"$POSTERN" hunt -q --profile --rejects rejected -e "$never" long.ndjson 2>&1 | grep prefilter
run hunt --profile --follow -e "$never" long.ndjson
