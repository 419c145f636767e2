#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What AWS itself finds, in the sample logs: each query of data/samples/README.md finds what the page says, in three forms of packaging.
. "$TESTS/common.inc"
sample aws-guardduty.ndjson aws-securityhub.json
sed -n '/^## What AWS itself finds/,/^## What it misses/s/^| .\(any where [^|]*\). |.*/\1/p' "$PROJECT/data/samples/README.md" > queries
find_all() {
    while read -r query; do
        echo "$query"
        "$POSTERN" hunt -q -o csv -e "$query" "$@" | columns 1,6,7
    done < queries
}
find_all aws-guardduty.ndjson aws-securityhub.json | tee plain
echo "-- as EventBridge sends them, and as the command line prints those of GuardDuty"
python3 - << 'END'
import json


def capitals(node):
    if isinstance(node, dict):
        return {key[:1].upper() + key[1:]: capitals(value) for key, value in node.items()}
    return [capitals(one) for one in node] if isinstance(node, list) else node


guardduty = [json.loads(line) for line in open("aws-guardduty.ndjson")]
securityhub = json.load(open("aws-securityhub.json"))["Findings"]
with open("events.ndjson", "w") as out:
    for one in guardduty:
        out.write(json.dumps({"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": one}) + "\n")
    for one in securityhub:
        out.write(json.dumps({"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported",
                              "detail": {"findings": [one]}}) + "\n")
json.dump({"Findings": [capitals(one) for one in guardduty]}, open("printed.json", "w"), indent=4)
END
find_all events.ndjson > events
cmp plain events && echo same
find_all printed.json aws-securityhub.json > printed
cmp plain printed && echo same
echo "-- each is a document"
"$POSTERN" normalize aws-guardduty.ndjson aws-securityhub.json |
    python3 -c 'import json, sys
for line in sys.stdin:
    d = json.loads(line)
    print(d["event"]["dataset"], d["@timestamp"], d["event"].get("kind"), d.get("source", {}).get("address"))'
