/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs of hunt and normalize. */
#include "cli/inputs.h"

bool inputs_expand(const str *args, size_t n, struct walk_list *out, size_t *missing,
                   struct arena *a)
{
    *out = (struct walk_list){0};
    walk_expand(args, n, out, a);
    *missing = out->n_errors;
    for (size_t i = 0; i < out->n_errors; i++) {
        complain("%s", out->errors[i].message);
    }
    if (out->n == 0) {
        complain(n == 1 && !*missing ? "the folder holds no file" : "there is nothing to read");
        return false;
    }
    return true;
}

bool inputs_source(const char *option, str name, const struct source **out)
{
    *out = NULL;
    if (name.len == 0 || str_eq(name, S("auto"))) {
        return true;
    }
    *out = source_find(name);
    if (*out) {
        return true;
    }
    struct buf known = BUF_INIT(0);
    size_t n;
    const struct source *const *sources = sources_all(&n);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&known, "%s%s", i ? ", " : "", sources[i]->dataset);
    }
    complain("--%s: no data set is called '%.*s'; there are: %.*s", option, STR_ARG(name),
             STR_ARG(buf_view(&known)));
    buf_deinit(&known);
    return false;
}
