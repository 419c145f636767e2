/* SPDX-License-Identifier: Apache-2.0 */
/* Projection: the values of one slot from the captures of one record. */
#include "sources/project.h"

#include <string.h>

#include "sources/row.h"

/* ---- Values ---- */

struct value_list {
    struct value *v;
    size_t n, cap;
    struct arena *arena;
};

static void add_value(struct value_list *list, const struct value *value)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? 2 * list->cap : 1;
        struct value *v = arena_push_raw(list->arena, sizeof(*v), cap);
        if (list->n > 0)
            memcpy(v, list->v, list->n * sizeof(*v));
        list->v = v;
        list->cap = cap;
    }
    list->v[list->n++] = *value;
}

static void add_node(struct value_list *list, const struct json *node,
                     const struct field_format *format)
{
    struct value value;
    if (node->type == JSON_ARRAY || (node->type == JSON_OBJECT && format->leaves)) {
        for (const struct json *e = node->child; e; e = e->next)
            add_node(list, e, format);
    } else if (node->type != JSON_OBJECT && value_from_json(node, format, &value)) {
        add_value(list, &value);
    }
}

struct values node_values(const struct json *node, const struct field_format *format,
                          struct arena *a)
{
    struct value_list list = {.arena = a};
    if (node)
        add_node(&list, node, format);
    return (struct values){list.v, list.n};
}

/* The values below `node` at `path`, which begins with "v": the node is looked into as the member "v" of an object. */
static struct values values_below(const struct json *node, str path,
                                  const struct field_format *format, struct arena *a)
{
    struct json *root = json_new(a, JSON_OBJECT);
    json_add(root, S("v"), json_alias(a, node));
    return document_values(root, path, format, a);
}

/* ---- Captures to nodes ---- */

static struct json *scalar_node(const struct json_capture *c, bool escaped, struct arena *a)
{
    struct json *node = json_new(a, (enum json_type)c->type);
    if (c->type == JSON_STRING)
        node->text = escaped ? json_unescape(c->raw, a) : (str){c->raw.ptr + 1, c->raw.len - 2};
    else if (c->type == JSON_NUMBER)
        node->text = c->raw;
    else
        node->boolean = c->raw.len > 0 && c->raw.ptr[0] == 't';
    return node;
}

/* `cleaned`: captures were taken from the record's tree, in which nothing is empty. Captures of a text hold nodes, too, when a key stands twice in it. */
static const struct json *fresh_node(struct projection *p, const struct json_capture *c,
                                     bool cleaned)
{
    struct arena *a = p->event.arena;
    struct json *node;
    if (c->node) {
        if (cleaned || p->source->source->clean != CLEAN_RECORD)
            return c->node;
        node = json_clone(a, c->node);
    } else {
        bool deep = c->type == JSON_OBJECT || c->type == JSON_ARRAY;
        node = deep ? json_capture_node(c, a) : scalar_node(c, p->escaped, a);
    }
    return p->source->source->clean == CLEAN_RECORD && !clean_record(node) ? NULL : node;
}

const struct json *projection_node(struct projection *p, struct json_capture *const *captures,
                                   uint32_t i, struct kept *keep)
{
    const struct json_capture *c = capture_single(captures, i);
    if (!c)
        return NULL;
    bool cleaned = p->from_tree || captures == p->document_captures;
    if (!keep)
        return fresh_node(p, c, cleaned);
    if (keep[i].stamp != p->stamp)
        keep[i] = (struct kept){fresh_node(p, c, cleaned), p->stamp};
    return keep[i].node;
}

/* ---- Rows ---- */

static inline const struct row_input *row_input_of(struct projection *p, const struct row *row,
                                                   struct json_capture *const *captures,
                                                   const uint32_t *in, struct kept *keep)
{
    p->input.row = row;
    memset(p->input.in, 0,
           sizeof p->input.in); /* NOLINT(bugprone-sizeof-expression): pointers indeed */
    for (size_t i = 0; i < ROW_INPUTS && in[i] != NO_CAPTURE; i++) {
        if (!captures[in[i]])
            continue;
        bool kept = keep && keep[in[i]].stamp == p->stamp;
        p->input.in[i] = kept ? keep[in[i]].node : projection_node(p, captures, in[i], keep);
    }
    return &p->input;
}

