/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a user agent: by the expressions of uap-core where they are installed, else by the few that rules on cloud logs read: browsers, the AWS command line and SDKs, python-requests; system
 * and device. The names are those of the public ua-parser collection; what it does not tell apart here is "Other". */
#include "sources/row.h"

struct agent {
    str name, version, os_name, os_version, device;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits at `at`, then up to `more` groups of '.' (or `dash`) and digits. */
static str take_version(str s, size_t at, size_t more, char other)
{
    size_t end = at;
    while (end < s.len && is_digit(s.ptr[end]))
        end++;
    while (more > 0 && end > at && end + 1 < s.len && (s.ptr[end] == '.' || s.ptr[end] == other) &&
           is_digit(s.ptr[end + 1])) {
        end++;
        while (end < s.len && is_digit(s.ptr[end]))
            end++;
        more--;
    }
    return str_slice(s, at, end);
}

/* The version behind the first `token` that is followed by at least `groups` groups of digits. */
static bool find_version(str s, str token, size_t groups, str *version)
{
    for (size_t at = str_find(s, token, 0); at != SIZE_MAX; at = str_find(s, token, at + 1)) {
        *version = take_version(s, at + token.len, groups - 1, '.');
        size_t dots = 0;
        for (size_t i = 0; i < version->len; i++)
            dots += version->ptr[i] == '.';
        if (version->len > 0 && dots + 1 == groups)
            return true;
    }
    *version = (str){0};
    return false;
}

/* Any number of groups up to four. */
static bool find_any_version(str s, str token, str *version)
{
    for (size_t groups = 4; groups > 0; groups--)
        if (find_version(s, token, groups, version))
            return true;
    return false;
}

static void read_name(str s, struct agent *out)
{
    static const struct {
        str token, name;
        size_t groups; /* 0: any */
    } known[] = {
        {S_INIT("Edg/"), S_INIT("Edge"), 0},
        {S_INIT("Edge/"), S_INIT("Edge"), 0},
        {S_INIT("Firefox/"), S_INIT("Firefox"), 2},
        {S_INIT("Chrome/"), S_INIT("Chrome"), 4},
        {S_INIT("aws-cli/"), S_INIT("aws-cli"), 3},
        {S_INIT("aws-sdk-go/"), S_INIT("aws-sdk-go"), 3},
        {S_INIT("aws-sdk-java/"), S_INIT("aws-sdk-java"), 3},
        {S_INIT("aws-sdk-nodejs/"), S_INIT("aws-sdk-nodejs"), 3},
        {S_INIT("aws-sdk-ruby2/"), S_INIT("aws-sdk-ruby2"), 3},
        {S_INIT("aws-sdk-cpp/"), S_INIT("aws-sdk-cpp"), 3},
        {S_INIT("Boto3/"), S_INIT("Boto3"), 3},
        {S_INIT("python-requests/"), S_INIT("Python Requests"), 2},
    };
    out->name = S("Other");
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        bool found = known[i].groups
                         ? find_version(s, known[i].token, known[i].groups, &out->version)
                         : find_any_version(s, known[i].token, &out->version);
        if (found) {
            out->name = known[i].name;
            return;
        }
    }
}

static bool holds_nocase(str s, str word)
{
    for (size_t at = 0; at + word.len <= s.len; at++)
        if (str_eq_nocase(str_slice(s, at, at + word.len), word))
            return true;
    return false;
}

static bool read_windows(str s, struct agent *out)
{
    static const struct {
        str token, version;
    } known[] = {
        {S_INIT("Windows NT 10.0"), S_INIT("10")}, {S_INIT("Windows NT 6.1"), S_INIT("7")},
        {S_INIT("Windows NT 6.2"), S_INIT("8")},   {S_INIT("Windows NT 6.3"), S_INIT("8.1")},
        {S_INIT("Windows/"), S_INIT("")},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (str_find(s, known[i].token, 0) != SIZE_MAX) {
            out->os_name = S("Windows");
            out->os_version = known[i].version;
            return true;
        }
    return false;
}

static void read_system(str s, struct agent *out, struct arena *a)
{
    if (read_windows(s, out))
        return;
    size_t mac = str_find(s, S("Mac OS X "), 0);
    if (mac != SIZE_MAX) {
        str version = take_version(s, mac + 9, 3, '_');
        char *dotted = arena_push_raw(a, 1, version.len + 1);
        for (size_t i = 0; i < version.len; i++)
            dotted[i] = version.ptr[i] == '_' ? '.' : version.ptr[i];
        out->os_name = S("Mac OS X");
        out->os_version = (str){dotted, version.len};
        return;
    }
    if (!holds_nocase(s, S("linux")))
        return;
    out->os_name = S("Linux");
    if (!find_version(s, S("Linux/"), 3, &out->os_version))
        find_version(s, S("Linux "), 3, &out->os_version);
}

static void read_device(str s, struct agent *out)
{
    if (str_find(s, S("Macintosh"), 0) != SIZE_MAX)
        out->device = S("Mac");
    else
        out->device = str_find(s, S("botocore"), 0) != SIZE_MAX ? S("Spider") : S("Other");
}

static struct user_agent read_built_in(str s, struct arena *a)
{
    struct agent agent = {0};
    read_name(s, &agent);
    read_system(s, &agent, a);
    read_device(s, &agent);
    struct user_agent out = {.name = agent.name,
                             .version = agent.version,
                             .os_name = agent.os_name,
                             .os_version = agent.os_version,
                             .device = agent.device};
    if (agent.os_version.len > 0)
        out.os_full = arena_concat(a, agent.os_name, S(" "), agent.os_version);
    return out;
}

static str part_of(const struct user_agent *agent, str part)
{
    const struct {
        str name, value;
    } parts[] = {
        {S("name"), agent->name},       {S("version"), agent->version},
        {S("os.name"), agent->os_name}, {S("os.version"), agent->os_version},
        {S("os.full"), agent->os_full}, {S("device.name"), agent->device},
    };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (str_eq(parts[i].name, part))
            return parts[i].value;
    return (str){0};
}

const struct json *row_user_agent(const struct row_input *r)
{
    str text = json_text(r->in[0]);
    if (!text.ptr || text.len > USER_AGENT_MAX)
        return NULL;
    const struct user_agent *known =
        r->enrichment ? enrichment_user_agent(r->enrichment, text) : NULL;
    struct user_agent built_in;
    if (!known) {
        built_in = read_built_in(text, r->arena);
        known = &built_in;
    }
    str value = part_of(known, str_from(r->row->text));
    return value.len > 0 ? json_new_string(r->arena, value) : NULL;
}
