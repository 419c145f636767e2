/* SPDX-License-Identifier: Apache-2.0 */
/* Failures of the world. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Names of files come from strangers and may hold line ends and terminal escapes; a message is one line of text. */
static void hide_controls(char *message)
{
    for (char *at = message; *at; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            *at = '?';
        }
    }
}

bool error_set(struct error *e, enum error_code code, const char *format, ...)
{
    if (e->code == ERROR_NONE) {
        va_list args;
        va_start(args, format);
        e->code = code;
        vsnprintf(e->message, sizeof e->message, format, args);
        va_end(args);
        hide_controls(e->message);
    }
    return false;
}

static enum error_code code_of(int errnum)
{
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
        return ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
        return ERROR_DENIED;
    case EISDIR:
        return ERROR_IS_DIRECTORY;
    case ENOSPC:
    case EDQUOT:
        return ERROR_NO_SPACE;
    case EPIPE:
        return ERROR_CLOSED_PIPE;
    case EFBIG:
        return ERROR_TOO_LARGE;
    case EIO:
        return ERROR_READ;
    default:
        return ERROR_SYSTEM;
    }
}

/* The end of a name, which tells more than its begin, from a character on. */
static str name_tail(str name, size_t room)
{
    size_t from = name.len > room ? name.len - room : 0;
    while (from > 0 && from < name.len && ((unsigned char)name.ptr[from] & 0xC0) == 0x80) {
        from++;
    }
    return str_slice(name, from, name.len);
}

bool error_errno(struct error *e, int errnum, const char *what, str name)
{
    char reason[120];
    if (strerror_r(errnum, reason, sizeof reason) != 0) {
        snprintf(reason, sizeof reason, "error %d", errnum);
    }
    if (reason[0] >= 'A' && reason[0] <= 'Z') {
        reason[0] = (char)(reason[0] + 32);
    }
    str shown =
        name_tail(name, sizeof e->message - strlen(reason) - strlen(what) - sizeof " '...': ");
    return error_set(e, code_of(errnum), "%s '%s%.*s': %s", what, shown.len < name.len ? "..." : "",
                     STR_ARG(shown), reason);
}
