/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises src/value/json*.c, path_trie.c and the shim over simdjson. It can be wrong without crashing: the walk, the
 * validator and the parser must agree on what is JSON, text and tree must give the same captures, and what is written must
 * read back the same. The input's first byte chooses the trie. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "value/json_walk.h"

#define PATHS 9

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A plain failure that NDEBUG cannot switch off. */
static void require(bool holds)
{
    if (!holds)
        abort();
}

static struct path_trie *make_trie(struct arena *a, bool dotted)
{
    static const char *const paths[PATHS] = {"a",         "a.b", "b",        "a.b.c", "c.a",
                                             "eventName", "",    "\xC3\xA9", "a.a"};
    struct path_trie *t = path_trie_new(a, dotted);
    for (size_t i = 0; i < PATHS; i++)
        path_trie_add_dotted(t, str_from(paths[i]));
    path_trie_freeze(t);
    return t;
}

static void require_same(struct json_capture *const *x, struct json_capture *const *y)
{
    for (size_t i = 0; i < PATHS; i++) {
        const struct json_capture *c = x[i];
        const struct json_capture *d = y[i];
        for (; c != NULL && d != NULL; c = c->next, d = d->next) {
            require(c->raw.ptr == d->raw.ptr && c->raw.len == d->raw.len);
            require(c->type == d->type && c->in_array == d->in_array);
        }
        require(c == NULL && d == NULL);
    }
}

/* Written once, read back and written again, the text does not change. */
static void round_trip(const struct json *root, struct arena *a)
{
    struct buf first = {0};
    struct buf second = {0};
    json_write(root, &first);
    struct json_error e;
    struct json *again = json_parse(buf_view(&first), a, &e);
    require(again != NULL);
    json_write(json_clone(a, again), &second);
    require(str_eq(buf_view(&first), buf_view(&second)));
    buf_deinit(&first);
    buf_deinit(&second);
}

static void check(struct json_scanner *s, str record, bool dotted, struct arena *a)
{
    struct json_error e = {0};
    struct json_error parse_error = {0};
    bool valid = json_validate(record, &e);
    require(valid || (e.at <= record.len && e.reason != NULL));
    struct json *root = json_parse(record, a, &parse_error);
    require((root != NULL) == valid && parse_error.at == e.at);

    struct path_trie *trie = make_trie(a, dotted);
    struct json_capture *walked[PATHS] = {0};
    struct json_capture *scanned[PATHS];
    struct json_capture *expected[PATHS];
    enum walk_result plain = json_walk(s, record, NULL, NULL, a);
    enum walk_result matching = json_walk(s, record, trie, walked, a);
    require(plain != (valid ? WALK_REFUSED : WALK_DONE) &&
            matching != (valid ? WALK_REFUSED : WALK_DONE));
    require(json_scan(s, record, trie, scanned, a, &e) == valid);
    if (!valid)
        return;
    json_scan_tree(root, trie, expected, a);
    require_same(scanned, expected);
    if (matching == WALK_DONE)
        require_same(walked, expected);
    round_trip(root, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    /* A block of its exact size, so that a read one past the end is seen. */
    char *copy = malloc(size > 1 ? size - 1 : 1);
    require(copy != NULL);
    memcpy(copy, data + 1, size - 1);
    /* A tree node a byte, three trees; a large fixed range would cost a sanitizer more than the check itself. */
    struct arena a = arena_open(((size_t)1 << 20) + 1024 * size);
    struct json_scanner *s = json_scanner_new(64);
    check(s, (str){copy, size - 1}, (data[0] & 1) != 0, &a);
    json_scanner_free(s);
    arena_close(&a);
    free(copy);
    return 0;
}
