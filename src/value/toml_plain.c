/* SPDX-License-Identifier: Apache-2.0 */
/* Plain rule files read directly; see toml_plain.h. What is not plain is left to toml++, so nothing here reports an error, and when in doubt it is not plain. */
#include "value/toml_plain.h"

#include "base/utf8.h"

enum { KEYS_MAX = 256, NEST_MAX = 8, DIGITS_MAX = 18 };

struct member {
    str key;
    struct json *value;
    struct table *table; /* the value, or the last of the tables in it */
};

/* A table being read: its members by key, as toml++ gives them. */
struct table {
    struct json *node;
    struct member *members;
    size_t n;
    struct table *next; /* of all */
};

struct plain {
    str text;
    size_t at;
    struct table *tables;
    struct arena *a;
};

static char peek(const struct plain *p)
{
    return p->at < p->text.len ? p->text.ptr[p->at] : '\0';
}

static bool take(struct plain *p, char c)
{
    bool there = peek(p) == c;
    p->at += there;
    return there;
}

static void skip_blanks(struct plain *p)
{
    while (peek(p) == ' ' || peek(p) == '\t')
        p->at++;
}

static bool is_bare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static str take_key(struct plain *p)
{
    size_t from = p->at;
    while (is_bare(peek(p)))
        p->at++;
    return str_slice(p->text, from, p->at);
}

static void skip_comment(struct plain *p)
{
    if (peek(p) == '#')
        while (p->at < p->text.len && peek(p) != '\n')
            p->at++;
}

/* Blanks and a comment, then the line's or the text's end. */
static bool end_line(struct plain *p)
{
    skip_blanks(p);
    skip_comment(p);
    return p->at == p->text.len || take(p, '\n');
}

/* A string without escapes. */
static struct json *read_string(struct plain *p)
{
    char quote = peek(p);
    const char three[] = {quote, quote, quote};
    str rest = str_slice(p->text, p->at, p->text.len);
    bool multi = str_starts(rest, (str){three, 3});
    size_t from = p->at + (multi ? 3 : 1);
    if (multi && from < p->text.len && p->text.ptr[from] == '\n')
        from++;
    size_t end = from;
    for (;; end++) {
        end = str_find_byte(p->text, quote, end);
        if (end == SIZE_MAX || !multi)
            break;
        if (str_starts(str_slice(p->text, end, p->text.len), (str){three, 3}))
            break;
    }
    if (end == SIZE_MAX)
        return NULL;
    str inside = str_slice(p->text, from, end);
    p->at = end + (multi ? 3 : 1);
    bool escapes = quote == '"' && str_find_byte(inside, '\\', 0) != SIZE_MAX;
    bool lines = !multi && str_find_byte(inside, '\n', 0) != SIZE_MAX;
    if (escapes || lines || peek(p) == quote)
        return NULL;
    return json_new_string(p->a, arena_copy(p->a, inside));
}

static struct json *read_word(struct plain *p)
{
    str word = take_key(p);
    int64_t number;
    if (str_eq(word, S("true")) || str_eq(word, S("false")))
        return json_new_bool(p->a, word.len == 4);
    str digits = str_slice(word, str_starts(word, S("-")), word.len);
    bool zero = str_starts(digits, S("0"));
    for (size_t i = 0; i < digits.len; i++)
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return NULL;
    if (digits.len == 0 || digits.len > DIGITS_MAX || zero || !str_to_i64(word, &number))
        return word.len == 1 && zero ? json_new_i64(p->a, 0) : NULL;
    return json_new_i64(p->a, number);
}

static void skip_lines(struct plain *p)
{
    do {
        skip_blanks(p);
        skip_comment(p);
    } while (take(p, '\n'));
}

static struct json *read_value(struct plain *p, unsigned depth);

static struct json *read_array(struct plain *p, unsigned depth)
{
    struct json *list = json_new(p->a, JSON_ARRAY);
    p->at++;
    for (skip_lines(p); !take(p, ']'); skip_lines(p)) {
        struct json *value = read_value(p, depth + 1);
        if (!value)
            return NULL;
        json_push(list, value);
        skip_lines(p);
        if (!take(p, ',') && peek(p) != ']')
            return NULL;
    }
    return list;
}

