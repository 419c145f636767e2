/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of the scans with vector instructions: functions whose names end in _simd, each beside a plain one that finds the same. Which instructions
 * those are is settled by CMakeLists.txt, which picks the files: *_avx2.c for x86, *_neon.c for 64-bit ARM, simd_none.c where we have neither. */
#ifndef POSTERN_VALUE_SIMD_H
#define POSTERN_VALUE_SIMD_H

#include <stdbool.h>

/* Whether this processor can run the functions named _simd; no other may call them. Always so on 64-bit ARM, where NEON is part of
 * the architecture; never where they were not compiled. */
bool simd_usable(void);

#endif
