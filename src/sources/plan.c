/* SPDX-License-Identifier: Apache-2.0 */
/* Binds the tables to the slots of one rule set; see plan.h. */
#include "sources/plan.h"

#include <assert.h>

#include "sources/plan_groups.h"
#include "sources/project.h"
#include "sources/row.h"

/* ---- Rows ---- */

enum { STEPS_MAX = 16 };

static size_t split_steps(str path, str **out, struct arena *a)
{
    size_t most = 1, n = 0;
    for (size_t i = 0; i < path.len && most < STEPS_MAX; i++)
        most += path.ptr[i] == '.';
    str *steps = NEW_ARRAY(a, str, most);
    str rest = path, step;
    while (path.len > 0 && n < most && str_split(&rest, '.', &step))
        steps[n++] = step;
    *out = steps;
    return n;
}

/* Adds the raw paths of a row to a trie. */
static void bind_inputs(const char *raw, struct path_trie *trie, uint32_t *in, struct arena *a)
{
    for (size_t i = 0; i < ROW_INPUTS; i++)
        in[i] = NO_CAPTURE;
    str rest = str_from(raw ? raw : ""), path;
    for (size_t i = 0; i < ROW_INPUTS && rest.len > 0 && str_split(&rest, ' ', &path); i++)
        in[i] = keys_add_path(trie, path, a);
}

/* Tells names of ours apart (FNV-1a): tables are small, and nobody chooses what is in them. */
static uint32_t name_hash(str name)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < name.len; i++)
        h = (h ^ (uint8_t)name.ptr[i]) * 16777619u;
    return h;
}

/* Cheap and enough for most pairs: two paths that begin differently touch nowhere. */
static bool begin_differently(str x, str y)
{
    return x.len > 0 && y.len > 0 && x.ptr[0] != y.ptr[0];
}

/* True when `field` lies below `above`; *rest is then the path between. */
static bool lies_below(str field, str above, str *rest)
{
    if (above.len == 0) {
        *rest = field;
        return true;
    }
    if (field.len <= above.len || field.ptr[above.len] != '.' || !str_starts(field, above))
        return false;
    *rest = str_slice(field, above.len + 1, field.len);
    return true;
}

/* The path of the object that a field lies in; empty for the document. */
static str parent_of(str field)
{
    size_t dot = str_rfind_byte(field, '.');
    return dot == SIZE_MAX ? (str){"", 0} : str_slice(field, 0, dot);
}

/* Numbers the objects that fields lie in, by the first row of each. */
static void number_parents(struct bound_source *s, struct arena *a)
{
    str *parents = NEW_ARRAY(a, str, s->n_rows);
    uint32_t *hashes = NEW_ARRAY(a, uint32_t, s->n_rows);
    for (size_t i = 0; i < s->n_rows; i++) {
        parents[i] = parent_of(s->rows[i].field);
        hashes[i] = name_hash(parents[i]);
        size_t j = 0;
        while (j < i && (hashes[j] != hashes[i] || !str_eq(parents[j], parents[i])))
            j++;
        s->rows[i].parent = j < i ? s->rows[j].parent : (uint16_t)i;
    }
}

/* How the fields of two rows stand to each other. */
static void relate(struct bound_row *x, struct bound_row *y)
{
    str rest;
    bool y_below = lies_below(y->field, x->field, &rest);
    bool x_below = lies_below(x->field, y->field, &rest);
    bool same = x->field_hash == y->field_hash && str_eq(x->field, y->field);
    bool both_ways = same && ((x->row->flags ^ y->row->flags) & ROW_APPEND) != 0;
    x->extended |= y_below;
    y->extended |= x_below;
    x->meets |= y_below || both_ways;
    y->meets |= x_below || both_ways;
    if (y_below || x_below || same)
        x->alone = y->alone = false;
}

