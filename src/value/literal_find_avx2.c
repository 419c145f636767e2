/* SPDX-License-Identifier: Apache-2.0 */
/* The search with AVX2. */
#include "value/literal_find.h"

#include <immintrin.h>
#include <string.h>

enum { STEP = 64, HALF = STEP / 2 };

/* All ones where both rare bytes stand at their places. */
static inline __m256i both(const char *first, const char *second, __m256i a, __m256i b)
{
    __m256i x = _mm256_loadu_si256((const __m256i *)(const void *)first);
    __m256i y = _mm256_loadu_si256((const __m256i *)(const void *)second);
    return _mm256_and_si256(_mm256_cmpeq_epi8(x, a), _mm256_cmpeq_epi8(y, b));
}

/* The first of the places that the bits name, counted from `from`, where the text stands. NULL: none. */
static __attribute__((noinline)) const char *confirm(const struct literal *l, const char *from,
                                                     __m256i low, __m256i high)
{
    uint64_t bits = (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << HALF |
                    (uint32_t)_mm256_movemask_epi8(low);
    for (; bits; bits &= bits - 1) {
        const char *place = from + __builtin_ctzll(bits);
        if (memcmp(place, l->text.ptr, l->text.len) == 0) {
            return place;
        }
    }
    return NULL;
}

size_t literal_find_simd(const struct literal *l, str in, size_t from)
{
    size_t need = STEP - 1 + l->text.len; /* bytes that a step may look at */
    if (in.len < need || from > in.len - need) {
        return str_find(in, l->text, from);
    }
    const __m256i a = _mm256_set1_epi8(l->text.ptr[l->rare[0]]);
    const __m256i b = _mm256_set1_epi8(l->text.ptr[l->rare[1]]);
    const char *first = in.ptr + l->rare[0], *second = in.ptr + l->rare[1];
    size_t last =
        in.len - need; /* where the last step begins; it may meet places for the second time */
    for (size_t at = from;; at = at + STEP < last ? at + STEP : last) {
        __m256i low = both(first + at, second + at, a, b);
        __m256i high = both(first + at + HALF, second + at + HALF, a, b);
        if (_mm256_movemask_epi8(_mm256_or_si256(low, high))) {
            const char *place = confirm(l, in.ptr + at, low, high);
            if (place) {
                return (size_t)(place - in.ptr);
            }
        }
        if (at == last) {
            return SIZE_MAX;
        }
    }
}
