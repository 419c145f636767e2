/* SPDX-License-Identifier: Apache-2.0 */
/* Words to options, by the command's table. */
#include "base/time.h"
#include "cli/cmd.h"

/* The parse of one command line. */
struct parse {
    const struct cmd *cmd;
    const str *words;
    size_t n, at;
    struct command_line *out;
    struct arena *arena;
};

const struct option *option_find(const struct cmd *cmd, str name)
{
    for (size_t i = 0; i < cmd->n_options; i++) {
        if (str_eq(name, str_from(cmd->options[i].name))) {
            return &cmd->options[i];
        }
    }
    return NULL;
}

static const struct option *find_letter(const struct cmd *cmd, char letter)
{
    for (size_t i = 0; i < cmd->n_options; i++) {
        if (cmd->options[i].letter == letter) {
            return &cmd->options[i];
        }
    }
    return NULL;
}

static bool is_choice(const char *choices, str value)
{
    str rest = str_from(choices), one;
    while (str_split(&rest, ' ', &one)) {
        if (str_eq(one, value)) {
            return true;
        }
    }
    return false;
}

/* A count, or a size with a unit. */
static bool parse_size(str value, bool units, uint64_t *out)
{
    int shift = 0;
    if (units && value.len) {
        switch (value.ptr[value.len - 1]) {
        case 'k':
        case 'K':
            shift = 10;
            break;
        case 'm':
        case 'M':
            shift = 20;
            break;
        case 'g':
        case 'G':
            shift = 30;
            break;
        default:
            break;
        }
        value.len -= shift > 0;
    }
    int64_t n;
    if (!str_to_i64(value, &n) || n < 0 || n > INT64_MAX >> shift) {
        return false;
    }
    *out = (uint64_t)n << shift;
    return true;
}

/* "5m" */
static bool parse_span(str value, int64_t *out)
{
    static const struct {
        str unit;
        int64_t ns;
    } units[] = {{S_INIT("ms"), TIME_NS_PER_MS},
                 {S_INIT("s"), TIME_NS_PER_S},
                 {S_INIT("m"), 60 * TIME_NS_PER_S},
                 {S_INIT("h"), 3600 * TIME_NS_PER_S},
                 {S_INIT("d"), 86400 * TIME_NS_PER_S}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        int64_t n;
        str digits = str_slice(value, 0, value.len - units[i].unit.len);
        if (str_ends(value, units[i].unit) && str_to_i64(digits, &n) && n >= 0 &&
            n <= INT64_MAX / units[i].ns) {
            *out = n * units[i].ns;
            return true;
        }
    }
    return false;
}

/* What a number should have been. False. */
static bool bad_number(const struct option *o, str value, struct buf *why)
{
    bool digits = value.len > 0;
    for (size_t i = 0; i < value.len; i++) {
        digits = digits && value.ptr[i] >= '0' && value.ptr[i] <= '9';
    }
    if (digits && value.len > 1) {
        buf_printf(why, ": %.*s is too large", STR_ARG(value));
    } else if (o->kind == OPTION_SIZE) {
        buf_printf(why, " takes a number of bytes such as 512K, 16M or 1G, not '%.*s'",
                   STR_ARG(value));
    } else {
        buf_printf(why, " takes a number, not '%.*s'", STR_ARG(value));
    }
    return false;
}

static void append(struct text_list *list, str value, struct arena *a)
{
    list->items = arena_grow(a, list->items, list->n, sizeof *list->items);
    list->items[list->n++] = value;
}

bool option_store(const struct option *o, str value, void *options, struct arena *a,
                  struct buf *why)
{
    void *to = (char *)options + o->offset;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)to = true;
        return true;
    case OPTION_TEXT:
    case OPTION_FILE:
    case OPTION_FOLDER:
        *(str *)to = value;
        return true;
    case OPTION_LIST:
        append(to, value, a);
        return true;
    case OPTION_COUNT:
        return parse_size(value, false, to) || bad_number(o, value, why);
    case OPTION_SIZE: /* 0 would mean the default */
        return (parse_size(value, true, to) && *(uint64_t *)to > 0) || bad_number(o, value, why);
    case OPTION_LIMIT: {
        struct option_count *count = to;
        count->given = parse_size(value, false, &count->n);
        return count->given || bad_number(o, value, why);
    }
    case OPTION_TIME: {
        struct option_time *time = to;
        time->given = time_parse(value, &time->ns);
        if (!time->given) {
            buf_printf(why, " takes a time such as 2026-01-31 or 2026-01-31T09:00:00Z, not '%.*s'",
                       STR_ARG(value));
        }
        return time->given;
    }
    case OPTION_SPAN: {
        struct option_time *span = to;
        span->given = parse_span(value, &span->ns);
        if (!span->given) {
            buf_printf(why, " takes a number and a unit (ms, s, m, h, d) such as 5m, not '%.*s'",
                       STR_ARG(value));
        }
        return span->given;
    }
    case OPTION_CHOICE:
        if (!is_choice(o->choices, value)) {
            buf_printf(why, " takes one of: %s; not '%.*s'", o->choices, STR_ARG(value));
            return false;
        }
        *(str *)to = value;
        return true;
    }
    return false;
}

