/* SPDX-License-Identifier: Apache-2.0 */
/* Who acts on what in a CloudTrail event, under names that do not depend on the service (actor.entity.id, target.entity.id). Only with the tag actor_target_mapping. */
#ifndef POSTERN_SOURCES_AWS_ENTITIES_H
#define POSTERN_SOURCES_AWS_ENTITIES_H

#include "sources/row.h"

#define TAG_ENTITIES "actor_target_mapping"

/* The kinds of entities that have a field of their own; all of them. */
enum entity_kind { ENTITY_USER, ENTITY_HOST, ENTITY_SERVICE, ENTITY_OTHER, ENTITY_ANY };

#define ACTOR_RAW                                                                                  \
    "userIdentity.arn userIdentity.type userIdentity.invokedBy "                                   \
    "userIdentity.sessionContext.sessionIssuer.arn userIdentity.onBehalfOf.userId eventName"
#define TARGET_RAW                                                                                 \
    "eventSource eventName requestParameters responseElements resources recipientAccountId"

/* The actor. The targets of one kind (arg), as a list. */
row_fn row_actor;
row_fn row_targets;

#endif