static void relate_rows(struct bound_source *s, struct arena *a)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        s->rows[i].meets = (s->rows[i].row->flags & ROW_REST) != 0;
        s->rows[i].alone = !s->rows[i].meets;
    }
    for (size_t i = 0; i < s->n_rows; i++)
        for (size_t j = i + 1; j < s->n_rows; j++)
            if (!begin_differently(s->rows[i].field, s->rows[j].field))
                relate(&s->rows[i], &s->rows[j]);
    number_parents(s, a);
}

/* The paths of source->id, of all its alternatives. */
static void bind_id(struct bound_source *s, struct arena *a)
{
    str id = str_from(s->source->id ? s->source->id : ""), alternative, path;
    size_t n = 0;
    s->id_in = NEW_ARRAY(a, uint32_t, id.len + 1);
    while (id.len > 0 && str_split(&id, '|', &alternative))
        while (alternative.len > 0 && str_split(&alternative, ' ', &path))
            s->id_in[n++] = path_trie_add_dotted(s->document_trie, path);
}

static void bind_rows(struct bound_source *s, struct arena *a)
{
    size_t n_common = 0;
    const struct row *common = rows_common(s->source->ecs, &n_common);
    s->n_rows = s->source->n_rows + n_common;
    s->rows = NEW_ARRAY(a, struct bound_row, s->n_rows);
    s->document_trie = path_trie_new(a, false);
    for (size_t i = 0; i < s->n_rows; i++) {
        struct bound_row *b = &s->rows[i];
        b->row = i < s->source->n_rows ? &s->source->rows[i] : &common[i - s->source->n_rows];
        b->field = str_from(b->row->field);
        b->field_hash = name_hash(b->field);
        b->number = (uint16_t)i;
        b->n_steps = split_steps(b->field, &b->steps, a);
        bind_inputs(b->row->raw, s->document_trie, b->document_in, a);
        while (b->n_in < ROW_INPUTS && b->document_in[b->n_in] != NO_CAPTURE)
            b->n_in++;
        for (size_t j = 0; j < ROW_INPUTS; j++)
            b->slot_in[j] = NO_CAPTURE;
    }
    bind_id(s, a);
    relate_rows(s, a);
    path_trie_freeze(s->document_trie);
}

/* Whether the user's tags keep a row from giving anything. */
static bool is_off(const struct source_plan *plan, const struct row *row)
{
    bool off = (row->flags & ROW_TAGGED) != 0;
    for (size_t i = 0; i < plan->n_tags; i++)
        off &= !off || !str_eq(plan->tags[i], str_from(row->text));
    return off;
}

/* Rows are functions of what they read: one that gives nothing for nothing need not run before something is there. */
static void bind_sleep(struct bound_source *s, const struct source_plan *plan, struct arena *a)
{
    for (size_t i = 0; i < s->n_rows; i++) {
        struct bound_row *b = &s->rows[i];
        struct row_input nothing = {.row = b->row,
                                    .arena = a,
                                    .source = s->source,
                                    .tags = plan->tags,
                                    .n_tags = plan->n_tags};
        bool whole = (b->row->flags & (ROW_REST | ROW_TEXT)) != 0;
        b->off = is_off(plan, b->row);
        b->n_wakes = b->row->fn && !(b->row->flags & ROW_FIRST) ? b->n_in : b->n_in > 0;
        b->of_nothing = !whole && b->row->fn ? b->row->fn(&nothing) : NULL;
        b->sleeps = !whole && !b->of_nothing;
    }
}

/* The top-level keys that rows read by name. */
static void collect_named(struct bound_source *s, struct arena *a)
{
    s->named = NEW_ARRAY(a, str, s->n_rows * ROW_INPUTS);
    for (size_t i = 0; i < s->n_rows; i++) {
        str rest = str_from(s->rows[i].row->raw ? s->rows[i].row->raw : ""), path;
        while (rest.len > 0 && str_split(&rest, ' ', &path)) {
            str key = keys_first_step(path, a);
            bool known = false;
            for (size_t j = 0; j < s->n_named && !known; j++)
                known = str_eq(s->named[j], key);
            if (!known)
                s->named[s->n_named++] = key;
        }
    }
}

