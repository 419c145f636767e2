/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file, by the option tables; see config.h. */
#include "cli/config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/os.h"
#include "cli/query_options.h"
#include "value/toml.h"

enum { CONFIG_MAX = 1024 * 1024 };

/* One reading of a file. */
struct config {
    const struct cmd *cmd;
    struct command_line *line;
    struct diag_source source;
    str folder; /* of the file, with its slash, or empty */
    struct diags diags;
    struct arena *arena;
};

static bool is_listed(const struct option *const *list, size_t n, const struct option *o)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(str_from(list[i]->name), str_from(o->name))) {
            return true;
        }
    }
    return false;
}

size_t config_settings(const struct option *out[CONFIG_SETTINGS_MAX])
{
    size_t n_cmds, n = 0;
    const struct cmd *const *cmds = cmds_all(&n_cmds);
    for (size_t i = 0; i < n_cmds; i++) {
        for (size_t j = 0; j < cmds[i]->n_options; j++) {
            const struct option *o = &cmds[i]->options[j];
            if (o->standing && n < CONFIG_SETTINGS_MAX && !is_listed(out, n, o)) {
                out[n++] = o;
            }
        }
    }
    return n;
}

/* ---- Keys ---- */

/* The key, where it opens the line; else the value; of a table, whose bytes are not known, the line that opens it. */
static span key_span(const struct config *c, const struct json *node)
{
    str text = c->source.text;
    if (!node->raw.ptr || node->raw.ptr < text.ptr || node->raw.ptr > text.ptr + text.len) {
        str head = arena_concat(c->arena, S("["), node->key, S(""));
        size_t at = str_find(text, head, 0);
        at = at == SIZE_MAX ? 0 : at;
        return (span){(uint32_t)at, (uint32_t)(at + (at ? head.len : 0))};
    }
    size_t value = (size_t)(node->raw.ptr - text.ptr), start = value;
    while (start > 0 && text.ptr[start - 1] != '\n') {
        start--;
    }
    if (str_starts(str_slice(text, start, value), node->key)) {
        return (span){(uint32_t)start, (uint32_t)(start + node->key.len)};
    }
    return (span){(uint32_t)value, (uint32_t)(value + node->raw.len)};
}

static span value_span(const struct config *c, const struct json *node)
{
    str text = c->source.text;
    if (!node->raw.len || node->raw.ptr < text.ptr || node->raw.ptr > text.ptr + text.len) {
        return key_span(c, node);
    }
    uint32_t at = (uint32_t)(node->raw.ptr - text.ptr);
    return (span){at, at + (uint32_t)node->raw.len};
}

static void refuse_unknown(struct config *c, const struct json *node)
{
    struct diag *item = diag_error(&c->diags, &c->source, key_span(c, node), DIAG_UNKNOWN_SETTING,
                                   "there is no setting '%.*s'", STR_ARG(node->key));
    const struct option *settings[CONFIG_SETTINGS_MAX];
    size_t n = config_settings(settings);
    struct buf names = BUF_INIT(0);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&names, "%s%s", i ? ", " : "", settings[i]->name);
    }
    diag_hint(&c->diags, item, "settings are %.*s", STR_ARG(buf_view(&names)));
    buf_deinit(&names);
}

static bool refuse(struct config *c, const struct json *node, const char *what)
{
    diag_error(&c->diags, &c->source, value_span(c, node), DIAG_BAD_SETTING, "'%.*s' %s",
               STR_ARG(node->key), what);
    return false;
}

static bool is_of_kind(struct config *c, const struct option *o, const struct json *node)
{
    if (o->kind == OPTION_FILE) {
        return json_is(node, JSON_STRING) || refuse(c, node, "takes the name of a file, in quotes");
    }
    if (o->kind == OPTION_FOLDER) {
        return json_is(node, JSON_STRING) ||
               refuse(c, node, "takes the name of a folder, in quotes");
    }
    bool text = json_is(node, JSON_STRING) && o->kind == OPTION_SIZE;
    return text || json_is(node, JSON_NUMBER) ||
           refuse(c, node,
                  o->kind == OPTION_SIZE ? "takes a number of bytes such as \"16M\""
                                         : "takes a number, without quotes");
}

