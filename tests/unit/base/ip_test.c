/* SPDX-License-Identifier: Apache-2.0 */
/* base/ip.h. Canonical texts are from RFC 5952 section 4 and Python's ipaddress. */
#include "assert_str.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/ip.h"

static struct ip parse(str s)
{
    struct ip ip = {{0}};
    if (!ip_parse(s, &ip)) {
        fail_msg("'%.*s' is refused", STR_ARG(s));
    }
    return ip;
}

static void assert_canonical(str s, str expected)
{
    struct ip ip = parse(s);
    char text[48];
    size_t n = ip_format(&ip, text);
    assert_str(((str){text, n}), expected);
    struct ip back = parse((str){text, n});
    assert_true(ip_eq(&ip, &back));
}

static void ipv4_is_kept_as_mapped_ipv6(void **state)
{
    (void)state;
    static const uint8_t expected[16] = {[10] = 0xff, [11] = 0xff, 203, 0, 113, 255};
    struct ip four = parse(S("203.0.113.255"));
    assert_memory_equal(four.byte, expected, 16);
    assert_true(ip_is_v4(&four));
    struct ip mapped = parse(S("::FFFF:203.0.113.255"));
    struct ip hex = parse(S("0:0:0:0:0:ffff:cb00:71ff"));
    assert_true(ip_eq(&four, &mapped));
    assert_true(ip_eq(&four, &hex));
    struct ip six = parse(S("2001:db8::1"));
    assert_false(ip_is_v4(&six));
    struct ip compatible = parse(S("::203.0.113.255"));
    assert_false(ip_is_v4(&compatible));
}

static void odd_but_valid_forms_are_read(void **state)
{
    (void)state;
    assert_canonical(S("0.0.0.0"), S("0.0.0.0"));
    assert_canonical(S("255.255.255.255"), S("255.255.255.255"));
    assert_canonical(S("::"), S("::"));
    assert_canonical(S("::1"), S("::1"));
    assert_canonical(S("1::"), S("1::"));
    assert_canonical(S("0001:0DB8:0000::00aB"), S("1:db8::ab"));
    assert_canonical(S("1:2:3:4:5:6:7::"), S("1:2:3:4:5:6:7:0"));
    assert_canonical(S("::2:3:4:5:6:7:8"), S("0:2:3:4:5:6:7:8"));
    assert_canonical(S("1:2:3:4:5:6:1.2.3.4"), S("1:2:3:4:5:6:102:304"));
    assert_canonical(S("ABCD:ABCD:ABCD:ABCD:ABCD:ABCD:255.255.255.255"),
                     S("abcd:abcd:abcd:abcd:abcd:abcd:ffff:ffff"));
}

