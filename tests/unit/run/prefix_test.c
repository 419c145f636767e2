/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is lost: a file cut anywhere, plain or compressed, gives every record that is complete before the cut, the same as in the whole file, and what is left is one rejection or a
 * truncated file. How many are complete is counted by a splitter of this test's own, byte by byte. Each row of container.def and each way of framing has a file here. */
#include "hunt_trace.h"

#include "../input/packed.h"

#include <zstd.h>

#include "sources/container.h"

/* A file: before, units joined by the separator, after. In a unit '%' is a CloudTrail record, '$' one as a JSON string, '&' one in base64; each record is another one. */
struct prefix_case {
    const char *row; /* keys of the row of container.def it shows, or what framing it shows */
    const char *before, *unit, *separator, *after;
    unsigned units;
    unsigned records; /* in a unit: numbered items */
    unsigned matches; /* of them, evaluated */
    const char *
        streamed; /* key of the array whose elements are the units; "[": a top-level array; NULL: each top-level value is one */
    bool pretty;
};

#define AZURE                                                                                      \
    "{\"operationName\":\"MICROSOFT.NETWORK/X/WRITE\",\"resourceId\":\"/r\",\"time\":\"t\","       \
    "\"category\":\"Administrative\"}"
#define GRAPH                                                                                      \
    "{\"operationName\":\"o\",\"resourceId\":\"/r\",\"time\":\"t\",\"category\":\"Write\"}"

