/* SPDX-License-Identifier: Apache-2.0 */
/* The hot path. Stage 1 has listed the structural positions and checked UTF-8, closed strings and control characters; the
 * walk checks the order of what is listed, and each number and word up to a delimiter. Nothing can hide between two
 * positions: outside strings every run of other bytes begins with a listed position or is the tail of a number or word.
 *
 * Bounds: a root container whose last position is its kind of closing bracket is never left behind. Each step consumes one
 * position and only a closing bracket may be the last, so the end is looked for there alone. */
#include "value/json_walk.h"

#include "base/mem.h"
#include "value/json_string.h"
#include "value/json_token.h"

enum step { STEP_CLOSE, STEP_OBJECT, STEP_ARRAY, STEP_REFUSED, STEP_DUPLICATE };

/* ---- Skipping: everything that no path leads into. ---- */

/* The members of an object, up to its end or to a container inside. `fresh`: its opening bracket was just passed;
 * otherwise a member's value was. */
static enum step skip_members(struct walk *w, bool fresh)
{
    const char *text = w->text;
    const uint32_t *at = w->at;
    enum step step = STEP_REFUSED;
    char c = text[*at++];
    if (c == '}') {
        w->at = at;
        return STEP_CLOSE;
    }
    if (!fresh) {
        if (c != ',')
            return STEP_REFUSED;
        c = text[*at++];
    }
    while (c == '"' && text[*at++] == ':') {
        c = text[*at++];
        if (c == '{' || c == '[') {
            step = c == '{' ? STEP_OBJECT : STEP_ARRAY;
            break;
        }
        if (c != '"' && json_scalar_end(text, w->len, at[-1]) == 0)
            break;
        c = text[*at++];
        if (c != ',') {
            step = c == '}' ? STEP_CLOSE : STEP_REFUSED;
            break;
        }
        c = text[*at++];
    }
    w->at = at;
    return step;
}

/* The same for the elements of an array. */
static enum step skip_elements(struct walk *w, bool fresh)
{
    const char *text = w->text;
    const uint32_t *at = w->at;
    enum step step = STEP_REFUSED;
    char c = text[*at++];
    if (c == ']') {
        w->at = at;
        return STEP_CLOSE;
    }
    if (!fresh) {
        if (c != ',')
            return STEP_REFUSED;
        c = text[*at++];
    }
    for (;;) {
        if (c == '{' || c == '[') {
            step = c == '{' ? STEP_OBJECT : STEP_ARRAY;
            break;
        }
        if (c != '"' && json_scalar_end(text, w->len, at[-1]) == 0)
            break;
        c = text[*at++];
        if (c != ',') {
            step = c == ']' ? STEP_CLOSE : STEP_REFUSED;
            break;
        }
        c = text[*at++];
    }
    w->at = at;
    return step;
}

bool walk_skip_container(struct walk *w, bool object, size_t depth)
{
    bool *objects = w->s->objects;
    size_t outside = depth;
    bool fresh = true;
    if (depth == JSON_MAX_DEPTH)
        return false;
    objects[depth++] = object;
    for (;;) {
        enum step step = object ? skip_members(w, fresh) : skip_elements(w, fresh);
        if (step == STEP_CLOSE) {
            if (--depth == outside)
                return true;
            if (w->at == w->end)
                return false;
            object = objects[depth - 1];
            fresh = false;
        } else if (step == STEP_REFUSED || depth == JSON_MAX_DEPTH) {
            return false;
        } else {
            object = step == STEP_OBJECT;
            objects[depth++] = object;
            fresh = true;
        }
    }
}

/* ---- Matching: containers that a path leads into. ---- */

