/* SPDX-License-Identifier: Apache-2.0 */
/* Which bytes are rare, and the plain search. */
#include "value/literal_find.h"

#include <assert.h>

/* Letters, digits and '_' as often as they occur in generated cloud logs, the rarest first; other bytes count as frequent. */
static const char rarest_first[] =
    "YQjJBUX_WKFGxVzqHZLPOMkNEChDRTwSygvIfb78A59p634mlu210dicornstae";

static size_t frequency(char c)
{
    size_t at = str_find_byte(S(rarest_first), c, 0);
    return at == SIZE_MAX ? sizeof rarest_first : at;
}

/* The rarest byte that does not stand at `but`. */
static size_t rarest(str text, size_t but)
{
    size_t best = but == 0 ? 1 : 0;
    for (size_t i = best + 1; i < text.len; i++) {
        if (i != but && frequency(text.ptr[i]) < frequency(text.ptr[best])) {
            best = i;
        }
    }
    return best;
}

struct literal literal_of(str text)
{
    assert(text.len >= 2);
    size_t first = rarest(text, SIZE_MAX), second = rarest(text, first);
    return (struct literal){
        .text = text, .rare = {first < second ? first : second, first < second ? second : first}};
}

size_t literal_find_plain(const struct literal *l, str in, size_t from)
{
    return str_find(in, l->text, from);
}
