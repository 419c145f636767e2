/* SPDX-License-Identifier: Apache-2.0 */
/* The world failed: a file, the network, memory of a library. Filled by the callee that knows, passed upward
 * untouched. Zero means no error. */
#ifndef POSTERN_BASE_ERROR_H
#define POSTERN_BASE_ERROR_H

#include "base/str.h"

enum error_code {
    ERROR_NONE = 0,
    ERROR_NOT_FOUND,
    ERROR_DENIED,
    ERROR_IS_DIRECTORY,
    ERROR_READ,
    ERROR_WRITE,
    ERROR_NO_SPACE,
    ERROR_CLOSED_PIPE,
    ERROR_TRUNCATED, /* a compressed stream ended early */
    ERROR_CORRUPT,   /* a compressed stream is broken */
    ERROR_TOO_LARGE,
    ERROR_SYSTEM,
};

struct error {
    enum error_code code;
    char message[240]; /* one line, lower case, no full stop, names the thing */
};

/* Sets code and message (printf rules) unless an error is already there. Always returns false. */
bool error_set(struct error *e, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same from an errno value: code by its meaning, message "WHAT 'NAME': reason", of a long name
 * its end. `what` is a few words. */
bool error_errno(struct error *e, int errnum, const char *what, str name);

#endif
