/* SPDX-License-Identifier: Apache-2.0 */
/* uap-core's expressions; see uap.h. The file is YAML of one shape only: three lists ("user_agent_parsers:"), each of entries "- regex: '…'" with replacements below; that is what is read here. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "sources/uap.h"

#include <pcre2.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/os.h"
#include "sources/regex_literal.h"

enum uap_list { LIST_AGENT, LIST_SYSTEM, LIST_DEVICE, LISTS };

/* The name and four parts of a version: group numbers and what may replace them. */
enum { PARTS = 5 };

/* A text is known by which three bytes stand side by side in it, hashed into this many bits: most of the expressions that need a text are ruled out by a look at two bits each.
 * Measured: a hunt with 64 user agents in its matches took a tenth fewer instructions. */
enum { GRAM_LEN = 3, GRAM_BITS = 12, GRAM_WORDS = (1 << GRAM_BITS) / 64 };

struct needed {
    str text;
    uint16_t first, last; /* grams of a text that is as long as one */
};

struct expression {
    str regex;
    struct needed *needed; /* one of them must be there */
    size_t n_needed;       /* 0: nothing need */
    bool nocase;
    bool tried;             /* compiled, or found not to compile */
    pcre2_code *code;       /* NULL: not yet, or never */
    uint32_t groups;        /* that it has */
    str replacement[PARTS]; /* may hold $1 to $9; ptr NULL: the group as it is */
    struct expression *next;
};

struct kept_agent {
    str text;
    struct user_agent agent;
};

struct uap {
    struct arena arena; /* of the expressions */
    struct arena found; /* of the cache */
    struct expression *first[LISTS], *last[LISTS];
    pcre2_match_data *match;
    pcre2_match_context *context;
    struct map cache;           /* struct kept_agent by text */
    struct kept_agent *latest;  /* asked for last: a record's rows ask several times */
    uint64_t grams[GRAM_WORDS]; /* of the text being searched */
    size_t left_out;
};

/* ---- The file ---- */

/* "'it''s'" or "\"a\\b\"" or plain text as the text it stands for. */
static str scalar(str s, struct arena *a)
{
    s = str_trim(s);
    if (s.len < 2 || (s.ptr[0] != '\'' && s.ptr[0] != '"'))
        return s;
    char quote = s.ptr[0];
    char *out = arena_push_raw(a, 1, s.len);
    size_t n = 0;
    for (size_t i = 1; i < s.len; i++) {
        char c = s.ptr[i];
        bool more = i + 1 < s.len;
        if (c == quote && !(quote == '\'' && more && s.ptr[i + 1] == '\''))
            break;
        if (more && (c == quote || (c == '\\' && quote == '"')))
            c = s.ptr[++i];
        out[n++] = c;
    }
    return (str){out, n};
}

/* A line in pieces: is it an entry's first, its key, its value. False for blank lines and comments. */
static bool read_line(str line, bool *first, str *key, str *value)
{
    str s = str_trim(line);
    *first = str_starts(s, S("- "));
    if (*first)
        s = str_trim(str_slice(s, 2, s.len));
    size_t colon = str_find_byte(s, ':', 0);
    if (s.len == 0 || s.ptr[0] == '#' || colon == SIZE_MAX)
        return false;
    *key = str_slice(s, 0, colon);
    *value = str_slice(s, colon + 1, s.len);
    return true;
}