/* A name in the file is one in its folder. */
static str full_name(const struct config *c, str name)
{
    bool full = name.len == 0 || name.ptr[0] == '/';
    return full ? name : arena_concat(c->arena, c->folder, name, S(""));
}

static const struct option *find_setting(str name)
{
    const struct option *settings[CONFIG_SETTINGS_MAX];
    size_t n = config_settings(settings);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(name, str_from(settings[i]->name))) {
            return settings[i];
        }
    }
    return NULL;
}

/* Stores a value of the right type, unless the command has no use for it: then it is only checked. */
static void store(struct config *c, const struct option *any, const struct json *node)
{
    const struct option *own = option_find(c->cmd, node->key);
    bool used = own && !c->line->given[own - c->cmd->options];
    union {
        str text;
        uint64_t number;
    } unused;
    struct option checked = *any;
    checked.offset = 0;
    bool name = any->kind == OPTION_FILE || any->kind == OPTION_FOLDER;
    str value = name ? full_name(c, node->text) : node->text;
    struct buf why = BUF_INIT(0);
    struct error e = {0};
    if (!(used ? option_store(own, value, c->line->options, c->arena, &why)
               : option_store(&checked, value, &unused, c->arena, &why))) {
        diag_error(&c->diags, &c->source, value_span(c, node), DIAG_BAD_SETTING, "'%s'%.*s",
                   any->name, STR_ARG(buf_view(&why)));
    } else if (used && any->kind == OPTION_FILE && value.len && !os_may_read(value, &e)) {
        diag_error(&c->diags, &c->source, value_span(c, node), DIAG_BAD_SETTING, "%s", e.message);
    }
    buf_deinit(&why);
}

static void take(struct config *c, const struct json *node)
{
    const struct option *setting = find_setting(node->key);
    if (!setting) {
        refuse_unknown(c, node);
    } else if (is_of_kind(c, setting, node)) {
        store(c, setting, node);
    }
}

/* ---- Files ---- */

/* $XDG_CONFIG_HOME, unless it is relative (the XDG specification: then it is invalid), else ~/.config. Empty without a home. */
static str default_path(struct arena *a)
{
    str base = str_from(getenv("XDG_CONFIG_HOME")), home = str_from(getenv("HOME"));
    if (base.len && base.ptr[0] == '/') {
        return arena_concat(a, base, S(CONFIG_FILE), S(""));
    }
    return home.len ? arena_concat(a, home, S("/.config"), S(CONFIG_FILE)) : home;
}

static str folder_of(str path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/') {
        end--;
    }
    return str_slice(path, 0, end);
}

static bool read_text(struct config *c, str path, str text, struct cli *cli)
{
    c->source = (struct diag_source){.file = path, .text = text};
    c->folder = folder_of(path);
    c->arena = cli->arena;
    c->diags = (struct diags){.arena = cli->arena};
    const struct json *document = toml_parse(&c->source, cli->arena, &c->diags);
    for (const struct json *node = document ? document->child : NULL; node; node = node->next) {
        take(c, node);
    }
    diags_order(&c->diags, NULL);
    query_show_diags(&c->diags, colour_wanted(cli, STDERR_FILENO));
    return c->diags.errors == 0;
}

bool config_read(const struct cmd *cmd, struct command_line *line, struct cli *cli)
{
    const struct option *o = option_find(cmd, S(CONFIG_OPTION));
    if (!o) {
        return true;
    }
    str path = *(const str *)((const char *)line->options + o->offset), text;
    bool named = path.ptr != NULL;
    path = named ? path : default_path(cli->arena);
    struct error e = {0};
    if (path.len == 0) {
        return true;
    }
    if (!os_read_file(path, CONFIG_MAX, cli->arena, &text, &e)) {
        if (!named && e.code == ERROR_NOT_FOUND) {
            return true;
        }
        complain("%s", e.message);
        return false;
    }
    struct config c = {.cmd = cmd, .line = line};
    return read_text(&c, path, text, cli);
}
