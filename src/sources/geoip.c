/* SPDX-License-Identifier: Apache-2.0 */
/* libmaxminddb; see geoip.h. */
#include "sources/geoip.h"

#include <maxminddb.h>
#include <netinet/in.h>
#include <string.h>

#include "base/ip.h"
#include "base/mem.h"

struct geoip {
    MMDB_s database;
};

struct geoip *geoip_open(const char *path, struct error *e)
{
    struct geoip *g = mem_alloc(sizeof *g);
    int code = MMDB_open(path, MMDB_MODE_MMAP, &g->database);
    if (code == MMDB_SUCCESS)
        return g;
    error_set(e, ERROR_READ, "cannot read the database '%s': %s", path, MMDB_strerror(code));
    mem_free(g);
    return NULL;
}

void geoip_free(struct geoip *g)
{
    if (g) {
        MMDB_close(&g->database);
        mem_free(g);
    }
}

/* The entry of an address; found_entry false when there is none. */
static MMDB_lookup_result_s find(struct geoip *g, str address)
{
    MMDB_lookup_result_s none = {.found_entry = false};
    struct sockaddr_storage socket = {0};
    struct ip ip;
    int error = MMDB_SUCCESS;
    if (!ip_parse(address, &ip) || (!ip_is_v4(&ip) && g->database.metadata.ip_version == 4))
        return none;
    if (!ip_is_v4(&ip)) {
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)(void *)&socket;
        six->sin6_family = AF_INET6;
        memcpy(&six->sin6_addr, ip.byte, 16);
    } else {
        struct sockaddr_in *four = (struct sockaddr_in *)(void *)&socket;
        four->sin_family = AF_INET;
        memcpy(&four->sin_addr, ip.byte + 12, 4);
    }
    MMDB_lookup_result_s result =
        MMDB_lookup_sockaddr(&g->database, (const struct sockaddr *)(const void *)&socket, &error);
    return error == MMDB_SUCCESS ? result : none;
}

/* A value by its path of keys, ended by NULL; its type is 0 when there is none. */
static MMDB_entry_data_s value_at(MMDB_lookup_result_s *found, const char *const *path)
{
    MMDB_entry_data_s data;
    int code = MMDB_aget_value(&found->entry, &data, path);
    if (code != MMDB_SUCCESS || !data.has_data)
        data.type = 0;
    return data;
}

static const struct json *text_at(MMDB_lookup_result_s *found, const char *const *path,
                                  struct arena *a)
{
    MMDB_entry_data_s data = value_at(found, path);
    if (data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size == 0)
        return NULL;
    return json_new_string(a, arena_copy(a, (str){data.utf8_string, data.data_size}));
}

static const struct json *number_at(MMDB_lookup_result_s *found, const char *const *path,
                                    struct arena *a)
{
    MMDB_entry_data_s data = value_at(found, path);
    if (data.type == MMDB_DATA_TYPE_DOUBLE)
        return json_new_double(a, data.double_value);
    return data.type == MMDB_DATA_TYPE_UINT32 ? json_new_i64(a, data.uint32) : NULL;
}

static void put(struct json *object, const char *key, const struct json *value, struct arena *a)
{
    if (value)
        json_add(object, str_from(key), json_alias(a, value));
}

const struct json *geoip_place(struct geoip *g, str address, struct arena *a)
{
    static const struct {
        const char *field;
        const char *path[5];
    } texts[] = {
        {"continent_name", {"continent", "names", "en", NULL}},
        {"country_iso_code", {"country", "iso_code", NULL}},
        {"country_name", {"country", "names", "en", NULL}},
        {"region_name", {"subdivisions", "0", "names", "en", NULL}},
        {"city_name", {"city", "names", "en", NULL}},
    };
    static const char *const region[] = {"subdivisions", "0", "iso_code", NULL};
    static const char *const latitude[] = {"location", "latitude", NULL};
    static const char *const longitude[] = {"location", "longitude", NULL};
    MMDB_lookup_result_s found = find(g, address);
    if (!found.found_entry)
        return NULL;
    struct json *geo = json_new(a, JSON_OBJECT);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        put(geo, texts[i].field, text_at(&found, texts[i].path, a), a);
    /* "DE-BE": the region's code alone is not unique. */
    const struct json *country = json_get(geo, S("country_iso_code"));
    const struct json *code = text_at(&found, region, a);
    if (country && code)
        put(geo, "region_iso_code",
            json_new_string(a, arena_concat(a, country->text, S("-"), code->text)), a);
    const struct json *lat = number_at(&found, latitude, a);
    const struct json *lon = number_at(&found, longitude, a);
    if (lat && lon) {
        struct json *location = json_new(a, JSON_OBJECT);
        put(location, "lat", lat, a);
        put(location, "lon", lon, a);
        json_add(geo, S("location"), location);
    }
    return geo->child ? geo : NULL;
}

const struct json *geoip_network(struct geoip *g, str address, struct arena *a)
{
    static const char *const number[] = {"autonomous_system_number", NULL};
    static const char *const name[] = {"autonomous_system_organization", NULL};
    MMDB_lookup_result_s found = find(g, address);
    if (!found.found_entry)
        return NULL;
    struct json *as = json_new(a, JSON_OBJECT);
    put(as, "number", number_at(&found, number, a), a);
    const struct json *organization = text_at(&found, name, a);
    if (organization) {
        struct json *object = json_new(a, JSON_OBJECT);
        put(object, "name", organization, a);
        json_add(as, S("organization"), object);
    }
    return as->child ? as : NULL;
}
