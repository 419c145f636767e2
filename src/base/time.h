/* SPDX-License-Identifier: Apache-2.0 */
/* Times are int64 nanoseconds since 1970-01-01T00:00:00Z. */
#ifndef POSTERN_BASE_TIME_H
#define POSTERN_BASE_TIME_H

#include "base/buf.h"

#define TIME_NS_PER_MS INT64_C(1000000)
#define TIME_NS_PER_S INT64_C(1000000000)

/* ISO 8601 / RFC 3339: "2026-01-31", "2026-01-31T09:00", "2026-01-31T09:00:00.5Z", offsets "+02:00", "+0200", "+02",
 * a blank in place of the T, lower-case t and z. 0 to 9 fraction digits (',' or '.'); no zone is UTC; second 60 is read as
 * the first second of the next minute. False, with *out untouched, when `s` is no such time or is outside 1677-09-22 to 2262-04-10.
 * Source: RFC 3339 section 5.6; CloudTrail eventTime has no fraction, Azure has seven digits. */
bool time_parse(str s, int64_t *out);

/* From civil UTC fields, proleptic Gregorian; false out of range. month 1..12, day 1..31. */
bool time_from_civil(int year, int month, int day, int hour, int minute, int second, int64_t ns,
                     int64_t *out);

/* "YYYY-MM-DDTHH:MM:SS.mmmZ", truncated to milliseconds (towards the past). Returns the length, 24. */
size_t time_format_ms(int64_t t, char out[32]);
/* The same with nine digits when `t` has a part below the millisecond, else with three. */
size_t time_format_ns(int64_t t, char out[40]);
/* What time_format_ms makes of the time that time_parse reads from `s`, without a detour through nanoseconds: for "2026-01-31T09:00:00Z" with 0 to 9 fraction digits, as
 * clouds write nearly all of theirs. 0 for every other text, be it a time or none. */
size_t time_plain_ms(str s, char out[32]);

/* Nanoseconds of the monotonic clock; of the wall clock. */
int64_t time_monotonic(void);
int64_t time_wall(void);

#endif
