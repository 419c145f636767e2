/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises src/lang/eql_*.c, src/ir/ir_simplify.c and ir_print.c: whatever parses must print to a text that parses to the
 * same tree, and whatever compiles over a schema with a field of every type must simplify and print. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lang/eql.h"
#include "small_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef void (*printer)(const struct eql_ast *ast, struct buf *out);

static void must_come_back(const struct eql_ast *ast, printer print, struct arena *a)
{
    struct buf text = {0}, tree = {0}, again = {0};
    struct diags d = {.arena = a};
    print(ast, &text);
    eql_print_ast(ast, &tree);
    str printed = buf_view(&text);
    const struct eql_ast *second =
        eql_parse(printed, &(struct diag_source){.text = printed}, a, &d);
    bool too_long = printed.len > (size_t)1 << 20; /* escapes may make a text at the limit longer */
    if (second != NULL) {
        eql_print_ast(second, &again);
    }
    if (!too_long && (second == NULL || !str_eq(buf_view(&tree), buf_view(&again)))) {
        abort();
    }
    buf_deinit(&text);
    buf_deinit(&tree);
    buf_deinit(&again);
}

static void compile(const struct eql_ast *ast, const struct diag_source *src, struct arena *a,
                    struct diags *d)
{
    struct buf out = {0};
    struct ir_query *q = eql_compile(ast, NULL, small_schema(a), src, a, d);
    for (uint32_t i = 0; q != NULL && i < q->n_stages; i++) {
        q->stages[i].where = ir_simplify(q->stages[i].where, q, a);
    }
    if (q != NULL) {
        ir_print_query(q, &out);
    }
    for (const struct diag *item = d->first; item != NULL; item = item->next) {
        diag_print(item, false, &out);
    }
    buf_deinit(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = mem_alloc(size); /* of the exact size, so that one byte too many is seen */
    if (size > 0) {
        memcpy(bytes, data, size);
    }
    struct arena a = arena_open((size_t)1 << 26);
    struct diags d = {.arena = &a};
    str text = {bytes, size};
    struct diag_source src = {.text = text};
    const struct eql_ast *ast = eql_parse(text, &src, &a, &d);
    if (ast != NULL) {
        must_come_back(ast, eql_print, &a);
        must_come_back(ast, eql_print_lines, &a);
    }
    if (ast != NULL) {
        compile(ast, &src, &a, &d);
    }
    arena_close(&a);
    mem_free(bytes);
    return 0;
}
