/* SPDX-License-Identifier: Apache-2.0 */
/* User agents by the regular expressions of the ua-parser project (uap-core), read from its regexes.yaml at run time. Names, versions, systems and devices are put together as
 * Elasticsearch's user_agent processor does. Expressions are compiled once, when they are first tried; a set is one thread's. Only this file's .c sees PCRE2 here. */
#ifndef POSTERN_SOURCES_UAP_H
#define POSTERN_SOURCES_UAP_H

#include "base/arena.h"
#include "base/error.h"

/* Where Debian's package uap-core puts it. */
#define UAP_FILE "/usr/share/uap-core/regexes.yaml"

/* Longer texts are no user agents; they are kept, and not searched. */
enum { USER_AGENT_MAX = 2048 };

/* Parts of a user agent; ptr NULL for what it does not tell. */
struct user_agent {
    str name, version;
    str os_name, os_version, os_full;
    str device;
};

struct uap;

/* NULL with *e filled when the file cannot be read or holds no expressions. Those that do not compile are left out. */
struct uap *uap_open(str path, struct error *e);
void uap_free(struct uap *u);
/* Views of `text` and of what lives in `u`; found again by the same text without a search. Valid until the next call. */
const struct user_agent *uap_parse(struct uap *u, str text);
/* From now on every expression is tried, whatever it needs: slow, and the measure for what is left out otherwise. */
void uap_try_all(struct uap *u);
/* Expressions tried so far that do not compile. */
size_t uap_left_out(const struct uap *u);

#endif
