/* SPDX-License-Identifier: Apache-2.0 */
/* The C face of toml++: a parse that reports what it finds, in order. */
#ifndef POSTERN_VALUE_TOML_SHIM_H
#define POSTERN_VALUE_TOML_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum toml_kind {
    TOML_TABLE,
    TOML_ARRAY,
    TOML_END,
    TOML_STRING,
    TOML_INTEGER,
    TOML_FLOAT,
    TOML_BOOLEAN,
    TOML_DATE
};

/* One thing found. `key` is set inside a table. line and column count from 1, columns in code points; 0 when not known. */
struct toml_event {
    enum toml_kind kind;
    const char *key;
    size_t key_len;
    const char *text; /* TOML_STRING: decoded; lives until the callback returns */
    size_t text_len;
    int64_t integer;
    double real;
    bool boolean;
    uint32_t line, column;
};

struct toml_failure {
    uint32_t line, column;
    char message[200];
};

/* Calls `found` for each thing; TOML_END closes a table or an array. False with *failure filled when the text is no TOML. */
bool toml_shim_parse(const char *text, size_t len,
                     void (*found)(void *user, const struct toml_event *e), void *user,
                     struct toml_failure *failure);

#ifdef __cplusplus
}
#endif

#endif
