/* SPDX-License-Identifier: Apache-2.0 */
/* Frames kept to be searched together or by another thread, and their findings. */
#include "run/block.h"

#include "base/mem.h"

/* What a block may keep allocated when it is filled anew: a giant record is not to be paid for in every block. */
static const size_t kept_allocated = 4 << 20;

/* Records that were skipped take what searching needs out of the first caches, so what stands between them waits until there is so much. Measured: the document of a match in a large log takes a third less time. */
enum { TOGETHER_FRAMES = 128, TOGETHER_BYTES = 256 * 1024 };

bool run_begins(struct run_bounds *r, const struct frame *frame)
{
    if (r->open && frame->offset == r->offset) {
        return false;
    }
    uint64_t stretch = frame->offset / RUN_STRETCH;
    bool begins = !r->open || stretch != r->stretch || r->frames == RUN_FRAMES;
    r->frames = begins ? 1 : r->frames + 1;
    r->open = true;
    r->stretch = stretch;
    r->offset = frame->offset;
    return begins;
}

void block_init(struct block *b)
{
    *b = (struct block){.bytes = BUF_INIT(SIZE_MAX / 4)};
    findings_init(&b->found);
}

void block_deinit(struct block *b)
{
    buf_deinit(&b->bytes);
    mem_free(b->frames);
    mem_free(b->starts);
    mem_free(b->skipped_before);
    findings_deinit(&b->found);
}

static void trim(struct buf *b)
{
    if (b->cap > kept_allocated) {
        buf_deinit(b);
        *b = BUF_INIT(SIZE_MAX / 4);
    }
}

void block_trim(struct block *b)
{
    trim(&b->bytes);
    trim(&b->found.bytes);
}

size_t block_bytes(const struct block *b)
{
    return b->bytes.cap + b->found.bytes.cap;
}

void block_clear(struct block *b, bool shared)
{
    block_trim(b);
    buf_clear(&b->bytes);
    findings_clear(&b->found);
    b->shared = shared;
    b->input_bytes = 0;
    b->n = 0;
    b->skipped = 0;
}

void block_skip(struct block *b)
{
    b->skipped++;
}

static void grow(struct block *b)
{
    size_t cap = b->cap ? b->cap * 2 : 256;
    b->frames = mem_grow(b->frames, b->cap * sizeof *b->frames, cap * sizeof *b->frames);
    b->starts = mem_grow(b->starts, b->cap * sizeof *b->starts, cap * sizeof *b->starts);
    b->skipped_before = mem_grow(b->skipped_before, b->cap * sizeof *b->skipped_before,
                                 cap * sizeof *b->skipped_before);
    b->cap = cap;
}

void block_keep(struct block *b, const struct frame *frame)
{
    if (b->n == b->cap) {
        grow(b);
    }
    b->skipped_before[b->n] = b->skipped;
    b->skipped = 0;
    b->starts[b->n] = b->bytes.len;
    b->frames[b->n++] = *frame;
    buf_append(&b->bytes, frame->text);
}

void block_take(struct block *b, const struct frame *frame, const struct frame_index *index,
                struct searcher *searcher)
{
    if ((b->n == 0 && b->skipped == 0) || frame->text.len > TOGETHER_BYTES) {
        block_search(b, searcher);
        searcher_indexed_frame(searcher, frame, index, &b->found);
        return;
    }
    block_keep(b, frame);
    if (b->n == TOGETHER_FRAMES || b->bytes.len >= TOGETHER_BYTES) {
        block_search(b, searcher);
    }
}

void block_search(struct block *b, struct searcher *searcher)
{
    for (size_t i = 0; i < b->n; i++) {
        b->frames[i].text.ptr = b->bytes.ptr ? b->bytes.ptr + b->starts[i] : "";
        findings_skip(&b->found, b->skipped_before[i]);
        searcher_frame(searcher, &b->frames[i], &b->found);
    }
    findings_skip(&b->found, b->skipped);
    b->n = 0;
    b->skipped = 0;
    buf_clear(&b->bytes);
}
