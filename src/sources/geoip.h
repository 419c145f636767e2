/* SPDX-License-Identifier: Apache-2.0 */
/* Places and networks of addresses, from the user's own MaxMind databases (.mmdb, GeoLite2 and its like). Only this file's .c sees libmaxminddb. A database is one thread's. */
#ifndef POSTERN_SOURCES_GEOIP_H
#define POSTERN_SOURCES_GEOIP_H

#include "base/error.h"
#include "value/json.h"

struct geoip;

/* NULL with *e filled when the file is no such database. */
struct geoip *geoip_open(const char *path, struct error *e);
void geoip_free(struct geoip *g);

/* The ECS object `geo` of an address ({"city_name":…,"country_iso_code":…,"location":{"lat":…,"lon":…}…}); NULL when it is not in the database. In `a`. */
const struct json *geoip_place(struct geoip *g, str address, struct arena *a);
/* The ECS object `as` ({"number":…,"organization":{"name":…}}), the same. */
const struct json *geoip_network(struct geoip *g, str address, struct arena *a);

#endif
