/* SPDX-License-Identifier: Apache-2.0 */
/* The table of containers and the few functions that its rows need. */
#include "sources/container.h"

/* "value", "events" and their like are common words: only an array of objects (or an empty one) is a page of records. */
static bool array_of_objects(const struct json_capture *const *found)
{
    str inside = str_trim(str_slice(found[0]->raw, 1, found[0]->raw.len));
    return inside.len > 0 && (inside.ptr[0] == '{' || inside.ptr[0] == ']');
}

static bool empty_array(const struct json_capture *const *found)
{
    return str_trim(str_slice(found[0]->raw, 1, found[0]->raw.len)).ptr[0] == ']';
}

/* found[1] is detail-type: "AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail" … */
static bool via_cloudtrail(const struct json_capture *const *found)
{
    return str_ends(found[1]->raw, S("via CloudTrail\""));
}

static const struct container table[] = {
#define CONTAINER(keys, accepts, kind, stream, member, doc)                                        \
    {keys, accepts, CONTAINER_##kind, STREAM_##stream, member, doc},
#include "sources/container.def"
#undef CONTAINER
};

enum { TABLE_LEN = sizeof(table) / sizeof(table[0]) };

const struct container *containers_all(size_t *n)
{
    *n = TABLE_LEN;
    return table;
}

str container_content_key(const struct container *c)
{
    str keys = str_from(c->keys);
    size_t end = 0;
    while (end < keys.len && keys.ptr[end] != ':' && keys.ptr[end] != ' ' && keys.ptr[end] != '=')
        end++;
    return str_slice(keys, 0, end);
}

const struct container *container_of_key(str key)
{
    for (size_t i = 0; i < TABLE_LEN; i++)
        if (table[i].kind == CONTAINER_ARRAY && str_eq(container_content_key(&table[i]), key))
            return &table[i];
    return NULL;
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool base64_decode(str text, struct arena *a, str *out)
{
    str rest = str_trim(text);
    while (rest.len > 0 && rest.ptr[rest.len - 1] == '=')
        rest.len--;
    unsigned char *bytes = arena_push_raw(a, 1, rest.len / 4 * 3 + 3);
    size_t n = 0, digits = 0;
    uint32_t word = 0;
    for (size_t i = 0; i < rest.len; i++) {
        char c = rest.ptr[i];
        if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
            continue;
        int digit = base64_digit(c);
        if (digit < 0)
            return false;
        word = word << 6 | (uint32_t)digit;
        if (++digits % 4 == 0) {
            bytes[n++] = (unsigned char)(word >> 16 & 0xff);
            bytes[n++] = (unsigned char)(word >> 8 & 0xff);
            bytes[n++] = (unsigned char)(word & 0xff);
        }
    }
    if (digits % 4 == 1)
        return false;
    if (digits % 4 == 2)
        bytes[n++] = (unsigned char)(word >> 4 & 0xff);
    if (digits % 4 == 3) {
        bytes[n++] = (unsigned char)(word >> 10 & 0xff);
        bytes[n++] = (unsigned char)(word >> 2 & 0xff);
    }
    *out = (str){(const char *)bytes, n};
    return true;
}