/* ---- Slots ---- */

static bool is_named(const struct bound_source *s, str key)
{
    for (size_t i = 0; i < s->n_named; i++)
        if (str_eq(s->named[i], key))
            return true;
    return false;
}

/* The keys at the top of the record under which `rest` may begin: "a.b.c" begins under "a", "a.b" and "a.b.c". */
static void bind_rest(struct slot_binding *slot, const struct bound_source *s, str rest,
                      struct path_trie *trie, struct arena *a)
{
    struct rest_part *parts = NEW_ARRAY(a, struct rest_part, rest.len + 1);
    size_t n = 0;
    for (size_t end = 0; end != SIZE_MAX;) {
        end = str_find_byte(rest, '.', end ? end + 1 : 0);
        str key = str_slice(rest, 0, end == SIZE_MAX ? rest.len : end);
        if (!is_named(s, key))
            parts[n++] = (struct rest_part){key, path_trie_add(trie, &key, 1)};
    }
    slot->parts = parts;
    slot->n_parts = n;
}

static void bind_row_for_slot(struct bound_row *b, struct path_trie *trie, struct arena *a)
{
    if (!b->bound)
        bind_inputs(b->row->raw, trie, b->slot_in, a);
    b->bound = true;
}

/* How the rows that touch a field combine. */
static enum slot_way choose_way(const struct bound_source *s, const struct slot_binding *slot,
                                str *below)
{
    str name = slot->field->name;
    if (slot->n_rows == 0)
        return SLOT_NONE;
    bool first = true;
    for (size_t i = 0; i < slot->n_rows; i++) {
        const struct row *r = s->rows[slot->rows[i]].row;
        bool exact = str_eq(str_from(r->field), name);
        first &= exact && !(r->flags & ROW_APPEND);
    }
    if (first)
        return SLOT_FIRST;
    const struct row *only = s->rows[slot->rows[0]].row;
    if (slot->n_rows == 1 && !(only->flags & (ROW_REST | ROW_APPEND)) &&
        lies_below(name, str_from(only->field), below))
        return SLOT_BELOW;
    return SLOT_MERGE;
}

static bool makes_list(const struct bound_source *s, const struct slot_binding *slot)
{
    for (size_t i = 0; i < slot->n_rows; i++) {
        const struct bound_row *b = &s->rows[slot->rows[i]];
        if (!(b->row->flags & ROW_APPEND) || !str_eq(b->field, slot->field->name))
            return false;
    }
    return true;
}

/* Values that no record changes: none, or those of a constant row. */
static void fix_slot(struct slot_binding *slot, const struct bound_source *s, struct arena *a)
{
    const struct json *constant = NULL;
    enum cleaning clean = s->source->clean;
    if (slot->way == SLOT_FIRST)
        constant = s->rows[slot->rows[0]].constant;
    if (clean == CLEAN_VALUES || clean == CLEAN_EMPTY)
        constant = clean_copy(constant, clean == CLEAN_VALUES, a);
    slot->fixed = constant || slot->way == SLOT_NONE;
    slot->same = node_values(constant, &slot->field->format, a);
}

/* The captures without which none of a slot's rows gives anything. */
static struct slot_start start_of(const struct bound_source *s, const struct slot_binding *slot)
{
    struct slot_start start = {.sleeps = true};
    for (size_t i = 0; i < slot->n_rows; i++) {
        const struct bound_row *b = &s->rows[slot->rows[i]];
        start.sleeps &= b->sleeps && start.n_wakes + b->n_wakes <= WAKES_MAX;
        for (size_t j = 0; start.sleeps && j < b->n_wakes; j++)
            start.wakes[start.n_wakes++] = b->slot_in[j];
    }
    bool keyword = slot->way == SLOT_FIRST && slot->field->format.type == FIELD_KEYWORD;
    start.plain = keyword && !s->rows[slot->rows[0]].row->fn && start.n_wakes > 0;
    start.original = keyword && s->rows[slot->rows[0]].row->fn == row_original;
    return start;
}

