/* SPDX-License-Identifier: Apache-2.0 */
/* Types and presence of rule keys. */
#include "rules/rule_keys.h"

enum key_type { key_text, key_number, key_flag, key_list, key_any };
enum key_need { need_may, need_must, need_idle };

struct key_row {
    str name;
    enum key_type type;
    enum key_need need;
};

static const struct key_row key_rows[] = {
#define KEY(name, type, need) {S_INIT(name), key_##type, need_##need},
#include "rules/rule_keys.def"
#undef KEY
};
enum { KEY_COUNT = sizeof key_rows / sizeof *key_rows };

static const char *const type_names[] = {"text", "a number", "true or false", "a list of text", ""};

span rule_node_span(const struct diag_source *src, const struct json *node)
{
    if (!node || !node->raw.ptr || node->raw.ptr < src->text.ptr ||
        node->raw.ptr > src->text.ptr + src->text.len) {
        return (span){0, 0};
    }
    uint32_t at = (uint32_t)(node->raw.ptr - src->text.ptr);
    return (span){at, at + (uint32_t)node->raw.len};
}

static bool has_type(const struct json *node, enum key_type type)
{
    switch (type) {
    case key_text:
        return node->type == JSON_STRING;
    case key_number:
        return node->type == JSON_NUMBER;
    case key_flag:
        return node->type == JSON_BOOL;
    case key_list:
        if (node->type != JSON_ARRAY) {
            return false;
        }
        for (const struct json *i = node->child; i; i = i->next) {
            if (i->type != JSON_STRING) {
                return false;
            }
        }
        return true;
    case key_any:
        return true;
    }
    return false;
}

static const struct key_row *find_row(str name)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (str_eq(key_rows[i].name, name)) {
            return &key_rows[i];
        }
    }
    return NULL;
}

static bool check_present(const struct diag_source *src, const struct json *rule, struct diags *d)
{
    bool ok = true;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (key_rows[i].need == need_must && !json_get(rule, key_rows[i].name)) {
            diag_error(d, src, rule_node_span(src, rule), DIAG_MISSING_KEY,
                       "a rule needs the key '%.*s'", STR_ARG(key_rows[i].name));
            ok = false;
        }
    }
    return ok;
}

/* Exported rules carry every key, unset ones as empty lists. */
static bool is_unset(const struct json *node)
{
    return node->type == JSON_NULL || (node->type == JSON_STRING && node->text.len == 0) ||
           ((node->type == JSON_ARRAY || node->type == JSON_OBJECT) && node->count == 0);
}

/* The key itself, where it opens the value's line; else the value. */
static span key_span(const struct diag_source *src, const struct json *node)
{
    enum { BETWEEN_MAX = 100 }; /* key and value: a line may hold any number of them */
    span value = rule_node_span(src, node);
    size_t line = value.at, farthest = node->key.len + BETWEEN_MAX;
    size_t limit = value.at > farthest ? value.at - farthest : 0;
    while (line > limit && src->text.ptr[line - 1] != '\n') {
        line--;
    }
    if (line > 0 && src->text.ptr[line - 1] != '\n') {
        return value;
    }
    str before = str_slice(src->text, line, value.at);
    if (!str_starts(before, node->key)) {
        return value;
    }
    return (span){(uint32_t)line, (uint32_t)(line + node->key.len)};
}

bool rule_keys_check(const struct diag_source *src, const struct json *rule, struct diags *d)
{
    bool ok = check_present(src, rule, d);
    for (const struct json *node = rule->child; node; node = node->next) {
        const struct key_row *row = find_row(node->key);
        if (!row) {
            diag_warning(d, src, key_span(src, node), DIAG_UNKNOWN_KEY, "unknown rule key '%.*s'",
                         STR_ARG(node->key));
        } else if (!has_type(node, row->type)) {
            diag_error(d, src, rule_node_span(src, node), DIAG_BAD_KEY,
                       "rule key '%.*s' must be %s", STR_ARG(node->key), type_names[row->type]);
            ok = false;
        } else if (row->need == need_idle && !is_unset(node)) {
            diag_warning(d, src, rule_node_span(src, node), DIAG_KEY_NO_EFFECT,
                         "rule key '%.*s' has no effect yet", STR_ARG(node->key));
        }
    }
    return ok;
}
