/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an Azure resource id, and the rows that write them. */
#ifndef POSTERN_SOURCES_AZURE_RESOURCE_H
#define POSTERN_SOURCES_AZURE_RESOURCE_H

#include "base/str.h"

enum azure_part {
    AZURE_SUBSCRIPTION,
    AZURE_GROUP,
    AZURE_PROVIDER,
    AZURE_NAME,
    AZURE_NAMESPACE,
    AZURE_RULE,
    AZURE_PARTS
};

struct azure_resource {
    str part[AZURE_PARTS]; /* views of the id; empty when it has none */
};

struct azure_resource azure_resource_parse(str id);

/* Rows common to the Azure data sets. */
#define AZURE_ROWS                                                                                 \
    {"@timestamp", "time", row_date, DATE_AZURE, NULL, 0},                                         \
        {"event.action", "operationName", NULL, 0, NULL, 0},                                       \
        {"event.duration", "durationMs", row_milliseconds, 0, NULL, ROW_TAIL},                     \
        {"log.level", "level", NULL, 0, NULL, 0},                                                  \
        {"cloud.provider", "", row_constant, 0, "azure", 0},                                       \
        {"source.ip", "callerIpAddress", row_ip, 0, NULL, 0},                                      \
        {"source.geo", "callerIpAddress", row_place, 0, NULL, ROW_TAIL},                           \
        {"source.as", "callerIpAddress", row_network, 0, NULL, ROW_TAIL},                          \
        {"client.ip", "callerIpAddress", row_ip, 0, NULL, 0},                                      \
        {"source.address", "callerIpAddress", row_not_ip, 0, NULL, 0},                             \
        {"related.ip", "callerIpAddress", row_ip, 0, NULL, ROW_APPEND},                            \
        {"azure.correlation_id", "correlationId", NULL, 0, NULL, 0},                               \
        {"azure.resource.id", "resourceId", NULL, 0, NULL, 0},                                     \
        {"azure.subscription_id", "resourceId", row_azure_resource, AZURE_SUBSCRIPTION, NULL, 0},  \
        {"azure.resource.group", "resourceId", row_azure_resource, AZURE_GROUP, NULL, 0},          \
        {"azure.resource.provider", "resourceId", row_azure_resource, AZURE_PROVIDER, NULL, 0},    \
        {"azure.resource.name", "resourceId", row_azure_resource, AZURE_NAME, NULL, 0},            \
        {"azure.resource.namespace", "resourceId", row_azure_resource, AZURE_NAMESPACE, NULL, 0},  \
    {                                                                                              \
        "azure.resource.authorization_rule", "resourceId", row_azure_resource, AZURE_RULE, NULL, 0 \
    }

#endif