static void bind_slot(struct slot_binding *slot, struct bound_source *s, struct path_trie *trie,
                      struct arena *a)
{
    str name = slot->field->name, rest;
    uint16_t *rows = NEW_ARRAY(a, uint16_t, s->n_rows);
    size_t n = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        struct bound_row *b = &s->rows[i];
        str field = b->field;
        if (begin_differently(field, name))
            continue;
        bool above = lies_below(name, field, &rest);
        if (b->off || (!above && !str_eq(field, name) && !lies_below(field, name, &rest)))
            continue;
        if (b->row->flags & ROW_REST) {
            if (!above)
                continue;
            bind_rest(slot, s, rest, trie, a);
            if (slot->n_parts == 0)
                continue;
        }
        bind_row_for_slot(b, trie, a);
        rows[n++] = (uint16_t)i;
    }
    slot->rows = rows;
    slot->n_rows = n;
    slot->way = choose_way(s, slot, &rest);
    if (slot->way == SLOT_BELOW)
        slot->below = arena_concat(a, S("v."), rest, S(""));
    slot->collects = slot->way == SLOT_MERGE && makes_list(s, slot);
    fix_slot(slot, s, a);
    s->starts[slot - s->slots] = start_of(s, slot);
}

/* A field of a finished document: its own path, and every path above it for JSON kept in strings. */
static void bind_ecs_slot(struct slot_binding *slot, const struct bound_source *s,
                          struct path_trie *trie, struct arena *a)
{
    str name = slot->field->name, rest;
    slot->way = SLOT_ECS;
    for (size_t i = 0; i < s->n_rows; i++) {
        str field = s->rows[i].field;
        if (begin_differently(field, name))
            continue;
        if (str_eq(field, name) || lies_below(name, field, &rest) || lies_below(field, name, &rest))
            slot->way = SLOT_WHOLE;
    }
    if (slot->way == SLOT_WHOLE)
        return;
    slot->capture = path_trie_add_dotted(trie, name);
    if (!slot->field->format.open)
        return;
    uint32_t *parents = NEW_ARRAY(a, uint32_t, name.len + 1);
    for (size_t dot = str_find_byte(name, '.', 0); dot != SIZE_MAX;
         dot = str_find_byte(name, '.', dot + 1))
        parents[slot->n_parents++] = path_trie_add_dotted(trie, str_slice(name, 0, dot));
    slot->parents = parents;
}

/* ---- The plan ---- */

/* What meets the demands has the mark. */
static void mark(struct source_plan *plan, const struct key_demands *keys, uint64_t mark)
{
    if (keys->demands[0].ends_group)
        path_trie_mark(plan->trie, keys->demands[0].capture, mark);
    else
        plan->always |= mark;
}

static void bind_shapes(struct source_plan *plan, struct bound_source *s, struct arena *a)
{
    const struct source *source = s->source;
    size_t index = (size_t)(s - plan->sources);
    assert(MARK_SOURCES + index < 64);
    s->shapes = NEW_ARRAY(a, struct bound_shape, source->n_shapes);
    for (size_t i = 0; i < source->n_shapes; i++) {
        const struct shape *shape = &source->shapes[i];
        s->shapes[i] =
            (struct bound_shape){.shape = shape, .keys = keys_bind(plan->trie, shape->keys, a)};
        s->shapes[i].by_text = shape->accepts || keys_by_text(&s->shapes[i].keys);
        s->reshaped |= shape->forced;
        if (!shape->forced)
            mark(plan, &s->shapes[i].keys, UINT64_C(1) << (MARK_SOURCES + index));
    }
}

static void bind_opening(struct source_plan *plan, const struct bound_source *s)
{
    str key = str_from(s->source->opening);
    size_t i = 0;
    while (i < plan->n_openings && !str_eq(plan->openings[i].key, key))
        i++;
    plan->n_openings += i == plan->n_openings;
    plan->openings[i].key = key;
    plan->openings[i].sources |= UINT64_C(1) << (MARK_SOURCES + (size_t)(s - plan->sources));
}

