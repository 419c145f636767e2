/* SPDX-License-Identifier: Apache-2.0 */
/* uap-core's expressions; see uap.h. The file is YAML of one shape only: three lists ("user_agent_parsers:"), each of entries "- regex: '…'" with replacements below; that is what is read here. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "sources/uap.h"

#include <pcre2.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/os.h"
#include "base/utf8.h"
#include "sources/regex_literal.h"
#include "sources/row.h"

enum uap_list { LIST_AGENT, LIST_SYSTEM, LIST_DEVICE, LISTS };

/* The name and four parts of a version: group numbers and what may replace them. */
enum { PARTS = 5 };

/* A text is known by which three bytes stand side by side in it, hashed into this many bits: most of the parts that an expression needs are ruled out by a look at two bits each.
 * Measured: half the time of a hunt with 64 user agents in 1,700 matches. */
enum { GRAM_LEN = 3, GRAM_BITS = 12, GRAM_WORDS = (1 << GRAM_BITS) / 64 };

/* A text of which a demand needs one (regex_literal.h). */
struct needed {
    const char *ptr;
    uint16_t len, first, last; /* its grams, when it is as long as one */
};

struct demand {
    const struct needed *texts;
    uint16_t n;
    bool start, nocase;
};

struct expression {
    str regex;
    str entry; /* of the file, with what replaces groups */
    const struct demand *demands;
    uint8_t n_demands;
    bool nocase;
    bool read;        /* its demands were */
    bool tried;       /* compiled, or found not to compile */
    bool fast;        /* compiled to machine code, or found not to be */
    uint8_t runs;     /* before that */
    uint8_t groups;   /* that it has, as far as anybody asks */
    pcre2_code *code; /* NULL: not yet, or never */
    struct expression *next;
};

/* A text being searched. */
struct agent_text {
    struct searched_text {
        str text;
        uint16_t first; /* its first gram */
        uint64_t grams[GRAM_WORDS];
    } as_is, lower;
    bool ascii;
};

struct kept_agent {
    str text;
    struct user_agent agent;
};

struct uap {
    struct arena arena; /* of the expressions */
    bool all;           /* no expression is ruled out */
    struct arena found; /* of the cache */
    struct arena scratch;
    struct expression *first[LISTS], *last[LISTS];
    pcre2_match_data *match;
    pcre2_match_context *context;
    pcre2_match_context *slow_context; /* of expressions that are not machine code */
    struct map cache;                  /* struct kept_agent by text */
    struct kept_agent *latest;         /* asked for last: a record's rows ask several times */
    size_t left_out;
};

/* ---- The file ---- */

