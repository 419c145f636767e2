/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises src/value/json_frame.c and frame_scan.c. It can be wrong without crashing: the frames of the input fed at once
 * with SIMD and fed in small pieces without must be the same, in order, and made of the input's own bytes. The input's first
 * byte chooses the limit of a record, the second the size of the pieces. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "value/json_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A plain failure that NDEBUG cannot switch off. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

static void describe(const struct frame *x, str text, uint64_t *end, struct buf *out)
{
    require(x->offset >= *end && x->offset + x->text.len <= text.len && x->line >= 1);
    require(str_eq(x->text, str_slice(text, x->offset, x->offset + x->text.len)));
    require((x->kind == FRAME_VALUE) == (x->reason == NULL));
    *end = x->offset + x->text.len;
    buf_printf(out, "%d@%llu:%llu+%zu[%.*s]%s\n", (int)x->kind, (unsigned long long)x->offset,
               (unsigned long long)x->line, x->text.len, STR_ARG(x->container),
               x->reason ? x->reason : "");
}

static void frames(str text, const struct json_framer_options *o, size_t piece, struct buf *out)
{
    struct json_framer *f = json_framer_new(o);
    struct frame x;
    uint64_t end = 0;
    size_t at = 0;
    do {
        size_t n = piece < text.len - at ? piece : text.len - at;
        json_framer_feed(f, str_slice(text, at, at + n), at + n == text.len);
        at += n;
        while (json_framer_next(f, &x))
            describe(&x, text, &end, out);
    } while (at < text.len);
    json_framer_free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const str now[] = {S_INIT("Records")};
    static const str later[] = {S_INIT("value")};
    if (size < 2)
        return 0;
    str text = {(const char *)data + 2, size - 2};
    struct json_framer_options o = {.max_record = data[0] & 1 ? 16 + data[0] : 0,
                                    .containers = now,
                                    .n_containers = 1,
                                    .containers_later = later,
                                    .n_containers_later = 1,
                                    .whole = (data[0] & 2) != 0};
    struct buf whole = {0};
    struct buf pieces = {0};
    frames(text, &o, size, &whole);
    o.plain = true;
    frames(text, &o, 1 + data[1], &pieces);
    require(str_eq(buf_view(&whole), buf_view(&pieces)));
    buf_deinit(&whole);
    buf_deinit(&pieces);
    return 0;
}