const struct json *projection_row(struct projection *p, const struct bound_row *b,
                                  struct json_capture *const *captures, const uint32_t *in,
                                  struct kept *keep)
{
    const struct json *value = b->row->fn ? b->row->fn(row_input_of(p, b->row, captures, in, keep))
                                          : projection_node(p, captures, in[0], keep);
    enum cleaning clean = p->source->source->clean;
    if (clean == CLEAN_VALUES || clean == CLEAN_EMPTY)
        value = clean_copy(value, clean == CLEAN_VALUES, p->event.arena);
    return value;
}

const char *projection_drop(struct projection *p)
{
    const struct source *s = p->source->source;
    if (!s->drop)
        return NULL;
    return s->drop(row_input_of(p, NULL, p->captures, p->source->drop_in, p->nodes));
}

/* Whether a row gives nothing, since nothing that it reads is there. */
static inline bool is_asleep(const struct projection *p, const struct bound_row *b)
{
    for (size_t i = 0; i < b->n_wakes; i++)
        if (p->captures[b->slot_in[i]])
            return false;
    return b->sleeps;
}

static const struct json *row_value(struct projection *p, uint16_t i)
{
    const struct bound_row *b = &p->source->rows[i];
    if (is_asleep(p, b))
        return NULL;
    if (p->values[i].stamp != p->stamp) {
        p->values[i] =
            (struct kept){projection_row(p, b, p->captures, b->slot_in, p->nodes), p->stamp};
    }
    return p->values[i].node;
}

/* The part of a ROW_REST object that a slot needs, members in the order of the record. */
static const struct json *rest_value(struct projection *p, const struct slot_binding *slot)
{
    struct arena *a = p->event.arena;
    struct json *object = json_new(a, JSON_OBJECT);
    const struct json_capture *last = NULL;
    for (size_t taken = 0; taken < slot->n_parts; taken++) {
        const struct rest_part *next = NULL;
        const struct json_capture *first = NULL;
        for (size_t i = 0; i < slot->n_parts; i++) {
            const struct json_capture *c = capture_single(p->captures, slot->parts[i].capture);
            if (c && (!last || c->raw.ptr > last->raw.ptr) &&
                (!first || c->raw.ptr < first->raw.ptr)) {
                first = c;
                next = &slot->parts[i];
            }
        }
        if (!first)
            break;
        const struct json *node = projection_node(p, p->captures, next->capture, p->nodes);
        if (node)
            json_add(object, next->key, json_alias(a, node));
        last = first;
    }
    return object;
}

/* The same when the record is a tree, whose parts need have no place in any text. */
static const struct json *rest_value_of_tree(struct projection *p, const struct slot_binding *slot)
{
    struct json *object = json_new(p->event.arena, JSON_OBJECT);
    for (const struct json *m = p->tree->child; m; m = m->next)
        for (size_t i = 0; i < slot->n_parts; i++)
            if (m->type != JSON_NULL && str_eq(m->key, slot->parts[i].key))
                json_add(object, m->key, json_alias(p->event.arena, m));
    return object;
}

/* ---- Slots ---- */

/* Whether cleaning may take the text away: "", "-", "none". */
static inline bool may_be_cleaned(str text)
{
    return text.len == 0 || (text.len == 1 && text.ptr[0] == '-') ||
           (text.len == 4 && text.ptr[0] == 'n');
}

static inline struct values single_text(struct projection *p, uint32_t slot, str text)
{
    struct value *value = &p->singles[slot];
    value->type = VALUE_STRING; /* the rest of it stays as it was made */
    value->text = text;
    return (struct values){value, 1};
}

/* The value of a plain slot without a node made of it. False: it takes the long way. */
static inline bool plain_value(struct projection *p, uint32_t slot, const struct slot_start *start,
                               struct values *out)
{
    const struct json_capture *c = p->captures[start->wakes[0]];
    if (!c || c->node || c->type != JSON_STRING || c->in_array)
        return false;
    str text = {c->raw.ptr + 1, c->raw.len - 2};
    if (may_be_cleaned(text) || (p->escaped && memchr(text.ptr, '\\', text.len)))
        return false;
    *out = single_text(p, slot, text);
    return true;
}

/* The values of a slot from the one node that they are in. */
static struct values slot_values(struct projection *p, uint32_t i, const struct slot_binding *slot,
                                 const struct json *node)
{
    if (!node || node->type != JSON_STRING || slot->field->format.type != FIELD_KEYWORD)
        return node_values(node, &slot->field->format, p->event.arena);
    return single_text(p, i, node->text);
}

static struct values first_values(struct projection *p, uint32_t slot_number,
                                  const struct slot_binding *slot)
{
    for (size_t i = 0; i < slot->n_rows; i++) {
        const struct json *value = row_value(p, slot->rows[i]);
        if (value)
            return slot_values(p, slot_number, slot, value);
    }
    return (struct values){0};
}

