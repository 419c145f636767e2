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
        streamed; /* key of the array whose elements are the units ("a.b": in an object); "[": a top-level array; NULL: each top-level value is one */
    bool pretty;
};

#define AZURE                                                                                      \
    "{\"operationName\":\"MICROSOFT.NETWORK/X/WRITE\",\"resourceId\":\"/r\",\"time\":\"t\","       \
    "\"category\":\"Administrative\"}"
#define GRAPH                                                                                      \
    "{\"operationName\":\"o\",\"resourceId\":\"/r\",\"time\":\"t\",\"category\":\"Write\"}"

#define TABLE                                                                                      \
    "{\"name\":\"t\",\"columns\":[{\"name\":\"OperationNameValue\"},{\"name\":"                    \
    "\"CallerIpAddress\"}],"                                                                       \
    "\"rows\":[[\"o\",\"192.0.2.1\"],[\"p\",\"192.0.2.2\"]]}"

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
    {"logEvents:a messageType=DATA_MESSAGE", "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":[",
     "{\"message\":$}", ",", "],\"x\":1}", 3, 1, 1, "logEvents", false},
    {"messageType=CONTROL_MESSAGE", "", "{\"messageType\":\"CONTROL_MESSAGE\",\"logEvents\":[]}",
     "\n", "\n", 2, 0, 0, NULL, false},
    {"events:a", "{\"events\":[", "{\"ingestionTime\":1,\"message\":$}", ",", "]}", 3, 1, 1,
     "events", false},
    {"QueryResultRows:a", "{\"QueryStatus\":\"FINISHED\",\"QueryResultRows\":[",
     "[{\"eventJson\":$}]", ",", "]}\n", 3, 1, 1, "QueryResultRows", false},
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
    {"hits.hits:a", "{\"took\":1,\"hits\":{\"total\":{\"value\":3},\"hits\":[",
     "{\"_id\":\"1\",\"_source\":%}", ",", "]}}", 3, 1, 1, "hits.hits", false},
    {"hits.hits:a", "{\"hits\":{\"hits\":[", "{\"_id\":\"1\",\"_source\":%}", ",",
     "]},\"aggregations\":{}}\n", 3, 1, 1, "hits.hits", true},
    {"_source:o _index|_id", "", "{\"_index\":\"i\",\"_source\":%}", "\n", "\n", 2, 1, 1, NULL,
     false},
    {"logName:s jsonPayload|textPayload", "", "{\"logName\":\"l\",\"textPayload\":\"t\"}", "\n",
     "\n", 2, 1, 0, NULL, false},
    {"category:s operationName time|eventTimestamp resourceId|tenantId", "",
     "{\"category\":\"NetworkSecurityGroupEvent\",\"operationName\":\"o\",\"time\":\"t\","
     "\"resourceId\":\"r\"}",
     "\n", "\n", 2, 1, 0, NULL, false},
    {"findings:a", "{\"findings\":[", "%", ",", "]}", 3, 1, 1, "findings", false},
    {"Findings:a", "{\"Findings\":[", "%", ",", "]}", 3, 1, 1, "Findings", false},
    {"awslogs.data:s", "", "{\"awslogs\":{\"data\":&}}", "\n", "\n", 2, 1, 1, NULL, false},
    {"kinesis.data:s", "{\"Records\":[", "{\"kinesis\":{\"data\":&}}", ",", "]}", 2, 1, 1,
     "Records", false},
    {"Data:s PartitionKey SequenceNumber", "{\"Records\":[",
     "{\"Data\":&,\"PartitionKey\":\"p\",\"SequenceNumber\":\"1\"}", ",", "]}", 2, 1, 1, "Records",
     false},
    {"data:s recordId", "{\"records\":[", "{\"recordId\":\"1\",\"data\":&}", ",", "]}", 2, 1, 1,
     "records", false},
    {"tables:a", "{\"tables\":[", TABLE, ",", "]}", 2, 2, 2, "tables", false},
    {"rows:a columns:a", "", TABLE, "\n", "\n", 2, 2, 2, NULL, false},
    {"detail.findings:a source=aws.securityhub",
     "{\"source\":\"aws.securityhub\",\"detail\":{\"findings\":[", "%", ",", "]}}", 3, 1, 1,
     "detail.findings", false},
    {"detail:o source=aws.guardduty", "",
     "{\"source\":\"aws.guardduty\",\"detail\":{\"schemaVersion\":\"2.0\",\"accountId\":\"1\","
     "\"id\":\"i\",\"type\":\"a:b\",\"service\":{\"detectorId\":\"d\"},\"resource\":{},"
     "\"severity\":5}}",
     "\n", "\n", 2, 1, 1, NULL, false},
    {"dynamodb:o eventSource=aws:dynamodb", "{\"Records\":[",
     "{\"eventSource\":\"aws:dynamodb\",\"dynamodb\":{}}", ",", "]}", 3, 1, 0, "Records", false},
    {"data:s messageId|message_id publishTime|publish_time", "",
     "{\"data\":&,\"messageId\":\"1\",\"publishTime\":\"t\"}", "\n", "\n", 2, 1, 1, NULL, false},
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
    return !c->streamed ? 0 : strcmp(c->streamed, "[") == 0 ? 1 : strchr(c->streamed, '.') ? 3 : 2;
}

