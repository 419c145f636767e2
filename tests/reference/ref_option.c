/* SPDX-License-Identifier: Apache-2.0 */
/* Options of the reference programs. */
#include <stdlib.h>
#include <string.h>

#include "ref.h"

const char *ref_option(int argc, char **argv, const char *name, const char *otherwise)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return argv[i + 1];
        }
    }
    return otherwise;
}

uint64_t ref_number_option(int argc, char **argv, const char *name, uint64_t otherwise)
{
    const char *value = ref_option(argc, argv, name, NULL);
    return value == NULL ? otherwise : strtoull(value, NULL, 10);
}
