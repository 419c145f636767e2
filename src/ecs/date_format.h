/* SPDX-License-Identifier: Apache-2.0 */
/* Dates by Elasticsearch's formats: names ("epoch_millis", "strict_date_optional_time"), patterns of java.time's letters
 * ("yyyy-MM-dd HH:mm:ss"), and alternatives joined by "||". */
#ifndef POSTERN_ECS_DATE_FORMAT_H
#define POSTERN_ECS_DATE_FORMAT_H

#include "base/str.h"

/* Nanoseconds since the epoch from `text`, by the first alternative of `format` that takes all of it. An empty format is
 * "epoch_millis||strict_date_optional_time": digits alone are never a year. What a pattern leaves out counts as 1970-01-01T00:00:00 UTC. False, with *out
 * untouched, when no alternative takes it or the time is out of the range of base/time.h. Linear in text and format. */
bool date_format_parse(str format, str text, int64_t *out);

/* Whether every alternative is a known name, or a pattern whose letters are known and whose quotes and brackets are closed.
 * If not, *problem is the alternative that is not. */
bool date_format_check(str format, str *problem);

#endif
