/* SPDX-License-Identifier: Apache-2.0 */
/* A --schema file. */
#include "ecs/schema.h"

static bool bad(const struct diag_source *src, const struct json *node, struct diags *d,
                const char *why)
{
    uint32_t at = node->raw.ptr ? (uint32_t)(node->raw.ptr - src->text.ptr) : 0;
    diag_error(d, src, (span){at, at + (uint32_t)node->raw.len}, DIAG_BAD_KEY, "field '%.*s': %s",
               STR_ARG(node->key), why);
    return false;
}

static bool read_field(struct schema *s, const struct diag_source *src, const struct json *node,
                       struct arena *a, struct diags *d)
{
    struct field f = {.name = node->key};
    if (!json_is(node, JSON_OBJECT)) {
        return bad(src, node, d, "expected an object such as {\"type\":\"keyword\"}");
    }
    if (!field_type_parse(json_text(json_get(node, S("type"))), &f.format.type)) {
        return bad(src, node, d, "the type is missing or not known");
    }
    f.format.date_format = json_text(json_get(node, S("format")));
    const struct json *null_value = json_get(node, S("null_value"));
    if (null_value && null_value->type != JSON_NULL) {
        struct buf text = BUF_INIT(0);
        json_write(null_value, &text);
        f.format.null_value =
            null_value->type == JSON_STRING ? null_value->text : arena_copy(a, buf_view(&text));
        buf_deinit(&text);
    }
    schema_add(s, &f);
    return true;
}

bool schema_read_json(struct schema *s, const struct diag_source *src, struct arena *a,
                      struct diags *d)
{
    struct json_error e;
    const struct json *root = json_parse(src->text, a, &e);
    if (!root || root->type != JSON_OBJECT) {
        uint32_t at = root ? 0 : (uint32_t)e.at;
        diag_error(d, src, (span){at, at}, DIAG_BAD_KEY, "the schema is no JSON object: %s",
                   root ? "another value" : e.reason);
        return false;
    }
    bool ok = true;
    for (const struct json *m = root->child; m; m = m->next) {
        ok = read_field(s, src, m, a, d) && ok;
    }
    return ok;
}
