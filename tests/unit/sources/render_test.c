/* SPDX-License-Identifier: Apache-2.0 */
/* Java's text of a JSON value. Key orders were derived with a separate program from String.hashCode and HashMap's table sizes; numbers from the rules of Double.toString. */
#include "sources/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void expect(const char *json, const char *text)
{
    struct arena arena = arena_open((size_t)1 << 24);
    struct json_error error;
    struct json *node = json_parse(str_from(json), &arena, &error);
    assert_non_null(node);
    str rendered = render_java(node, &arena);
    char found[2048];
    snprintf(found, sizeof(found), "%.*s", STR_ARG(rendered));
    assert_string_equal(found, text);
    arena_close(&arena);
}

static void objects_and_arrays_print_as_java_does(void **state)
{
    (void)state;
    expect("{\"bucketName\":\"b\",\"acl\":\"private\",\"tags\":[1,2.50],\"versioning\":{\"status\":"
           "\"Enabled\",\"mfa\":false}}",
           "{bucketName=b, versioning={mfa=false, status=Enabled}, acl=private, tags=[1, 2.5]}");
    expect("{}", "{}");
    expect("[]", "[]");
    expect("[\"a \\\"b\\\"\",null,true]", "[a \"b\", null, true]");
}

static void thirteen_keys_make_a_larger_table(void **state)
{
    (void)state;
    expect("{\"k0\":0,\"k1\":1,\"k2\":2,\"k3\":3,\"k4\":4,\"k5\":5,\"k6\":6,\"k7\":7,\"k8\":8,"
           "\"k9\":9,\"k10\":10,\"k11\":11,\"k12\":12}",
           "{k0=0, k1=1, k2=2, k3=3, k4=4, k5=5, k11=11, k6=6, k10=10, k7=7, k8=8, k12=12, k9=9}");
}

static void twenty_five_keys_make_a_larger_one_still(void **state)
{
    (void)state;
    expect("{\"key0\":0,\"key1\":0,\"key2\":0,\"key3\":0,\"key4\":0,\"key5\":0,\"key6\":0,\"key7\":"
           "0,\"key8\":0,\"key9\":0,\"key10\":0,\"key11\":0,"
           "\"key12\":0,\"key13\":0,\"key14\":0,\"key15\":0,\"key16\":0,\"key17\":0,\"key18\":0,"
           "\"key19\":0,\"key20\":0,\"key21\":0,\"key22\":0,"
           "\"key23\":0,\"key24\":0}",
           "{key1=0, key2=0, key0=0, key5=0, key6=0, key3=0, key4=0, key9=0, key7=0, key8=0, "
           "key22=0, key21=0, key20=0, key15=0, key14=0, "
           "key13=0, key12=0, key19=0, key18=0, key17=0, key16=0, key11=0, key10=0, key24=0, "
           "key23=0}");
}

static void the_table_is_that_of_the_keys_before_cleaning(void **state)
{
    (void)state;
    struct arena arena = arena_open((size_t)1 << 24);
    struct json_error error;
    /* Thirteen keys, of which k11 and k6 remain: in a table of 32 k11 comes first, in one of 16 it would not matter for k0. */
    struct json *node = json_parse(S("{\"k0\":\"\",\"k1\":\"\",\"k2\":null,\"k3\":{},\"k4\":[],"
                                     "\"k5\":\"-\",\"k6\":6,\"k7\":\"none\",\"k8\":\"\","
                                     "\"k9\":\"\",\"k10\":\"\",\"k11\":11,\"k12\":[{}]}"),
                                   &arena, &error);
    assert_true(clean_record(node));
    str text = render_java(node, &arena);
    assert_true(str_eq(text, S("{k11=11, k6=6}")));
    arena_close(&arena);
}

static void keys_hash_by_utf16_units(void **state)
{
    (void)state;
    expect("{\"z\":1,\"\xe2\x82\xac\":2,\"\xf0\x9f\x98\x80\":3,\"\xc3\xa4\":4}",
           "{\xc3\xa4=4, \xf0\x9f\x98\x80=3, z=1, \xe2\x82\xac=2}");
}

static void decimals_print_as_java_doubles(void **state)
{
    (void)state;
    expect(
        "[1.0,0.002,1e7,1688905708.62,0.0001,9999999.5,0.001,-0.0,100.0,1e6]",
        "[1.0, 0.002, 1.0E7, 1.68890570862E9, 1.0E-4, 9999999.5, 0.001, -0.0, 100.0, 1000000.0]");
    expect("[12345678901234567890,-0,-7]", "[12345678901234567890, 0, -7]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_and_arrays_print_as_java_does),
        cmocka_unit_test(thirteen_keys_make_a_larger_table),
        cmocka_unit_test(twenty_five_keys_make_a_larger_one_still),
        cmocka_unit_test(the_table_is_that_of_the_keys_before_cleaning),
        cmocka_unit_test(keys_hash_by_utf16_units),
        cmocka_unit_test(decimals_print_as_java_doubles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
