/* SPDX-License-Identifier: Apache-2.0 */
/* Rule files to rules. Today: Elastic detection rule TOML of type eql, and single queries. A rule lives in the arena of its rule set and is frozen after loading. */
#ifndef POSTERN_RULES_RULE_H
#define POSTERN_RULES_RULE_H

#include "base/error.h"
#include "base/map.h"
#include "lang/eql.h"
#include "rules/rule_cache.h"

enum rule_severity {
    SEVERITY_NONE,
    SEVERITY_LOW,
    SEVERITY_MEDIUM,
    SEVERITY_HIGH,
    SEVERITY_CRITICAL
};
/* "low" …; SEVERITY_NONE is empty. */
str rule_severity_name(enum rule_severity s);
bool rule_severity_parse(str name, enum rule_severity *out);

struct rule {
    str id;   /* rule_id; "-e:1" for the first query of the command line */
    str name; /* the query text for a query of the command line */
    str description;
    enum rule_severity severity; /* SEVERITY_NONE prints as null */
    int risk_score;              /* 0..100, -1 prints as null */
    const str *index;            /* patterns; none: every data set */
    size_t n_index;
    str file; /* as given or found; "embedded:rules/…" for our own; empty for a query */
    str query_text;
    struct eql_options
        options; /* from event_category_override, timestamp_field, tiebreaker_field */
    struct ir_query *query;
    struct diag_source source; /* where the query stands */
    const struct json
        *document; /* the whole rule file, NULL for a query and for a rule from a cache */
};

/* The text of one TOML file to a rule; NULL after diagnostics. Every key of the published format is known (unknown ones warn, never fail); wrong types and impossible values are errors that name the key. Refused:
 * any type but eql, sequences and samples pass here (the engine decides), enabled `filters`, non-empty `exceptions_list`. `file` and `text` must outlive the rule. */
struct rule *rule_from_toml(str file, str text, struct schema *schema, struct arena *a,
                            struct diags *d);

/* A query as a rule: id "-e:N", the text as its name, no severity, every data set. */
struct rule *rule_from_query(str text, unsigned number, struct schema *schema, struct arena *a,
                             struct diags *d);

/* Whether the rule's index patterns admit data set "aws.cloudtrail": a pattern matches "logs-<dataset>-default", with '*' and exclusion by a leading '-'; "filebeat-*" admits all. */
bool rule_sees(const struct rule *r, str dataset);

struct rule_list {
    struct rule **rules;
    size_t count;
    size_t refused; /* files or queries that gave no rule */
    struct map ids;
    struct map paths;                     /* loaded so far, without links and relative parts */
    const struct rule_cache_place *cache; /* NULL: folders are loaded without one (rule_cache.h) */
    struct rule_cache **caches;           /* one a folder that was loaded */
    size_t n_caches;
};

/* Loads a file, or every *.toml below a folder in bytewise order; each refusal is diagnostics and counts. False when the path itself cannot be read (e filled). A second rule with the same id is refused;
 * what was loaded before, by whatever name, is not loaded again. */
bool rule_list_load(struct rule_list *l, str path, struct schema *schema, struct arena *a,
                    struct diags *d, struct error *e);
/* Writes the caches of the folders loaded, when all rules have been compiled. `before`: the last diagnostic until then, NULL for none: what a rule's own compilation said comes from
 * its text, so the files named behind it are not kept. */
void rule_list_save_caches(struct rule_list *l, const struct diag *before, const struct diags *d);
/* Adds one rule, or counts a refusal when it is NULL or its id is there already (diagnostic). */
void rule_list_add(struct rule_list *l, struct rule *r, struct arena *a, struct diags *d);

#endif
