#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --follow reads a pipe as soon as it has something: more than a pipe holds, again and again, is not waited for by the clock. 12 MB took 20 seconds when it was.
. "$TESTS/common.inc"
record='{"eventVersion":"1","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","awsRegion":"us-east-1"}'
yes "$record" | head -n 110000 | timeout 10 "$POSTERN" hunt -q --follow -e 'any where event.action == "RunInstances"' -
echo "exit $?"
