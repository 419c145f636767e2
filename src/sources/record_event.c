/* SPDX-License-Identifier: Apache-2.0 */
/* An item that holds no others: the walk over its text, whose record it is, and the event that the rules see. */
#include "sources/record_reader.h"

/* ---- The walk ---- */

/* So many events in a row whose documents were asked for let us take the next one's values on the way, up to so many are counted. */
enum { WANTED_OFTEN = 8, WANTED_MAX = 32 };

/* Whether the document of the next event will be asked for as well, as far as the last ones tell. */
static bool is_wanted(const struct record_reader *r)
{
    return r->wanted >= WANTED_OFTEN;
}

static void note_wanted(struct record_reader *r)
{
    if (r->asked != r->projection.stamp)
        r->wanted /= 2;
    else if (r->wanted < WANTED_MAX)
        r->wanted++;
}

/* The walk that makes the values of documents, too: where documents are all that is asked for, and where rules match so often that it pays. Measured, every record of 470 bytes
 * matching: an eighth fewer instructions. */
static const struct json_whole *whole_of(struct record_reader *r, const struct bound_source *s)
{
    if (!s || s->whole || !is_wanted(r))
        return s ? s->whole : NULL;
    if (!r->wholes)
        r->wholes = NEW_ARRAY(&r->permanent, struct late_whole, r->plan->n_sources);
    struct late_whole *late = &r->wholes[s - r->plan->sources];
    if (!late->made)
        *late = (struct late_whole){source_plan_whole(r->plan, s, &r->permanent), true};
    return late->whole;
}

bool record_reader_scan(struct record_reader *r, str text, const struct bound_source *s,
                        struct json_error *e)
{
    struct projection *p = &r->projection;
    bool complete;
    p->whole = NULL;
    const struct json_whole *whole = whole_of(r, s);
    if (!whole)
        return json_scan(r->scanner, text, r->plan->trie, p->captures, &r->event_arena, e);
    /* The elements are pointers indeed. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    memset(p->inputs.found, 0, path_trie_count(s->document_trie) * sizeof *p->inputs.found);
    if (!json_scan_whole(r->scanner, text, whole, p->captures, &p->inputs, &complete,
                         &r->event_arena, e))
        return false;
    p->whole = complete ? s : NULL;
    r->wanted = complete ? r->wanted : 0; /* it was walked over twice */
    return true;
}

const struct bound_source *record_reader_likely(const struct record_reader *r)
{
    if (!r->opened)
        return r->likely;
    return &r->plan->sources[(size_t)__builtin_ctzll(r->opened >> MARK_SOURCES)];
}

/* ---- Whose it is ---- */

/* The first shape that the item has; while it is not known whose it is, only by shapes that tell. */
static const struct bound_shape *shape_of(struct record_reader *r, const struct bound_source *s,
                                          bool known)
{
    const struct json_capture *found[KEYS_MAX];
    for (size_t i = 0; i < s->source->n_shapes; i++) {
        const struct bound_shape *shape = &s->shapes[i];
        bool tells = !shape->shape->forced;
        if ((!known && !tells) || (r->opened && tells && shape->shape->convert) ||
            !keys_may_match(&shape->keys, r->projection.captures))
            continue;
        r->by_text |= shape->by_text;
        if (keys_match(&shape->keys, r->projection.captures, found, &r->event_arena) &&
            (!shape->shape->accepts || shape->shape->accepts(found)))
            return shape;
    }
    return NULL;
}

/* The record's text as the source wants it; captures are taken again when it changed. */
static str repaired(struct record_reader *r, const struct source *s, str text)
{
    struct json_error error;
    str better = s->repair ? s->repair(text, &r->event_arena) : text;
    if (better.ptr == text.ptr && better.len == text.len)
        return text;
    if (record_reader_scan(r, better, NULL, &error))
        return better;
    record_reader_scan(r, text, NULL, &error);
    return text;
}

/* The tree of a record whose shape must be changed, with captures taken from it; NULL when it stays as it is. */
static struct json *converted(struct record_reader *r, const struct bound_shape *shape, str text,
                              enum cleaning clean)
{
    struct json_error error;
    if (!shape || !shape->shape->convert)
        return NULL;
    struct json *tree = json_parse(text, &r->event_arena, &error);
    tree = tree ? shape->shape->convert(tree, &r->event_arena) : NULL;
    if (!tree)
        return NULL;
    if (clean == CLEAN_RECORD)
        clean_record(tree);
    json_scan_tree(tree, r->plan->trie, r->projection.captures, &r->event_arena);
    r->projection.whole = NULL;
    return tree;
}

/* The data set that a finished document names. */
static str document_dataset(struct record_reader *r)
{
    static const struct field_format keyword = {.type = FIELD_KEYWORD};
    for (size_t i = 0; i < 2; i++)
        for (const struct json_capture *c = r->projection.captures[r->plan->ecs_dataset[i]]; c;
             c = c->next) {
            struct values v =
                node_values(json_capture_node(c, &r->event_arena), &keyword, &r->event_arena);
            if (v.n > 0 && v.v[0].type == VALUE_STRING)
                return v.v[0].text;
        }
    return (str){0};
}

static size_t source_index(const struct source_plan *plan, const struct source *source)
{
    size_t i = 0;
    while (plan->sources[i].source != source)
        i++;
    return i;
}

