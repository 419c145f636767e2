/* SPDX-License-Identifier: Apache-2.0 */
/* 64-bit ARM: every processor has NEON. Source: Arm Architecture Reference Manual for A-profile, "Advanced SIMD and floating-point"; the procedure call
 * standard passes arguments in its registers. */
#include "value/simd.h"

bool simd_usable(void)
{
    return true;
}
