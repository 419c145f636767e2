/* SPDX-License-Identifier: Apache-2.0 */
/* The scan with AVX2 and carry-less multiplication. Compiled with those where the compiler knows
 * them, called only where the processor does. */
#include "value/frame_scan_loop.h"

#if defined(__AVX2__) && defined(__PCLMUL__)
#include "value/frame_masks_avx2.h"

bool frame_scan_has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi");
}

enum frame_stop frame_scan_avx2(struct frame_scan *s, str text, size_t *at, bool last)
{
    return frame_scan_loop(s, text, at, last, &mask_maker);
}

size_t frame_colons_avx2(str text, uint32_t *places)
{
    return frame_colons_loop(text, places, &mask_maker);
}
#else
bool frame_scan_has_avx2(void)
{
    return false;
}

enum frame_stop frame_scan_avx2(struct frame_scan *s, str text, size_t *at, bool last)
{
    return frame_scan_plain(s, text, at, last);
}

size_t frame_colons_avx2(str text, uint32_t *places)
{
    return frame_colons_plain(text, places);
}
#endif
