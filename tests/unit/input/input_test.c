/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs: plain, gzip and zstd files, several members in one, and what is delivered of broken ones. The stored bytes are made
 * by the libraries' own compressors. */
#include "packed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "input/input.h"

static void zstd_append(struct buf *out, str text)
{
    size_t bound = ZSTD_compressBound(text.len);
    char *to = buf_reserve(out, bound);
    size_t n = ZSTD_compress(to, bound, text.ptr, text.len, 3);
    assert_false(ZSTD_isError(n));
    buf_commit(out, n);
}

typedef void append_fn(struct buf *out, str text);
static append_fn *const formats[] = {gzip_append, zstd_append};

/* A file with these bytes; `name` ends in XXXXXX. */
static void write_temporary(char *name, str stored)
{
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, stored.len ? stored.ptr : "", stored.len), stored.len);
    close(fd);
}

/* Reads `stored` as a file in steps of `step`; the code of the error at its end. */
static enum error_code read_all(str stored, size_t step, struct buf *out)
{
    char name[] = "/tmp/postern-input-XXXXXX";
    write_temporary(name, stored);
    struct error e = {0};
    struct input *in = input_open(str_from(name), &e);
    assert_non_null(in);
    buf_clear(out);
    size_t n;
    while ((n = input_read(in, buf_reserve(out, step), step, &e)) > 0) {
        assert_int_equal(e.code, ERROR_NONE);
        assert_true(n <= step);
        buf_commit(out, n);
    }
    assert_true((e.code == ERROR_NONE) == (e.message[0] == '\0'));
    struct error again = {0};
    assert_int_equal(input_read(in, buf_reserve(out, step), step, &again), 0);
    assert_int_equal(again.code, e.code);
    assert_true(input_position(in) <= stored.len);
    input_close(in);
    unlink(name);
    return e.code;
}

static void check(str stored, enum error_code code, str decoded)
{
    static const size_t steps[] = {1, 7, 65536};
    struct buf out = {0};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        assert_int_equal(read_all(stored, steps[i], &out), code);
        assert_str(buf_view(&out), decoded);
    }
    buf_deinit(&out);
}

static void plain(void **state)
{
    (void)state;
    check(S(""), ERROR_NONE, S(""));
    check(S("a"), ERROR_NONE, S("a"));
    check(S("\x1f"), ERROR_NONE, S("\x1f"));
    check(S("{\"a\":\0 1}\n"), ERROR_NONE, S("{\"a\":\0 1}\n"));
}

/* Files of all kinds one after another in the same memory tell what each tells alone: what is left of a broken or large one is not seen in the next. */
static void one_after_another_in_the_same_memory(void **state)
{
    (void)state;
    enum { LARGE = 300 * 1024 };
    struct buf large = BUF_INIT(SIZE_MAX / 4), gzip = {0}, zstd = {0}, large_gzip = {0}, out = {0};
    for (unsigned i = 0; large.len < LARGE; i++) { /* hardly becomes smaller */
        buf_printf(&large, "%u", i * 2654435761u);
    }
    gzip_append(&gzip, S("packed"));
    zstd_append(&zstd, S("packed otherwise"));
    gzip_append(&large_gzip, buf_view(&large));
    const struct {
        str stored, decoded;
        enum error_code code;
    } files[] = {
        {S("plain"), S("plain"), ERROR_NONE},
        {buf_view(&gzip), S("packed"), ERROR_NONE},
        {str_slice(buf_view(&large_gzip), 0, large_gzip.len - 8), buf_view(&large),
         ERROR_TRUNCATED},
        {buf_view(&gzip), S("packed"), ERROR_NONE},
        {buf_view(&zstd), S("packed otherwise"), ERROR_NONE},
        {S("\x1f\x8b\x08 no gzip"), S(""), ERROR_CORRUPT},
        {buf_view(&zstd), S("packed otherwise"), ERROR_NONE},
        {buf_view(&large_gzip), buf_view(&large), ERROR_NONE},
        {buf_view(&gzip), S("packed"), ERROR_NONE},
        {S(""), S(""), ERROR_NONE},
    };
    struct input *in = NULL;
    for (size_t i = 0; i < 4 * sizeof files / sizeof *files; i++) {
        size_t file = i % (sizeof files / sizeof *files), n;
        char name[] = "/tmp/postern-input-XXXXXX";
        write_temporary(name, files[file].stored);
        struct error e = {0};
        assert_true(in == NULL || input_reopen(in, S("/tmp/postern-no-such-file"), &e) == NULL);
        e = (struct error){0};
        in = input_reopen(in, str_from(name), &e);
        assert_non_null(in);
        buf_clear(&out);
        size_t whole = i % 2 ? input_whole(in) : 0, step = whole ? whole : 1000;
        while ((n = input_read(in, buf_reserve(&out, step), step, &e)) > 0) {
            buf_commit(&out, n);
        }
        assert_int_equal(e.code, files[file].code);
        assert_str(buf_view(&out), files[file].decoded);
        assert_true(input_position(in) <= files[file].stored.len);
        input_shut(in);
        unlink(name);
    }
    input_close(in);
    buf_deinit(&large);
    buf_deinit(&gzip);
    buf_deinit(&zstd);
    buf_deinit(&large_gzip);
    buf_deinit(&out);
}