static const struct prefix_case cases[] = {
    /* framing */
    {"NDJSON", "", "%", "\n", "\n", 3, 1, 1, NULL, false},
    {"NDJSON with CRLF and empty lines", "\r\n", "%", "\r\n\r\n", "\r\n", 3, 1, 1, NULL, false},
    {"concatenated", "", "%", "", "", 3, 1, 1, NULL, false},
    {"pretty-printed", "", "%", "\n", "\n", 3, 1, 1, NULL, true},
    {"top-level array", "[", "%", ",", "]", 3, 1, 1, "[", false},
    {"top-level array, pretty-printed", "[", "%", ",", "]\n", 3, 1, 1, "[", true},
    {"array behind members", "{\"x\":{\"y\":[1]},\"Records\":[", "%", ",", "]}", 3, 1, 1, "Records",
     false},
    {"members behind the array", "{\"Records\":[", "%", ",", "],\"x\":{\"y\":[1,\"]\"]}}\n", 3, 1,
     1, "Records", false},
    {"batch, pretty-printed", "{\"Records\":[", "%", ",", "]}\n", 3, 1, 1, "Records", true},
    {"one batch a line", "", "{\"Records\":[%]}", "\n", "\n", 2, 1, 1, "Records", false},
    /* rows of container.def */
    {"Records:a", "{\"Records\":[", "%", ",", "]}", 3, 1, 1, "Records", false},
    {"records:a", "{\"records\":[", AZURE, ", ", "]}", 3, 1, 1, "records", false},
    {"value:a", "{\"value\":[", GRAPH, ",", "],\"nextLink\":\"https://x\"}", 3, 1, 1, "value",
     false},
    {"entries:a", "{\"entries\":[", "{\"protoPayload\":{}}", ",", "]}", 4, 1, 1, "entries", false},
    {"receivedMessages:a", "{\"receivedMessages\":[", "{\"ackId\":\"a\",\"message\":{\"data\":&}}",
     ",", "]}", 3, 1, 1, "receivedMessages", false},
    {"Events:a", "{\"Events\":[", "{\"EventId\":\"1\",\"CloudTrailEvent\":$}", ",",
     "],\"NextToken\":\"t\"}", 3, 1, 1, "Events", false},
    {"logEvents:a messageType=DATA_MESSAGE", "",
     "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[{\"message\":$},{\"message\":$}]}", "\n",
     "\n", 2, 2, 2, NULL, false},
    {"messageType=CONTROL_MESSAGE", "", "{\"messageType\":\"CONTROL_MESSAGE\",\"logEvents\":[]}",
     "\n", "\n", 2, 0, 0, NULL, false},
    {"events:a", "{\"events\":[", "{\"ingestionTime\":1,\"message\":$}", ",", "]}", 3, 1, 1,
     "events", false},
    {"QueryResultRows:a", "", "{\"QueryResultRows\":[[{\"eventJson\":$}],[{\"eventJson\":$}]]}",
     "\n", "\n", 2, 2, 2, NULL, false},
    {"eventJson:s", "", "{\"eventJson\":$}", "\n", "\n", 3, 1, 1, NULL, false},
    {"result._raw:s preview|offset|lastrow", "", "{\"preview\":false,\"result\":{\"_raw\":$}}",
     "\n", "\n", 2, 1, 1, NULL, false},
    {"CloudTrailEvent:s", "", "{\"EventId\":\"1\",\"CloudTrailEvent\":$}", "\n", "\n", 2, 1, 1,
     NULL, false},
    {"data:o log trigger_rules", "[",
     "{\"data\":%,\"description\":\"d\",\"log\":\"l\",\"trigger_rules\":[\"r\"]}", ",", "]", 2, 1,
     1, "[", true},
    {"detail:o detail-type:s", "", "{\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":%}",
     "\n", "\n", 2, 1, 1, NULL, false},
    {"detail:o detail.eventName:s detail.eventSource:s", "", "{\"detail\":%}", "\n", "\n", 2, 1, 1,
     NULL, false},
    {"detail detail-type:s", "",
     "{\"detail-type\":\"EC2 Instance State-change Notification\",\"detail\":{}}", "\n", "\n", 2, 1,
     0, NULL, false},
    {"Message:s Type=Notification", "", "{\"Type\":\"Notification\",\"Message\":$}", "\n", "\n", 2,
     1, 1, NULL, false},
    {"Sns.Message:s", "{\"Records\":[", "{\"Sns\":{\"Message\":$}}", ",", "]}", 2, 1, 1, "Records",
     false},
    {"body:s eventSource=aws:sqs", "{\"Records\":[", "{\"body\":$,\"eventSource\":\"aws:sqs\"}",
     ",", "]}", 2, 1, 1, "Records", false},
    {"body:s messageId|MessageId receiptHandle|ReceiptHandle", "",
     "{\"messageId\":\"m\",\"receiptHandle\":\"r\",\"body\":$}", "\n", "\n", 2, 1, 1, NULL, false},
    {"Body:s MessageId ReceiptHandle", "",
     "{\"MessageId\":\"m\",\"ReceiptHandle\":\"r\",\"Body\":$}", "\n", "\n", 2, 1, 1, NULL, false},
    {"s3:o eventSource", "{\"Records\":[", "{\"eventSource\":\"aws:s3\",\"s3\":{}}", ",", "]}", 3,
     1, 0, "Records", false},
    {"message.data:s", "", "{\"message\":{\"data\":&}}", "\n", "\n", 2, 1, 1, NULL, false},
    {"hits.hits:a", "",
     "{\"hits\":{\"hits\":[{\"_id\":\"1\",\"_source\":%},{\"_id\":\"2\","
     "\"_source\":%}]}}",
     "\n", "\n", 2, 2, 2, NULL, false},
    {"_source:o _index|_id", "", "{\"_index\":\"i\",\"_source\":%}", "\n", "\n", 2, 1, 1, NULL,
     false},
    {"logName:s jsonPayload|textPayload", "", "{\"logName\":\"l\",\"textPayload\":\"t\"}", "\n",
     "\n", 2, 1, 0, NULL, false},
    {"category:s operationName time|eventTimestamp resourceId|tenantId", "",
     "{\"category\":\"NetworkSecurityGroupEvent\",\"operationName\":\"o\",\"time\":\"t\","
     "\"resourceId\":\"r\"}",
     "\n", "\n", 2, 1, 0, NULL, false},
};
enum { N_CASES = sizeof cases / sizeof *cases, UNITS_MAX = 8 };

/* ---- making the files ---- */

/* Brackets, quotes and commas inside strings, and a name of two bytes, so that cuts fall everywhere. */
static void append_record(struct buf *out, unsigned number)
{
    buf_printf(out,
               "{\"eventSource\":\"ec2\",\"eventName\":\"a}],{\\\"\\\\\",\"n\":[%u,{}],"
               "\"eventID\":\"\xc3\xa9\"}",
               number);
}

