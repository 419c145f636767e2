/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and diagnostics as bytes. */
#include "rules/rule_pack.h"

#include "ir/ir_pack.h"

enum { DIAG_LEAST = 18, TEXT_LEAST = 4, RISK_NONE = 255 };

/* ---- Writing ---- */

static bool pack_diag(const struct diag *d, str text, struct buf *out)
{
    pack_byte(out, d->id);
    pack_byte(out, d->severity);
    pack_u32(out, d->at.at);
    pack_u32(out, d->at.end);
    pack_str(out, d->message);
    pack_str(out, d->hint);
    return d->text.ptr == text.ptr && d->text.len == text.len;
}

static bool pack_diags(const struct diag *first, str text, struct buf *out)
{
    uint32_t n = 0;
    for (const struct diag *d = first; d; d = d->next) {
        n++;
    }
    pack_str(out, n ? text : S("")); /* it is only needed to show where they stand */
    pack_u32(out, n);
    bool ok = true;
    for (const struct diag *d = first; d; d = d->next) {
        ok = pack_diag(d, text, out) && ok;
    }
    return ok;
}

bool rule_pack(const struct rule_yield *yield, str text, struct buf *out)
{
    const struct rule *r = yield->rule;
    bool ok = pack_diags(yield->diags, text, out);
    pack_byte(out, r != NULL);
    if (r) {
        pack_str(out, r->id);
        pack_str(out, r->name);
        pack_str(out, r->description);
        pack_byte(out, r->severity);
        pack_byte(out, r->risk_score < 0 ? RISK_NONE : (unsigned)r->risk_score);
        pack_u32(out, (uint32_t)r->n_index);
        for (size_t i = 0; i < r->n_index; i++) {
            pack_str(out, r->index[i]);
        }
        pack_str(out, r->query_text);
        pack_str(out, r->options.event_category_field);
        pack_str(out, r->options.timestamp_field);
        pack_str(out, r->options.tiebreaker_field);
        ok = ir_pack(r->query, out) && ok;
    }
    return ok && !out->full;
}

/* ---- Reading ---- */

static void unpack_diags(struct unpack *in, const struct diag_source *src, struct diag **place,
                         struct arena *a)
{
    for (uint32_t n = unpack_count(in, DIAG_LEAST); n > 0 && !in->failed; n--) {
        struct diag *d = NEW(a, struct diag);
        d->id = (enum diag_id)unpack_byte(in, DIAG_COUNT);
        d->severity = (enum diag_severity)unpack_byte(in, DIAG_WARNING + 1);
        d->at.at = unpack_u32(in);
        d->at.end = unpack_u32(in);
        d->message = unpack_str(in);
        d->hint = unpack_str(in);
        d->file = src->file;
        d->text = src->text;
        unpack_require(in, d->at.at <= d->at.end && d->at.end <= src->text.len);
        *place = d;
        place = &d->next;
    }
}

static void unpack_index(struct unpack *in, struct rule *r, struct arena *a)
{
    uint32_t n = unpack_count(in, TEXT_LEAST);
    str *patterns = NEW_ARRAY(a, str, n);
    while (r->n_index < n && !in->failed) {
        patterns[r->n_index++] = unpack_text(in);
    }
    r->index = patterns;
}

static struct rule *unpack_rule(struct unpack *in, const struct diag_source *src,
                                struct schema *schema, struct arena *a)
{
    struct rule *r = NEW(a, struct rule);
    r->file = src->file;
    r->source = *src;
    r->id = unpack_text(in);
    r->name = unpack_text(in);
    r->description = unpack_text(in);
    r->severity = (enum rule_severity)unpack_byte(in, SEVERITY_CRITICAL + 1);
    unsigned risk = unpack_byte(in, 256);
    r->risk_score = risk == RISK_NONE ? -1 : (int)risk;
    unpack_index(in, r, a);
    r->query_text = unpack_text(in);
    r->options.event_category_field = unpack_text(in);
    r->options.timestamp_field = unpack_text(in);
    r->options.tiebreaker_field = unpack_text(in);
    r->query =
        unpack_require(in, r->id.len > 0 && r->risk_score <= 100) ? ir_unpack(in, schema, a) : NULL;
    return r;
}

bool rule_unpack(str bytes, str file, struct schema *schema, struct arena *a,
                 struct rule_yield *out)
{
    struct unpack in = {.rest = bytes};
    const struct diag_source src = {.file = file, .text = unpack_str(&in)};
    *out = (struct rule_yield){0};
    unpack_diags(&in, &src, &out->diags, a);
    if (unpack_flag(&in)) {
        out->rule = unpack_rule(&in, &src, schema, a);
    }
    return unpack_require(&in, in.rest.len == 0 && (out->rule || out->diags));
}
