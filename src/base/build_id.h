/* SPDX-License-Identifier: Apache-2.0 */
/* Which build of the program this is: what the linker wrote into the program or library that holds this code (--build-id), a digest of all of it. Two
 * builds that could differ in anything have different ones. */
#ifndef POSTERN_BASE_BUILD_ID_H
#define POSTERN_BASE_BUILD_ID_H

#include "base/str.h"

/* Its bytes, constant for the life of the process; empty when the linker wrote none. Any thread. */
str build_id(void);

#endif
