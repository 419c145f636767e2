/* SPDX-License-Identifier: Apache-2.0 */
/* x86: whether the processor has all that the files named _avx2 are compiled for. Itself compiled without. */
#include "value/simd.h"

bool simd_usable(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
}