static void append_quoted(struct buf *out, str text)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') {
            buf_byte(out, '\\');
        }
        buf_byte(out, text.ptr[i]);
    }
    buf_byte(out, '"');
}

static void append_base64(struct buf *out, str text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    buf_byte(out, '"');
    for (size_t i = 0; i < text.len; i += 3) {
        unsigned word = 0;
        for (size_t j = 0; j < 3; j++) {
            word = word << 8 | (i + j < text.len ? (unsigned char)text.ptr[i + j] : 0);
        }
        for (size_t j = 0; j < 4; j++) {
            buf_byte(out, i + j > text.len ? '=' : digits[word >> (18 - 6 * j) & 63]);
        }
    }
    buf_byte(out, '"');
}

static void append_unit(struct buf *out, const char *unit, unsigned *number)
{
    struct buf record = {0};
    for (const char *c = unit; *c; c++) {
        if (!strchr("%$&", *c)) {
            buf_byte(out, *c);
            continue;
        }
        buf_clear(&record);
        append_record(&record, (*number)++);
        if (*c == '%') {
            buf_append(out, buf_view(&record));
        } else if (*c == '$') {
            append_quoted(out, buf_view(&record));
        } else {
            append_base64(out, buf_view(&record));
        }
    }
    buf_deinit(&record);
}

/* Line breaks and blanks around everything outside strings. */
static void pretty_print(struct buf *text)
{
    struct buf out = {0};
    bool in_string = false;
    for (size_t i = 0; i < text->len; i++) {
        char c = text->ptr[i];
        buf_byte(&out, c);
        if (in_string && c == '\\') {
            buf_byte(&out, text->ptr[++i]);
        } else if (c == '"') {
            in_string = !in_string;
        }
        if (!in_string && strchr("{}[],:", c)) {
            buf_append(&out, c == ':' ? S(" ") : S("\n  "));
        }
    }
    buf_deinit(text);
    *text = out;
}

static struct buf make_text(const struct prefix_case *c)
{
    struct buf out = {0};
    unsigned number = 0;
    buf_append(&out, str_from(c->before));
    for (unsigned i = 0; i < c->units; i++) {
        buf_append(&out, str_from(i ? c->separator : ""));
        append_unit(&out, c->unit, &number);
    }
    buf_append(&out, str_from(c->after));
    if (c->pretty) {
        pretty_print(&out);
    }
    return out;
}

/* ---- the splitter: what is complete in the first bytes of a file ---- */

struct split {
    size_t ends[UNITS_MAX]; /* of the units that are complete: the byte behind each */
    unsigned units;
    bool open; /* the text ends inside a value */
};

/* The depth at which the units of a case stand. */
static unsigned unit_depth(const struct prefix_case *c)
{
    return !c->streamed ? 0 : strcmp(c->streamed, "[") == 0 ? 1 : 2;
}

/* Whether an array that opens at depth 1, where the text `before` ends, is the streamed one. */
static bool opens_units(const struct prefix_case *c, str before)
{
    struct buf key = {0};
    buf_printf(&key, "\"%s\":", c->streamed);
    before = str_trim(before);
    bool found = str_ends(before, buf_view(&key));
    buf_deinit(&key);
    return found;
}

static struct split split(const struct prefix_case *c, str text)
{
    struct split s = {.open = false};
    unsigned depth = 0, wanted = unit_depth(c);
    bool in_string = false, inside = wanted < 2;
    for (size_t i = 0; i < text.len; i++) {
        char b = text.ptr[i];
        if (in_string) {
            i += b == '\\';
            in_string = b != '"';
        } else if (b == '"') {
            in_string = true;
        } else if (b == '{' || b == '[') {
            if (wanted == 2 && depth == 1) {
                inside = b == '[' && opens_units(c, str_slice(text, 0, i));
            }
            depth++;
        } else if (b == '}' || b == ']') {
            depth--;
            if (depth == wanted && inside) {
                assert_true(s.units < UNITS_MAX);
                s.ends[s.units++] = i + 1;
            }
        }
    }
    s.open = depth > 0;
    return s;
}