/* "'it''s'" or "\"a\\b\"" or plain text as the text it stands for: a view of it where that will do. */
static str scalar(str s, struct arena *a)
{
    s = str_trim(s);
    if (s.len < 2 || (s.ptr[0] != '\'' && s.ptr[0] != '"'))
        return s;
    char quote = s.ptr[0];
    if (str_find_byte(s, quote, 1) == s.len - 1 &&
        (quote == '\'' || str_find_byte(s, '\\', 1) == SIZE_MAX))
        return str_slice(s, 1, s.len - 1);
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

static uint16_t gram_at(const char *p)
{
    uint32_t bytes =
        (uint32_t)(uint8_t)p[0] | (uint32_t)(uint8_t)p[1] << 8 | (uint32_t)(uint8_t)p[2] << 16;
    return (uint16_t)(bytes * UINT32_C(0x9E3779B1) >> (32 - GRAM_BITS));
}

static void take_grams(struct searched_text *s, str text)
{
    *s = (struct searched_text){.text = text};
    if (text.len >= GRAM_LEN)
        s->first = gram_at(text.ptr);
    for (size_t i = 0; i + GRAM_LEN <= text.len; i++) {
        uint16_t gram = gram_at(text.ptr + i);
        s->grams[gram / 64] |= UINT64_C(1) << gram % 64;
    }
}

static bool has_gram(const struct searched_text *s, uint16_t gram)
{
    return (s->grams[gram / 64] >> gram % 64 & 1) != 0;
}

static bool is_ascii(str s)
{
    unsigned char all = 0;
    for (size_t i = 0; i < s.len; i++)
        all |= (unsigned char)s.ptr[i];
    return all < 0x80;
}

/* ---- What expressions demand ---- */

/* Demands kept of an expression: the longest. */
enum { DEMANDS_MAX = 4 };

static struct needed needed_of(str text, str regex, struct arena *a)
{
    text = str_slice(text, 0, UINT16_MAX); /* what begins a needed text is needed as well */
    bool stays = (uintptr_t)text.ptr - (uintptr_t)regex.ptr < regex.len;
    struct needed n = {.ptr = stays ? text.ptr : arena_copy(a, text).ptr,
                       .len = (uint16_t)text.len};
    if (text.len >= GRAM_LEN) {
        n.first = gram_at(text.ptr);
        n.last = gram_at(text.ptr + text.len - GRAM_LEN);
    }
    return n;
}

static struct demand demand_of(const struct regex_demand *d, str regex, struct arena *a)
{
    struct needed *texts = NEW_ARRAY(a, struct needed, d->n);
    for (size_t i = 0; i < d->n; i++)
        texts[i] = needed_of(d->texts[i], regex, a);
    return (struct demand){texts, (uint16_t)d->n, d->start, d->nocase};
}

/* Reads the demands of an expression, the first time it is asked for one. A single text is looked for before one of many. */
static void read_demands(struct uap *u, struct expression *x)
{
    struct arena scratch = u->scratch, *a = &u->arena;
    struct regex_demands demands = regex_demands(x->regex, x->nocase, &scratch);
    size_t n = 0;
    struct demand *list = NEW_ARRAY(a, struct demand, DEMANDS_MAX);
    for (int several = 0; several < 2; several++)
        for (size_t i = 0; i < demands.n && i < DEMANDS_MAX; i++)
            if ((demands.list[i].n > 1) == several)
                list[n++] = demand_of(&demands.list[i], x->regex, a);
    x->read = true;
    x->demands = list;
    x->n_demands = (uint8_t)n;
}

/* ---- Entries ---- */

struct entry {
    str regex;
    bool nocase;
    const char *begin; /* its lines; NULL: there is none */
};

static void add_entry(struct uap *u, int list, const struct entry *entry, const char *end)
{
    if (list < 0 || entry->regex.len == 0)
        return;
    struct expression *x = NEW(&u->arena, struct expression);
    x->regex = entry->regex;
    x->entry = (str){entry->begin, (size_t)(end - entry->begin)};
    x->nocase = entry->nocase;
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

/* Whether the line of an entry says what its expression is. The others tell what replaces its groups, which is read when it matches. */
static bool tells_regex(str line)
{
    size_t at = 0;
    while (at < line.len && line.ptr[at] == ' ')
        at++;
    char c = at < line.len ? line.ptr[at] : '#';
    return c == 'r' || (c != '#' && (c < 'a' || c > 'z'));
}

static void read_entries(struct uap *u, str text)
{
    struct arena scratch = u->scratch;
    str line = {0}, key, value;
    int list = -1;
    bool first;
    struct entry entry = {0};
    while (text.ptr && str_split(&text, '\n', &line)) {
        if (line.len == 0 || (line.ptr[0] == ' ' && !tells_regex(line)) ||
            !read_line(line, &first, &key, &value))
            continue;
        bool head = line.ptr[0] != ' ' && line.ptr[0] != '-';
        if (head || first) {
            add_entry(u, list, &entry, line.ptr);
            entry = (struct entry){.begin = line.ptr};
        }
        if (head)
            list = list_of(key);
        else if (str_eq(key, S("regex")))
            entry.regex = scalar(value, &u->arena);
        else if (str_eq(key, S("regex_flag")))
            entry.nocase = str_eq(scalar(value, &scratch), S("i"));
    }
    add_entry(u, list, &entry, line.ptr + line.len);
}

/* What replaces an expression's groups; may hold $1 to $9; ptr NULL: the group as it is. */
static void read_replacements(const struct expression *x, str *replacements, struct arena *a)
{
    str text = x->entry, line, key, value;
    bool first;
    for (int i = 0; i < PARTS; i++)
        replacements[i] = (str){0};
    while (text.ptr && str_split(&text, '\n', &line)) {
        int part = read_line(line, &first, &key, &value) ? part_of(key) : -1;
        if (part >= 0)
            replacements[part] = scalar(value, a);
    }
}

struct uap *uap_open(str path, struct error *e)
{
    /* An expression may not take longer than this many steps on any text. */
    const uint32_t match_limit = 100000, slow_match_limit = 1000;
    struct arena arena = arena_open((size_t)64 << 20);
    str text;
    if (!os_read_file(path, (size_t)16 << 20, &arena, &text, e)) {
        arena_close(&arena);
        return NULL;
    }
    struct uap *u = mem_alloc(sizeof *u);
    u->arena = arena;
    u->found = arena_open((size_t)512 << 20);
    u->scratch = arena_open((size_t)1 << 30);
    u->match = pcre2_match_data_create(16, NULL);
    u->context = pcre2_match_context_create(NULL);
    u->slow_context = pcre2_match_context_create(NULL);
    if (!u->match || !u->context || !u->slow_context)
        mem_fail("pcre2");
    pcre2_set_match_limit(u->context, match_limit);
    pcre2_set_match_limit(u->slow_context, slow_match_limit);
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
    pcre2_match_context_free(u->slow_context);
    arena_close(&u->scratch);
    arena_close(&u->found);
    arena_close(&u->arena);
    mem_free(u);
}

void uap_try_all(struct uap *u)
{
    u->all = true;
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
    uint32_t options = PCRE2_UTF | (x->nocase ? PCRE2_CASELESS : 0);
    if (x->tried)
        return x->code;
    x->tried = true;
    x->code = pcre2_compile((PCRE2_SPTR)x->regex.ptr, x->regex.len, options, &error, &at, NULL);
    if (!x->code) {
        u->left_out++;
        return NULL;
    }
    uint32_t groups;
    pcre2_pattern_info(x->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    x->groups = (uint8_t)(groups < UINT8_MAX ? groups : UINT8_MAX);
    return x->code;
}

/* The text is UTF-8 without errors (well_formed), so nobody need look. PCRE2_MATCH_INVALID_UTF, which would take any text, does not do: with it the machine code of PCRE2 10.42 lets \S, \D and \W match no letter
 * outside ASCII, which its interpreter does. */
static int run(struct uap *u, const struct expression *x, str text, uint32_t options,
               pcre2_match_context *context)
{
    return pcre2_match(x->code, (PCRE2_SPTR)text.ptr, text.len, 0, options | PCRE2_NO_UTF_CHECK,
                       u->match, context);
}

static bool holds(const struct searched_text *s, const struct needed *n, bool start)
{
    if (n->len < GRAM_LEN)
        return start ? str_starts(s->text, (str){n->ptr, n->len})
                     : str_find(s->text, (str){n->ptr, n->len}, 0) != SIZE_MAX;
    if (start)
        return n->first == s->first && str_starts(s->text, (str){n->ptr, n->len});
    return has_gram(s, n->first) && has_gram(s, n->last) &&
           str_find(s->text, (str){n->ptr, n->len}, 0) != SIZE_MAX;
}

static bool is_met(const struct demand *d, const struct agent_text *text)
{
    const struct searched_text *s = d->nocase ? &text->lower : &text->as_is;
    for (size_t i = 0; i < d->n; i++)
        if (holds(s, &d->texts[i], d->start))
            return true;
    return false;
}

/* Whether what the expression needs is there. Letters outside ASCII may stand for ASCII ones where case does not matter. */
static bool may_match(struct uap *u, struct expression *x, const struct agent_text *text)
{
    if (x->nocase && !text->ascii)
        return true;
    if (!x->read)
        read_demands(u, x);
    for (size_t i = 0; i < x->n_demands; i++)
        if (!is_met(&x->demands[i], text))
            return false;
    return true;
}

/* Machine code is worth its making (60 us, three times what compiling takes) only for expressions that run often: a hunt with one match would wait 5 ms for it. What the interpreter
 * gives up on, at a small fraction of the steps that machine code may take, is for machine code to say, and what that has too small a stack for is for the interpreter, at as many steps: so answers
 * depend on the text alone, not on how often an expression has run. */
static bool matches(struct uap *u, struct expression *x, const struct agent_text *searched)
{
    enum { RUNS_MAX = 2 };
    if ((!u->all && !may_match(u, x, searched)) || !code_of(u, x))
        return false;
    str text = searched->as_is.text;
    if (!x->fast && x->runs++ < RUNS_MAX) {
        int found = run(u, x, text, 0, u->slow_context);
        if (found >= 0 || found == PCRE2_ERROR_NOMATCH)
            return found >= 0;
    }
    if (!x->fast)
        pcre2_jit_compile(x->code, PCRE2_JIT_COMPLETE);
    x->fast = true;
    int found = run(u, x, text, 0, u->context);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT)
        found = run(u, x, text, PCRE2_NO_JIT, u->context);
    return found >= 0;
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
static bool search(struct uap *u, enum uap_list list, const struct agent_text *searched,
                   str parts[PARTS])
{
    str text = searched->as_is.text;
    struct expression *x = u->first[list];
    while (x && !matches(u, x, searched))
        x = x->next;
    if (!x)
        return false;
    str replacements[PARTS];
    read_replacements(x, replacements, &u->found);
    for (uint32_t i = 0; i < PARTS; i++)
        parts[i] =
            replacements[i].ptr ? replaced(u, x, text, replacements[i]) : group(u, x, text, i + 1);
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

/* The text, with U+FFFD for each byte that is not UTF-8. */
static str well_formed(str text, struct arena *a)
{
    if (utf8_first_invalid(text) == SIZE_MAX)
        return text;
    char *out = arena_push_raw(a, 4, text.len);
    size_t n = 0;
    for (size_t at = 0; at < text.len;)
        n += utf8_encode(utf8_next(text, &at), out + n);
    return (str){out, n};
}

static void read_agent(struct uap *u, str agent, struct user_agent *out)
{
    str parts[PARTS], text = well_formed(agent, &u->found);
    struct agent_text searched = {.ascii = is_ascii(text)};
    take_grams(&searched.as_is, text);
    take_grams(&searched.lower, ascii_lower(text, &u->found));
    *out = (struct user_agent){.name = S("Other"), .device = S("Other")};
    if (search(u, LIST_AGENT, &searched, parts) && parts[0].len > 0) {
        out->name = parts[0];
        out->version = joined(u, parts + 1, PARTS - 1);
    }
    if (search(u, LIST_SYSTEM, &searched, parts) && parts[0].len > 0) {
        out->os_name = parts[0];
        out->os_version = joined(u, parts + 1, PARTS - 1);
        if (out->os_version.len > 0)
            out->os_full = arena_concat(&u->found, out->os_name, S(" "), out->os_version);
    }
    if (search(u, LIST_DEVICE, &searched, parts) && parts[0].len > 0)
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