/* NULL: it is not plain. */
static struct json *read_value(struct plain *p, unsigned depth)
{
    size_t from = p->at;
    char c = peek(p);
    bool list = c == '[';
    if (list && depth == NEST_MAX)
        return NULL;
    struct json *value = list                    ? read_array(p, depth)
                         : c == '"' || c == '\'' ? read_string(p)
                                                 : read_word(p);
    if (value)
        value->raw = str_slice(p->text, from, list ? from + 1 : p->at);
    return value;
}

/* Where the key is, or belongs. */
static size_t place_of(const struct table *t, str key, bool *there)
{
    size_t i = t->n;
    int order = 1;
    while (i > 0 && (order = str_cmp(key, t->members[i - 1].key)) < 0)
        i--;
    *there = i > 0 && order == 0;
    return *there ? i - 1 : i;
}

/* The new member; NULL when there is no room, or the key is there already. */
static struct member *put(struct plain *p, struct table *t, str key, struct json *value)
{
    bool there;
    size_t i = place_of(t, key, &there);
    if (there || t->n == KEYS_MAX)
        return NULL;
    t->members = arena_grow(p->a, t->members, t->n, sizeof *t->members);
    for (size_t j = t->n++; j > i; j--)
        t->members[j] = t->members[j - 1];
    t->members[i] = (struct member){.key = key, .value = value};
    return &t->members[i];
}

/* "key = value" lines up to a table's header or the end. */
static bool read_members(struct plain *p, struct table *t)
{
    for (skip_lines(p); p->at < p->text.len && peek(p) != '['; skip_lines(p)) {
        str key = take_key(p);
        skip_blanks(p);
        if (key.len == 0 || !take(p, '='))
            return false;
        skip_blanks(p);
        struct json *value = read_value(p, 0);
        if (!value || !end_line(p) || !put(p, t, key, value))
            return false;
    }
    return true;
}

static struct json *new_node(struct plain *p, enum json_type type, size_t at)
{
    struct json *node = json_new(p->a, type);
    node->raw = str_slice(p->text, at, at + 1);
    return node;
}

static struct table *new_table(struct plain *p, size_t at)
{
    struct table *t = NEW(p->a, struct table);
    t->node = new_node(p, JSON_OBJECT, at);
    t->next = p->tables;
    p->tables = t;
    return t;
}

/* The table that the last name of a header makes in `t`. */
static struct table *make_table(struct plain *p, struct table *t, str key, bool list, size_t at)
{
    bool there;
    size_t i = place_of(t, key, &there);
    struct member *m = there ? &t->members[i] : NULL;
    if (there && !(list && m->value->type == JSON_ARRAY && m->table))
        return NULL;
    struct table *made = new_table(p, at);
    if (!there)
        m = put(p, t, key, list ? new_node(p, JSON_ARRAY, at) : made->node);
    if (!m)
        return NULL;
    if (list)
        json_push(m->value, made->node);
    m->table = made;
    return made;
}

/* "[a.b]" or "[[a.b]]", where a is there, and its members. */
static bool read_table(struct plain *p, struct table *root)
{
    size_t from = p->at++;
    bool list = take(p, '[');
    struct table *t = root;
    str key = take_key(p);
    while (key.len > 0 && take(p, '.')) {
        bool there;
        size_t i = place_of(t, key, &there);
        t = there ? t->members[i].table : NULL;
        key = take_key(p);
        if (!t)
            return false;
    }
    if (key.len == 0 || !take(p, ']') || (list && !take(p, ']')) || !end_line(p))
        return false;
    t = make_table(p, t, key, list, from);
    return t && read_members(p, t);
}

/* No control characters but line breaks and tabs, no byte order mark: what else toml++ takes or refuses is for it to say. */
static bool is_plain_text(str text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        all |= c;
        if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7F)
            return false;
    }
    return all < 0x80 ||
           (!str_starts(text, S("\xEF\xBB\xBF")) && utf8_first_invalid(text) == SIZE_MAX);
}

struct json *toml_plain_parse(str text, struct arena *a)
{
    struct plain p = {.text = text, .a = a};
    if (!is_plain_text(text))
        return NULL;
    struct table *root = new_table(&p, 0);
    if (!read_members(&p, root))
        return NULL;
    while (p.at < text.len)
        if (!read_table(&p, root))
            return NULL;
    for (const struct table *t = p.tables; t; t = t->next)
        for (size_t i = 0; i < t->n; i++)
            json_add(t->node, arena_copy(a, t->members[i].key), t->members[i].value);
    return root->node;
}