static void bind_source(struct source_plan *plan, struct bound_source *s, struct arena *a)
{
    const struct source *source = s->source;
    bind_shapes(plan, s, a);
    bind_inputs(source->drop_raw, plan->trie, s->drop_in, a);
    if (source->opening)
        bind_opening(plan, s);
    s->operation =
        source->operation ? keys_add_path(plan->trie, str_from(source->operation), a) : NO_CAPTURE;
    bind_rows(s, a);
    bind_sleep(s, plan, a);
    document_plan_bind(s, a);
    collect_named(s, a);
    s->slots = NEW_ARRAY(a, struct slot_binding, plan->n_fields);
    s->starts = NEW_ARRAY(a, struct slot_start, plan->n_fields);
    s->fixed = NEW_ARRAY(a, uint64_t, plan->n_fields / 64 + 1);
    for (size_t i = 0; i < plan->n_fields; i++) {
        s->slots[i].field = plan->fields[i];
        if (source->ecs)
            bind_ecs_slot(&s->slots[i], s, plan->ecs_trie, a);
        else
            bind_slot(&s->slots[i], s, plan->trie, a);
        s->fixed[i / 64] |= (uint64_t)s->slots[i].fixed << i % 64;
    }
    if (s->n_rows > plan->max_rows)
        plan->max_rows = s->n_rows;
    if (s->document.n_nodes > plan->max_nodes)
        plan->max_nodes = s->document.n_nodes;
    if (path_trie_count(s->document_trie) > plan->max_captures)
        plan->max_captures = path_trie_count(s->document_trie);
}

/* What wakes the slots, by capture. */
static void bind_wakes(const struct source_plan *plan, struct bound_source *s, struct arena *a)
{
    size_t words = (plan->n_fields + 63) / 64;
    s->sleepers = NEW_ARRAY(a, uint64_t, words);
    s->woken = NEW_ARRAY(a, uint64_t, words * path_trie_count(plan->trie));
    s->plainly = NEW_ARRAY(a, uint64_t, words * path_trie_count(plan->trie));
    s->plain_at = NEW_ARRAY(a, uint32_t, plan->n_fields);
    for (size_t i = 0; i < plan->n_fields; i++) {
        const struct slot_start *start = &s->starts[i];
        s->sleepers[i / 64] |= (uint64_t)start->sleeps << i % 64;
        for (size_t j = 0; start->sleeps && j < start->n_wakes; j++)
            s->woken[start->wakes[j] * words + i / 64] |= UINT64_C(1) << i % 64;
        if (start->plain) {
            s->plain_at[i] = start->wakes[0];
            s->plainly[start->wakes[0] * words + i / 64] |= UINT64_C(1) << i % 64;
        }
    }
}

/* The texts that count as empty in a CloudTrail record (clean_record). */
static const str empty_texts[] = {S_INIT("-"), S_INIT("none")};

/* Not for rows that want the record's tree as well. */
static bool suits_whole(const struct bound_source *s)
{
    bool suits = s->source->opening && s->document.n_nodes > 0;
    for (size_t i = 0; i < s->n_rows; i++)
        suits &= !(s->rows[i].row->flags & ROW_REST);
    return suits;
}

const struct json_whole *source_plan_whole(const struct source_plan *plan,
                                           const struct bound_source *s, struct arena *a)
{
    if (!suits_whole(s))
        return NULL;
    size_t n_plan = path_trie_count(plan->trie), n = path_trie_count(s->document_trie);
    uint32_t *same = NEW_ARRAY(a, uint32_t, n_plan), *numbers = NEW_ARRAY(a, uint32_t, n);
    struct path_trie *trie = path_trie_new(a, false);
    path_trie_add_all(trie, plan->trie, same);
    path_trie_add_all(trie, s->document_trie, numbers);
    path_trie_freeze(trie);
    size_t n_all = path_trie_count(trie);
    assert(n_all <= plan->max_captures);
    uint32_t *places = NEW_ARRAY(a, uint32_t, n_all);
    for (size_t i = 0; i < n_all; i++)
        places[i] = NO_CAPTURE;
    for (size_t i = 0; i < n; i++)
        places[numbers[i]] = (uint32_t)i;
    struct json_whole *whole = NEW(a, struct json_whole);
    *whole =
        (struct json_whole){trie, (uint32_t)n_plan, places, &s->tree,
                            plan->n_fields ? path_trie_inner(trie, (uint32_t)n_plan, a) : NULL};
    return whole;
}

