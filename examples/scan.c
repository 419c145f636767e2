/* SPDX-License-Identifier: Apache-2.0 */
/* scan FILE: the built-in rules over one plain log file, one line a match, with nothing but the public header. */
#include <stdio.h>

#include "postern/postern.h"

static bool print_match(void *user, const postern_match *match)
{
    const postern_rules *rules = user;
    const postern_rule *rule = postern_rules_get(rules, match->rule);
    printf("%s %s record %llu: %s\n", match->timestamp ? match->timestamp : "-", match->dataset,
           (unsigned long long)match->record, rule->name);
    return true;
}

static bool feed_file(postern_scanner *scanner, FILE *file)
{
    char bytes[16384];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;) {
        if (!postern_scanner_feed(scanner, bytes, n)) {
            return false;
        }
    }
    return postern_scanner_end(scanner) && !ferror(file);
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (!file) {
        fprintf(stderr, "usage: scan FILE\n");
        return 3;
    }
    postern_rules *rules = postern_rules_new();
    postern_rules_add_builtin(rules);
    postern_rules_compile(rules);
    const postern_scanner_options options = {
        .size = sizeof options, .user = rules, .on_match = print_match};
    postern_scanner *scanner = postern_scanner_new(rules, &options);
    postern_scanner_begin(scanner, argv[1]);
    bool ok = feed_file(scanner, file);
    fclose(file);
    postern_scanner_free(scanner);
    postern_rules_free(rules);
    return ok ? 0 : 4;
}