/* By a value's first byte; anything else begins a number, or nothing. */
static const uint8_t types[256] = {
    ['"'] = JSON_STRING, ['{'] = JSON_OBJECT, ['['] = JSON_ARRAY,  ['t'] = JSON_BOOL,
    ['f'] = JSON_BOOL,   ['-'] = JSON_NUMBER, ['0'] = JSON_NUMBER, ['1'] = JSON_NUMBER,
    ['2'] = JSON_NUMBER, ['3'] = JSON_NUMBER, ['4'] = JSON_NUMBER, ['5'] = JSON_NUMBER,
    ['6'] = JSON_NUMBER, ['7'] = JSON_NUMBER, ['8'] = JSON_NUMBER, ['9'] = JSON_NUMBER,
    ['n'] = JSON_NULL};

struct json_capture *walk_capture(struct walk *w, const struct trie_node *node, size_t start,
                                  bool in_array)
{
    static const size_t block = 16;
    uint32_t number = node->capture;
    if (number == TRIE_NO_CAPTURE)
        return NULL;
    if (w->n_spare == 0) {
        w->spare = arena_push_raw(w->a, sizeof *w->spare, block);
        w->n_spare = block;
    }
    struct json_capture *c = w->spare++;
    w->n_spare--;
    *c = (struct json_capture){
        .raw = {w->text + start, 0}, .type = types[(uint8_t)w->text[start]], .in_array = in_array};
    if (w->captures[number] == NULL)
        w->captures[number] = c;
    else
        w->s->tails[number]->next = c;
    w->s->tails[number] = c;
    w->marks |= node->marks;
    return c;
}

static void end_capture(const struct walk *w, struct json_capture *c, size_t end)
{
    if (c != NULL)
        c->raw.len = (size_t)(w->text + end - c->raw.ptr);
}

static void push_frame(struct walk *w, size_t depth, struct walk_frame frame)
{
    if (frame.object)
        frame.serial = ++w->s->serial;
    w->s->frames[depth] = frame;
}

/* The end of what stands before position `next`, white space cut off. */
static size_t end_before(const struct walk *w, size_t next)
{
    while (json_is_space(w->text[next - 1]))
        next--;
    return next;
}

static const struct trie_entry *find_key(const struct walk *w, const struct trie_node *node,
                                         size_t quote, size_t colon)
{
    str key = {w->text + quote + 1, end_before(w, colon) - quote - 2};
    if (w->escaped && memchr(key.ptr, '\\', key.len) != NULL) {
        struct arena scratch = *w->a;
        key = json_string_decode(key, &scratch);
        return trie_find(node, key.ptr, key.len);
    }
    return trie_find(node, key.ptr, key.len);
}

/* The value of a member that the trie names. STEP_CLOSE: it is behind us. */
static enum step match_value(struct walk *w, const struct walk_frame *f,
                             const struct trie_entry *entry, size_t depth)
{
    uint64_t *seen = &w->s->seen[entry->seen];
    if (*seen == f->serial)
        return STEP_DUPLICATE;
    *seen = f->serial;
    size_t start = *w->at++;
    char c = w->text[start];
    const struct trie_node *node = entry->node;
    struct json_capture *capture = walk_capture(w, node, start, f->in_array);
    if (c == '"') {
        end_capture(w, capture, end_before(w, *w->at));
        return STEP_CLOSE;
    }
    if (c != '{' && c != '[') {
        size_t end = json_scalar_end(w->text, w->len, start);
        end_capture(w, capture, end);
        return end == 0 ? STEP_REFUSED : STEP_CLOSE;
    }
    if (node->n_entries == 0) {
        if (!walk_skip_container(w, c == '{', depth))
            return STEP_REFUSED;
        end_capture(w, capture, w->at[-1] + 1);
        return STEP_CLOSE;
    }
    if (depth == JSON_MAX_DEPTH)
        return STEP_REFUSED;
    push_frame(w, depth,
               (struct walk_frame){.node = node,
                                   .capture = capture,
                                   .object = c == '{',
                                   .in_array = f->in_array || c == '['});
    return c == '{' ? STEP_OBJECT : STEP_ARRAY;
}

/* A value that no path names. */
static bool skip_value(struct walk *w, size_t depth)
{
    size_t start = *w->at++;
    char c = w->text[start];
    if (c == '"')
        return true;
    if (c == '{' || c == '[')
        return walk_skip_container(w, c == '{', depth);
    return json_scalar_end(w->text, w->len, start) != 0;
}