/* Whether an array that opens above the units, where the text `before` ends, is the streamed one. */
static bool opens_units(const struct prefix_case *c, str before)
{
    struct buf key = {0};
    const char *dot = strchr(c->streamed, '.');
    buf_printf(&key, "\"%s\":", dot ? dot + 1 : c->streamed);
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
            if (wanted >= 2 && depth == wanted - 1) {
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

/* One file cut: what it is called, how much of the text it holds. All are read in one hunt. */
struct cut {
    size_t at, decoded;
    bool truncated;
};

enum { CUTS_MAX = 4096 };

struct prefix_run {
    const struct prefix_case *c;
    const char *folder;
    struct hunt_options options;
    str text;                /* of the whole file, decoded */
    const struct buf *whole; /* matches of the whole file, one line each */
    struct cut *cuts;
    struct walk_list *list;
};

/* Takes the next line. */
static str next_line(str *rest)
{
    size_t end = str_find_byte(*rest, '\n', 0);
    assert_true(end != SIZE_MAX);
    str line = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end + 1, rest->len);
    return line;
}

/* What stands behind "PATH#" in the line of a match or rejection. */
static str behind_path(str line)
{
    size_t mark = str_find_byte(line, '#', 0);
    assert_true(mark != SIZE_MAX);
    return str_slice(line, mark, line.len);
}

static bool is_of(str line, str path)
{
    size_t mark = str_find_byte(line, '#', 0);
    return mark != SIZE_MAX && str_ends(str_slice(line, 0, mark), path);
}

/* The matches of one file are those of the whole one, as far as it is complete. */
static void check_matches(const struct prefix_run *r, size_t k, const struct split *s, str *matches)
{
    str whole = buf_view(r->whole);
    for (size_t i = 0; i < (size_t)s->units * r->c->matches; i++) {
        str line = matches->len ? next_line(matches) : S("");
        if (!is_of(line, r->list->files[k].path))
            fail_msg("%s cut at %zu: record %zu of %u complete units is missing\n%.*s", r->c->row,
                     r->cuts[k].at, i, s->units, (int)r->cuts[k].decoded, r->text.ptr);
        assert_str(behind_path(line), behind_path(next_line(&whole)));
    }
    if (matches->len && is_of(*matches, r->list->files[k].path))
        fail_msg("%s cut at %zu: more records than the %u complete units\n%.*s", r->c->row,
                 r->cuts[k].at, s->units, (int)r->cuts[k].decoded, r->text.ptr);
}

/* Takes the text of the next file's rejection, which may hold line breaks. */
static str next_rejection(const struct prefix_run *r, str *rest)
{
    for (size_t end = 0; (end = str_find_byte(*rest, '\n', end)) != SIZE_MAX; end++) {
        str behind = str_slice(*rest, end + 1, rest->len);
        if (!behind.len || str_starts(behind, str_from(r->folder))) {
            str taken = str_slice(*rest, 0, end);
            *rest = behind;
            return taken;
        }
    }
    return (str){0};
}

/* An open file has one rejection: it begins behind the last complete unit and holds all that follows, byte by byte. */
static void check_rest(const struct prefix_run *r, size_t k, const struct split *s, str *rejections)
{
    str path = r->list->files[k].path;
    if (!s->open) {
        if (str_starts(*rejections, path))
            fail_msg("%s cut at %zu: all is complete, and yet something is rejected: %.*s",
                     r->c->row, r->cuts[k].at, STR_ARG(*rejections));
        return;
    }
    str kept = next_rejection(r, rejections);
    size_t mark = str_find_byte(kept, '@', 0);
    if (!str_starts(kept, path) || mark == SIZE_MAX)
        fail_msg("%s cut at %zu: what is open is not rejected\n%.*s", r->c->row, r->cuts[k].at,
                 (int)r->cuts[k].decoded, r->text.ptr);
    unsigned long long offset = strtoull(kept.ptr + mark + 1, NULL, 10);
    size_t from = s->units ? s->ends[s->units - 1] : 0, to = r->cuts[k].decoded;
    if (offset < from || offset > to || !str_ends(kept, str_trim(str_slice(r->text, offset, to))))
        fail_msg("%s cut at %zu: behind byte %zu there was more than the rejection %.*s", r->c->row,
                 r->cuts[k].at, from, STR_ARG(kept));
}

/* Hunts through all cut files, and holds each against what the splitter says. */
static void check_cuts(const struct prefix_run *r)
{
    struct trace t;
    trace_init(&t);
    trace_run(&t, r->list, r->options);
    assert_true(t.ok);
    str matches = buf_view(&t.matches), rejections = buf_view(&t.rejections);
    struct record_counts expected = {0}, sum = trace_sum(&t.stats);
    uint64_t truncated = 0;
    for (size_t k = 0; k < r->list->n; k++) {
        struct split s = split(r->c, str_slice(r->text, 0, r->cuts[k].decoded));
        check_matches(r, k, &s, &matches);
        check_rest(r, k, &s, &rejections);
        expected.evaluated += (uint64_t)s.units * r->c->matches;
        expected.passed += (uint64_t)s.units * (r->c->records - r->c->matches);
        expected.rejected += s.open;
        truncated += r->cuts[k].truncated;
        unlink(r->list->files[k].path.ptr);
    }
    assert_int_equal(matches.len + rejections.len, 0);
    assert_int_equal(sum.evaluated, expected.evaluated);
    assert_int_equal(sum.passed, expected.passed);
    assert_int_equal(sum.rejected, expected.rejected);
    assert_int_equal(t.stats.files_truncated, truncated);
    trace_deinit(&t);
    r->list->n = 0;
}

/* A file of the first bytes of `stored`, of which `decoded` bytes of the text can be had. */
static void add_cut(const struct prefix_run *r, str stored, size_t decoded, bool truncated)
{
    size_t k = r->list->n++;
    assert_true(k < CUTS_MAX);
    r->cuts[k] = (struct cut){stored.len, decoded, truncated};
    write_file(r->list->files[k].path.ptr, stored);
}

/* How much zlib itself makes of each first bytes of one member; the member is complete with the last. */
static void gzip_decoded(str stored, size_t *decoded)
{
    char out[8192];
    z_stream z = {
        .next_in = (const Bytef *)stored.ptr, .next_out = (Bytef *)out, .avail_out = sizeof out};
    assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
    for (size_t i = 0; i < stored.len; i++) {
        z.avail_in = 1;
        int code = inflate(&z, Z_NO_FLUSH);
        assert_int_equal(code, i + 1 < stored.len ? Z_OK : Z_STREAM_END);
        decoded[i + 1] = sizeof out - z.avail_out;
    }
    inflateEnd(&z);
}

/* Several blocks, so that a cut frame still gives something. */
static void zstd_frame(struct buf *out, str text)
{
    enum { BLOCK = 60 };
    ZSTD_CCtx *z = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
    for (size_t at = 0; at < text.len; at += BLOCK) {
        str stored = str_slice(text, at, at + BLOCK);
        ZSTD_inBuffer in = {stored.ptr, stored.len, 0};
        ZSTD_outBuffer to = {buf_reserve(out, 1024), 1024, 0};
        bool last = at + BLOCK >= text.len;
        assert_int_equal(ZSTD_compressStream2(z, &to, &in, last ? ZSTD_e_end : ZSTD_e_flush), 0);
        buf_commit(out, to.pos);
    }
    ZSTD_freeCCtx(z);
}

static void zstd_decoded(str stored, size_t *decoded)
{
    char out[8192];
    ZSTD_DCtx *z = ZSTD_createDCtx();
    ZSTD_inBuffer in = {stored.ptr, 0, 0};
    ZSTD_outBuffer to = {out, sizeof out, 0};
    for (size_t i = 0; i < stored.len; i++) {
        in.size = i + 1;
        size_t left = ZSTD_decompressStream(z, &to, &in);
        assert_int_equal(left == 0, i + 1 == stored.len);
        decoded[i + 1] = to.pos;
    }
    ZSTD_freeDCtx(z);
}

/* A way of storing: one member or frame, and what the library itself reads of its beginnings. */
struct storage {
    size_t magic; /* bytes before which nothing shows what the file is */
    void (*append)(struct buf *out, str text);
    void (*decoded)(str stored, size_t *decoded); /* [n]: of the first n bytes */
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
    size_t decoded[2][CUTS_MAX] = {{0}};
    assert_true(stored.len < CUTS_MAX);
    how->decoded(str_slice(buf_view(&stored), 0, border), decoded[0]);
    how->decoded(str_slice(buf_view(&stored), border, stored.len), decoded[1]);
    for (size_t cut = how->magic; cut <= stored.len; cut++) {
        size_t first = decoded[0][cut < border ? cut : border];
        size_t second = decoded[1][cut < border ? 0 : cut - border];
        add_cut(r, str_slice(buf_view(&stored), 0, cut), first + second,
                cut != border && cut != stored.len);
    }
    check_cuts(r);
    buf_deinit(&stored);
}

/* The whole file: what it gives is what the case says, and the splitter sees all of it. */
static void read_whole(const struct prefix_run *r, struct trace *whole)
{
    r->list->n = 1;
    write_file(r->list->files[0].path.ptr, r->text);
    trace_run(whole, r->list, r->options);
    assert_int_equal(whole->n_matches, (uint64_t)r->c->units * r->c->matches);
    assert_int_equal(split(r->c, r->text).units, r->c->units);
    r->list->n = 0;
}

static void check_case(struct prefix_run r)
{
    struct buf text = make_text(r.c);
    struct trace whole;
    trace_init(&whole);
    r.text = buf_view(&text);
    r.whole = &whole.matches;
    read_whole(&r, &whole);
    for (size_t cut = 0; cut <= text.len; cut++) {
        add_cut(&r, str_slice(r.text, 0, cut), cut, false);
    }
    check_cuts(&r);
    for (size_t i = 0; i < sizeof storages / sizeof *storages; i++) {
        check_stored(&r, &storages[i]);
    }
    trace_deinit(&whole);
    buf_deinit(&text);
}

/* The files are many and small: in memory where the system has a place for that. */
static void make_folder(char *folder, size_t size)
{
    snprintf(folder, size, "/dev/shm/postern-prefix-XXXXXX");
    if (!mkdtemp(folder)) {
        snprintf(folder, size, "/tmp/postern-prefix-XXXXXX");
        assert_non_null(mkdtemp(folder));
    }
}

static void every_prefix_gives_what_is_complete(void **state)
{
    (void)state;
    static const char *const everything[] = {"any where true"};
    char folder[64];
    make_folder(folder, sizeof folder);
    struct arena arena = arena_open((size_t)1 << 28);
    postern_rules *rules = rules_of(everything, 1);
    struct walk_list list = {.files = NEW_ARRAY(&arena, struct walk_file, CUTS_MAX)};
    for (size_t i = 0; i < CUTS_MAX; i++) {
        list.files[i] = (struct walk_file){arena_printf(&arena, "%s/%04zu", folder, i), 0, true};
    }
    struct prefix_run r = {.folder = folder,
                           .options = options_of(rules, &arena),
                           .cuts = NEW_ARRAY(&arena, struct cut, CUTS_MAX),
                           .list = &list};
    r.options.order = HUNT_BY_INPUT;
    for (size_t i = 0; i < N_CASES; i++) {
        r.c = &cases[i];
        check_case(r);
    }
    postern_rules_free(rules);
    arena_close(&arena);
    assert_int_equal(rmdir(folder), 0);
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
