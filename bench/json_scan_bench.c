/* SPDX-License-Identifier: Apache-2.0 */
/* How fast one thread scans records: json_scan_bench FILE.ndjson [SECONDS]. Prints MB/s of stage 1 alone, of validation and
 * of a scan with a dozen paths, the best of all passes over the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/os.h"
#include "value/json_walk.h"

static const char *const paths[] = {"eventName",
                                    "eventSource",
                                    "sourceIPAddress",
                                    "errorCode",
                                    "userIdentity.type",
                                    "userIdentity.arn",
                                    "userAgent",
                                    "requestParameters",
                                    "requestParameters.ipPermissions.items.ipRanges.items.cidrIp",
                                    "awsRegion",
                                    "operationName",
                                    "protoPayload.methodName",
                                    "protoPayload.authenticationInfo.principalEmail",
                                    "eventTime"};

struct bench {
    struct json_scanner *scanner;
    struct path_trie *trie;
    struct json_capture **captures;
    struct arena event;
    size_t found;
};

enum mode { MODE_STAGE1, MODE_VALIDATE, MODE_SCAN };

static void run_record(struct bench *b, str record, enum mode mode)
{
    struct json_error e;
    struct stage1_index index;
    switch (mode) {
    case MODE_STAGE1:
        b->found += stage1_run(b->scanner->stage1, record.ptr, record.len, &index) == STAGE1_OK
                        ? index.n
                        : 0;
        break;
    case MODE_VALIDATE:
        b->found += json_scan(b->scanner, record, NULL, NULL, &b->event, &e);
        break;
    case MODE_SCAN:
        json_scan(b->scanner, record, b->trie, b->captures, &b->event, &e);
        for (size_t i = 0; i < path_trie_count(b->trie); i++)
            b->found += b->captures[i] != NULL;
        arena_reset(&b->event, SIZE_MAX);
        break;
    }
}

static double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void run_mode(struct bench *b, str text, enum mode mode, double seconds, const char *name)
{
    double best = 1e9;
    double stop = seconds_now() + seconds;
    while (seconds_now() < stop) {
        b->found = 0;
        str rest = text;
        str record;
        double start = seconds_now();
        while (str_split(&rest, '\n', &record)) {
            if (record.len > 0)
                run_record(b, record, mode);
        }
        double took = seconds_now() - start;
        best = took < best ? took : best;
    }
    printf("%-10s %8.0f MB/s  (%zu found)\n", name, (double)text.len / best / 1e6, b->found);
}

int main(int argc, char **argv)
{
    struct arena program = arena_open((size_t)4 << 30);
    struct error e = {0};
    str text;
    if (argc < 2 || !os_read_file(str_from(argv[1]), (size_t)2 << 30, &program, &text, &e)) {
        fprintf(stderr, "usage: json_scan_bench FILE.ndjson [SECONDS]; %s\n", e.message);
        return 3;
    }
    struct bench b = {.scanner = json_scanner_new(1 << 20), .event = arena_open((size_t)1 << 30)};
    b.trie = path_trie_new(&program, false);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        path_trie_add_dotted(b.trie, str_from(paths[i]));
    path_trie_freeze(b.trie);
    b.captures = NEW_ARRAY(&program, struct json_capture *, path_trie_count(b.trie));
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 2;
    run_mode(&b, text, MODE_STAGE1, seconds, "stage 1");
    run_mode(&b, text, MODE_VALIDATE, seconds, "validate");
    run_mode(&b, text, MODE_SCAN, seconds, "scan");
    json_scanner_free(b.scanner);
    arena_close(&b.event);
    arena_close(&program);
    return 0;
}
