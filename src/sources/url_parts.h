/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an absolute URL (RFC 3986), as the url.* fields hold them. */
#ifndef POSTERN_SOURCES_URL_PARTS_H
#define POSTERN_SOURCES_URL_PARTS_H

#include "base/arena.h"

enum url_part {
    URL_SCHEME,
    URL_DOMAIN,
    URL_PORT,
    URL_PATH,
    URL_QUERY,
    URL_FRAGMENT,
    URL_EXTENSION, /* behind the last '.' of the path's last piece */
    URL_PARTS
};

struct url_parts {
    str part[URL_PARTS]; /* %XX undone; empty when the URL has none */
};

/* False when `text` has no scheme, or holds what no URL may hold (blanks, controls). */
bool url_parse(str text, struct arena *a, struct url_parts *out);

#endif
