// SPDX-License-Identifier: Apache-2.0
// Shim over toml++ (header only, without exceptions).
#include "value/toml_shim.h"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wnull-dereference"
#pragma GCC diagnostic ignored "-Wshadow"
#include <toml++/toml.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cstring>

namespace {

using callback = void (*)(void *, const toml_event *);

constexpr int nesting_max = 256;

// Deepest nesting below a node, counted no further than `limit`. Where it is passed, *at is the place.
bool too_deep(const toml::node &node, int limit, toml::source_position &at)
{
    if (limit == 0 && (node.is_table() || node.is_array())) {
        at = node.source().begin;
        return true;
    }
    if (const auto *table = node.as_table()) {
        for (auto &&[name, value] : *table) {
            if (too_deep(value, limit - 1, at)) {
                return true;
            }
        }
    } else if (const auto *array = node.as_array()) {
        for (const toml::node &value : *array) {
            if (too_deep(value, limit - 1, at)) {
                return true;
            }
        }
    }
    return false;
}

struct walker {
    callback found;
    void *user;

    void send(toml_event &e, const toml::node &node, std::string_view key) const
    {
        e.key = key.data();
        e.key_len = key.size();
        e.line = node.source().begin.line;
        e.column = node.source().begin.column;
        found(user, &e);
    }

    void end() const
    {
        toml_event e{};
        e.kind = TOML_END;
        found(user, &e);
    }

    void walk_table(const toml::table &table, std::string_view key) const
    {
        toml_event e{};
        e.kind = TOML_TABLE;
        send(e, table, key);
        for (auto &&[name, value] : table) {
            walk(value, name.str());
        }
        end();
    }

    void walk_array(const toml::array &array, std::string_view key) const
    {
        toml_event e{};
        e.kind = TOML_ARRAY;
        send(e, array, key);
        for (const toml::node &value : array) {
            walk(value, {});
        }
        end();
    }

    void walk_scalar(const toml::node &node, std::string_view key) const
    {
        toml_event e{};
        if (const auto *s = node.as_string()) {
            e.kind = TOML_STRING;
            e.text = s->get().data();
            e.text_len = s->get().size();
        } else if (const auto *i = node.as_integer()) {
            e.kind = TOML_INTEGER;
            e.integer = i->get();
        } else if (const auto *f = node.as_floating_point()) {
            e.kind = TOML_FLOAT;
            e.real = f->get();
        } else if (const auto *b = node.as_boolean()) {
            e.kind = TOML_BOOLEAN;
            e.boolean = b->get();
        } else {
            e.kind = TOML_DATE;
        }
        send(e, node, key);
    }

    void walk(const toml::node &node, std::string_view key) const
    {
        if (const auto *table = node.as_table()) {
            walk_table(*table, key);
        } else if (const auto *array = node.as_array()) {
            walk_array(*array, key);
        } else {
            walk_scalar(node, key);
        }
    }
};

void describe(const toml::parse_error &error, toml_failure &out)
{
    std::string_view text = error.description();
    size_t n = std::min(text.size(), sizeof out.message - 1);
    std::memcpy(out.message, text.data(), n);
    out.message[n] = '\0';
    out.line = error.source().begin.line;
    out.column = error.source().begin.column;
}

} // namespace

extern "C" bool toml_shim_parse(const char *text, size_t len, callback found, void *user,
                                toml_failure *failure)
{
    toml::parse_result result = toml::parse(std::string_view{text, len});
    if (!result) {
        describe(result.error(), *failure);
        return false;
    }
    toml::source_position at{};
    if (too_deep(result.table(), nesting_max, at)) {
        constexpr std::string_view message = "nested too deeply";
        std::memcpy(failure->message, message.data(), message.size());
        failure->message[message.size()] = '\0';
        failure->line = at.line;
        failure->column = at.column;
        return false;
    }
    walker{found, user}.walk_table(result.table(), {});
    return true;
}
