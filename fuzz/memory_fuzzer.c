/* SPDX-License-Identifier: Apache-2.0 */
/* Exercises what a searcher remembers of the records before: src/sources/kind_memo.c, slot_memo.c, row_memo.c, src/value/json_walk_keys.c and json_walk_whole.c, and the runs of empty
 * slots in src/eval. The input chooses records of a few kinds with their values, keys, order and duplicates changed. What must hold: a searcher that has seen all records before
 * finds in each what one finds that sees it first, by rules over all fields of the data sets. */
#include <stdlib.h>
#include <string.h>

#include "run/search.h"

enum { MAX_INPUT = 1 << 14, RECORDS_MAX = 200, MEMBERS_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- Records ---- */

/* Members with places for values ($), digits (#), categories (^) and long text (~). */
static const char *const kinds[][MEMBERS_MAX] = {
    {"\"eventVersion\":\"1.08\"", "\"userIdentity\":$", "\"eventTime\":\"2026-01-01T00:00:0#Z\"",
     "\"eventSource\":\"ec2.amazonaws.com\"", "\"eventName\":$", "\"awsRegion\":$",
     "\"sourceIPAddress\":$", "\"userAgent\":\"aws-cli/2.##.# ~\"", "\"errorCode\":$",
     "\"requestParameters\":$", "\"responseElements\":$", "\"additionalEventData\":$",
     "\"tlsDetails\":{\"tlsVersion\":\"TLSv1.#\",\"cipherSuite\":$}", "\"resources\":$",
     "\"recipientAccountId\":$", "\"readOnly\":$"},
    {"\"eventSource\":\"s\"", "\"eventVersion\":\"1\"", "\"userAgent\":$", "\"eventName\":$",
     "\"tlsDetails\":{\"tlsVersion\":$}", "\"userIdentity\":{\"type\":\"Root\",\"userName\":$}",
     "\"userAgent\":\"~ Chrome/1#.#\""},
    {"\"eventVersion\":$", "\"eventName\":\"ConsoleLogin\"", "\"eventSource\":$",
     "\"userIdentity\":{\"type\":$,\"userName\":$,\"arn\":$,\"principalId\":$}", "\"userAgent\":$",
     "\"errorMessage\":$", "\"responseElements\":{\"ConsoleLogin\":$}",
     "\"additionalEventData\":{\"MFAUsed\":$,\"LoginTo\":$}", "\"apiVersion\":$"},
    {"\"time\":$", "\"resourceId\":\"/SUBSCRIPTIONS/A#/RESOURCEGROUPS/B/PROVIDERS/C/D/E#\"",
     "\"operationName\":$", "\"category\":$", "\"resultType\":$", "\"callerIpAddress\":$",
     "\"identity\":{\"authorization\":$,\"claims\":$}", "\"level\":$", "\"properties\":$",
     "\"tenantId\":$", "\"durationMs\":$"},
    {"\"time\":$", "\"category\":\"AuditLogs\"", "\"operationName\":$", "\"resultSignature\":$",
     "\"properties\":{\"id\":$,\"initiatedBy\":$,\"targetResources\":$,\"result\":$}",
     "\"Level\":$"},
    {"\"time\":\"2026-01-01T00:00:0#Z\"", "\"category\":\"^\"", "\"operationName\":\"Add user\"",
     "\"resourceId\":\"/tenants/#\"", "\"properties\":{\"id\":\"#\"}"},
    {"\"operationName\":{\"value\":$}", "\"eventTimestamp\":$", "\"category\":{\"value\":$}",
     "\"claims\":$", "\"status\":{\"value\":$}"},
    {"\"protoPayload\":{\"@type\":\"type.googleapis.com/"
     "google.cloud.audit.AuditLog\",\"methodName\":"
     "$,\"authenticationInfo\":$,\"requestMetadata\":{\"callerIp\":$,\"callerSuppliedUserAgent\":$}"
     ",\"authorizationInfo\":$,\"status\":$,\"request\":$}",
     "\"insertId\":$", "\"resource\":$", "\"timestamp\":$", "\"severity\":$",
     "\"logName\":\"projects/p/logs/cloudaudit.googleapis.com%2Factivity\"", "\"operation\":$"},
    {"\"schemaVersion\":\"2.0\"", "\"accountId\":$", "\"type\":$", "\"id\":$", "\"resource\":$",
     "\"service\":{\"serviceName\":\"guardduty\",\"action\":$,\"count\":#}", "\"severity\":$",
     "\"createdAt\":$", "\"arn\":$"},
    {"\"SchemaVersion\":\"2018-10-08\"", "\"ProductArn\":$", "\"Id\":$", "\"AwsAccountId\":$",
     "\"Severity\":$", "\"Types\":$", "\"Resources\":$", "\"GeneratorId\":$"},
    {"\"@timestamp\":$", "\"event\":{\"action\":$,\"dataset\":\"aws.cloudtrail\"}", "\"user\":$",
     "\"event.outcome\":$", "\"source\":{\"ip\":$}", "\"aws\":$"},
    {"\"Records\":$", "\"eventName\":$"},
    {"\"message\":$", "\"logGroup\":$", "\"logEvents\":$", "\"CloudTrailEvent\":$"},
    {"\"id\":$", "\"level\":$", "\"x#\":$", "\"y##\":$"},
};
static const char *const values[] = {
    "\"AuditLogs\"",
    "\"Administrative\"",
    "\"RunInstances\"",
    "\"DeleteUser\"",
    "\"aws-cli/2.1#.# Python/3.#\"",
    "\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/1##.0 Safari/537.36\"",
    "\"a\\u002dcli/2.1#.# \\\"x\\\"\"",
    "\"-\"",
    "\"none\"",
    "\"\"",
    "null",
    "true",
    "\"true\"",
    "\"Yes\"",
    "#",
    "-1.5e#",
    "\"##\"",
    "{}",
    "[]",
    "[{\"eventName\":\"x\",\"eventSource\":\"y\",\"eventVersion\":\"1\"}]",
    "[\"a\",null,#,[\"b\"],{\"c\":\"d\"}]",
    "{\"type\":\"Root\"}",
    "{\"type\":\"IAMUser\",\"userName\":\"u#\",\"arn\":\"arn:aws:iam::1:user/u#\"}",
    "{\"type\":\"AssumedRole\",\"sessionContext\":{\"sessionIssuer\":{\"userName\":\"r#\"}}}",
    "{\"type\":\"a\",\"userName\":\"x\",\"type\":\"b\"}",
    "{\"userName\":[\"a\",\"b\"],\"type\":{\"x\":1}}",
    "{\"userName\":\"u#\",\"groupName\":\"g#\",\"a.b\":{\"c\":1}}",
    "{\"value\":\"Succeeded\"}",
    "[{\"permission\":\"p\",\"granted\":true,\"resource\":\"r#\"}]",
    "{\"user\":{\"id\":\"#\",\"userPrincipalName\":\"a@example.com\",\"ipAddress\":\"192.0.2.#\"}}",
    "\"{\\\"a\\\":1}\"",
    "\"{\\\"eventVersion\\\":\\\"1\\\",\\\"eventName\\\":\\\"E\\\"}\"",
    "\"2026-01-01T00:00:0#Z\"",
    "\"192.0.2.##\"",
    "\"s3.amazonaws.com\"",
    "\"TLSv1.#\"",
    "\"gr\xC3\xBC\xC3\x9F#\"",
    "\"~\"",
};
enum {
    N_KINDS = sizeof kinds / sizeof *kinds,
    N_VALUES = sizeof values / sizeof *values,
};

static const char *const categories[] = {"AuditLogs", "Administrative", "SignInLogs",
                                         "Audit\\u004cogs"};

/* The input as a stream of choices; zeros when it is used up. */
struct choices {
    const uint8_t *data;
    size_t size, at;
};

static uint32_t choose(struct choices *c, uint32_t n)
{
    uint32_t byte = c->at < c->size ? c->data[c->at++] : 0;
    return byte % n;
}

static void put_text(struct choices *c, const char *text, struct buf *out)
{
    for (const char *p = text; *p; p++) {
        if (*p == '$') {
            put_text(c, values[choose(c, N_VALUES)], out);
        } else if (*p == '#') {
            buf_byte(out, (char)('0' + choose(c, 10)));
        } else if (*p == '^') {
            put_text(c, categories[choose(c, sizeof categories / sizeof *categories)], out);
        } else if (*p == '~') {
            uint32_t n = choose(c, 256) * 2;
            for (uint32_t i = 0; i < n; i++) {
                buf_byte(out, (char)('a' + i % 26));
            }
        } else {
            buf_byte(out, *p);
        }
    }
}

/* A member, at times with its key's first letter as an escape. */
static void put_member(struct choices *c, const char *member, bool hides, struct buf *out)
{
    if (out->len > 1) {
        buf_byte(out, ',');
    }
    if (hides) {
        buf_printf(out, "\"\\u%04x", (unsigned)(unsigned char)member[1]);
        member += 2;
    }
    put_text(c, member, out);
}

enum change {
    CHANGE_NONE,
    CHANGE_DROP,
    CHANGE_SWAP,
    CHANGE_TWICE,
    CHANGE_HIDE,
    CHANGE_BREAK,
    CHANGES = 16
};

static void make_record(struct choices *c, struct buf *out)
{
    const char *members[MEMBERS_MAX];
    const char *const *kind = kinds[choose(c, N_KINDS)];
    uint32_t n = 0;
    for (; n < MEMBERS_MAX && kind[n]; n++) {
        members[n] = kind[n];
    }
    uint32_t change = choose(c, CHANGES), at = choose(c, n), other = choose(c, n);
    if (change == CHANGE_SWAP) {
        const char *first = members[at];
        members[at] = members[other];
        members[other] = first;
    }
    buf_byte(out, '{');
    for (uint32_t i = 0; i < n; i++) {
        if (i != at || change != CHANGE_DROP) {
            put_member(c, members[i], i == at && change == CHANGE_HIDE, out);
        }
        if (i == other && change == CHANGE_TWICE) {
            put_member(c, members[at], false, out);
        }
    }
    buf_append(out, change == CHANGE_BREAK ? S(",}") : S("}"));
}

/* ---- Rules ---- */

/* What rules ask for beside the data sets' own fields. */
static const char *const ecs[] = {
    "event.action",
    "event.outcome",
    "event.category",
    "event.type",
    "event.provider",
    "event.id",
    "event.dataset",
    "event.kind",
    "event.original",
    "@timestamp",
    "cloud.region",
    "cloud.account.id",
    "user.id",
    "user.name",
    "user.email",
    "user.target.name",
    "group.name",
    "related.user",
    "related.entity",
    "source.address",
    "source.ip",
    "client.user.email",
    "user_agent.original",
    "user_agent.name",
    "user_agent.version",
    "user_agent.os.name",
    "user_agent.os.version",
    "user_agent.os.full",
    "user_agent.device.name",
    "tls.version",
    "tls.version_protocol",
    "tls.cipher",
    "source.geo.city_name",
    "source.as.number",
    "log.level",
    "message",
    "file.path",
    "service.name",
    "network.direction",
    "event.duration",
};
enum { N_ECS = sizeof ecs / sizeof *ecs };

/* What is asked of a field; NULL: nothing can be. */
static const char *test_of(const struct field *f, size_t way)
{
    static const char *const keyword[] = {
        "== \"RunInstances\"",
        ": (\"a*\", \"*r?ot*\", \"true\")",
        "in (\"-\", \"IAMUser\", \"DeleteUser\", \"192.0.2.11\", \"Succeeded\")",
        "in~ (\"aws-cli\", \"YES\", \"gr\xC3\xBC\xC3\x9F\", \"u1\", \"success\")",
        "== null",
        "like~ \"*1*\"",
    };
    switch (f->format.type) {
    case FIELD_KEYWORD:
        return keyword[way % (sizeof keyword / sizeof *keyword)];
    case FIELD_LONG:
        return way % 2 ? "== 1" : "!= null";
    case FIELD_DOUBLE:
        return way % 2 ? "> 1" : "!= null";
    case FIELD_BOOLEAN:
        return way % 2 ? "== true" : "!= null";
    case FIELD_DATE:
    case FIELD_DATE_NANOS:
    case FIELD_VERSION:
        return "!= null";
    case FIELD_IP:
        return way % 2 ? "== \"192.0.2.0/28\"" : "!= null";
    case FIELD_OBJECT:
        break;
    }
    return NULL;
}

/* Fields in a row, alternatives that are asked one after another: few, or many of which seldom one is met. */
static bool put_query(const struct field *const *fields, size_t n, size_t from, struct buf *out)
{
    size_t some = 0, many = from % 3 == 0 ? 60 : 5;
    buf_append(out, S("any where "));
    for (size_t i = from; i < n && some < many; i++) {
        const char *test = test_of(fields[i], many > 5 ? 2 * (i % 2) : i + from);
        if (test && !str_ends(fields[i]->name, S("*")) &&
            !str_ends(fields[i]->name, S(".sample"))) {
            buf_printf(out, "%s%.*s %s", some ? " or " : "", STR_ARG(fields[i]->name), test);
            some++;
        }
    }
    buf_append(out, from % 7 ? S("") : S(" and not event.action : \"d*\""));
    return some > 0;
}

struct bench {
    struct arena arena;
    struct diags diags;
    struct search_options options;
    uint32_t n_fields;
};

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static struct bench *shared_bench(void)
{
    static struct bench b;
    if (b.options.rules) {
        return &b;
    }
    b.arena = arena_open((size_t)1 << 30);
    b.diags = (struct diags){.arena = &b.arena};
    struct schema *known = schema_new(&b.arena), *schema = schema_new(&b.arena);
    sources_add_fields(known);
    schema_add_ecs(schema);
    sources_add_fields(schema);
    size_t n;
    const struct field *own = schema_fields(known, &n);
    const struct field **fields = NEW_ARRAY(&b.arena, const struct field *, n + N_ECS);
    for (size_t i = 0; i < n + N_ECS; i++) {
        fields[i] = i < N_ECS ? schema_find(schema, str_from(ecs[i])) : &own[i - N_ECS];
        require(fields[i] != NULL);
    }
    n += N_ECS;
    struct rule_list list = {0};
    for (size_t from = 0; from < n; from += 4) {
        struct buf query = {0};
        if (put_query(fields, n, from, &query)) {
            struct rule *r = rule_from_query(arena_copy(&b.arena, buf_view(&query)),
                                             (unsigned)list.count + 1, schema, &b.arena, &b.diags);
            require(r != NULL);
            rule_list_add(&list, r, &b.arena, &b.diags);
        }
        buf_deinit(&query);
    }
    struct ruleset *rules = ruleset_new(&list, schema, &b.arena, &b.diags);
    require(ruleset_refused(rules) == 0);
    size_t n_fields;
    const struct field *const *asked = ruleset_fields(rules, &n_fields);
    b.n_fields = (uint32_t)n_fields;
    b.options = (struct search_options){
        .rules = rules,
        .plan = source_plan_new(asked, n_fields, NULL, 0, &b.arena),
        /* User agents by the built-in names: what is installed must not change the runs. */
        .reader = {.max_record = (size_t)1 << 20, .enrichment.user_agents = ""},
    };
    return &b;
}

/* ---- The two readers ---- */

/* Reads a record's slots from the last or from the first on: who asks first fills what is remembered. */
static void describe(struct record_reader *reader, str text, bool backwards, uint32_t n_fields,
                     struct buf *out)
{
    struct record record;
    record_reader_item(reader, text, 0, 1, (str){0});
    while (record_reader_next(reader, &record)) {
        const char *reason = record_reader_reason(reader, &record);
        buf_printf(out, "kind %d, unknown %d, %.*s, %s\n", (int)record.kind, (int)record.unknown,
                   STR_ARG(record.dataset), reason ? reason : "");
        struct event *event = record_reader_event(reader);
        for (uint32_t i = 0; record.kind == RECORD_EVENT && backwards && i < n_fields; i++) {
            event_values(event, n_fields - 1 - i);
        }
        for (uint32_t i = 0; record.kind == RECORD_EVENT && i < n_fields; i++) {
            struct values found = event_values(event, i);
            for (size_t j = 0; j < found.n; j++) {
                str value = value_text(&found.v[j], event->arena);
                buf_printf(out, "%u %d %.*s\n", (unsigned)i, (int)found.v[j].type, STR_ARG(value));
            }
        }
    }
}

static void require_same_slots(struct record_reader *old, const struct bench *b, str text,
                               bool backwards)
{
    struct buf found = {0}, expected = {0};
    struct record_reader *fresh = record_reader_new(b->options.plan, &b->options.reader);
    describe(old, text, backwards, b->n_fields, &found);
    describe(fresh, text, false, b->n_fields, &expected);
    require(str_eq(buf_view(&found), buf_view(&expected)));
    record_reader_free(fresh);
    buf_deinit(&found);
    buf_deinit(&expected);
}

/* ---- The two searchers ---- */

static bool same_bytes(const struct findings *x, size_t at_x, const struct findings *y, size_t at_y,
                       size_t len)
{
    return len == 0 || memcmp(x->bytes.ptr + at_x, y->bytes.ptr + at_y, len) == 0;
}

static void require_same(const struct findings *x, const struct findings *y)
{
    require(x->n_matches == y->n_matches && x->n_rejections == y->n_rejections &&
            x->records == y->records && x->recognised == y->recognised &&
            x->unknown == y->unknown && x->matched == y->matched && x->why_len == y->why_len);
    require(memcmp(x->datasets, y->datasets, x->n_datasets * sizeof *x->datasets) == 0);
    require(same_bytes(x, x->why, y, y->why, x->why_len));
    for (size_t i = 0; i < x->n_matches; i++) {
        const struct finding *a = &x->matches[i], *b = &y->matches[i];
        require(a->rule == b->rule && a->record == b->record && a->offset == b->offset &&
                a->has_time == b->has_time && a->time == b->time && a->text_len == b->text_len &&
                a->dataset_len == b->dataset_len && a->timestamp_len == b->timestamp_len);
        require(same_bytes(x, a->text, y, b->text, a->text_len));
    }
    for (size_t i = 0; i < x->n_rejections; i++) {
        const struct rejection *a = &x->rejections[i], *b = &y->rejections[i];
        require(a->record == b->record && a->at == b->at && a->reason == b->reason);
    }
}

static void search(struct searcher *s, str text, struct findings *out)
{
    const struct frame frame = {.kind = FRAME_VALUE, .text = text, .line = 1};
    findings_clear(out);
    searcher_frame(s, &frame, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > MAX_INPUT) {
        return 0;
    }
    const struct bench *b = shared_bench();
    struct choices c = {data, size, 0};
    struct searcher *old = searcher_new(&b->options);
    struct record_reader *reader = record_reader_new(b->options.plan, &b->options.reader);
    struct findings found, expected;
    findings_init(&found);
    findings_init(&expected);
    for (size_t i = 0; i < RECORDS_MAX && c.at < c.size; i++) {
        struct buf text = {0};
        struct searcher *fresh = searcher_new(&b->options);
        make_record(&c, &text);
        search(old, buf_view(&text), &found);
        search(fresh, buf_view(&text), &expected);
        require_same(&found, &expected);
        require_same_slots(reader, b, buf_view(&text), i % 2);
        searcher_free(fresh);
        buf_deinit(&text);
    }
    findings_deinit(&found);
    findings_deinit(&expected);
    searcher_free(old);
    record_reader_free(reader);
    return 0;
}
