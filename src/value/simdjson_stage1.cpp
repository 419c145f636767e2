/* SPDX-License-Identifier: Apache-2.0 */
/* The shim over simdjson 3: stage 1 alone, no document, no exception. Written against the interface that simdjson's own
 * parser uses (internal::dom_parser_implementation); a new major version has to be read again. */
#include "value/stage1.h"

#include <algorithm>
#include <memory>
#include <new>
#include <simdjson.h>

struct stage1 {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

static const size_t sentinels = 4;

stage1 *stage1_new(size_t capacity)
{
    std::unique_ptr<stage1> s(new (std::nothrow) stage1);
    if (!s)
        return nullptr;
    /* The depth is stage 2's; 1 is the least it can make room for. */
    auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        capacity, 1, s->parser);
    return error == simdjson::SUCCESS ? s.release() : nullptr;
}

void stage1_free(stage1 *s)
{
    delete s;
}

void stage1_trim(stage1 *s, size_t capacity)
{
    /* On failure simdjson keeps capacity 0, and the next run asks again. */
    if (s->parser->capacity() > capacity)
        (void)!s->parser->set_capacity(capacity);
}

/* Grows by half again, so that slowly growing records do not allocate each time. */
static bool make_room(stage1 *s, size_t len)
{
    size_t have = s->parser->capacity();
    if (len <= have)
        return true;
    size_t want = std::min(std::max(len, have + have / 2), simdjson::SIMDJSON_MAXSIZE_BYTES);
    return len <= want && s->parser->set_capacity(want) == simdjson::SUCCESS;
}

stage1_result stage1_run(stage1 *s, const char *text, size_t len, stage1_index *out)
{
    *out = {nullptr, 0};
    if (len == 0)
        return STAGE1_REFUSED;
    if (!make_room(s, len))
        return STAGE1_NO_ROOM;
    auto error = s->parser->stage1(reinterpret_cast<const uint8_t *>(text), len,
                                   simdjson::stage1_mode::regular);
    if (error == simdjson::CAPACITY || error == simdjson::MEMALLOC)
        return STAGE1_NO_ROOM;
    if (error != simdjson::SUCCESS || s->parser->n_structural_indexes == 0)
        return STAGE1_REFUSED;
    /* simdjson allocates 9 places more than bytes, and writes at most one index a byte. */
    uint32_t *index = s->parser->structural_indexes.get();
    out->at = index;
    out->n = s->parser->n_structural_indexes;
    std::fill_n(index + out->n, sentinels, 0);
    return STAGE1_OK;
}
