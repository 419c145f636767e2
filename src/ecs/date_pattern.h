/* SPDX-License-Identifier: Apache-2.0 */
/* One date pattern of java.time's letters against one text:
 *   y u year (yy: 2000 to 2099)   M month (MMM Jan, MMMM January)   d day   E weekday's name (not checked against the date)
 *   H hour   h hour of twelve, with a   m minute   s second   S fraction, one digit each   a AM or PM
 *   X x Z zone ("Z", +hh, +hhmm, +hh:mm)   z VV "UTC", "GMT" or a zone   'text' literal   [ ] optional
 * One letter of a number takes one or two digits (a year up to four), n letters take n. Other letters are unknown; every other
 * byte stands for itself. As in Java an optional section is tried once, never taken back. */
#ifndef POSTERN_ECS_DATE_PATTERN_H
#define POSTERN_ECS_DATE_PATTERN_H

#include "base/str.h"

bool date_pattern_parse(str pattern, str text, int64_t *out);
bool date_pattern_check(str pattern);

#endif
