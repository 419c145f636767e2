/* SPDX-License-Identifier: Apache-2.0 */
/* What every rule has, whatever it was read from. */
#include "rules/rule.h"

#include <stdio.h>

#include "base/arena.h"

static const str severity_names[] = {S_INIT(""), S_INIT("low"), S_INIT("medium"), S_INIT("high"),
                                     S_INIT("critical")};
enum { SEVERITY_COUNT = sizeof severity_names / sizeof *severity_names };

str rule_severity_name(enum rule_severity s)
{
    return severity_names[s];
}

bool rule_severity_parse(str name, enum rule_severity *out)
{
    for (size_t i = 1; i < SEVERITY_COUNT; i++) {
        if (str_eq(name, severity_names[i])) {
            *out = (enum rule_severity)i;
            return true;
        }
    }
    return false;
}

struct rule *rule_from_query(str text, unsigned number, struct schema *schema, struct arena *a,
                             struct diags *d)
{
    struct rule *r = NEW(a, struct rule);
    r->id = arena_printf(a, "-e:%u", number);
    r->name = text;
    r->risk_score = -1;
    r->query_text = text;
    r->source = (struct diag_source){.file = r->id, .text = text};
    struct eql_ast *ast = eql_parse(text, &r->source, a, d);
    r->query = ast ? eql_compile(ast, &r->options, schema, &r->source, a, d) : NULL;
    return r->query ? r : NULL;
}

/* '*' is any run of characters; no other character is special in an index pattern. */
static bool index_matches(str pattern, str name)
{
    size_t p = 0, n = 0, star = SIZE_MAX, resume = 0;
    while (n < name.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            resume = n;
        } else if (p < pattern.len && pattern.ptr[p] == name.ptr[n]) {
            p++;
            n++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            n = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*') {
        p++;
    }
    return p == pattern.len;
}

/* "logs-<dataset>-default" against one pattern, without building the name for ordinary lengths. */
static bool admits(str pattern, str index)
{
    /* Filebeat's indices hold every data set. */
    return str_starts(pattern, S("filebeat-")) || index_matches(pattern, index);
}

bool rule_sees(const struct rule *r, str dataset)
{
    char name[256];
    if (r->n_index == 0) {
        return true;
    }
    if (dataset.len > sizeof name - 32) {
        return false;
    }
    int len = snprintf(name, sizeof name, "logs-%.*s-default", STR_ARG(dataset));
    str index = {name, len > 0 ? (size_t)len : 0};
    bool sees = false, includes = false;
    for (size_t i = 0; i < r->n_index; i++) {
        str pattern = r->index[i];
        if (str_starts(pattern, S("-"))) {
            if (admits(str_slice(pattern, 1, pattern.len), index)) {
                return false;
            }
        } else {
            includes = true;
            sees = sees || admits(pattern, index);
        }
    }
    return sees || !includes;
}
