/* SPDX-License-Identifier: Apache-2.0 */
/* Documents that are already ECS: written by Filebeat or the Elastic Agent, exported from Kibana, or made by us. The record is the document; only event.original and --tag are added. */
#include "sources/row.h"

static const struct shape shapes[] = {
    {.keys = "@timestamp "
             "event:o|ecs:o|data_stream:o|ecs\\.version|data_stream\\.dataset|data_stream\\.type|"
             "event\\.action|event\\.agent_id_status|event\\.category|event\\.code|"
             "event\\.created|event\\.dataset|event\\.duration|event\\.end|event\\.hash|event\\.id|"
             "event\\.ingested|event\\.kind|event\\.module|event\\.original|event\\.outcome|"
             "event\\.provider|event\\.reason|event\\.reference|event\\.risk_score|event\\."
             "sequence|event\\.severity|event\\.start|event\\.timezone|event\\.type|event\\.url"},
};

const struct source source_ecs = {
    .dataset = "ecs",
    .module = "",
    .doc = "documents that are already ECS, of any data set",
    .shapes = shapes,
    .n_shapes = sizeof(shapes) / sizeof(shapes[0]),
    .ecs = true,
};
