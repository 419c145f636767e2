/* SPDX-License-Identifier: Apache-2.0 */
/* Two ways to the members of interest. A record that begins as its provider writes it (struct source, opening) can only be one record, so only its operation is searched
 * for, as text. In any other object every key is looked at, for the operations and the signs of all sources in one key set. Verdicts on operations are kept by their text. */
#include "run/prefilter.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "sources/dispatch.h"
#include "value/frame_scan.h"
#include "value/key_set.h"
#include "value/literal_find.h"
#include "value/simd.h"

/* Operations come from the logs: past these the verdict is made anew each time. */
enum { KEPT_OPERATIONS = 16384, LONGEST_OPERATION = 256 };

enum {
    SKIP_FROM = 1024 * 1024, /* bytes into all input */
    TRIES = 64,              /* after so many in a run it must have paid */
    PAYS = 8,                /* one in so many skipped */
    LOOKS = 64,              /* frames of a run looked at for a record of a known source */
};

/* A source whose records can be told by their operation. */
struct dispatched {
    size_t source;
    size_t gate;
    uint64_t *known;
};

/* One key of the set: signs that begin so, and the sources whose operation it is. */
struct watched_key {
    bool any;        /* a sign whatever the value */
    bool opens[256]; /* a sign when the value's first byte is this */
    struct dispatched *sources;
    size_t n_sources;
    struct map verdicts; /* operation → struct kept_verdict */
};

/* A first key, and the operations of the sources whose records begin with it. */
struct opening {
    str key;
    bool told; /* all those sources that a rule asks for can be told by an operation */
    struct watched_operation {
        struct literal key; /* in quotes */
        struct watched_key *watched;
    } * operations;
    size_t n_operations;
};

struct kept_verdict {
    str operation;
    bool skip;
};

/* The verdicts given last, by the first bytes of the operation and what follows it: that its end need not be found nor all of it be hashed is a thirtieth of a hunt. */
enum { RECENT_BITS = 10, RECENT_LOOK = 16 };

struct recent {
    const struct watched_key *key;
    str ended; /* the operation with its closing quote, in `kept` */
    bool skip;
};

struct prefilter {
    struct profile *profile; /* NULL: none */
    struct arena arena;
    struct arena kept; /* of the verdicts */
    size_t n_kept;
    struct recent recent[1 << RECENT_BITS];
    struct record_reader *reader;
    struct scanner *scanner;
    uint64_t before; /* stored bytes of earlier files */
    struct prefilter_place place;
    struct opening *openings;
    size_t n_openings;
    const struct opening *opening; /* seen last; NULL: none yet */
    struct frame_form *forms;      /* of the openings that are told by one operation at most */
    const struct opening **formed; /* theirs */
    size_t n_forms;
    uint64_t
        refused; /* offset of the frame that prefilter_skips_formed could not prove; UINT64_MAX: none */
    uint64_t first; /* offset of the first frame of the run; UINT64_MAX: passed, or not told */
    const char *plain_container; /* of the frame before: its elements are records */
    literal_find_fn *find;
    frame_colons_fn *colons;
    uint32_t *sifted; /* colons of one frame */
    size_t cap_sifted;
    struct key_set *set;
    str *keys;
    struct watched_key *watched; /* by the set's numbers */
    size_t n_keys, cap_keys;
};

/* ---- what is watched ---- */

static struct watched_key *watch(struct prefilter *p, str key)
{
    for (size_t i = 0; i < p->n_keys; i++) {
        if (str_eq(p->keys[i], key)) {
            return &p->watched[i];
        }
    }
    if (p->n_keys == p->cap_keys) {
        return NULL;
    }
    p->keys[p->n_keys] = key;
    return &p->watched[p->n_keys++];
}

/* False: there is no room for it. */
static bool watch_sign(struct prefilter *p, const struct key_sign *sign)
{
    struct watched_key *w = watch(p, sign->key);
    if (!w) {
        return false;
    }
    w->any |= sign->opens[0] == '\0';
    for (const char *c = sign->opens; *c; c++) {
        w->opens[(uint8_t)*c] = true;
    }
    return true;
}