static void several_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct buf b = {0};
        formats[i](&b, S("one "));
        formats[i](&b, S(""));
        formats[i](&b, S("two"));
        check(buf_view(&b), ERROR_NONE, S("one two"));
        buf_deinit(&b);
    }
}

static void trailing_zeros(void **state)
{
    (void)state;
    struct buf b = {0};
    gzip_append(&b, S("one"));
    buf_append(&b, S("\0\0\0\0\0"));
    check(buf_view(&b), ERROR_NONE, S("one"));
    buf_deinit(&b);
}

static void rubbish(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct buf b = {0};
        formats[i](&b, S("one"));
        buf_append(&b, S("rubbish behind"));
        check(buf_view(&b), ERROR_CORRUPT, S("one"));
        buf_deinit(&b);
    }
    struct buf b = {0};
    gzip_append(&b, S("one"));
    buf_append(&b, S("\0\0x"));
    check(buf_view(&b), ERROR_CORRUPT, S("one"));
    buf_deinit(&b);
    check(S("\x1f\x8bnot gzip at all"), ERROR_CORRUPT, S(""));
}

static void wrong_checksum(void **state)
{
    (void)state;
    struct buf b = {0};
    gzip_append(&b, S("one two three"));
    b.ptr[b.len - 8] ^= 1; /* of the CRC; RFC 1952 section 2.3 */
    check(buf_view(&b), ERROR_CORRUPT, S("one two three"));
    buf_clear(&b);
    ZSTD_CCtx *z = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
    size_t n = ZSTD_compress2(z, buf_reserve(&b, 100), 100, "one two three", 13);
    assert_false(ZSTD_isError(n));
    ZSTD_freeCCtx(z);
    buf_commit(&b, n);
    check(buf_view(&b), ERROR_NONE, S("one two three"));
    b.ptr[b.len - 1] ^= 1; /* of the checksum; RFC 8878 section 3.1.1 */
    check(buf_view(&b), ERROR_CORRUPT, S("one two three"));
    buf_deinit(&b);
}

/* What zlib and zstd themselves decode of a prefix, in one call with room enough. */
static size_t decode_gzip(str stored, char *to, size_t cap)
{
    z_stream z = {0};
    assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
    z.next_in = (const Bytef *)stored.ptr;
    z.avail_in = (uInt)stored.len;
    z.next_out = (Bytef *)to;
    z.avail_out = (uInt)cap;
    inflate(&z, Z_SYNC_FLUSH);
    inflateEnd(&z);
    return cap - z.avail_out;
}

