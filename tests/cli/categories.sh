#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A rule that needs a category which no data set it sees ever has is said when it is loaded; one whose category is
# excluded, missing or one of several is not.
. "$TESTS/common.inc"
note() {
    printf '%s\n' "$1"
    "$POSTERN" hunt -e "$1" /dev/null 2>&1 | grep 'no data set' || echo '    -'
}
note 'iam where true'
note 'registry where true'
note 'Iam where true'
note 'any where true'
note 'any where event.action == "a" and event.category in ("driver", "registry")'
note 'any where event.category in ("driver", "file")'
note 'any where event.category == "driver" or event.action == "a"'
note 'any where event.category != "driver"'
note 'sequence by user.name [iam where true] [driver where true]'
note 'sequence by user.name with maxspan=1m [iam where true] ![driver where true]'
cat > azure.toml <<'END'
[rule]
name = "N"
description = "D"
author = ["A"]
rule_id = "azure"
risk_score = 47
severity = "medium"
type = "eql"
language = "eql"
index = ["logs-azure.activitylogs-*"]
query = "iam where true"
END
"$POSTERN" rules azure.toml 2>&1 | grep 'no data set'
# One that sees no data set at all is said once.
sed 's/azure.activitylogs/azure.signinlogs/' azure.toml > other.toml
"$POSTERN" rules other.toml 2>&1 | grep 'no data set'
