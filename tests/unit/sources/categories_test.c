/* SPDX-License-Identifier: Apache-2.0 */
/* What a source says of its categories is what its rows give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sources/source.h"

static bool holds(const char *words, str word)
{
    str rest = str_from(words), next;
    while (rest.len > 0 && str_split(&rest, '|', &next))
        if (str_eq(next, word))
            return true;
    return false;
}

static void cloudtrail_names_those_of_its_table_and_no_others(void **state)
{
    (void)state;
    static const char *const table[] = {
#define CATEGORY(action, category, type) category,
#include "sources/aws_categories.def"
#undef CATEGORY
    };
    const char *said = source_find(S("aws.cloudtrail"))->categories;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        str rest = str_from(table[i]), word;
        while (rest.len > 0 && str_split(&rest, '|', &word))
            if (!holds(said, word))
                fail_msg("%.*s is not said", STR_ARG(word));
    }
    str rest = str_from(said), word;
    while (rest.len > 0 && str_split(&rest, '|', &word)) {
        bool found = false;
        for (size_t i = 0; i < sizeof table / sizeof *table && !found; i++)
            found = holds(table[i], word);
        if (!found)
            fail_msg("%.*s is in no row", STR_ARG(word));
    }
}

/* A source with a row for event.category says which values, and one without says nothing. */
static void only_sources_with_a_row_have_categories(void **state)
{
    (void)state;
    size_t n;
    const struct source *const *all = sources_all(&n);
    for (size_t i = 0; i < n; i++) {
        bool row = false;
        for (size_t k = 0; k < all[i]->n_rows; k++)
            row = row || strcmp(all[i]->rows[k].field, "event.category") == 0;
        if (row != (all[i]->categories != NULL))
            fail_msg("%s", all[i]->dataset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cloudtrail_names_those_of_its_table_and_no_others),
        cmocka_unit_test(only_sources_with_a_row_have_categories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
