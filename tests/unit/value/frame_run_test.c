/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of records of a known form: with a filter the framer gives the same frames as without one, but for what the filter took, whatever the input and the sizes of its pieces; what it
 * took held one record at most, from its first byte on; the filter is told every place of the key; and what is plainly of a form is never missed. */
#include "../base/assert_str.h"

#include <stdio.h>

#include "base/buf.h"
#include "value/json_frame.h"

static const str containers[] = {S_INIT("Records")};
static const str containers_later[] = {S_INIT("value")};

static struct frame_form forms[2];

static struct json_framer_options options(bool plain, size_t max_record)
{
    forms[0] = (struct frame_form){S("{\"eventVersion\":"), literal_of(S("\"eventName\""))};
    forms[1] = (struct frame_form){S("{\"time\":"), literal_of(S("\"operationName\""))};
    return (struct json_framer_options){.max_record = max_record,
                                        .containers = containers,
                                        .n_containers = 1,
                                        .containers_later = containers_later,
                                        .n_containers_later = 1,
                                        .plain = plain};
}

static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static void describe(const struct frame *x, struct buf *out)
{
    buf_printf(out, "%d@%llu:%llu[%.*s]", (int)x->kind, (unsigned long long)x->offset,
               (unsigned long long)x->line, STR_ARG(x->container));
    buf_append(out, x->text);
    buf_printf(out, "|%s;\n", x->reason ? x->reason : "");
}

/* What was taken. */
struct taken {
    uint64_t begin, end, line;
};

/* Stands in for the hunt: says yes to one in `takes` of the records (0: to none), by their offset. */
struct taker {
    uint64_t takes;
    struct taken taken[1000];
    size_t n_taken;
    size_t asked;
    uint64_t refused; /* offset of the frame that must come next, or UINT64_MAX */
    bool rests; /* every so often it is not asked for some frames, which are indexed meanwhile */
    size_t indexed; /* so many were */
};

static void check_places(const struct frame *frame, size_t form, const struct frame_formed *formed)
{
    str key = forms[form].key.text;
    size_t n = 0;
    for (size_t at = str_find(frame->text, key, 0); at != SIZE_MAX;
         at = str_find(frame->text, key, at + 1)) {
        assert_true(n < formed->n_places);
        assert_int_equal(formed->places[n++], at);
    }
    assert_int_equal(n, formed->n_places);
}

static bool takes(void *user, const struct frame *frame, size_t form,
                  const struct frame_formed *formed)
{
    struct taker *t = user;
    t->asked++;
    assert_true(t->refused == UINT64_MAX);
    str opening = forms[form].opening, text = frame->text;
    text = str_slice(text, text.ptr[1] == ' ' ? 2 : 1, text.len);
    assert_true(frame->text.ptr[0] == '{' && str_starts(text, str_slice(opening, 1, opening.len)));
    check_places(frame, form, formed);
    bool takes = t->takes && frame->offset / 2 % t->takes == 0;
    if (takes) {
        assert_true(t->n_taken < sizeof t->taken / sizeof *t->taken);
        t->taken[t->n_taken++] =
            (struct taken){frame->offset, frame->offset + frame->text.len, frame->line};
    } else {
        t->refused = frame->offset;
    }
    return takes;
}

/* Whether a frame that is there without a filter lies in what was taken. */
static bool lies_in_taken(const struct frame *x, const struct taker *without)
{
    for (size_t i = 0; without && i < without->n_taken; i++) {
        const struct taken *t = &without->taken[i];
        if (x->offset >= t->begin && x->offset < t->end &&
            x->text.len) { /* else: what is missing before it */
            assert_true(x->kind == FRAME_BROKEN || x->offset == t->begin);
            assert_true(x->kind == FRAME_BROKEN || x->text.len <= t->end - t->begin);
            assert_int_equal(x->line, t->line);
            return true;
        }
    }
    return false;
}