/* NULL: there is no room for it. */
static struct watched_key *watch_operation(struct prefilter *p, str key, struct dispatched d)
{
    struct watched_key *w = watch(p, key);
    if (!w) {
        return NULL;
    }
    if (!w->sources) {
        size_t n;
        sources_all(&n);
        w->sources = NEW_ARRAY(&p->arena, struct dispatched, n);
    }
    w->sources[w->n_sources++] = d;
    return w;
}

/* Whether a record of the source could match, when no more than the slots in `known` is known of it. */
static bool may_match(struct prefilter *p, size_t source, size_t gate, str operation,
                      const uint64_t *known)
{
    struct event *event = record_reader_operation(p->reader, source, operation);
    return !event || scanner_may_match(p->scanner, event, gate, known);
}

static struct opening *opening_of(struct prefilter *p, str key)
{
    for (size_t i = 0; i < p->n_openings; i++) {
        if (str_eq(p->openings[i].key, key)) {
            return &p->openings[i];
        }
    }
    size_t n;
    sources_all(&n);
    struct opening *o = &p->openings[p->n_openings++];
    *o = (struct opening){key, true, NEW_ARRAY(&p->arena, struct watched_operation, n), 0};
    return o;
}

/* A source whose records begin so; `told` by their operation or by being asked for by no rule. */
static void add_opening(struct prefilter *p, const struct source *source, bool told,
                        struct watched_key *watched)
{
    struct opening *o = opening_of(p, str_from(source->opening));
    o->told &= told;
    for (size_t i = 0; i < o->n_operations && watched; i++) {
        if (o->operations[i].watched == watched) {
            return;
        }
    }
    if (watched) {
        str key = arena_concat(&p->arena, S("\""), source_operation_key(source), S("\""));
        o->operations[o->n_operations++] = (struct watched_operation){literal_of(key), watched};
    }
}

/* Finds what must be watched for one source. False: its records cannot be told from their bytes. */
static bool add_source(struct prefilter *p, const struct source_plan *plan, size_t n_fields,
                       const struct source *source, size_t index, bool forced,
                       struct key_signs *signs)
{
    struct dispatched d = {index, scanner_gate(p->scanner, str_from(source->dataset)),
                           NEW_ARRAY(&p->arena, uint64_t, (n_fields + 63) / 64)};
    source_plan_known(plan, index, false, d.known);
    bool opens = source->opening && !forced;
    if (!source->ecs && !may_match(p, index, d.gate, (str){0}, d.known)) {
        if (opens) {
            add_opening(p, source, true, NULL);
        }
        return true; /* no rule asks for this data set */
    }
    source_plan_known(plan, index, true, d.known);
    bool told = source->operation && !may_match(p, index, d.gate, (str){0}, d.known);
    dispatch_source_signs(source, told, signs, &p->arena);
    struct watched_key *watched = told ? watch_operation(p, source_operation_key(source), d) : NULL;
    if (opens) {
        add_opening(p, source, told, watched);
    }
    return told ? watched != NULL : !forced;
}

