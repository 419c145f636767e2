/* SPDX-License-Identifier: Apache-2.0 */
/* Azure resource ids: "/subscriptions/GUID/resourceGroups/GROUP/providers/A.B/C/NAME" and its relatives. Keywords are read in two spellings, all upper case or
 * camel case; every rest is greedy, so of two "/providers/" the last fitting one splits. */
#include "sources/azure_resource.h"

#include "sources/row.h"

enum keyword { SUBSCRIPTIONS, GROUPS, PROVIDERS, NAMESPACES, RULES };

static const struct {
    str upper, camel;
} keywords[] = {
    [SUBSCRIPTIONS] = {S_INIT("/SUBSCRIPTIONS/"), S_INIT("/subscriptions/")},
    [GROUPS] = {S_INIT("/RESOURCEGROUPS/"), S_INIT("/resourceGroups/")},
    [PROVIDERS] = {S_INIT("/PROVIDERS/"), S_INIT("/providers/")},
    [NAMESPACES] = {S_INIT("/NAMESPACES/"), S_INIT("/namespaces/")},
    [RULES] = {S_INIT("/AUTHORIZATIONRULES/"), S_INIT("/authorizationRules/")},
};

/* Behind the keyword that stands at `at`; 0 when it does not. */
static size_t behind(str s, size_t at, enum keyword k)
{
    str rest = str_slice(s, at, s.len);
    bool there = str_starts(rest, keywords[k].upper) || str_starts(rest, keywords[k].camel);
    return there ? at + keywords[k].upper.len : 0;
}

/* The place of the first keyword at or after `from`; SIZE_MAX. From slash to slash: a search for a text of this length first makes a table of it, which took longer than the ids are. */
static size_t first_keyword(str s, size_t from, enum keyword k)
{
    size_t at = str_find_byte(s, '/', from);
    while (at != SIZE_MAX && behind(s, at, k) == 0)
        at = str_find_byte(s, '/', at + 1);
    return at;
}

/* The place of the last keyword in [from, to) that ends at or before `to`; SIZE_MAX. */
static size_t last_keyword(str s, size_t from, size_t to, enum keyword k)
{
    for (size_t at = to; at-- > from;) {
        size_t end = s.ptr[at] == '/' ? behind(s, at, k) : 0;
        if (end > 0 && end <= to)
            return at;
    }
    return SIZE_MAX;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

/* Length of a GUID (8-4-4-4-12, optionally in braces) at `at`, or 0. */
static size_t guid_length(str s, size_t at)
{
    static const size_t groups[] = {8, 4, 4, 4, 12};
    size_t from = at;
    bool braces = at < s.len && s.ptr[at] == '{';
    at += braces;
    for (size_t g = 0; g < 5; g++) {
        for (size_t i = 0; i < groups[g]; i++, at++) {
            char c = at < s.len ? s.ptr[at] : 0;
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
                return 0;
        }
        if (g < 4 && (at >= s.len || s.ptr[at++] != '-'))
            return 0;
    }
    if (braces && (at >= s.len || s.ptr[at++] != '}'))
        return 0;
    return at - from;
}

/* Length of a word that starts with a letter at `at`, or 0. */
static size_t word_length(str s, size_t at)
{
    size_t n = 0;
    if (at < s.len && is_letter(s.ptr[at]))
        while (at + n < s.len && is_word(s.ptr[at + n]))
            n++;
    return n;
}

/* Length of a provider "A.B/C" at `at`, or 0. C has three characters or more. */
static size_t provider_length(str s, size_t at)
{
    size_t a = word_length(s, at), end = at + a;
    if (a == 0 || end >= s.len || s.ptr[end] != '.')
        return 0;
    size_t b = word_length(s, end + 1);
    end += 1 + b;
    if (b == 0 || end >= s.len || s.ptr[end] != '/')
        return 0;
    size_t c = word_length(s, end + 1);
    return c >= 3 ? end + 1 + c - at : 0;
}

/* ".../providers/PROVIDER/namespaces/NAMESPACE/authorizationRules/RULE" behind the group's start. */
static bool read_rule(str s, size_t group, struct azure_resource *out)
{
    size_t rule = last_keyword(s, group, s.len, RULES);
    size_t space = rule == SIZE_MAX ? SIZE_MAX : last_keyword(s, group, rule, NAMESPACES);
    size_t provider = space == SIZE_MAX ? SIZE_MAX : last_keyword(s, group, space, PROVIDERS);
    if (provider == SIZE_MAX)
        return false;
    out->part[AZURE_GROUP] = str_slice(s, group, provider);
    out->part[AZURE_PROVIDER] = str_slice(s, behind(s, provider, PROVIDERS), space);
    out->part[AZURE_NAMESPACE] = str_slice(s, behind(s, space, NAMESPACES), rule);
    out->part[AZURE_RULE] = str_slice(s, behind(s, rule, RULES), s.len);
    return true;
}

/* ".../providers/A.B/C/NAME" behind the group's start. */
static bool read_resource(str s, size_t group, struct azure_resource *out)
{
    for (size_t at = last_keyword(s, group, s.len, PROVIDERS); at != SIZE_MAX;
         at = last_keyword(s, group, at, PROVIDERS)) {
        size_t start = behind(s, at, PROVIDERS), n = provider_length(s, start);
        if (n == 0 || start + n >= s.len || s.ptr[start + n] != '/')
            continue;
        out->part[AZURE_GROUP] = str_slice(s, group, at);
        out->part[AZURE_PROVIDER] = str_slice(s, start, start + n);
        out->part[AZURE_NAME] = str_slice(s, start + n + 1, s.len);
        return true;
    }
    return false;
}

struct azure_resource azure_resource_parse(str s)
{
    struct azure_resource out = {0};
    size_t subscription = first_keyword(s, 0, SUBSCRIPTIONS), guid = 0, after = 0;
    if (subscription != SIZE_MAX) {
        size_t start = behind(s, subscription, SUBSCRIPTIONS);
        guid = guid_length(s, start);
        after = start + guid;
        if (guid > 0)
            out.part[AZURE_SUBSCRIPTION] = str_slice(s, start, after);
    }
    size_t group = guid > 0 ? behind(s, after, GROUPS) : 0;
    if (group > 0 && (read_rule(s, group, &out) || read_resource(s, group, &out)))
        return out;
    size_t provider = first_keyword(s, 0, PROVIDERS);
    if (provider != SIZE_MAX)
        out.part[AZURE_PROVIDER] = str_slice(s, behind(s, provider, PROVIDERS), s.len);
    size_t own = guid > 0 ? behind(s, after, PROVIDERS) : 0;
    if (own > 0 && provider_length(s, own) > 0)
        out.part[AZURE_PROVIDER] = str_slice(s, own, own + provider_length(s, own));
    else if (group > 0)
        out.part[AZURE_GROUP] = str_slice(s, group, s.len);
    return out;
}

const struct json *row_azure_resource(const struct row_input *r)
{
    str id = json_text(r->in[0]);
    if (!id.ptr)
        return NULL;
    struct azure_resource resource = azure_resource_parse(id);
    str part = resource.part[r->row->arg];
    return part.len > 0 ? json_new_string(r->arena, part) : NULL;
}