/* Frames of `text` in pieces of random sizes up to `piece` (0: lent at once), asked by `t` when it is given, but for those that lie in what `without` took. */
static void frames(str text, const struct json_framer_options *o, size_t piece, uint64_t *seed,
                   struct taker *t, const struct taker *without, struct buf *out)
{
    struct json_framer *f = json_framer_new(o);
    struct json_framer_filter filter = {forms, 2, t, takes};
    json_framer_set_filter(f, t ? &filter : NULL);
    if (t && t->rests) {
        json_framer_make_index(f);
    }
    buf_clear(out);
    if (piece == 0) {
        json_framer_lend(f, text);
    }
    size_t at = 0;
    do {
        size_t n = piece ? next_random(seed) % piece + 1 : text.len;
        n = n < text.len - at ? n : text.len - at;
        if (piece) {
            json_framer_feed(f, str_slice(text, at, at + n), at + n == text.len);
        }
        at += n;
        struct frame x;
        while (json_framer_next(f, &x)) {
            if (t) {
                assert_true(t->refused == UINT64_MAX || t->refused == x.offset);
                t->refused = UINT64_MAX;
                t->indexed += json_framer_index(f, &x) != NULL;
            }
            if (t && t->rests && next_random(seed) % 3 == 0) {
                json_framer_set_filter(f, next_random(seed) % 2 ? &filter : NULL);
            }
            if (!lies_in_taken(&x, without)) {
                describe(&x, out);
            }
        }
    } while (at < text.len);
    json_framer_free(f);
}

/* More than a step, so that one holds nothing else. */
#define LONG_MEMBER                                                                                \
    "\"long\":"                                                                                    \
    "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","

/* A record, mostly plain; one in `odd` parts is not. */
static void random_record(struct buf *out, uint64_t *seed, uint64_t odd)
{
    static const char *const usual[] = {"\"eventName\":\"RunInstances\",",
                                        "\"operationName\":\"X\",",
                                        "\"userIdentity\":{\"type\":\"Root\",\"a\":[1,2,{}]},",
                                        "\"n\":1,",
                                        "\"t\":\"{[}\",",
                                        "\"e\":\"a\\\"b\\\\\",",
                                        "\"resources\":[{\"ARN\":\"arn:aws\"},{\"x\":{}}],",
                                        "\"eventNames\":null,",
                                        LONG_MEMBER};
    static const char *const strange[] = {"\n",  "\\",    "}",         "{",
                                          "]",   "[",     "\"",        "\\u0041",
                                          "\r",  "}{",    "},{",       "\"u\":\"\\u0041\",",
                                          "}\n", "\n{",   "\\\\\\\"",  "\"eventName\"",
                                          "}}",  "}\n{}", "\"eventNa", "]}"};
    buf_append(out, next_random(seed) % 4   ? S("{\"eventVersion\":\"1.08\",")
                    : next_random(seed) % 2 ? S("{\"time\":\"now\",")
                    : next_random(seed) % 2 ? S("{ \"time\": \"now\",")
                                            : S("{\"awsRegion\":\"us-east-1\","));
    size_t n = next_random(seed) % 9;
    for (size_t i = 0; i < n; i++) {
        bool is_odd = odd && next_random(seed) % odd == 0;
        buf_append(
            out, is_odd ? str_from(strange[next_random(seed) % (sizeof strange / sizeof *strange)])
                        : str_from(usual[next_random(seed) % 9]));
    }
    buf_append(out, S("\"z\":0}"));
}

static void random_log(struct buf *out, uint64_t *seed, uint64_t odd)
{
    bool array = next_random(seed) % 2;
    size_t n = 1 + next_random(seed) % 12;
    buf_clear(out);
    buf_append(out, !array ? S("") : next_random(seed) % 2 ? S("{\"Records\":[") : S("["));
    for (size_t i = 0; i < n; i++) {
        random_record(out, seed, odd);
        bool last = i + 1 == n;
        str odd_separators[] = {S(", "), S("\r\n"), S("\n\n"), S(""), S(",,"), S("\n,"), S(" ")};
        if (odd && next_random(seed) % odd == 0) {
            buf_append(out, odd_separators[next_random(seed) % 7]);
        } else {
            buf_append(out, array ? last ? S("]}") : S(",") : S("\n"));
        }
    }
}

static void as_without_a_filter(void **state)
{
    (void)state;
    uint64_t seed = 11;
    struct buf text = {0}, right = {0}, got = {0};
    size_t asked = 0, taken = 0, indexed = 0;
    for (int i = 0; i < 40000; i++) {
        static const size_t limits[] = {0, 0, 0, 200};
        uint64_t odd = next_random(&seed) % 3 == 0 ? 0 : 2 + next_random(&seed) % 60;
        random_log(&text, &seed, odd);
        struct json_framer_options o = options(i & 1, limits[next_random(&seed) % 4]);
        size_t piece = next_random(&seed) % 5 ? 1 + next_random(&seed) % 700 : 0;
        struct taker t = {
            .takes = next_random(&seed) % 4, .refused = UINT64_MAX, .rests = i % 3 == 0};
        frames(buf_view(&text), &o, piece, &seed, &t, NULL, &got);
        frames(buf_view(&text), &o, piece, &seed, NULL, &t, &right);
        assert_str(buf_view(&got), buf_view(&right));
        asked += t.asked;
        taken += t.n_taken;
        indexed += t.indexed;
    }
    assert_true(asked > 100000);
    assert_true(taken > 30000);
    assert_true(indexed > 5000);
    buf_deinit(&text);
    buf_deinit(&right);
    buf_deinit(&got);
}

