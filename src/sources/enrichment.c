/* SPDX-License-Identifier: Apache-2.0 */
/* Enrichment put together; see enrichment.h. */
#include "sources/enrichment.h"

#include "base/mem.h"

struct enrichment {
    const char *user_agents;
    bool looked; /* for the expressions */
    struct uap *uap;
    struct geoip *city, *asn;
};

static const char *user_agents_path(const struct enrichment_options *options)
{
    return options->user_agents ? options->user_agents : UAP_FILE;
}

static struct geoip *open_database(const char *path)
{
    struct error error = {0};
    return path ? geoip_open(path, &error) : NULL;
}

struct enrichment *enrichment_new(const struct enrichment_options *options)
{
    struct enrichment *x = mem_alloc(sizeof *x);
    x->user_agents = user_agents_path(options);
    x->city = open_database(options->geoip_city);
    x->asn = open_database(options->geoip_asn);
    return x;
}

void enrichment_free(struct enrichment *x)
{
    if (!x)
        return;
    uap_free(x->uap);
    geoip_free(x->city);
    geoip_free(x->asn);
    mem_free(x);
}

static bool check_database(const char *path, struct error *e)
{
    struct geoip *g = path ? geoip_open(path, e) : NULL;
    geoip_free(g);
    return !path || g;
}

bool enrichment_has_user_agents(const struct enrichment_options *options, struct error *e)
{
    struct uap *u = uap_open(str_from(user_agents_path(options)), e);
    uap_free(u);
    return u != NULL;
}

bool enrichment_check(const struct enrichment_options *options, struct error *e)
{
    return check_database(options->geoip_city, e) && check_database(options->geoip_asn, e);
}

const struct user_agent *enrichment_user_agent(struct enrichment *x, str text)
{
    struct error error = {0};
    if (!x->looked && x->user_agents[0])
        x->uap = uap_open(str_from(x->user_agents), &error);
    x->looked = true;
    return x->uap ? uap_parse(x->uap, text) : NULL;
}

bool enrichment_has_places(const struct enrichment *x)
{
    return x && x->city;
}

bool enrichment_has_networks(const struct enrichment *x)
{
    return x && x->asn;
}

const struct json *enrichment_place(struct enrichment *x, str address, struct arena *a)
{
    return x->city ? geoip_place(x->city, address, a) : NULL;
}

const struct json *enrichment_network(struct enrichment *x, str address, struct arena *a)
{
    return x->asn ? geoip_network(x->asn, address, a) : NULL;
}
