/* SPDX-License-Identifier: Apache-2.0 */
/* How fast simdjson's DOM is: dom_bench FILE. Parses each document of the file, NDJSON or one of any size, and looks at every value; prints how many
 * documents there are and the MB/s, reading the file not counted. What a reader costs that knows nothing of logs and asks nothing. */
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <simdjson.h>

using namespace simdjson;

/* Documents of a stream are indexed this many bytes at a time; no document may be longer. */
static size_t batch_for(const padded_string &text)
{
    size_t longest = 0;
    for (const char *p = text.data(), *end = p + text.size(); p < end;) {
        const void *found = memchr(p, '\n', static_cast<size_t>(end - p));
        const char *line = found ? static_cast<const char *>(found) : end;
        longest = std::max(longest, static_cast<size_t>(line - p));
        p = line + 1;
    }
    return std::max(longest + 64, dom::DEFAULT_BATCH_SIZE);
}

/* Bytes of keys and texts, and one for any other scalar. */
static size_t visit(dom::element e)
{
    size_t sum = 0;
    dom::object object;
    dom::array array;
    std::string_view text;
    if (e.get(object) == SUCCESS) {
        for (auto member : object)
            sum += member.key.size() + visit(member.value);
    } else if (e.get(array) == SUCCESS) {
        for (auto element : array)
            sum += visit(element);
    } else {
        sum = e.get(text) == SUCCESS ? text.size() : 1;
    }
    return sum;
}

int main(int argc, char **argv)
{
    padded_string text;
    if (argc != 2 || padded_string::load(argv[1]).get(text) != SUCCESS) {
        std::fprintf(stderr, "usage: dom_bench FILE\n");
        return 2;
    }
    dom::parser parser;
    dom::document_stream stream;
    size_t documents = 0, sum = 0, batch = batch_for(text);
    std::clock_t started = std::clock();
    if (parser.parse_many(text, batch).get(stream) != SUCCESS)
        return 1;
    for (auto document : stream) {
        dom::element e;
        if (document.get(e) == SUCCESS) {
            sum += visit(e);
            documents++;
        }
    }
    double seconds = static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
    std::printf("%zu documents, %.1f MB/s, %zu\n", documents,
                static_cast<double>(text.size()) / 1e6 / seconds, sum);
    return documents == 0;
}
