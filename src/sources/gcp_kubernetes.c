/* SPDX-License-Identifier: Apache-2.0 */
/* Kubernetes resource names. API is 'v', digits, then optionally letters and digits ("v1", "v1beta1"); TYPE is lower-case letters, then any ".label" parts. The first of these forms that fits
 * anywhere in the name decides:
 *   1. any/API/namespaces/NAMESPACE/TYPE[/NAME]   2. any/API/TYPE   3. apis/TYPE/API   4. api/API   5. TYPE */
#include "sources/gcp_kubernetes.h"

#include "sources/row.h"

struct parts {
    str part[4];
};

bool kubernetes_is_cluster(const struct json *resource_type)
{
    return json_is_text(resource_type, S("k8s_cluster")) ||
           json_is_text(resource_type, S("gke_cluster"));
}

static size_t span_of(str s, size_t at, char low, char high)
{
    size_t n = 0;
    while (at + n < s.len && s.ptr[at + n] >= low && s.ptr[at + n] <= high)
        n++;
    return n;
}

/* Length of an API version at `at`, or 0. */
static size_t api_length(str s, size_t at)
{
    if (at >= s.len || s.ptr[at] != 'v')
        return 0;
    size_t n = 1, digits = span_of(s, at + 1, '0', '9');
    if (digits == 0)
        return 0;
    n += digits;
    n += span_of(s, at + n, 'a', 'z');
    return n + span_of(s, at + n, '0', '9');
}

static bool is_label_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Length of a TYPE at `at`, or 0. */
static size_t type_length(str s, size_t at)
{
    size_t n = span_of(s, at, 'a', 'z');
    while (n > 0 && at + n + 1 < s.len && s.ptr[at + n] == '.' &&
           is_label_byte(s.ptr[at + n + 1])) {
        n++;
        while (at + n < s.len && is_label_byte(s.ptr[at + n]))
            n++;
    }
    return n;
}

static str view(str s, size_t at, size_t n)
{
    return str_slice(s, at, at + n);
}

/* Form 1 from behind the '/' before API on. */
static bool in_namespace(str s, size_t at, struct parts *out)
{
    size_t api = api_length(s, at), next = at + api;
    str word = S("/namespaces/");
    if (api == 0 || !str_starts(str_slice(s, next, s.len), word))
        return false;
    size_t start = next + word.len, slash = str_find_byte(s, '/', start);
    size_t type = slash == SIZE_MAX || slash == start ? 0 : type_length(s, slash + 1);
    if (type == 0)
        return false;
    out->part[KUBERNETES_API] = view(s, at, api);
    out->part[KUBERNETES_NAMESPACE] = str_slice(s, start, slash);
    out->part[KUBERNETES_TYPE] = view(s, slash + 1, type);
    size_t end = slash + 1 + type;
    if (end + 1 < s.len && s.ptr[end] == '/')
        out->part[KUBERNETES_NAME] = str_slice(s, end + 1, s.len);
    return true;
}

/* Form 2. */
static bool in_cluster(str s, size_t at, struct parts *out)
{
    size_t api = api_length(s, at), next = at + api;
    size_t type = api > 0 && next < s.len && s.ptr[next] == '/' ? type_length(s, next + 1) : 0;
    if (type == 0)
        return false;
    out->part[KUBERNETES_API] = view(s, at, api);
    out->part[KUBERNETES_TYPE] = view(s, next + 1, type);
    return true;
}

/* Form 3. */
static bool in_group(str s, size_t at, struct parts *out)
{
    str word = S("apis/");
    size_t start = at + word.len;
    if (!str_starts(str_slice(s, at, s.len), word))
        return false;
    size_t type = type_length(s, start), slash = start + type;
    size_t api = type > 0 && slash < s.len && s.ptr[slash] == '/' ? api_length(s, slash + 1) : 0;
    if (api == 0)
        return false;
    out->part[KUBERNETES_TYPE] = view(s, start, type);
    out->part[KUBERNETES_API] = view(s, slash + 1, api);
    return true;
}

/* Form 4. */
static bool in_api(str s, size_t at, struct parts *out)
{
    size_t api = str_starts(str_slice(s, at, s.len), S("api/")) ? api_length(s, at + 4) : 0;
    if (api > 0)
        out->part[KUBERNETES_API] = view(s, at + 4, api);
    return api > 0;
}

/* Form 5. */
static bool is_type(str s, size_t at, struct parts *out)
{
    size_t type = type_length(s, at);
    if (type > 0)
        out->part[KUBERNETES_TYPE] = view(s, at, type);
    return type > 0;
}

str kubernetes_resource_part(str name, enum kubernetes_part part)
{
    static const struct {
        bool (*fits)(str s, size_t at, struct parts *out);
        bool behind_slash;
    } forms[] = {{in_namespace, true},
                 {in_cluster, true},
                 {in_group, false},
                 {in_api, false},
                 {is_type, false}};
    struct parts found = {0};
    for (size_t form = 0; form < sizeof(forms) / sizeof(forms[0]); form++)
        for (size_t at = 0; at < name.len; at++) {
            if (forms[form].behind_slash && (at == 0 || name.ptr[at - 1] != '/'))
                continue;
            if (forms[form].fits(name, at, &found))
                return found.part[part];
        }
    return (str){0};
}