static size_t asked_of(str text, bool plain, size_t piece)
{
    uint64_t seed = 3;
    struct buf got = {0};
    struct json_framer_options o = options(plain, 0);
    struct taker t = {.takes = 1, .refused = UINT64_MAX};
    frames(text, &o, piece, &seed, &t, NULL, &got);
    buf_deinit(&got);
    return t.asked;
}

/* Plain records are asked for, all of them when they lie there at once, but for the first bytes of an input. */
static void plain_records_are_found(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int plain = 0; plain < 2; plain++) {
        struct buf lines = {0}, array = {0};
        buf_append(&array, S("{\"Records\":["));
        for (int i = 0; i < 500; i++) {
            buf_append(&lines,
                       S("{\"eventVersion\":\"1\",\"eventName\":\"A\\n\",\"x\":{\"y\":[{}]}"));
            for (uint64_t n = next_random(&seed) % 300; n; n--) {
                buf_byte(&lines, ' ');
            }
            buf_append(&lines, S("}\n"));
        }
        for (int i = 0; i < 500; i++) {
            buf_append(&array, i ? S(",{\"time\":1}") : S("{\"time\":1}"));
        }
        buf_append(&array, S("]}"));
        assert_int_equal(asked_of(buf_view(&lines), plain, 0), 499);
        assert_int_equal(asked_of(buf_view(&array), plain, 0), 500);
        /* A few are cut just behind their beginning. */
        assert_true(asked_of(buf_view(&lines), plain, 5000) > 450);
        buf_deinit(&lines);
        buf_deinit(&array);
    }
}

static void others_are_left_alone(void **state)
{
    (void)state;
    static const char *const others[] = {
        "{ \"eventVersion\" :1}\n",         "{\t\"eventVersion\":1}\n",
        "{\"eventVersion\":\"\\u0041\"}\n", "{\"eventVersion\":\n1}\n",
        "{\"eventVersion\":1,\\\"a\":1}\n", "{\"eventVersion\":{1}\n",
        " {\"eventVersion\":1}\n",          "{  \"eventVersion\":1}\n",
        "{\"eventVersion\":1]\n",           "{\"Records\":[{\"eventVersion\":1} ]}"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char text[100];
        int n = snprintf(text, sizeof text, "{}\n%s", others[i]);
        for (int plain = 0; plain < 2; plain++) {
            assert_int_equal(asked_of((str){text, (size_t)n}, plain, 0), 0);
        }
    }
}

/* The key at more places than are kept, and a record longer than is looked at. */
static void too_much(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int many = FRAME_PLACES; many <= FRAME_PLACES + 1; many++) {
        buf_clear(&text);
        buf_append(&text, S("{}\n{\"eventVersion\":["));
        for (int i = 0; i < many; i++) {
            buf_append(&text, i ? S(",\"eventName\"") : S("\"eventName\""));
        }
        buf_append(&text, S("]}\n"));
        assert_int_equal(asked_of(buf_view(&text), false, 0), many == FRAME_PLACES);
        assert_int_equal(asked_of(buf_view(&text), true, 0), many == FRAME_PLACES);
    }
    for (size_t len = FRAME_FORM_MAX - 1; len <= FRAME_FORM_MAX + 1; len++) {
        buf_clear(&text);
        buf_append(&text, S("{}\n{\"eventVersion\":\""));
        while (text.len < len + 1) {
            buf_byte(&text, 'x');
        }
        buf_append(&text, S("\"}"));
        assert_int_equal(text.len, len + 3);
        assert_int_equal(asked_of(buf_view(&text), false, 0), len <= FRAME_FORM_MAX);
        assert_int_equal(asked_of(buf_view(&text), true, 0), len <= FRAME_FORM_MAX);
    }
    buf_deinit(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_without_a_filter),
        cmocka_unit_test(plain_records_are_found),
        cmocka_unit_test(others_are_left_alone),
        cmocka_unit_test(too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
