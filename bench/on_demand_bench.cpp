/* SPDX-License-Identifier: Apache-2.0 */
/* How fast simdjson's on-demand reader is: on_demand_bench FILE. Of each line of an NDJSON file six members are looked for in one pass over the record; prints how
 * many lines there are, how many members were found, and the seconds, reading the file not counted. What a reader costs that knows beforehand all that will be asked. */
#include <cstdio>
#include <cstring>
#include <ctime>
#include <simdjson.h>
#include <string_view>

using namespace simdjson;

static const std::string_view wanted[] = {"eventName",     "eventSource", "eventTime",
                                          "operationName", "category",    "insertId"};

/* How many of the wanted members the record has. */
static size_t look(ondemand::document &document)
{
    size_t found = 0;
    ondemand::object object;
    if (document.get_object().get(object) != SUCCESS)
        return 0;
    for (auto field : object) {
        ondemand::raw_json_string key;
        std::string_view text;
        if (field.key().get(key) != SUCCESS)
            return found;
        for (std::string_view name : wanted) {
            if (key.unsafe_is_equal(name)) {
                found += field.value().get_string().get(text) == SUCCESS && !text.empty();
                break;
            }
        }
    }
    return found;
}

int main(int argc, char **argv)
{
    padded_string text;
    if (argc != 2 || padded_string::load(argv[1]).get(text) != SUCCESS) {
        std::fprintf(stderr, "usage: on_demand_bench FILE\n");
        return 2;
    }
    ondemand::parser parser;
    size_t lines = 0, found = 0;
    const char *end = text.data() + text.size();
    std::clock_t started = std::clock();
    for (const char *line = text.data(); line < end; lines++) {
        const void *stop = memchr(line, '\n', static_cast<size_t>(end - line));
        const char *next = stop ? static_cast<const char *>(stop) : end;
        size_t length = static_cast<size_t>(next - line);
        ondemand::document document;
        size_t room = length + static_cast<size_t>(end - next) + SIMDJSON_PADDING;
        if (parser.iterate(padded_string_view(line, length, room)).get(document) == SUCCESS)
            found += look(document);
        line = next + 1;
    }
    double seconds = static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
    std::printf("%zu lines, %zu members, %.4f s\n", lines, found, seconds);
    return found == 0;
}