static void formatting_is_canonical(void **state)
{
    (void)state;
    assert_canonical(S("2001:db8:0:0:1:0:0:1"), S("2001:db8::1:0:0:1"));
    assert_canonical(S("2001:0:0:1:0:0:0:1"), S("2001:0:0:1::1"));
    assert_canonical(S("2001:db8:0:1:1:1:1:1"), S("2001:db8:0:1:1:1:1:1"));
    assert_canonical(S("fe80:0:0:0:0:0:0:0"), S("fe80::"));
    assert_canonical(S("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                     S("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    /* No dotted quad but for mapped addresses: the reader could not know. */
    assert_canonical(S("::1:2"), S("::1:2"));
    assert_canonical(S("::1.2.3.4"), S("::102:304"));
    assert_canonical(S("64:ff9b::1.2.3.4"), S("64:ff9b::102:304"));
    assert_canonical(S("::ffff:1.2.3.4"), S("1.2.3.4"));
    assert_canonical(S("::ffff:0:1.2.3.4"), S("::ffff:0:102:304"));
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    const str wrong[] = {
        S_INIT(""),
        S_INIT("1"),
        S_INIT("1.2.3"),
        S_INIT("1.2.3.4.5"),
        S_INIT("1.2.3."),
        S_INIT(".1.2.3"),
        S_INIT("1..2.3"),
        S_INIT("256.1.1.1"),
        S_INIT("01.2.3.4"),
        S_INIT("1.2.3.00"),
        S_INIT("0x1.2.3.4"),
        S_INIT("1.2.3.-4"),
        S_INIT(" 1.2.3.4"),
        S_INIT("1.2.3.4 "),
        S_INIT("1.2.3.4\0"),
        S_INIT("1.2.3.4\n"),
        S_INIT("1.2.3.1000"),
        S_INIT("+1.2.3.4"),
        S_INIT("1.2.3.4/32"),
        S_INIT("1.2.3.4:80"),
        S_INIT(":"),
        S_INIT(":::"),
        S_INIT("1:2:3"),
        S_INIT("::1::"),
        S_INIT(":1::2"),
        S_INIT("1::2:"),
        S_INIT("12345::"),
        S_INIT("g::"),
        S_INIT("1:2:3:4:5:6:7"),
        S_INIT("1:2:3:4:5:6:7:8:9"),
        S_INIT("1:2:3:4:5:6:7:8::"),
        S_INIT("1:2:3:4::5:6:7:8"),
        S_INIT("[::1]"),
        S_INIT("fe80::1%eth0"),
        S_INIT("::1.2.3"),
        S_INIT("::1.2.3.4:5"),
        S_INIT("::1.2.3.04"),
        S_INIT("1.2.3.4::"),
        S_INIT("::256.2.3.4"),
        S_INIT("::1\0"),
        S_INIT("1:2:3:4:5:6:7:1.2.3.4"),
        S_INIT("AWS Internal"),
        S_INIT("cloudtrail.amazonaws.com"),
        S_INIT("00000::1"),
        S_INIT("0000:0000:0000:0000:0000:0000:255.255.255.2555"),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ip ip = {{42}};
        if (ip_parse(wrong[i], &ip)) {
            fail_msg("'%.*s' is taken", STR_ARG(wrong[i]));
        }
    }
}

static void addresses_compare_by_their_bytes(void **state)
{
    (void)state;
    struct ip low = parse(S("9.255.255.255"));
    struct ip high = parse(S("10.0.0.0"));
    struct ip six = parse(S("2001:db8::1"));
    assert_true(ip_cmp(&low, &high) < 0);
    assert_true(ip_cmp(&six, &high) > 0);
    assert_int_equal(ip_cmp(&high, &high), 0);
    assert_false(ip_eq(&low, &high));
}

static bool contains(str network, str address)
{
    struct cidr cidr;
    if (!cidr_parse(network, &cidr)) {
        fail_msg("'%.*s' is refused", STR_ARG(network));
    }
    struct ip ip = parse(address);
    return cidr_contains(&cidr, &ip);
}

static void networks_hold_their_first_and_last_address(void **state)
{
    (void)state;
    assert_true(contains(S("10.0.0.0/8"), S("10.0.0.0")));
    assert_true(contains(S("10.0.0.0/8"), S("10.255.255.255")));
    assert_false(contains(S("10.0.0.0/8"), S("11.0.0.0")));
    assert_false(contains(S("10.0.0.0/8"), S("9.255.255.255")));
    assert_true(contains(S("172.16.0.0/12"), S("172.31.255.255")));
    assert_false(contains(S("172.16.0.0/12"), S("172.32.0.0")));
    assert_true(contains(S("2001:db8::/33"), S("2001:db8:7fff::1")));
    assert_false(contains(S("2001:db8::/33"), S("2001:db8:8000::1")));
}

static void the_longest_and_shortest_prefixes_work(void **state)
{
    (void)state;
    assert_true(contains(S("1.2.3.4/32"), S("1.2.3.4")));
    assert_false(contains(S("1.2.3.4/32"), S("1.2.3.5")));
    assert_true(contains(S("0.0.0.0/0"), S("255.1.2.3")));
    assert_false(contains(S("0.0.0.0/0"), S("2001:db8::1")));
    assert_true(contains(S("::1/128"), S("::1")));
    assert_false(contains(S("::1/128"), S("::2")));
    assert_true(contains(S("::/0"), S("2001:db8::1")));
    assert_true(contains(S("::/0"), S("1.2.3.4")));
}

static void a_mapped_network_is_the_ipv4_network(void **state)
{
    (void)state;
    assert_true(contains(S("::ffff:10.0.0.0/104"), S("10.9.8.7")));
    assert_false(contains(S("::ffff:10.0.0.0/104"), S("11.9.8.7")));
    struct cidr four, six;
    assert_true(cidr_parse(S("10.0.0.0/8"), &four));
    assert_true(cidr_parse(S("::ffff:a00:0/104"), &six));
    assert_int_equal(four.bits, 104);
    assert_int_equal(six.bits, 104);
    assert_true(ip_eq(&four.network, &six.network));
}

static void host_bits_are_cleared(void **state)
{
    (void)state;
    struct cidr cidr;
    struct ip expected = parse(S("10.1.2.128"));
    assert_true(cidr_parse(S("10.1.2.255/25"), &cidr));
    assert_true(ip_eq(&cidr.network, &expected));
    assert_int_equal(cidr.bits, 121);
}

static void what_is_no_network_is_refused(void **state)
{
    (void)state;
    const str wrong[] = {
        S_INIT(""),
        S_INIT("/"),
        S_INIT("10.0.0.0"),
        S_INIT("10.0.0.0/"),
        S_INIT("10.0.0.0/33"),
        S_INIT("10.0.0.0/-1"),
        S_INIT("10.0.0.0/-0"),
        S_INIT("10.0.0.0/+8"),
        S_INIT("10.0.0.0/8 "),
        S_INIT("10.0.0.0/ 8"),
        S_INIT("10.0.0.0/8/8"),
        S_INIT("10.0.0/8"),
        S_INIT("::/129"),
        S_INIT("::/256"),
        S_INIT("/8"),
        S_INIT("::1"),
        S_INIT("10.0.0.0/255.0.0.0"),
        S_INIT("10.0.0.0/8\0"),
        S_INIT("10.0.0.0/18446744073709551624"),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct cidr cidr;
        if (cidr_parse(wrong[i], &cidr)) {
            fail_msg("'%.*s' is taken", STR_ARG(wrong[i]));
        }
    }
}

/* The measure: inet_pton. Quads with each byte replaced, left out or doubled. */
static void quads_are_read_as_the_c_library_does(void **state)
{
    (void)state;
    static const char *const quads[] = {"0.0.0.0",   "255.249.199.99", "10.02.3.4", "1.2.3",
                                        "1.2.3.4.5", "256.1.1.1",      "1.1.1.1000"};
    static const char bytes[] = "0123456789.:/ a-";
    size_t taken = 0;
    for (size_t i = 0; i < sizeof quads / sizeof *quads; i++) {
        size_t len = strlen(quads[i]);
        for (size_t at = 0; at < len; at++) {
            for (size_t c = 0; c < sizeof bytes + 1; c++) {
                char text[32];
                struct in_addr four;
                struct ip ip;
                size_t rest = c < sizeof bytes ? at + 1 : at; /* the last: doubled */
                snprintf(text, sizeof text, "%.*s%.*s%s", (int)at, quads[i], c < sizeof bytes - 1,
                         c < sizeof bytes ? bytes + c : quads[i] + at, quads[i] + rest);
                bool known = inet_pton(AF_INET, text, &four) == 1;
                taken += known;
                if (ip_parse(str_from(text), &ip) != known) {
                    fail_msg("'%s'", text);
                }
                assert_true(!known || memcmp(ip.byte + 12, &four, 4) == 0);
            }
        }
    }
    assert_true(taken > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quads_are_read_as_the_c_library_does),
        cmocka_unit_test(ipv4_is_kept_as_mapped_ipv6),
        cmocka_unit_test(odd_but_valid_forms_are_read),
        cmocka_unit_test(formatting_is_canonical),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(addresses_compare_by_their_bytes),
        cmocka_unit_test(networks_hold_their_first_and_last_address),
        cmocka_unit_test(the_longest_and_shortest_prefixes_work),
        cmocka_unit_test(a_mapped_network_is_the_ipv4_network),
        cmocka_unit_test(host_bits_are_cleared),
        cmocka_unit_test(what_is_no_network_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
