/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises src/value/toml.c and the shim over toml++. It can be wrong without crashing: no tree means an error inside the
 * file, the bytes of each value lie in the file, and the map of a string ascends and stays in it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "value/toml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A plain failure that NDEBUG cannot switch off. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_map(str file, const struct json *value, struct arena *a)
{
    const struct text_map *m = toml_string_map(file, value, a);
    require(m->n >= 1 && m->inner[0] == 0);
    for (size_t i = 0; i < m->n; i++) {
        require(m->outer[i] <= file.len && m->inner[i] <= value->text.len);
        require(i == 0 || (m->inner[i] > m->inner[i - 1] && m->outer[i] > m->outer[i - 1]));
    }
}

static void check_node(str file, const struct json *node, struct arena *a)
{
    if (node->raw.len)
        require(node->raw.ptr >= file.ptr && node->raw.ptr + node->raw.len <= file.ptr + file.len);
    if (node->type == JSON_STRING && node->raw.len && strchr("\"'", node->raw.ptr[0]))
        check_map(file, node, a);
    for (const struct json *child = node->child; child; child = child->next)
        check_node(file, child, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = arena_open(((size_t)4 << 20) + 1024 * size);
    struct diags d = {.arena = &a};
    struct diag_source src = {.file = S("f"), .text = {(const char *)data, size}};
    struct json *root = toml_parse(&src, &a, &d);
    require((root == NULL) == (d.errors > 0));
    if (root)
        check_node(src.text, root, &a);
    for (const struct diag *x = d.first; x; x = x->next)
        require(x->at.at <= size && x->at.end >= x->at.at);
    arena_close(&a);
    return 0;
}