/* ---- checks ---- */

struct prefix_run {
    const struct prefix_case *c;
    const char *path;
    const struct walk_list *list;
    struct hunt_options options;
    str text;                /* of the whole file, decoded */
    const struct buf *whole; /* matches of the whole file, one line each */
};

/* The first n lines. */
static str first_lines(const struct buf *b, size_t n)
{
    size_t at = 0;
    while (n--) {
        at = str_find_byte(buf_view(b), '\n', at) + 1;
        assert_true(at > 0);
    }
    return str_slice(buf_view(b), 0, at);
}

/* The rejection begins behind the last complete unit and holds all that follows, byte by byte. */
static void check_rest(const struct prefix_run *r, const struct split *s, str text, struct trace *t)
{
    buf_byte(&t->rejections, '\0');
    const char *at = strchr(t->rejections.ptr, '@');
    assert_non_null(at);
    unsigned long long offset = strtoull(at + 1, NULL, 10);
    size_t from = s->units ? s->ends[s->units - 1] : 0;
    str kept = str_slice(buf_view(&t->rejections), 0, t->rejections.len - 2);
    if (offset < from || offset > text.len ||
        !str_ends(kept, str_trim(str_slice(text, offset, text.len))))
        fail_msg("%s cut at %zu: behind byte %zu there was more than the rejection %.*s", r->c->row,
                 text.len, from, STR_ARG(kept));
}

static void check_cut(const struct prefix_run *r, size_t decoded, bool truncated, size_t cut)
{
    str text = str_slice(r->text, 0, decoded);
    struct split s = split(r->c, text);
    struct trace t;
    trace_init(&t);
    trace_run(&t, r->list, r->options);
    assert_true(t.ok);
    struct record_counts sum = trace_sum(&t.stats);
    if (sum.evaluated + sum.passed != (uint64_t)s.units * r->c->records ||
        sum.evaluated != (uint64_t)s.units * r->c->matches || sum.rejected != s.open ||
        t.n_rejections != s.open || t.stats.files_truncated != truncated)
        fail_msg("%s cut at %zu: %u units complete%s%s, but %llu evaluated, %llu passed, %llu "
                 "rejected\n%.*s",
                 r->c->row, cut, s.units, s.open ? ", one open" : "",
                 truncated ? ", truncated" : "", (unsigned long long)sum.evaluated,
                 (unsigned long long)sum.passed, (unsigned long long)sum.rejected, STR_ARG(text));
    assert_str(buf_view(&t.matches), first_lines(r->whole, (size_t)s.units * r->c->matches));
    if (s.open) {
        check_rest(r, &s, text, &t);
    }
    trace_deinit(&t);
}

/* What zlib itself makes of the first bytes of one member; *end: it is complete. */
static size_t gzip_decoded(str stored, bool *end)
{
    char out[8192];
    z_stream z = {.next_in = (const Bytef *)stored.ptr,
                  .avail_in = (uInt)stored.len,
                  .next_out = (Bytef *)out,
                  .avail_out = sizeof out};
    assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
    int code = inflate(&z, Z_NO_FLUSH);
    assert_true(code == Z_STREAM_END || code == Z_OK || code == Z_BUF_ERROR);
    *end = code == Z_STREAM_END;
    size_t n = sizeof out - z.avail_out;
    inflateEnd(&z);
    return n;
}

/* Several blocks, so that a cut frame still gives something. */
static void zstd_frame(struct buf *out, str text)
{
    enum { BLOCK = 60 };
    ZSTD_CCtx *z = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
    for (size_t at = 0; at < text.len; at += BLOCK) {
        str block = str_slice(text, at, at + BLOCK);
        ZSTD_inBuffer in = {block.ptr, block.len, 0};
        ZSTD_outBuffer to = {buf_reserve(out, 1024), 1024, 0};
        bool last = at + BLOCK >= text.len;
        assert_int_equal(ZSTD_compressStream2(z, &to, &in, last ? ZSTD_e_end : ZSTD_e_flush), 0);
        buf_commit(out, to.pos);
    }
    ZSTD_freeCCtx(z);
}