static bool watch_all(struct prefilter *p, const struct source_plan *plan, size_t n_fields,
                      const struct source *forced)
{
    size_t n;
    const struct source *const *all = sources_all(&n);
    struct key_signs signs = {0};
    p->cap_keys = 128;
    p->keys = NEW_ARRAY(&p->arena, str, p->cap_keys);
    p->watched = NEW_ARRAY(&p->arena, struct watched_key, p->cap_keys);
    p->openings = NEW_ARRAY(&p->arena, struct opening, n);
    dispatch_container_signs(&signs, &p->arena);
    for (size_t i = 0; i < n; i++) {
        if (forced ? all[i] == forced : true) {
            if (!add_source(p, plan, n_fields, all[i], i, forced != NULL, &signs)) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < signs.n; i++) {
        if (!watch_sign(p, &signs.signs[i])) {
            return false;
        }
    }
    p->set = key_set_new(p->keys, p->n_keys, &p->arena);
    return true;
}

/* What the framer is to look for. */
static void make_forms(struct prefilter *p)
{
    p->forms = NEW_ARRAY(&p->arena, struct frame_form, p->n_openings);
    p->formed = NEW_ARRAY(&p->arena, const struct opening *, p->n_openings);
    for (size_t i = 0; i < p->n_openings; i++) {
        const struct opening *o = &p->openings[i];
        struct literal key = {.text = {"", 0}};
        if (o->n_operations == 1) {
            key = o->operations[0].key;
        }
        if (o->told && o->n_operations < 2 && key.text.len <= FRAME_KEY_MAX) {
            str opening = arena_concat(&p->arena, S("{\""), o->key, S("\":"));
            p->formed[p->n_forms] = o;
            p->forms[p->n_forms++] = (struct frame_form){opening, key};
        }
    }
}

static void say_off(struct profile *profile, const char *why)
{
    if (profile) {
        profile->prefilter_off = why;
    }
}

/* Why the options want every record parsed, or NULL. */
static const char *parses_all(const struct search_options *options)
{
    return options->no_prefilter    ? "--no-prefilter"
           : options->keep_rejected ? "every record is validated, since rejected ones are kept"
           : options->ticks         ? "every record's time is needed"
                                    : NULL;
}

struct prefilter *prefilter_new(const struct search_options *options, struct profile *profile)
{
    const char *off = parses_all(options);
    if (off) {
        say_off(profile, off);
        return NULL;
    }
    size_t n_fields;
    ruleset_fields(options->rules, &n_fields);
    struct prefilter *p = mem_alloc(sizeof *p);
    p->arena = arena_open((size_t)64 << 20);
    p->kept = arena_open((size_t)64 << 20);
    p->reader = record_reader_new(options->plan, &options->reader);
    p->scanner = scanner_new(options->rules);
    p->find = simd_usable() ? literal_find_simd : literal_find_plain;
    p->colons = simd_usable() ? frame_colons_simd : frame_colons_plain;
    if (!watch_all(p, options->plan, n_fields, options->reader.forced)) {
        say_off(profile, "a rule can match whatever was done, so each record is parsed");
        prefilter_free(p);
        return NULL;
    }
    make_forms(p);
    p->profile = profile;
    return p;
}

bool prefilter_pays(const struct prefilter *p)
{
    return p->place.tried < TRIES || p->place.skipped * PAYS >= p->place.tried;
}

/* The run that ends. */
static void book_run(struct prefilter *p)
{
    if (p->profile && p->place.tried) {
        p->profile->stretches++;
        p->profile->given_up += !prefilter_pays(p);
    }
}

void prefilter_free(struct prefilter *p)
{
    if (p) {
        book_run(p);
        record_reader_free(p->reader);
        scanner_free(p->scanner);
        arena_close(&p->arena);
        arena_close(&p->kept);
        mem_free(p->sifted);
        mem_free(p);
    }
}

/* ---- verdicts ---- */

static bool operation_may_match(struct prefilter *p, const struct watched_key *w, str operation)
{
    for (size_t i = 0; i < w->n_sources; i++) {
        const struct dispatched *d = &w->sources[i];
        if (may_match(p, d->source, d->gate, operation, d->known)) {
            return true;
        }
    }
    return false;
}

/* Looks the operation up in all verdicts; *kept is its text there, which a quote follows, or empty. */
static bool look_up(struct prefilter *p, struct watched_key *w, str operation, str *kept)
{
    const struct kept_verdict *known = map_get(&w->verdicts, operation);
    if (known) {
        *kept = known->operation;
        return known->skip;
    }
    bool skip = !operation_may_match(p, w, operation);
    *kept = (str){0};
    if (p->n_kept < KEPT_OPERATIONS && operation.len <= LONGEST_OPERATION) {
        struct kept_verdict *made = NEW(&p->kept, struct kept_verdict);
        str ended = arena_concat(&p->kept, operation, S("\""), S(""));
        *made = (struct kept_verdict){str_slice(ended, 0, operation.len), skip};
        *map_put(&w->verdicts, made->operation, &p->kept) = made;
        *kept = made->operation;
        p->n_kept++;
    }
    return skip;
}

static struct recent *recent_at(struct prefilter *p, const char *value)
{
    uint64_t words[2];
    memcpy(words, value, sizeof words);
    uint64_t hash =
        (words[0] ^ words[1] * UINT64_C(0xC2B2AE3D27D4EB4F)) * UINT64_C(0x9E3779B97F4A7C15);
    return &p->recent[hash >> (64 - RECENT_BITS)];
}

/* The operation that `text` begins with; a quote follows it. */
static bool operation_skips(struct prefilter *p, struct watched_key *w, str text)
{
    struct recent *r = text.len >= RECENT_LOOK ? recent_at(p, text.ptr) : NULL;
    if (r && r->key == w && r->ended.len <= text.len &&
        bytes_eq(r->ended.ptr, text.ptr, r->ended.len)) {
        return r->skip;
    }
    str operation = str_slice(text, 0, str_find_byte(text, '"', 0)), kept;
    if (operation.len == text.len || str_find_byte(operation, '\\', 0) != SIZE_MAX) {
        return false;
    }
    bool skip = look_up(p, w, operation, &kept);
    if (kept.ptr && r) {
        *r = (struct recent){w, {kept.ptr, kept.len + 1}, skip};
    }
    return skip;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t value_at(str text, size_t colon)
{
    size_t at = colon + 1;
    while (at < text.len && is_space(text.ptr[at])) {
        at++;
    }
    return at;
}

/* A member with a watched key whose value begins at `at`: false when the record must be parsed. */
static bool member_skips(struct prefilter *p, struct watched_key *w, str text, size_t at)
{
    char first = at < text.len ? text.ptr[at] : '\0';
    if (w->any || first == '\0' || w->opens[(uint8_t)first]) {
        return false;
    }
    if (w->n_sources == 0) {
        return true;
    }
    return first == '"' && operation_skips(p, w, str_slice(text, at + 1, text.len));
}

/* The verdict given lately on the operation whose key stands at `at`, when nothing but a colon stands between the two, as in nearly all records. False: there is none. */
static bool recent_verdict(struct prefilter *p, const struct watched_operation *operation, str text,
                           size_t at, bool *skips)
{
    size_t colon = at + operation->key.text.len;
    if (colon + 2 + RECENT_LOOK > text.len || text.ptr[colon] != ':' ||
        text.ptr[colon + 1] != '"') {
        return false;
    }
    str value = {text.ptr + colon + 2, text.len - colon - 2};
    const struct recent *r = recent_at(p, value.ptr);
    if (r->key != operation->watched || r->ended.len > value.len ||
        !bytes_eq(r->ended.ptr, value.ptr, r->ended.len)) {
        return false;
    }
    *skips = r->skip;
    return true;
}

/* ---- frames ---- */

/* Whether the operation's key at `at` is no reason to parse the record. A text that equals the key is no member when no colon follows. */
static bool place_skips(struct prefilter *p, const struct watched_operation *operation, str text,
                        size_t at)
{
    size_t colon = value_at(text, at + operation->key.text.len - 1);
    return colon >= text.len || text.ptr[colon] != ':' ||
           member_skips(p, operation->watched, text, value_at(text, colon));
}

/* Whether no member with the operation's key makes the record one to parse. */
static bool operation_proves(struct prefilter *p, const struct watched_operation *operation,
                             str text)
{
    size_t at = p->find(&operation->key, text, 0);
    for (; at != SIZE_MAX; at = p->find(&operation->key, text, at + 1)) {
        if (!place_skips(p, operation, text, at)) {
            return false;
        }
    }
    return true;
}

static bool opening_proves(struct prefilter *p, const struct opening *o, str text)
{
    bool proves = o->told;
    for (size_t i = 0; proves && i < o->n_operations; i++) {
        proves = operation_proves(p, &o->operations[i], text);
    }
    return proves;
}

/* Past this many bytes a record is parsed rather than have its keys listed. */
static const size_t longest_listed = 1 << 20;

static bool keys_prove(struct prefilter *p, str text)
{
    if (text.len > longest_listed) {
        return false;
    }
    if (text.len + FRAME_COLONS_SPARE > p->cap_sifted) {
        p->cap_sifted = 2 * (text.len + FRAME_COLONS_SPARE);
        p->sifted = mem_grow(p->sifted, 0, p->cap_sifted * sizeof *p->sifted);
    }
    size_t n = p->colons(text, p->sifted);
    n = key_set_sift(p->set, text, p->sifted, n, p->sifted);
    for (size_t i = 0; i < n; i++) {
        size_t key = key_set_find(p->set, text, p->sifted[i]);
        if (key < KEYS_IN_SET &&
            !member_skips(p, &p->watched[key], text, value_at(text, p->sifted[i]))) {
            return false;
        }
    }
    return true;
}

/* The opening that the record has, or NULL. */
static const struct opening *find_opening(struct prefilter *p, str text)
{
    for (size_t i = 0; i < p->n_openings; i++) {
        if (keys_opens(text, p->openings[i].key)) {
            return p->opening = &p->openings[i];
        }
    }
    return NULL;
}

static bool proves(struct prefilter *p, const struct frame *frame)
{
    str text = frame->text;
    if (frame->kind != FRAME_VALUE || !frame->scanned || text.ptr[0] != '{' ||
        !dispatch_element_is_record(frame->container) ||
        (frame->unicode_escapes && key_set_may_hide(p->set, text))) {
        return false;
    }
    const struct opening *opening = p->opening;
    if (!opening || !keys_opens(text, opening->key)) {
        opening = find_opening(p, text);
    }
    return opening ? opening_proves(p, opening, text) : keys_prove(p, text);
}

void prefilter_begin_file(struct prefilter *p, uint64_t before)
{
    book_run(p);
    p->before = before;
    p->place = (struct prefilter_place){0};
    p->refused = p->first = UINT64_MAX;
}

struct prefilter_place prefilter_place(const struct prefilter *p)
{
    return p->place;
}

void prefilter_go_on(struct prefilter *p, struct prefilter_place place)
{
    p->place = place;
}

void prefilter_begin_run(struct prefilter *p, uint64_t offset)
{
    book_run(p);
    p->place.looked = p->place.tried = p->place.skipped = 0;
    p->refused = UINT64_MAX;
    p->first = offset;
}

/* Whether the frame holds a record of a known source. */
static bool recognises(struct prefilter *p, const struct frame *frame)
{
    struct record record;
    bool found = false;
    if (frame->kind == FRAME_VALUE) {
        record_reader_item(p->reader, frame->text, frame->offset, frame->line, frame->container);
        while (!found && record_reader_next(p->reader, &record)) {
            found = record.kind == RECORD_EVENT;
        }
    }
    return found;
}

bool prefilter_skips(struct prefilter *p, const struct frame *frame)
{
    if (p->before + frame->offset < SKIP_FROM) {
        return false;
    }
    if (!p->place.recognised) {
        p->place.recognised = p->place.looked++ < LOOKS && recognises(p, frame);
        return false;
    }
    if (frame->offset == p->refused || !prefilter_pays(p)) {
        return false;
    }
    bool skips = proves(p, frame);
    p->place.tried++;
    p->place.skipped += skips;
    return skips;
}

const struct frame_form *prefilter_forms(const struct prefilter *p, size_t *n)
{
    *n = p->n_forms;
    return p->forms;
}

/* Whether elements of the container are records each. */
static bool is_plain(struct prefilter *p, str container)
{
    if (container.len && container.ptr != p->plain_container) {
        p->plain_container = dispatch_element_is_record(container) ? container.ptr : NULL;
    }
    return container.len == 0 || p->plain_container;
}

bool prefilter_skips_formed(struct prefilter *p, const struct frame *frame, size_t form,
                            const struct frame_formed *formed)
{
    if (p->before + frame->offset < SKIP_FROM || !p->place.recognised || !prefilter_pays(p) ||
        frame->offset == p->first) {
        return false;
    }
    const struct opening *o = p->formed[form];
    bool skips = is_plain(p, frame->container);
    for (size_t i = 0; skips && o->n_operations && i < formed->n_places; i++) {
        const struct watched_operation *operation = &o->operations[0];
        if (!recent_verdict(p, operation, frame->text, formed->places[i], &skips)) {
            skips = place_skips(p, operation, frame->text, formed->places[i]);
        }
    }
    p->place.tried++;
    p->place.skipped += skips;
    p->refused = skips ? p->refused : frame->offset;
    return skips;
}
