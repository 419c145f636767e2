/* SPDX-License-Identifier: Apache-2.0 */
/* Frames that wait in a block to be searched together must give what each gives at once: the same matches and rejections, of records with the same numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "prefilter_bench.h"
#include "run/block.h"

static const char *const query[] = {"any where event.action == \"DeleteSecurityGroup\""};

/* What a list of findings says, as text. */
static void describe(const struct findings *f, struct buf *out)
{
    buf_printf(out, "%llu records, %llu matched, %llu unparsed\n", (unsigned long long)f->records,
               (unsigned long long)f->matched, (unsigned long long)f->unparsed);
    for (size_t i = 0; i < f->n_matches; i++) {
        const struct finding *m = &f->matches[i];
        buf_printf(out, "match %llu @%llu %.*s\n", (unsigned long long)m->record,
                   (unsigned long long)m->offset, (int)m->text_len, f->bytes.ptr + m->text);
    }
    for (size_t i = 0; i < f->n_rejections; i++) {
        const struct rejection *r = &f->rejections[i];
        buf_printf(out, "rejected %llu @%llu %s\n", (unsigned long long)r->record,
                   (unsigned long long)r->offset, r->reason);
    }
}

static uint32_t random_below(uint64_t *seed, uint32_t n)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(*seed >> 33) % n;
}

/* A frame of one of some kinds; its text stands in `text`, which the next one overwrites as a framer's window does. */
static struct frame make_frame(uint64_t *seed, uint64_t offset, struct buf *text)
{
    static const char *const names[] = {"DeleteSecurityGroup", "DescribeInstances"};
    uint32_t kind = random_below(seed, 40);
    size_t filler = kind == 0 ? 300 * 1024 : random_below(seed, 3000);
    buf_clear(text);
    buf_printf(text, "{\"eventVersion\":\"1\",\"eventSource\":\"e\",\"eventName\":\"%s\",\"x\":\"",
               names[random_below(seed, 2)]);
    for (size_t i = 0; i < filler; i++) {
        buf_append(text, S("x"));
    }
    buf_append(text, kind == 1 ? S("\",}") : S("\"}")); /* one kind is no JSON */
    bool broken = kind == 2;
    return (struct frame){.kind = broken ? FRAME_BROKEN : FRAME_VALUE,
                          .text = {text->ptr, text->len},
                          .offset = offset,
                          .line = 1,
                          .scanned = true,
                          .reason = broken ? "made broken" : NULL};
}

/* Shows both the same frames and skips; *most: how many frames waited at most. */
static void compare(struct prefilter_bench *b, uint64_t seed, uint32_t skip_most, size_t *most)
{
    struct block block;
    struct buf text = BUF_INIT(SIZE_MAX / 4), at_once = BUF_INIT(SIZE_MAX / 4),
               together = BUF_INIT(SIZE_MAX / 4);
    block_init(&block);
    findings_clear(&b->found);
    *most = 0;
    for (uint64_t i = 0; i < 400; i++) {
        for (uint32_t skips = random_below(&seed, skip_most + 1); skips > 0; skips--) {
            findings_skip(&b->found, 1);
            block_skip(&block);
        }
        struct frame frame = make_frame(&seed, i, &text);
        searcher_frame(b->searcher, &frame, &b->found);
        block_take(&block, &frame, NULL, b->searcher);
        *most = block.n > *most ? block.n : *most;
        assert_true(block.bytes.len < 512 * 1024);
    }
    block_search(&block, b->searcher);
    describe(&b->found, &at_once);
    describe(&block.found, &together);
    assert_true(b->found.n_matches > 50 && b->found.n_rejections > 5);
    assert_int_equal(at_once.len, together.len);
    assert_memory_equal(at_once.ptr, together.ptr, at_once.len);
    block_deinit(&block);
    buf_deinit(&text);
    buf_deinit(&at_once);
    buf_deinit(&together);
}

static void together_as_at_once(void **state)
{
    (void)state;
    struct prefilter_bench b;
    size_t most;
    assert_true(prefilter_bench_open(&b, query, 1));
    for (uint64_t seed = 1; seed <= 3; seed++) {
        compare(&b, seed, 3, &most);
        assert_true(most > 20);
        compare(&b, seed, 0, &most);
        assert_int_equal(most, 0); /* nothing was skipped: nothing waits */
    }
    prefilter_bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(together_as_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