/* What both walks over its records may take. With rules' fields the second is made when there is need of it. */
static void bind_whole(struct source_plan *plan, struct bound_source *s, struct arena *a)
{
    s->tree = (struct json_tree_options){
        .prune = s->source->clean == CLEAN_RECORD, .pruned = empty_texts, .n_pruned = 2};
    size_t most = path_trie_count(plan->trie) + path_trie_count(s->document_trie);
    if (suits_whole(s) && most > plan->max_captures)
        plan->max_captures = most;
    if (plan->n_fields == 0)
        s->whole = source_plan_whole(plan, s, a);
}

static void bind_containers(struct source_plan *plan, struct arena *a)
{
    const struct container *all = containers_all(&plan->n_containers);
    plan->containers = NEW_ARRAY(a, struct bound_container, plan->n_containers);
    for (size_t i = 0; i < plan->n_containers; i++) {
        plan->containers[i].container = &all[i];
        plan->containers[i].kind = 1u << all[i].kind;
        struct key_demands keys = keys_bind(plan->trie, all[i].keys, a);
        plan->containers[i].must_see =
            keys.demands[0].ends_group ? keys.demands[0].capture : NO_CAPTURE;
        plan->containers[i].keys = keys;
        plan->containers[i].by_text = all[i].accepts || keys_by_text(&keys);
        assert((unsigned)all[i].kind < (unsigned)MARK_SOURCES);
        mark(plan, &keys, plan->containers[i].kind);
        if (all[i].member) {
            str member = str_from(all[i].member);
            plan->containers[i].member = path_trie_add(plan->trie, &member, 1);
        }
    }
}

struct source_plan *source_plan_new(const struct field *const *fields, size_t n_fields,
                                    const str *tags, size_t n_tags, struct arena *a)
{
    struct source_plan *plan = NEW(a, struct source_plan);
    plan->fields = fields;
    plan->n_fields = n_fields;
    plan->tags = tags;
    plan->n_tags = n_tags;
    plan->trie = path_trie_new(a, false);
    plan->ecs_trie = path_trie_new(a, true);
    plan->ecs_dataset[0] = path_trie_add_dotted(plan->ecs_trie, S("event.dataset"));
    plan->ecs_dataset[1] = path_trie_add_dotted(plan->ecs_trie, S("data_stream.dataset"));
    bind_containers(plan, a);

    const struct source *const *all = sources_all(&plan->n_sources);
    plan->sources = NEW_ARRAY(a, struct bound_source, plan->n_sources);
    plan->openings = NEW_ARRAY(a, struct plan_opening, plan->n_sources);
    for (size_t i = 0; i < plan->n_sources; i++) {
        plan->sources[i].source = all[i];
        bind_source(plan, &plan->sources[i], a);
        if (all[i]->ecs)
            plan->ecs_index = i;
    }
    path_trie_freeze(plan->trie);
    path_trie_freeze(plan->ecs_trie);
    for (size_t i = 0; i < plan->n_sources; i++) {
        bind_whole(plan, &plan->sources[i], a);
        bind_wakes(plan, &plan->sources[i], a);
        plan_bind_groups(plan, &plan->sources[i], a);
    }
    if (path_trie_count(plan->trie) > plan->max_captures)
        plan->max_captures = path_trie_count(plan->trie);
    if (path_trie_count(plan->ecs_trie) > plan->max_captures)
        plan->max_captures = path_trie_count(plan->ecs_trie);
    return plan;
}
