#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# User agents by a file of expressions: the one of the package may be missing, which is said once where they matter; one that is named may not.
. "$TESTS/common.inc"
printf '{"eventName":"e","eventSource":"s","userAgent":"%s"}\n' 'Robot-7 os/linux#6.1' 'aws-cli/2.1.3' > trail.ndjson
names() {
    "$POSTERN" normalize "$@" trail.ndjson |
        python3 -c 'import json, sys
for line in sys.stdin:
    d = json.loads(line)["user_agent"]
    print(d["name"], d.get("version"), d["device"]["name"], d.get("os", {}).get("full"))'
}
echo "-- by a file"
names --user-agents "$TESTS/user_agents.yaml"
names
echo "-- without one on purpose"
names --user-agents ''
echo "-- where the package is not installed"
export POSTERN_USER_AGENTS=/nonexistent/regexes.yaml
names 2>&1
echo "user-agents = \"$TESTS/user_agents.yaml\"" > config.toml
names --config config.toml
run hunt -e 'any where user_agent.name == "aws-cli"' trail.ndjson 2>&1 | grep -c 'user agents'
for query in 'user_agent.original : "*"' 'event.action == "e"'; do
    run hunt -e "any where $query" trail.ndjson 2>&1 | grep -c 'user agents'
done
run hunt -q -e 'any where user_agent.device.name == "Machine"' trail.ndjson
echo "-- a file that was named"
run normalize --user-agents missing.yaml trail.ndjson
run normalize --user-agents trail.ndjson trail.ndjson
