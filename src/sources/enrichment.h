/* SPDX-License-Identifier: Apache-2.0 */
/* What rows add to a record from files of the system: user agents taken apart, places and networks of addresses. Everything is optional. One thread's; expressions are compiled when the first user agent
 * is read. */
#ifndef POSTERN_SOURCES_ENRICHMENT_H
#define POSTERN_SOURCES_ENRICHMENT_H

#include "sources/geoip.h"
#include "sources/uap.h"

/* Paths; NULL: none, but for user_agents that of the package uap-core ("" is then none). */
struct enrichment_options {
    const char *user_agents, *geoip_city, *geoip_asn;
};

struct enrichment;

/* Databases that do not open are left out: check them first. */
struct enrichment *enrichment_new(const struct enrichment_options *options);
void enrichment_free(struct enrichment *x);
/* Whether the databases can be read. */
bool enrichment_check(const struct enrichment_options *options, struct error *e);
/* Whether there are expressions for user agents; *e tells why not. */
bool enrichment_has_user_agents(const struct enrichment_options *options, struct error *e);

/* NULL when there are no expressions: the caller has a few of its own. Valid until the next call. */
const struct user_agent *enrichment_user_agent(struct enrichment *x, str text);
/* Whether there is a database of places, of networks. */
bool enrichment_has_places(const struct enrichment *x);
bool enrichment_has_networks(const struct enrichment *x);
/* NULL without a database, and for what it does not know. In `a`. */
const struct json *enrichment_place(struct enrichment *x, str address, struct arena *a);
const struct json *enrichment_network(struct enrichment *x, str address, struct arena *a);

#endif
