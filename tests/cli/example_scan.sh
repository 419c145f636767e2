#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The example program, which has the public header and the shared library and nothing else, finds in the samples what
# data/samples/README.md tells of the built-in rule.
for name in gcp-audit.ndjson azure-activity.json azure-audit.ndjson; do
    "$EXAMPLES/scan" "$PROJECT/data/samples/$name"
done
gzip -dc "$PROJECT/data/samples/cloudtrail.json.gz" > cloudtrail.json
"$EXAMPLES/scan" cloudtrail.json
"$EXAMPLES/scan"
echo "no file: $?"
"$EXAMPLES/scan" nowhere
echo "nowhere: $?"