/* What the rows of a list give, each value once. */
static struct values collected_values(struct projection *p, const struct slot_binding *slot)
{
    const struct json *only = NULL;
    struct json *list = NULL;
    for (size_t i = 0; i < slot->n_rows; i++) {
        const struct json *value = row_value(p, slot->rows[i]);
        if (!value)
            continue;
        if (!only && value->type != JSON_ARRAY) {
            only = value;
            continue;
        }
        if (!list && only)
            list = document_collect(NULL, only, p->event.arena);
        only = list = document_collect(list, value, p->event.arena);
    }
    return node_values(only, &slot->field->format, p->event.arena);
}

static struct values merged_values(struct projection *p, const struct slot_binding *slot)
{
    struct arena *a = p->event.arena;
    if (slot->collects)
        return collected_values(p, slot);
    struct json *root = json_new(a, JSON_OBJECT);
    struct draft draft = {.root = root, .arena = a};
    for (size_t i = 0; i < slot->n_rows; i++) {
        const struct bound_row *b = &p->source->rows[slot->rows[i]];
        const struct json *value;
        if (b->row->flags & ROW_REST)
            value = p->from_tree ? rest_value_of_tree(p, slot) : rest_value(p, slot);
        else
            value = row_value(p, slot->rows[i]);
        if (value)
            document_put(&draft, b, value);
    }
    if (!root->child)
        return (struct values){0};
    return document_values(root, slot->field->name, &slot->field->format, a);
}

/* Whether a path above an open field holds text or a list: JSON may be kept there as text, which only the whole document tells in order. */
static bool may_hold_text(const struct projection *p, const struct slot_binding *slot)
{
    for (size_t i = 0; i < slot->n_parents; i++)
        for (const struct json_capture *c = p->captures[slot->parents[i]]; c; c = c->next)
            if (c->type == JSON_STRING || c->type == JSON_ARRAY)
                return true;
    return false;
}

static struct values whole_values(struct projection *p, const struct slot_binding *slot)
{
    return document_values(projection_document(p), slot->field->name, &slot->field->format,
                           p->event.arena);
}

static struct values ecs_values(struct projection *p, const struct slot_binding *slot)
{
    struct value_list list = {.arena = p->event.arena};
    if (may_hold_text(p, slot))
        return whole_values(p, slot);
    for (const struct json_capture *c = p->captures[slot->capture]; c; c = c->next)
        if (c->type == JSON_ARRAY || (c->type == JSON_OBJECT && slot->field->format.leaves))
            add_node(&list, json_capture_node(c, p->event.arena), &slot->field->format);
        else if (c->type != JSON_OBJECT)
            add_node(&list, scalar_node(c, true, p->event.arena), &slot->field->format);
    return (struct values){list.v, list.n};
}

static __attribute__((noinline)) struct values row_values(struct event *e, uint32_t i)
{
    struct projection *p = (struct projection *)e;
    const struct slot_binding *slot = &p->source->slots[i];
    const struct field_format *format = &slot->field->format;
    switch (slot->way) {
    case SLOT_NONE:
        return (struct values){0};
    case SLOT_FIRST:
        return first_values(p, i, slot);
    case SLOT_BELOW: {
        const struct json *value = row_value(p, slot->rows[0]);
        return value ? values_below(value, slot->below, format, e->arena) : (struct values){0};
    }
    case SLOT_MERGE:
        return merged_values(p, slot);
    case SLOT_ECS:
        return ecs_values(p, slot);
    case SLOT_WHOLE:
        return whole_values(p, slot);
    }
    return (struct values){0};
}

static struct slot_place *few_place(struct projection *p, size_t group)
{
    return slot_memo_place(p->memo, p->source->first_few + (uint32_t)group, &p->source->few[group],
                           p->captures);
}

/* The values of a slot that is remembered by the texts that it comes from. */
static __attribute__((noinline)) struct values few_values(struct projection *p, uint32_t i,
                                                          const struct slot_binding *slot)
{
    struct slot_place *place = few_place(p, slot->few - p->source->first_few);
    struct values values;
    if (place && slot_memo_find(place, slot->member, &values))
        return values;
    values = row_values(&p->event, i);
    return place ? slot_memo_keep(p->memo, place, slot->member, values) : values;
}

static bool all_absent(const struct projection *p, const struct slot_start *start)
{
    for (size_t i = 0; i < start->n_wakes; i++)
        if (p->captures[start->wakes[i]])
            return false;
    return true;
}