static int part_of(str key)
{
    static const struct {
        const char *key;
        int part;
    } keys[] = {
        {"family_replacement", 0}, {"os_replacement", 0},    {"device_replacement", 0},
        {"v1_replacement", 1},     {"os_v1_replacement", 1}, {"v2_replacement", 2},
        {"os_v2_replacement", 2},  {"v3_replacement", 3},    {"os_v3_replacement", 3},
        {"v4_replacement", 4},     {"os_v4_replacement", 4},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (str_eq(key, str_from(keys[i].key)))
            return keys[i].part;
    return -1;
}

struct entry {
    str regex;
    bool nocase;
    str replacement[PARTS];
};

static uint16_t gram_at(const char *p)
{
    uint32_t bytes =
        (uint32_t)(uint8_t)p[0] | (uint32_t)(uint8_t)p[1] << 8 | (uint32_t)(uint8_t)p[2] << 16;
    return (uint16_t)(bytes * UINT32_C(0x9E3779B1) >> (32 - GRAM_BITS));
}

static void need_texts(struct expression *x, const struct regex_texts *t, struct arena *a)
{
    x->needed = NEW_ARRAY(a, struct needed, t->n);
    x->n_needed = t->n;
    for (size_t i = 0; i < t->n; i++) {
        struct needed *needed = &x->needed[i];
        needed->text = t->texts[i];
        if (needed->text.len >= GRAM_LEN) {
            needed->first = gram_at(needed->text.ptr);
            needed->last = gram_at(needed->text.ptr + needed->text.len - GRAM_LEN);
        }
    }
}

static void add_entry(struct uap *u, int list, const struct entry *entry)
{
    if (list < 0 || entry->regex.len == 0)
        return;
    struct expression *x = NEW(&u->arena, struct expression);
    x->regex = entry->regex;
    x->nocase = entry->nocase;
    struct regex_texts texts = {0};
    if (!entry->nocase)
        texts = regex_literals(entry->regex, &u->arena);
    need_texts(x, &texts, &u->arena);
    for (int i = 0; i < PARTS; i++)
        x->replacement[i] = entry->replacement[i];
    if (u->last[list])
        u->last[list]->next = x;
    else
        u->first[list] = x;
    u->last[list] = x;
}

static int list_of(str key)
{
    static const char *const names[LISTS] = {"user_agent_parsers", "os_parsers", "device_parsers"};
    for (int i = 0; i < LISTS; i++)
        if (str_eq(key, str_from(names[i])))
            return i;
    return -1;
}

static void read_entries(struct uap *u, str text)
{
    str line, key, value;
    int list = -1;
    bool first;
    struct entry entry = {0};
    while (text.ptr && str_split(&text, '\n', &line)) {
        if (!read_line(line, &first, &key, &value))
            continue;
        bool head = line.ptr[0] != ' ' && line.ptr[0] != '-';
        if (head || first) {
            add_entry(u, list, &entry);
            entry = (struct entry){0};
        }
        if (head) {
            list = list_of(key);
            continue;
        }
        int part = part_of(key);
        if (str_eq(key, S("regex")))
            entry.regex = scalar(value, &u->arena);
        else if (str_eq(key, S("regex_flag")))
            entry.nocase = str_eq(scalar(value, &u->arena), S("i"));
        else if (part >= 0)
            entry.replacement[part] = scalar(value, &u->arena);
    }
    add_entry(u, list, &entry);
}

struct uap *uap_open(str path, struct error *e)
{
    /* An expression may not take longer than this many steps on any text. */
    const uint32_t match_limit = 100000;
    struct arena arena = arena_open((size_t)64 << 20);
    str text;
    if (!os_read_file(path, (size_t)16 << 20, &arena, &text, e)) {
        arena_close(&arena);
        return NULL;
    }
    struct uap *u = mem_alloc(sizeof *u);
    u->arena = arena;
    u->found = arena_open((size_t)512 << 20);
    u->match = pcre2_match_data_create(16, NULL);
    u->context = pcre2_match_context_create(NULL);
    if (!u->match || !u->context)
        mem_fail("pcre2");
    pcre2_set_match_limit(u->context, match_limit);
    read_entries(u, text);
    if (!u->first[LIST_AGENT] || !u->first[LIST_SYSTEM] || !u->first[LIST_DEVICE]) {
        error_set(e, ERROR_CORRUPT, "'%.*s': it holds no expressions for user agents",
                  STR_ARG(path));
        uap_free(u);
        return NULL;
    }
    return u;
}

void uap_free(struct uap *u)
{
    if (!u)
        return;
    for (int i = 0; i < LISTS; i++)
        for (struct expression *x = u->first[i]; x; x = x->next)
            pcre2_code_free(x->code);
    pcre2_match_data_free(u->match);
    pcre2_match_context_free(u->context);
    arena_close(&u->found);
    arena_close(&u->arena);
    mem_free(u);
}

size_t uap_left_out(const struct uap *u)
{
    return u->left_out;
}

/* ---- The search ---- */

/* Most expressions are never tried, because the text that they need is not there: they are compiled when they are. */
static pcre2_code *code_of(struct uap *u, struct expression *x)
{
    int error;
    PCRE2_SIZE at;
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | (x->nocase ? PCRE2_CASELESS : 0);
    if (x->tried)
        return x->code;
    x->tried = true;
    x->code = pcre2_compile((PCRE2_SPTR)x->regex.ptr, x->regex.len, options, &error, &at, NULL);
    if (!x->code) {
        u->left_out++;
        return NULL;
    }
    pcre2_jit_compile(x->code, PCRE2_JIT_COMPLETE);
    pcre2_pattern_info(x->code, PCRE2_INFO_CAPTURECOUNT, &x->groups);
    return x->code;
}

static void take_grams(struct uap *u, str text)
{
    memset(u->grams, 0, sizeof u->grams);
    for (size_t i = 0; i + GRAM_LEN <= text.len; i++) {
        uint16_t gram = gram_at(text.ptr + i);
        u->grams[gram / 64] |= UINT64_C(1) << gram % 64;
    }
}

static bool has_gram(const struct uap *u, uint16_t gram)
{
    return (u->grams[gram / 64] >> gram % 64 & 1) != 0;
}

/* Whether the text, whose grams were taken, holds what the expression needs. */
static bool holds_needed(const struct uap *u, const struct expression *x, str text)
{
    for (size_t i = 0; i < x->n_needed; i++) {
        const struct needed *n = &x->needed[i];
        bool may = n->text.len < GRAM_LEN || (has_gram(u, n->first) && has_gram(u, n->last));
        if (may && str_find(text, n->text, 0) != SIZE_MAX)
            return true;
    }
    return x->n_needed == 0;
}

static bool matches(struct uap *u, struct expression *x, str text)
{
    if (!holds_needed(u, x, text))
        return false;
    const pcre2_code *code = code_of(u, x);
    return code &&
           pcre2_match(code, (PCRE2_SPTR)text.ptr, text.len, 0, 0, u->match, u->context) >= 0;
}

/* Places of groups that an expression does not have are left as an earlier one set them. */
static str group(const struct uap *u, const struct expression *x, str text, uint32_t i)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(u->match);
    if (i > x->groups || i >= pcre2_get_ovector_count(u->match) || at[2 * i] == PCRE2_UNSET)
        return (str){0};
    return str_slice(text, at[2 * i], at[2 * i + 1]);
}

