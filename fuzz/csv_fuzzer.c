/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as a CSV export, fed whole and in small pieces (src/sources/csv.c): the same rows come out, every row is an object of valid JSON. The first byte chooses the size of the pieces and the limit of a row. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "second_json.h"
#include "sources/csv.h"

enum { MAX_INPUT = 1 << 14 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_rows(str text, size_t piece, size_t max_record, struct buf *out)
{
    struct csv_reader *r = csv_reader_new(max_record);
    struct frame x;
    for (size_t at = 0, n; at < text.len; at += n) {
        n = piece < text.len - at ? piece : text.len - at;
        csv_reader_feed(r, str_slice(text, at, at + n), at + n == text.len);
        while (csv_reader_next(r, &x)) {
            if (x.kind == FRAME_VALUE && !second_json(x.text.ptr, x.text.len))
                abort();
            buf_printf(out, "%d %llu %llu ", (int)x.kind, (unsigned long long)x.offset,
                       (unsigned long long)x.line);
            buf_append(out, x.text);
        }
    }
    csv_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > MAX_INPUT)
        return 0;
    size_t piece = (size_t)(data[0] & 15) + 1, max_record = (size_t)(data[0] >> 4) * 16 + 64;
    char *copy = malloc(size - 1);
    if (!copy)
        return 0;
    memcpy(copy, data + 1, size - 1);
    str text = {copy, size - 1};
    struct buf whole = {0}, pieces = {0};
    read_rows(text, size, max_record, &whole);
    read_rows(text, piece, max_record, &pieces);
    if (!str_eq(buf_view(&whole), buf_view(&pieces)))
        abort();
    buf_deinit(&whole);
    buf_deinit(&pieces);
    free(copy);
    return 0;
}