/* The members of the object on top, up to its end or to a container that is entered. */
static enum step match_members(struct walk *w, const struct walk_frame *f, size_t depth, bool fresh)
{
    const char *text = w->text;
    const uint32_t *at = w->at; /* stays in a register */
    enum step step = STEP_REFUSED;
    char c = text[*at++];
    if (c == '}') {
        w->at = at;
        return STEP_CLOSE;
    }
    if (!fresh) {
        if (c != ',')
            return STEP_REFUSED;
        c = text[*at++];
    }
    while (c == '"' && text[*at] == ':') {
        size_t quote = at[-1], colon = *at++;
        const struct trie_entry *entry = find_key(w, f->node, quote, colon);
        if (entry != NULL) {
            w->at = at;
            enum step in = match_value(w, f, entry, depth);
            if (in != STEP_CLOSE)
                return in;
            at = w->at;
        } else if (text[*at] == '"') {
            at++;
        } else {
            w->at = at;
            if (!skip_value(w, depth))
                break;
            at = w->at;
        }
        c = text[*at++];
        if (c != ',') {
            step = c == '}' ? STEP_CLOSE : STEP_REFUSED;
            break;
        }
        c = text[*at++];
    }
    w->at = at;
    return step;
}

/* The elements of the array on top: objects and arrays are entered, nothing else can hold a key. */
static enum step match_elements(struct walk *w, const struct walk_frame *f, size_t depth,
                                bool fresh)
{
    const char *text = w->text;
    char c = text[*w->at];
    if (c == ']') {
        w->at++;
        return STEP_CLOSE;
    }
    if (!fresh) {
        if (c != ',')
            return STEP_REFUSED;
        w->at++;
    }
    for (;;) {
        c = text[*w->at];
        if (c == '{' || c == '[') {
            if (depth == JSON_MAX_DEPTH)
                return STEP_REFUSED;
            w->at++;
            push_frame(w, depth,
                       (struct walk_frame){.node = f->node, .object = c == '{', .in_array = true});
            return c == '{' ? STEP_OBJECT : STEP_ARRAY;
        }
        if (!skip_value(w, depth))
            return STEP_REFUSED;
        c = text[*w->at++];
        if (c != ',')
            return c == ']' ? STEP_CLOSE : STEP_REFUSED;
    }
}

/* The container on top, with `outside` others around it. */
static enum walk_result match(struct walk *w, size_t outside)
{
    struct walk_frame *frames = w->s->frames;
    size_t depth = outside + 1;
    bool fresh = true;
    for (;;) {
        struct walk_frame *f = &frames[depth - 1];
        enum step step =
            f->object ? match_members(w, f, depth, fresh) : match_elements(w, f, depth, fresh);
        switch (step) {
        case STEP_OBJECT:
        case STEP_ARRAY:
            depth++;
            fresh = true;
            break;
        case STEP_CLOSE:
            end_capture(w, f->capture, w->at[-1] + 1);
            if (--depth == outside)
                return WALK_DONE;
            if (w->at == w->end)
                return WALK_REFUSED;
            fresh = false;
            break;
        case STEP_REFUSED:
            return WALK_REFUSED;
        case STEP_DUPLICATE:
            return WALK_UNFIT;
        }
    }
}

enum walk_result walk_array(struct walk *w, const struct trie_node *node, size_t depth)
{
    if (depth == JSON_MAX_DEPTH)
        return WALK_REFUSED;
    push_frame(w, depth, (struct walk_frame){.node = node, .in_array = true});
    return match(w, depth);
}