static size_t zstd_decoded(str stored, bool *end)
{
    char out[8192];
    ZSTD_DCtx *z = ZSTD_createDCtx();
    ZSTD_inBuffer in = {stored.ptr, stored.len, 0};
    ZSTD_outBuffer to = {out, sizeof out, 0};
    size_t left = 1, before = SIZE_MAX;
    while (left && in.pos + to.pos != before) {
        before = in.pos + to.pos;
        left = ZSTD_decompressStream(z, &to, &in);
        assert_false(ZSTD_isError(left));
    }
    *end = left == 0;
    ZSTD_freeDCtx(z);
    return to.pos;
}

/* A way of storing: one member or frame, and what the library itself reads of a cut one. */
struct storage {
    size_t magic; /* bytes before which nothing shows what the file is */
    void (*append)(struct buf *out, str text);
    size_t (*decoded)(str stored, bool *end);
};
static const struct storage storages[] = {{2, gzip_append, gzip_decoded},
                                          {4, zstd_frame, zstd_decoded}};

/* Two members, the border in the midst of the text. */
static void check_stored(const struct prefix_run *r, const struct storage *how)
{
    struct buf stored = {0};
    size_t half = r->text.len / 2;
    how->append(&stored, str_slice(r->text, 0, half));
    size_t border = stored.len;
    how->append(&stored, str_slice(r->text, half, r->text.len));
    write_file(r->path, buf_view(&stored));
    for (size_t cut = stored.len; cut >= how->magic; cut--) {
        assert_int_equal(truncate(r->path, (off_t)cut), 0);
        bool end;
        size_t first = how->decoded(str_slice(buf_view(&stored), 0, cut), &end);
        size_t second = 0;
        if (cut > border) {
            second = how->decoded(str_slice(buf_view(&stored), border, cut), &end);
        }
        check_cut(r, first + second, !end, cut);
    }
    buf_deinit(&stored);
}

static void check_case(const struct prefix_case *c, const char *path, postern_rules *rules)
{
    struct arena arena = arena_open((size_t)1 << 24);
    struct walk_file file = {str_from(path), 0, true};
    const struct walk_list list = {.files = &file, .n = 1};
    struct buf text = make_text(c);
    struct hunt_options options = options_of(rules, &arena);
    options.order = HUNT_BY_INPUT;
    options.search.reader.max_record = 16384;
    write_file(path, buf_view(&text));
    struct trace whole;
    trace_init(&whole);
    trace_run(&whole, &list, options);
    assert_int_equal(whole.n_matches, (uint64_t)c->units * c->matches);
    assert_int_equal(split(c, buf_view(&text)).units, c->units);
    const struct prefix_run r = {c, path, &list, options, buf_view(&text), &whole.matches};
    for (size_t cut = text.len + 1; cut-- > 0;) {
        assert_int_equal(truncate(path, (off_t)cut), 0);
        check_cut(&r, cut, false, cut);
    }
    for (size_t i = 0; i < sizeof storages / sizeof *storages; i++) {
        check_stored(&r, &storages[i]);
    }
    trace_deinit(&whole);
    buf_deinit(&text);
    arena_close(&arena);
}

static void every_prefix_gives_what_is_complete(void **state)
{
    (void)state;
    char path[] = "/tmp/postern-prefix-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    static const char *const everything[] = {"any where true"};
    postern_rules *rules = rules_of(everything, 1);
    for (size_t i = 0; i < N_CASES; i++) {
        check_case(&cases[i], path, rules);
    }
    postern_rules_free(rules);
    unlink(path);
}

static void every_container_has_a_case(void **state)
{
    (void)state;
    size_t n;
    const struct container *rows = containers_all(&n);
    for (size_t i = 0; i < n; i++) {
        bool found = false;
        for (size_t j = 0; j < N_CASES; j++) {
            found = found || strcmp(rows[i].keys, cases[j].row) == 0;
        }
        if (!found)
            fail_msg("container.def: '%s' has no case in this test", rows[i].keys);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_container_has_a_case),
        cmocka_unit_test(every_prefix_gives_what_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
