/* SPDX-License-Identifier: Apache-2.0 */
/* Azure records in other shapes, turned into the resource-log record that the rows read. Each takes the record's tree and gives a new one, or NULL to leave it as it is. */
#ifndef POSTERN_SOURCES_AZURE_SHAPES_H
#define POSTERN_SOURCES_AZURE_SHAPES_H

#include "value/json.h"

/* Activity Log: REST (az monitor activity-log list), the Python SDK's snake_case, a Log Analytics row (AzureActivity). */
struct json *azure_activity_from_rest(const struct json *record, struct arena *a);
struct json *azure_activity_from_sdk(const struct json *record, struct arena *a);
struct json *azure_activity_from_table(const struct json *record, struct arena *a);
/* A record whose `properties` is JSON text. */
struct json *azure_parse_properties(const struct json *record, struct arena *a);
/* Entra audit log: Graph directoryAudits, a Log Analytics row (AuditLogs). */
struct json *azure_audit_from_graph(const struct json *record, struct arena *a);
struct json *azure_audit_from_table(const struct json *record, struct arena *a);

#endif
