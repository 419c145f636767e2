/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of ECS 8.11, made by tools/ecs_table.py from ecs-8.11.csv at build time. Constant. */
#ifndef POSTERN_ECS_CATALOGUE_H
#define POSTERN_ECS_CATALOGUE_H

#include "ecs/schema.h"

extern const struct field ecs_fields[];
extern const size_t ecs_fields_count;

#endif
