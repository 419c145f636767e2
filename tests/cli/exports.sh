#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Exports that are no JSON: CSV of the Azure portal and of BigQuery, lines of time and JSON of CloudWatch Logs; a text file stays no log.
. "$TESTS/common.inc"
printf '\357\273\277"TimeGenerated [UTC]",OperationNameValue,ActivityStatusValue,CallerIpAddress,Properties,"_ResourceId"\r\n"3/10/2026, 9:00:00.250 AM","Microsoft.Network/networkSecurityGroups/write",Succeeded,192.0.2.1,"{""statusCode"":\r\n""OK""}",/subscriptions/x\r\n"3/10/2026, 9:00:01.000 PM",b,"Failed",,,\r\n' > activity.csv
printf 'insertId,timestamp,protopayload_auditlog.methodName,protopayload_auditlog.requestJson,resource.labels.project_id,operation.first\ni-1,2026-03-10 09:00:00.5 UTC,v1.compute.firewalls.insert,"{""name"":""fw""}",p,true\n' > bigquery.csv
printf '2026-03-10T09:00:00.000Z {"eventName":"DeleteTrail","eventSource":"s"}\n2026-03-10T09:00:01.000Z {"eventName":\n2026-03-10T09:00:02.000Z {"eventName":"StopLogging","eventSource":"s"}\n' > watch.log
printf 'a,b\n1,2\n' > notes.csv
for file in activity.csv bigquery.csv watch.log notes.csv; do
    "$POSTERN" normalize "$file" 2>&1 | sed 's/"event.*"original"/…/; s/"event_category.*//'
done
columns_of() {
    "$POSTERN" hunt -o csv -e 'any where true' "$@" 2> /dev/null
}
columns_of activity.csv bigquery.csv watch.log | cut -c1-90
run hunt -e 'any where true' notes.csv