static size_t dataset_index(const struct source_plan *plan, str dataset)
{
    for (size_t i = 0; i < plan->n_sources; i++)
        if (str_eq(str_from(plan->sources[i].source->dataset), dataset))
            return i;
    return plan->ecs_index;
}

/* What its kind says of the slots: of a record that its source takes as it stands. */
static const struct slot_bits *known_slots(struct record_reader *r, const struct item *item,
                                           size_t index, str text, const struct json *tree)
{
    bool as_it_stands = r->kind && !tree && text.ptr == item->text.ptr &&
                        text.len == item->text.len && !r->plan->sources[index].source->ecs;
    return as_it_stands ? kind_memo_slots(r->kinds, r->kind, index) : NULL;
}

bool record_reader_give_shaped(struct record_reader *r, const struct item *item, struct record *out,
                               size_t index, const struct bound_shape *shape)
{
    const struct bound_source *s = &r->plan->sources[index];
    str text = repaired(r, s->source, item->text);
    struct json *tree = converted(r, shape, text, s->source->clean);
    note_wanted(r);
    projection_begin(&r->projection, s, text, tree, known_slots(r, item, index, text, tree));
    r->projection.escaped = json_scan_escaped(r->scanner);
    if (r->projection.escaped)
        r->projection.event.plain = NULL;
    if (item->original.ptr)
        r->projection.original = r->projection.input.text = item->original;
    const char *dropped = projection_drop(&r->projection);
    record_reader_give(r, item, out, dropped ? RECORD_PASSED : RECORD_EVENT, dropped);
    out->source = index;
    r->likely = s;
    out->text = r->projection.original;
    out->dataset = str_from(s->source->dataset);
    out->dataset_index = index;
    if (dropped || !s->source->ecs)
        return true;
    struct json_error error;
    json_scan(r->scanner, text, r->plan->ecs_trie, r->projection.captures, &r->event_arena, &error);
    r->projection.whole = NULL;
    out->dataset = document_dataset(r);
    out->dataset_index = dataset_index(r->plan, out->dataset);
    return true;
}

/* Notes what a kind was found to be, when no text told it. */
static void note_kind(struct record_reader *r, enum kind_verdict verdict, size_t source,
                      const struct bound_shape *shape)
{
    if (!r->kind || r->by_text)
        return;
    r->kind->verdict = verdict;
    r->kind->source = source;
    r->kind->shape = shape;
}

/* `shape`: what told that it is a record of that source, or NULL. */
static bool give_event(struct record_reader *r, const struct item *item, struct record *out,
                       size_t index, const struct bound_shape *shape)
{
    const struct bound_source *s = &r->plan->sources[index];
    if (!shape || s->reshaped)
        shape = shape_of(r, s, true);
    note_kind(r, KIND_EVENT, index, shape);
    return record_reader_give_shaped(r, item, out, index, shape);
}

/* What is often given to us and is not read, by a key that tells it; else the option that the caller has for it. */
static const char *hint_of(const struct record_reader *r, str keys)
{
    static const struct {
        const char *key, *hint;
    } hints[] = {
        {"eventname", "CloudTrail's keys in lower case, as Athena writes them, are not read"},
        {"auditID", "a Kubernetes audit event is none of the data sets"},
        {"webaclId", "a log of AWS WAF is none of the data sets"},
        {"srcaddr", "a VPC flow log is none of the data sets"},
        {"conditionalAccessStatus", "an Entra sign-in is none of the data sets"},
        {"Workload", "Office 365 activity is none of the data sets"},
    };
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
        if (str_find(keys, str_from(hints[i].key), 0) != SIZE_MAX)
            return hints[i].hint;
    return r->options.unwrap ? "--format names the data set when it is one"
                             : "--dataset names the data set when it is one";
}

const char *record_reader_reason(struct record_reader *r, const struct record *record)
{
    if (record->reason || !record->unknown)
        return record->reason;
    str keys = item_first_keys(record->text, &r->event_arena);
    if (keys.len == 0)
        return "an empty object";
    str reason = arena_printf(&r->event_arena, "no known kind of record, its keys are %.*s; %s",
                              STR_ARG(keys), hint_of(r, keys));
    return reason.ptr;
}

bool record_reader_give_event(struct record_reader *r, const struct item *item, struct record *out)
{
    if (item->text.ptr[0] != '{')
        return record_reader_give_unknown(r, item, out, "the value is no object");
    if (r->options.forced)
        return give_event(r, item, out, source_index(r->plan, r->options.forced), NULL);
    uint64_t may_be = r->opened ? r->marks & r->opened : r->marks;
    for (uint64_t left = may_be >> MARK_SOURCES; left; left &= left - 1) {
        size_t i = (size_t)__builtin_ctzll(left);
        const struct bound_shape *shape = shape_of(r, &r->plan->sources[i], false);
        if (shape)
            return give_event(r, item, out, i, shape);
    }
    const struct json_capture *content[2];
    const struct bound_container *other =
        record_reader_container(r, 1u << CONTAINER_OTHER, content);
    if (other)
        return record_reader_give(r, item, out, RECORD_PASSED, other->container->doc);
    note_kind(r, KIND_UNKNOWN, 0, NULL);
    return record_reader_give_unknown(r, item, out, NULL);
}