static size_t decode_zstd(str stored, char *to, size_t cap)
{
    ZSTD_DStream *z = ZSTD_createDStream();
    ZSTD_inBuffer in = {stored.ptr, stored.len, 0};
    ZSTD_outBuffer out = {to, cap, 0};
    ZSTD_decompressStream(z, &out, &in);
    ZSTD_freeDStream(z);
    return out.pos;
}

static void truncated(void **state)
{
    (void)state;
    struct buf text = {0};
    for (int i = 0; i < 40; i++) {
        buf_printf(&text, "{\"n\":%d,\"x\":%d}\n", i, i * i * 7919);
    }
    for (size_t i = 0; i < 2; i++) {
        struct buf b = {0};
        formats[i](&b, buf_view(&text));
        for (size_t n = 4; n < b.len; n++) {
            char expected[4096];
            str cut = {b.ptr, n};
            size_t len = i == 0 ? decode_gzip(cut, expected, sizeof expected)
                                : decode_zstd(cut, expected, sizeof expected);
            check(cut, ERROR_TRUNCATED, (str){expected, len});
        }
        check(buf_view(&b), ERROR_NONE, buf_view(&text));
        /* A second member that is cut keeps the first. */
        size_t one = b.len;
        formats[i](&b, S("second"));
        struct buf both = {0};
        for (size_t n = one + 1; n < b.len; n++) {
            assert_int_equal(read_all((str){b.ptr, n}, 100, &both), ERROR_TRUNCATED);
            assert_true(str_starts(buf_view(&both), buf_view(&text)));
            assert_true(str_starts(S("second"), str_slice(buf_view(&both), text.len, both.len)));
        }
        buf_deinit(&both);
        buf_deinit(&b);
    }
    buf_deinit(&text);
}

/* More than the buffer of stored bytes, and much more decoded than stored. */
static void large(void **state)
{
    (void)state;
    struct buf text = {0};
    uint32_t x = 1;
    for (int i = 0; i < 400000; i++) {
        x = x * 1664525 + 1013904223;
        buf_byte(&text, (char)(x >> 24));
    }
    for (int i = 0; i < 2000000; i++) {
        buf_byte(&text, 'a');
    }
    struct buf out = {0};
    assert_int_equal(read_all(buf_view(&text), 100000, &out), ERROR_NONE);
    assert_true(str_eq(buf_view(&out), buf_view(&text)));
    for (size_t i = 0; i < 2; i++) {
        struct buf b = {0};
        formats[i](&b, buf_view(&text));
        assert_int_equal(read_all(buf_view(&b), 100000, &out), ERROR_NONE);
        assert_true(str_eq(buf_view(&out), buf_view(&text)));
        buf_deinit(&b);
    }
    buf_deinit(&text);
    buf_deinit(&out);
}

/* A frame header that asks for a window of 1 GiB (RFC 8878 section 3.1.1.1): descriptor 0x00, window descriptor with
 * exponent 20 above 2^10; then an empty last raw block. */
static void zstd_window(void **state)
{
    (void)state;
    check(S("\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00"), ERROR_CORRUPT, S(""));
    check(S("\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00"), ERROR_NONE, S("")); /* 128 MiB */
}

static void refused(void **state)
{
    (void)state;
    struct error e = {0};
    assert_null(input_open(S("/tmp"), &e));
    assert_int_equal(e.code, ERROR_IS_DIRECTORY);
    e = (struct error){0};
    assert_null(input_open(S("/tmp/postern-no-such-file"), &e));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    e = (struct error){0};
    assert_null(input_open(S(""), &e));
    assert_int_equal(e.code, ERROR_NOT_FOUND);
    e = (struct error){0};
    assert_null(input_open(S("/tmp\0/x"), &e));
    assert_true(e.code != ERROR_NONE);
    input_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain),           cmocka_unit_test(one_after_another_in_the_same_memory),
        cmocka_unit_test(several_members), cmocka_unit_test(trailing_zeros),
        cmocka_unit_test(rubbish),         cmocka_unit_test(wrong_checksum),
        cmocka_unit_test(truncated),       cmocka_unit_test(large),
        cmocka_unit_test(zstd_window),     cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