/* "$1 for ArcGIS" with the groups put in, trimmed. */
static str replaced(struct uap *u, const struct expression *x, str text, str replacement)
{
    struct buf out = {0};
    for (size_t i = 0; i < replacement.len; i++) {
        char c = replacement.ptr[i], digit = i + 1 < replacement.len ? replacement.ptr[i + 1] : 0;
        if (c == '$' && digit >= '1' && digit <= '9') {
            buf_append(&out, group(u, x, text, (uint32_t)(digit - '0')));
            i++;
        } else {
            buf_byte(&out, c);
        }
    }
    str copy = arena_copy(&u->found, str_trim(buf_view(&out)));
    buf_deinit(&out);
    return copy;
}

/* Name and version by the first expression of a list that matches; false when none does. */
static bool search(struct uap *u, enum uap_list list, str text, str parts[PARTS])
{
    struct expression *x = u->first[list];
    while (x && !matches(u, x, text))
        x = x->next;
    if (!x)
        return false;
    for (uint32_t i = 0; i < PARTS; i++)
        parts[i] = x->replacement[i].ptr ? replaced(u, x, text, x->replacement[i])
                                         : group(u, x, text, i + 1);
    return true;
}

/* "1", "2", "" → "1.2" */
static str joined(struct uap *u, const str *parts, size_t n)
{
    str out = n > 0 && parts[0].len > 0 ? parts[0] : (str){0};
    for (size_t i = 1; i < n && out.ptr && parts[i].len > 0; i++)
        out = arena_concat(&u->found, out, S("."), parts[i]);
    return out;
}

static void read_agent(struct uap *u, str text, struct user_agent *out)
{
    str parts[PARTS];
    *out = (struct user_agent){.name = S("Other"), .device = S("Other")};
    take_grams(u, text);
    if (search(u, LIST_AGENT, text, parts) && parts[0].len > 0) {
        out->name = parts[0];
        out->version = joined(u, parts + 1, PARTS - 1);
    }
    if (search(u, LIST_SYSTEM, text, parts) && parts[0].len > 0) {
        out->os_name = parts[0];
        out->os_version = joined(u, parts + 1, PARTS - 1);
        if (out->os_version.len > 0)
            out->os_full = arena_concat(&u->found, out->os_name, S(" "), out->os_version);
    }
    if (search(u, LIST_DEVICE, text, parts) && parts[0].len > 0)
        out->device = parts[0];
}

/* Texts kept; then all are forgotten. */
enum { CACHE_MAX = 10000 };

const struct user_agent *uap_parse(struct uap *u, str text)
{
    if (u->latest && str_eq(u->latest->text, text))
        return &u->latest->agent;
    struct kept_agent *known = map_get(&u->cache, text);
    if (known) {
        u->latest = known;
        return &known->agent;
    }
    if (u->cache.count >= CACHE_MAX) {
        u->cache = (struct map){0};
        u->latest = NULL;
        arena_reset(&u->found, 0);
    }
    struct kept_agent *kept = NEW(&u->found, struct kept_agent);
    kept->text = arena_copy(&u->found, text);
    read_agent(u, kept->text, &kept->agent);
    *map_put(&u->cache, kept->text, &u->found) = kept;
    u->latest = kept;
    return &kept->agent;
}