static enum walk_result walk_root(struct walk *w, const struct path_trie *trie)
{
    size_t start = *w->at++;
    bool object = w->text[start] == '{';
    if (!object && w->text[start] != '[')
        return WALK_UNFIT;
    if (w->text[w->end[-1]] != (object ? '}' : ']'))
        return WALK_REFUSED;
    struct json_capture *capture = trie == NULL ? NULL : walk_capture(w, trie->root, start, false);
    enum walk_result result = WALK_REFUSED;
    if (trie == NULL || trie->root->n_entries == 0) {
        if (walk_skip_container(w, object, 0))
            result = WALK_DONE;
        end_capture(w, capture, w->at[-1] + 1);
    } else if (object && !trie->dotted) {
        result = walk_keys(w, trie);
        end_capture(w, capture, w->at[-1] + 1);
    } else {
        push_frame(
            w, 0,
            (struct walk_frame){
                .node = trie->root, .capture = capture, .object = object, .in_array = !object});
        result = match(w, 0);
    }
    return result == WALK_DONE && w->at != w->end ? WALK_REFUSED : result;
}

/* Room for the marks and list ends of this trie. Doubles, so that tries used in turn do not grow it each time. */
static void fit_trie(struct json_scanner *s, const struct path_trie *trie)
{
    if (s->n_seen < trie->n_seen) {
        size_t n = 2 * (size_t)trie->n_seen;
        s->seen = mem_grow(s->seen, s->n_seen * sizeof *s->seen, n * sizeof *s->seen);
        s->n_seen = n;
    }
    if (s->n_tails < trie->n_captures) {
        size_t n = 2 * (size_t)trie->n_captures;
        /* The elements are pointers indeed. NOLINTNEXTLINE(bugprone-sizeof-expression) */
        s->tails = mem_grow(s->tails, s->n_tails * sizeof *s->tails, n * sizeof *s->tails);
        s->n_tails = n;
    }
}

/* The index of the record; *escaped: it holds a backslash. */
static enum stage1_result make_index(struct json_scanner *s, str record, struct stage1_index *index,
                                     bool *escaped)
{
    if (s->lent != NULL && record.ptr == s->lent_text.ptr && record.len == s->lent_text.len) {
        *index = (struct stage1_index){s->lent->at, s->lent->n};
        *escaped = s->lent->escaped;
        return STAGE1_OK;
    }
    if (s->simd && record.len <= SHORT_INDEX_MAX) {
        *index = (struct stage1_index){s->short_index,
                                       short_index_simd(record.ptr, record.len, s->short_index)};
        *escaped = false;
        if (index->n > 0)
            return STAGE1_OK;
    }
    enum stage1_result result = stage1_run(s->stage1, record.ptr, record.len, index);
    *escaped = result == STAGE1_OK && memchr(record.ptr, '\\', record.len) != NULL;
    return result;
}

enum walk_result walk_begin(struct walk *w, struct json_scanner *s, str record,
                            const struct path_trie *trie, struct json_capture **captures,
                            struct arena *a)
{
    bool escaped;
    s->indexed = (str){0};
    s->n_met = SIZE_MAX;
    if (s->stage1 == NULL)
        return WALK_UNFIT;
    switch (make_index(s, record, &s->index, &escaped)) {
    case STAGE1_OK:
        break;
    case STAGE1_REFUSED:
        return WALK_REFUSED;
    case STAGE1_NO_ROOM:
        return WALK_UNFIT;
    }
    if (trie != NULL)
        fit_trie(s, trie);
    *w = (struct walk){.s = s,
                       .text = record.ptr,
                       .len = record.len,
                       .at = s->index.at,
                       .end = s->index.at + s->index.n,
                       .escaped = escaped,
                       .captures = captures,
                       .a = a};
    return w->escaped && !json_escapes_valid(record.ptr, record.len) ? WALK_REFUSED : WALK_DONE;
}

void walk_end(const struct walk *w, str record)
{
    w->s->indexed = record;
    w->s->escaped = w->escaped;
    w->s->marks = w->marks;
}

enum walk_result json_walk(struct json_scanner *s, str record, const struct path_trie *trie,
                           struct json_capture **captures, struct arena *a)
{
    struct walk w;
    enum walk_result result = walk_begin(&w, s, record, trie, captures, a);
    if (result == WALK_DONE)
        result = walk_root(&w, trie);
    if (result == WALK_DONE)
        walk_end(&w, record);
    return result;
}