static struct values load_slot(struct event *e, uint32_t i)
{
    struct projection *p = (struct projection *)e;
    const struct slot_start *start = &p->source->starts[i];
    struct values plain;
    if (e->absent ? event_lacks(e, i) : start->sleeps && all_absent(p, start))
        return (struct values){0};
    if (start->plain && plain_value(p, i, start, &plain))
        return plain;
    if (start->original)
        return single_text(p, i, p->input.text);
    const struct slot_binding *slot = &p->source->slots[i];
    return slot->few != FEW_NONE ? few_values(p, i, slot) : row_values(e, i);
}

/* The first group is the source's own: of slots that no record changes. The others are told by their texts. */
static uint64_t recall(struct event *e, size_t group)
{
    struct projection *p = (struct projection *)e;
    if (group == 0)
        return (uint64_t)(p->source - p->plan->sources) + 1;
    const struct slot_place *place = few_place(p, group - 1);
    return place ? p->plan->n_sources + slot_memo_serial(place) : 0;
}

/* ---- Life ---- */

void projection_init(struct projection *p, const struct source_plan *plan, struct arena *permanent,
                     struct arena *event_arena)
{
    *p = (struct projection){.plan = plan};
    p->input = (struct row_input){.arena = event_arena, .tags = plan->tags, .n_tags = plan->n_tags};
    p->captures = NEW_ARRAY(permanent, struct json_capture *, plan->max_captures);
    p->document_captures = NEW_ARRAY(permanent, struct json_capture *, plan->max_captures);
    p->inputs.found = NEW_ARRAY(permanent, const struct json *, plan->max_captures);
    p->inputs.filled = NEW_ARRAY(permanent, uint32_t, plan->max_captures);
    p->nodes = NEW_ARRAY(permanent, struct kept, plan->max_captures);
    p->values = NEW_ARRAY(permanent, struct kept, plan->max_rows);
    p->parents = NEW_ARRAY(permanent, struct json *, plan->max_rows);
    p->event.load = load_slot;
    p->event.recall = recall;
    p->event.captures = p->captures;
    p->memo = slot_memo_new(plan);
    p->singles = NEW_ARRAY(permanent, struct value, plan->n_fields);
    p->slots = NEW_ARRAY(permanent, struct values *, plan->n_sources);
    for (size_t i = 0; i < plan->n_sources; i++) {
        p->slots[i] = NEW_ARRAY(permanent, struct values, plan->n_fields);
        for (size_t j = 0; j < plan->n_fields; j++)
            p->slots[i][j] = plan->sources[i].slots[j].same;
    }
    p->event.loaded = NEW_ARRAY(permanent, uint64_t, (plan->n_fields + 63) / 64);
    p->event.arena = event_arena;
}

void projection_deinit(struct projection *p)
{
    slot_memo_free(p->memo);
}

void projection_slots(const struct source_plan *plan, const struct bound_source *source,
                      const uint32_t *met, size_t n_met, struct slot_bits *out)
{
    enum { TYPE = 7 };
    size_t words = (plan->n_fields + 63) / 64;
    for (size_t word = 0; word < words; word++) {
        uint64_t woken = 0, plain = 0;
        for (size_t i = 0; i < n_met; i++) {
            size_t at = (met[i] >> 3) * words + word;
            woken |= source->woken[at];
            plain |= (met[i] & TYPE) == JSON_STRING ? source->plainly[at] : 0;
        }
        out->absent[word] = source->sleepers[word] & ~woken;
        out->plain[word] = plain;
    }
}

void projection_begin(struct projection *p, const struct bound_source *source, str text,
                      struct json *tree, const struct slot_bits *known)
{
    p->source = source;
    p->text = text;
    p->original = text;
    p->input.source = source->source;
    p->input.text = text;
    p->input.enrichment = p->enrichment;
    p->event.absent = known ? known->absent : NULL;
    p->event.plain = known ? known->plain : NULL;
    p->event.plain_at = source->plain_at;
    p->event.groups = source->groups;
    p->event.n_groups = source->n_groups;
    p->escaped = true;
    p->tree = tree;
    p->from_tree = tree != NULL;
    p->document = NULL;
    p->stamp++;
    slot_memo_begin(p->memo);
    p->event.slots = p->slots[source - p->plan->sources];
    if (p->plan->n_fields > 0)
        memcpy(p->event.loaded, source->fixed, (p->plan->n_fields + 63) / 64 * sizeof(uint64_t));
}
