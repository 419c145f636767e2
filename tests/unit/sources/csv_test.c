/* SPDX-License-Identifier: Apache-2.0 */
/* CSV exports: which files are taken for one, the objects that rows become, and that pieces do not matter. */
#include "../base/assert_str.h"

#include "base/buf.h"
#include "sources/csv.h"

/* Frames of a text fed in pieces, as "KIND@OFFSET:LINE TEXT;". */
static void read_pieces(str text, size_t piece, size_t max_record, struct buf *out)
{
    struct csv_reader *r = csv_reader_new(max_record);
    struct frame x;
    size_t at = 0;
    do {
        size_t n = piece < text.len - at ? piece : text.len - at;
        csv_reader_feed(r, str_slice(text, at, at + n), at + n == text.len);
        at += n;
        while (csv_reader_next(r, &x))
            buf_printf(out, "%c@%llu:%llu %.*s;", "VBCL"[x.kind], (unsigned long long)x.offset,
                       (unsigned long long)x.line, STR_ARG(x.text));
    } while (at < text.len);
    csv_reader_free(r);
}

static void check(str text, size_t max_record, str expected)
{
    static const size_t pieces[] = {1, 3, 100000};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        struct buf out = {0};
        read_pieces(text, pieces[i], max_record, &out);
        assert_str(buf_view(&out), expected);
        buf_deinit(&out);
    }
}

static void only_headers_of_audit_logs_begin_a_table(void **state)
{
    (void)state;
    assert_true(csv_begins(S("TimeGenerated [UTC],OperationNameValue,Level\n")));
    assert_true(csv_begins(S("\xEF\xBB\xBF\"TimeGenerated\",\"OperationNameValue\"\r\n1,2")));
    assert_true(csv_begins(S("insertId,protopayload_auditlog.methodName\n")));
    assert_true(csv_begins(S("InitiatedBy,TargetResources,AADOperationType")));
    assert_false(csv_begins(S("OperationNameValue\n")));
    assert_false(csv_begins(S("{\"a\":\"OperationNameValue\",\"b\":1}")));
    assert_false(csv_begins(S("a,b\nOperationNameValue,x")));
    assert_false(csv_begins(S("")));
}

/* Cells take what they hold, not what is left of their row: 1,900 of 7,000 bytes are one row of 13 MB. */
static void many_quoted_cells_take_no_more_than_their_text(void **state)
{
    (void)state;
    enum { COLUMNS = 1900, CELL = 7000 };
    struct buf text = {0};
    buf_append(&text, S("\"OperationNameValue\""));
    for (int i = 1; i < COLUMNS; i++) {
        buf_printf(&text, ",\"column %d\"", i);
    }
    buf_byte(&text, '\n');
    for (int i = 0; i < COLUMNS; i++) {
        buf_printf(&text, "%s\"%0*d\"", i ? "," : "", CELL, i);
    }
    struct csv_reader *reader = csv_reader_new(0);
    struct frame frame;
    csv_reader_feed(reader, buf_view(&text), true);
    assert_true(csv_reader_next(reader, &frame));
    assert_int_equal(frame.kind, FRAME_VALUE);
    assert_true(str_find(frame.text, S("\"column 1899\":\"00"), 0) != SIZE_MAX);
    /* A header whose quotes hold line breaks is not known to be long when it is recognised. */
    buf_clear(&text);
    buf_append(&text, S("OperationNameValue,\"\n"));
    for (int i = 0; i < 1 << 20; i++) {
        buf_append(&text, S("x\",\""));
    }
    buf_append(&text, S("\"\na,b\n"));
    csv_reader_reset(reader);
    csv_reader_feed(reader, buf_view(&text), true);
    assert_true(csv_reader_next(reader, &frame));
    assert_true(str_starts(frame.text, S("{\"OperationNameValue\":\"a\"")));
    csv_reader_free(reader);
    buf_deinit(&text);
}

static void rows_are_objects_of_their_cells(void **state)
{
    (void)state;
    check(
        S("OperationNameValue,\"Level \",,Properties\r\n"
          "a/b,Info,dropped,\"{\"\"k\"\":\n1}\"\r\n"
          "\r\n"
          "c,,x\n"
          "\"d\"rest,\"\",y,z,more\n"),
        0,
        S("V@41:2 "
          "{\"OperationNameValue\":\"a/b\",\"Level\":\"Info\",\"Properties\":\"{\\\"k\\\":\\n1}\"};"
          "V@74:5 {\"OperationNameValue\":\"c\"};"
          "V@79:6 {\"OperationNameValue\":\"d\",\"Properties\":\"z\"};"));
}

static void columns_of_bigquery_are_paths(void **state)
{
    (void)state;
    check(S("insertId,protopayload_auditlog.methodName,protopayload_auditlog.authorizationInfo,"
            "protopayload_auditlog.requestJson,operation.first,insertId.x\n"
            "i,m,\"[{\"\"granted\"\":true}]\",\"{\"\"a\"\":1}\",true,y\n"
            "i,m,[broken,{},false,\n"),
          0,
          S("V@143:2 {\"insertId\":\"i\",\"protopayload_auditlog\":{\"methodName\":\"m\","
            "\"authorizationInfo\":[{\"granted\":true}],\"requestJson\":\"{\\\"a\\\":1}\"},"
            "\"operation\":{\"first\":true}};"
            "V@189:3 {\"insertId\":\"i\",\"protopayload_auditlog\":{\"methodName\":\"m\","
            "\"authorizationInfo\":\"[broken\",\"requestJson\":\"{}\"},\"operation\":{\"first\":"
            "false}};"));
}

static void what_is_too_long_or_open_is_told(void **state)
{
    (void)state;
    check(S("A,OperationNameValue\n1,2\n123456789012345678901234567890,2\n3,4\n\"5\n6"), 24,
          S("V@21:2 {\"A\":\"1\",\"OperationNameValue\":\"2\"};L@25:3 ;"
            "V@58:4 {\"A\":\"3\",\"OperationNameValue\":\"4\"};C@62:5 \"5\n6;"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_headers_of_audit_logs_begin_a_table),
        cmocka_unit_test(many_quoted_cells_take_no_more_than_their_text),
        cmocka_unit_test(rows_are_objects_of_their_cells),
        cmocka_unit_test(columns_of_bigquery_are_paths),
        cmocka_unit_test(what_is_too_long_or_open_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
