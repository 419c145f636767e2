/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": known names near an unknown one. */
#include "ecs/schema.h"

enum {
    NAME_MAX_LENGTH = 128, /* longer names are not compared */
    DISTANCE_MAX = 5,
    /* Costs: what is surest comes first. An edit costs EDIT. */
    COST_SPELLING = 1, /* the same but for case, '_' and '-' */
    EDIT = 2,
    COST_PREFIX =
        5, /* the name lacks leading parts ("region" for "cloud.region"), or has too many; and 1 a part */
    COST_PARTS = 12, /* first and last part agree, the middle does not; and its distance */
    COST_NONE = 1000,
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The name without case, '_' and '-'. */
static str squash(str s, char out[NAME_MAX_LENGTH])
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '_' && s.ptr[i] != '-') {
            out[n++] = lower(s.ptr[i]);
        }
    }
    return (str){out, n};
}

static int least(int a, int b, int c)
{
    int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Edits (insert, delete, replace, swap of neighbours) from a to b, ASCII case apart; `limit` + 1 when there are more. Only a band of the
 * table is filled: at most a.len × (2 × limit + 1) cells. Both texts are at most NAME_MAX_LENGTH long. */
static int distance(str a, str b, int limit)
{
    int rows[3][NAME_MAX_LENGTH + 2];
    int la = (int)a.len, lb = (int)b.len, far = limit + 1;
    if (la - lb > limit || lb - la > limit) {
        return far;
    }
    for (int j = 0; j <= lb; j++) {
        rows[0][j] = j;
    }
    for (int i = 1; i <= la; i++) {
        int *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        int from = i - limit > 1 ? i - limit : 1, to = i + limit < lb ? i + limit : lb, best = far;
        row[from - 1] = from == 1 ? i : far;
        for (int j = from; j <= to; j++) {
            int over = j == i + limit ? far : above[j];
            char ca = lower(a.ptr[i - 1]), cb = lower(b.ptr[j - 1]);
            row[j] = least(over + 1, row[j - 1] + 1, above[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca != cb && ca == lower(b.ptr[j - 2]) &&
                cb == lower(a.ptr[i - 2]) && second[j - 2] + 1 < row[j]) {
                row[j] = second[j - 2] + 1;
            }
            best = row[j] < best ? row[j] : best;
        }
        if (best >= far) {
            return far;
        }
    }
    int result = rows[la % 3][lb];
    return result < far ? result : far;
}

static int count_dots(str s)
{
    int n = 0;
    for (size_t i = 0; i < s.len; i++) {
        n += s.ptr[i] == '.';
    }
    return n;
}

/* Whether `tail` is the last parts of `whole`. */
static bool is_tail(str whole, str tail)
{
    return tail.len > 0 && whole.len > tail.len && str_ends(whole, tail) &&
           whole.ptr[whole.len - tail.len - 1] == '.';
}

/* The middle of a dotted name and whether it has one. */
static bool take_middle(str s, str *first, str *middle, str *last)
{
    size_t from = str_find_byte(s, '.', 0), to = str_rfind_byte(s, '.');
    if (from == SIZE_MAX) {
        return false;
    }
    *first = str_slice(s, 0, from);
    *last = str_slice(s, to, s.len);
    *middle = str_slice(s, from, to);
    return true;
}

/* First and last part agree: "aws.cloudtrail.identity.arn" for "aws.cloudtrail.user_identity.arn". */
static int parts_cost(str name, str known)
{
    str first_a, middle_a, last_a, first_b, middle_b, last_b;
    if (!take_middle(name, &first_a, &middle_a, &last_a) ||
        !take_middle(known, &first_b, &middle_b, &last_b) || !str_eq(first_a, first_b) ||
        !str_eq(last_a, last_b)) {
        return COST_NONE;
    }
    size_t longer = middle_a.len > middle_b.len ? middle_a.len : middle_b.len;
    size_t shorter = middle_a.len < middle_b.len ? middle_a.len : middle_b.len;
    return longer > shorter + 16 ? COST_NONE : COST_PARTS + (int)(longer - shorter);
}

/* `squashed` is `name`, squashed. */
static int name_cost(str name, str squashed, str known)
{
    char room[NAME_MAX_LENGTH];
    if (str_eq(squashed, squash(known, room))) {
        return COST_SPELLING;
    }
    int limit = 1 + (int)name.len / 6;
    limit = limit < DISTANCE_MAX ? limit : DISTANCE_MAX;
    int edits = distance(name, known, limit);
    if (edits <= limit) {
        return COST_SPELLING + EDIT * edits;
    }
    if (is_tail(known, name) || is_tail(name, known)) {
        int parts = count_dots(known) - count_dots(name);
        return COST_PREFIX + (parts < 0 ? -parts : parts);
    }
    return parts_cost(name, known);
}

/* A known name and what it costs; `best` is sorted, cheapest first, then shorter, then bytewise. */
struct candidate {
    str name;
    int cost;
};

static bool is_better(const struct candidate *a, const struct candidate *b)
{
    if (a->cost != b->cost) {
        return a->cost < b->cost;
    }
    return a->name.len != b->name.len ? a->name.len < b->name.len : str_cmp(a->name, b->name) < 0;
}

enum { SUGGEST_MAX = 8 };

static size_t insert(struct candidate *best, size_t n, size_t max, const struct candidate *c)
{
    size_t i = n < max ? n : max;
    if (i == max && !is_better(c, &best[max - 1])) {
        return n;
    }
    i = i == max ? max - 1 : i;
    for (; i > 0 && is_better(c, &best[i - 1]); i--) {
        best[i] = best[i - 1];
    }
    best[i] = *c;
    return n < max ? n + 1 : n;
}

size_t schema_suggest(struct schema *s, str name, str *out, size_t max)
{
    struct candidate best[SUGGEST_MAX];
    char room[NAME_MAX_LENGTH];
    size_t n = 0, n_rows;
    const struct field *rows = schema_fields(s, &n_rows);
    max = max < SUGGEST_MAX ? max : SUGGEST_MAX;
    if (name.len == 0 || name.len > NAME_MAX_LENGTH || max == 0) {
        return 0;
    }
    str squashed = squash(name, room);
    for (size_t i = 0; i < n_rows; i++) {
        struct candidate c = {.name = rows[i].name};
        bool readable = rows[i].format.type != FIELD_OBJECT && !str_ends(c.name, S(".*"));
        if (!readable || c.name.len > NAME_MAX_LENGTH) {
            continue;
        }
        c.cost = name_cost(name, squashed, c.name);
        if (c.cost < COST_NONE) {
            n = insert(best, n, max, &c);
        }
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = best[i].name;
    }
    return n;
}