/* Stores one value; false after a complaint. */
static bool store(struct parse *p, const struct option *o, str value)
{
    struct buf why = BUF_INIT(0);
    bool ok = option_store(o, value, p->out->options, p->arena, &why);
    if (!ok) {
        complain("--%s%.*s", o->name, STR_ARG(buf_view(&why)));
    }
    buf_deinit(&why);
    p->out->given[o - p->cmd->options] = true;
    return ok;
}

static bool store_next(struct parse *p, const struct option *o)
{
    if (p->at == p->n) {
        complain("--%s needs a value: --%s %s", o->name, o->name, o->argument);
        return false;
    }
    return store(p, o, p->words[p->at++]);
}

static bool unknown_option(const struct parse *p, str word)
{
    complain("unknown option '%.*s'; see 'postern %s --help'", STR_ARG(word), p->cmd->name);
    return false;
}

static bool parse_long(struct parse *p, str word)
{
    size_t equals = str_find_byte(word, '=', 0);
    str name = str_slice(word, 2, equals);
    const struct option *o = option_find(p->cmd, name);
    if (!o) {
        return unknown_option(p, word);
    }
    if (equals == SIZE_MAX) {
        return o->kind == OPTION_FLAG ? store(p, o, (str){0}) : store_next(p, o);
    }
    if (o->kind == OPTION_FLAG) {
        complain("--%s takes no value", o->name);
        return false;
    }
    return store(p, o, str_slice(word, equals + 1, word.len));
}

/* "-rRULE", "-r RULE", "-q". */
static bool parse_short(struct parse *p, str word)
{
    for (size_t i = 1; i < word.len; i++) {
        const struct option *o = find_letter(p->cmd, word.ptr[i]);
        if (!o) {
            return unknown_option(p, word);
        }
        if (o->kind == OPTION_FLAG) {
            store(p, o, (str){0});
        } else {
            return i + 1 < word.len ? store(p, o, str_slice(word, i + 1, word.len))
                                    : store_next(p, o);
        }
    }
    return true;
}

bool option_is_color(str word)
{
    return str_eq(word, S("--color")) || str_starts(word, S("--color="));
}

bool option_set_color(str word, struct cli *cli)
{
    str value = str_slice(word, 8, word.len);
    if (word.len < 8) {
        complain("--color needs a value: --color=auto, --color=always or --color=never");
        return false;
    }
    if (!is_choice("auto always never", value)) {
        complain("--color takes one of: auto always never; not '%.*s'", STR_ARG(value));
        return false;
    }
    cli->color = value;
    return true;
}

bool options_parse(const struct cmd *cmd, const str *words, size_t n, struct command_line *out,
                   struct cli *cli)
{
    struct parse p = {.cmd = cmd, .words = words, .n = n, .out = out, .arena = cli->arena};
    *out = (struct command_line){
        .options = arena_push(cli->arena, 1, cmd->options_size),
        .given = NEW_ARRAY(cli->arena, bool, cmd->n_options),
        .args = NEW_ARRAY(cli->arena, str, n),
    };
    while (p.at < n) {
        str word = words[p.at++];
        if (str_eq(word, S("--"))) {
            while (p.at < n) {
                out->args[out->n_args++] = words[p.at++];
            }
        } else if (str_eq(word, S("--help")) || (str_eq(word, S("-h")) && !find_letter(cmd, 'h'))) {
            out->help = true;
        } else if (option_is_color(word)) {
            if (!option_set_color(word, cli)) {
                return false;
            }
        } else if (str_starts(word, S("--"))) {
            if (!parse_long(&p, word)) {
                return false;
            }
        } else if (word.len > 1 && word.ptr[0] == '-') {
            if (!parse_short(&p, word)) {
                return false;
            }
        } else {
            out->args[out->n_args++] = word;
        }
    }
    return true;
}
