/* SPDX-License-Identifier: Apache-2.0 */
/* Elasticsearch's date formats, as far as mappings use them. */
#ifndef POSTERN_ECS_DATE_FORMAT_H
#define POSTERN_ECS_DATE_FORMAT_H

#include "base/str.h"

/* The time that `text` spells under `format` ("" is "strict_date_optional_time||epoch_millis"; "a||b" tries each): epoch_millis, epoch_second, (strict_)date_optional_time(_nanos), (basic) names as patterns, and patterns of
 * y u M d H h m s S a X x Z with literals and '…' quotes; month names (MMM) in English. Missing parts are the start of the unit. Nanoseconds UTC. */
bool date_format_parse(str format, str text, int64_t *out);

#endif
