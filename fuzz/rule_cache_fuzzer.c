/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises src/rules/rule_cache.c, rule_pack.c and src/ir/ir_unpack.c with caches whose checksum is not asked: what is read as a rule
 * must be as sound as one that was compiled from text. So it is packed again, which must give the same rule, put into a rule set and held against
 * documents; diagnostics are printed. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ecs/event.h"
#include "engine/ruleset.h"
#include "rules/rule_pack.h"
#include "small_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const documents[] = {
    "{\"event\":{\"category\":\"network\"},\"kw\":[\"a\",\"abc(x)z\",\"0xff\"],\"other\":\"a\","
    "\"num\":[1,2,"
    "7],\"real\":2.5,\"flag\":true,\"ip\":[\"10.1.2.3\",\"::1\"],\"version\":\"1.2.3\",\"@"
    "timestamp\":"
    "\"2026-05-01T00:00:00Z\",\"nanos\":\"2026-01-01T00:00:00.123456Z\"}",
    "{\"kw\":\"\",\"num\":-5,\"real\":0.0}",
    "{}",
};

struct run {
    struct arena schema_arena, arena;
    struct schema *schema;
    struct rule_list list;
    struct diags diags;
};

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* Bytes that were read once are what is written, and are read again. */
static void must_come_back(struct run *r, const struct rule_yield *yield, str text)
{
    struct buf first = {0}, second = {0};
    struct rule_yield again;
    if (rule_pack(yield, text, &first)) {
        require(rule_unpack(buf_view(&first), S("f"), r->schema, &r->arena, &again));
        require(rule_pack(&again, again.diags ? again.diags->text : S(""), &second));
        require(str_eq(buf_view(&first), buf_view(&second)));
    }
    buf_deinit(&first);
    buf_deinit(&second);
}

static void take_entry(void *user, str path, str bytes)
{
    struct run *r = user;
    struct rule_yield yield;
    if (!rule_unpack(bytes, path, r->schema, &r->arena, &yield)) {
        return;
    }
    must_come_back(r, &yield, yield.diags ? yield.diags->text : S(""));
    for (const struct diag *d = yield.diags; d; d = d->next) {
        diag_again(&r->diags, d);
    }
    if (yield.rule && !map_get(&r->list.ids, yield.rule->id)) {
        rule_list_add(&r->list, yield.rule, &r->arena, &r->diags);
    }
}

static void scan(struct run *r)
{
    struct ruleset *set = ruleset_new(&r->list, r->schema, &r->arena, &r->diags);
    size_t n_fields;
    const struct field *const *fields = ruleset_fields(set, &n_fields);
    struct scanner *scanner = scanner_new(set);
    struct document_event d;
    document_event_init(&d, fields, n_fields, &r->arena);
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        struct json_error e;
        const uint32_t *matched;
        const struct stage_match *stages;
        size_t gate = scanner_gate(scanner, S("aws.cloudtrail"));
        document_event_set(&d, json_parse(str_from(documents[i]), &r->arena, &e), &r->arena);
        scanner_match(scanner, &d.event, gate, &matched);
        scanner_stages(scanner, gate, &stages);
    }
    struct buf out = {0};
    program_print(ruleset_program(set), &out);
    for (const struct diag *item = r->diags.first; item; item = item->next) {
        diag_print(item, false, &out);
    }
    buf_deinit(&out);
    scanner_free(scanner);
    ruleset_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = mem_alloc(size); /* of the exact size, so that one byte too many is seen */
    if (size) {
        memcpy(copy, data, size);
    }
    struct run r = {.schema_arena = arena_open((size_t)1 << 30),
                    .arena = arena_open((size_t)1 << 32)};
    r.schema = small_schema(&r.schema_arena);
    r.diags = (struct diags){.arena = &r.arena};
    rule_cache_check((str){copy, size}, S("build"), S("folder"), false, take_entry, &r);
    scan(&r);
    arena_close(&r.arena);
    arena_close(&r.schema_arena);
    mem_free(copy);
    return 0;
}
