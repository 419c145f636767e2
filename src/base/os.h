/* SPDX-License-Identifier: Apache-2.0 */
/* Operating system calls that more than one layer needs. */
#ifndef POSTERN_BASE_OS_H
#define POSTERN_BASE_OS_H

#include "base/arena.h"
#include "base/error.h"

/* The whole file in the arena, at most `max` bytes (ERROR_TOO_LARGE past it). Path "-" is standard input. */
bool os_read_file(str path, size_t max, struct arena *a, str *out, struct error *e);

/* The same of a regular file that nobody else may have written: it belongs to the user of this process, and neither group nor others may write to it. ERROR_DENIED
 * when it is another's; what is no regular file is ERROR_READ. */
bool os_read_own_file(str path, size_t max, struct arena *a, str *out, struct error *e);

/* Writes a file of the user's own (mode 0600) beside `path` and gives it that name, so that a reader meets the old bytes or the new ones and never a part. Not flushed to the
 * disk: after a power cut the file may be damaged. A process that is killed in the midst leaves what it wrote as `path` with ".new-" and six letters
 * behind it; who replaces the file an hour later or more removes that. */
bool os_replace_file(str path, str bytes, struct error *e);

/* Makes the folder, for the user alone, unless it is there; those above it must be. */
bool os_make_folder(str path, struct error *e);

/* The path without links and relative parts, in `a`; empty when it cannot be told. */
str os_real_path(str path, struct arena *a);

/* Whether the path is no folder and may be opened for reading. */
bool os_may_read(str path, struct error *e);

enum os_kind { OS_NOTHING, OS_FILE, OS_FOLDER, OS_OTHER };
/* What the path is, following links. OS_NOTHING when it is not there or may not be looked at (e filled). */
enum os_kind os_kind_of(str path, struct error *e);

/* What a file was when it was looked at: a change of its bytes changes one of these. */
struct os_stamp {
    uint64_t size, device, inode;
    int64_t modified,
        changed; /* nanoseconds since the epoch; `changed` cannot be set back by who owns the file */
};
struct stat;
struct os_stamp os_stamp_of(const struct stat *st);

/* The names in a folder (no "." and ".."), sorted bytewise. */
bool os_list_folder(str path, struct arena *a, str **names, size_t *n, struct error *e);

/* Lets this process have as many files open as the system allows at all. */
void os_open_many_files(void);

/* Peak resident set of this process in bytes. Processors that may be used. */
size_t os_peak_memory(void);
unsigned os_cpu_count(void);
/* True when the descriptor is a terminal. Columns of the terminal on `fd`, or `fallback`. */
bool os_is_terminal(int fd);
unsigned os_terminal_width(int fd, unsigned fallback);

/* An open, unlinked file in `folder` ("" takes $TMPDIR, else /tmp), for reading and writing. -1 with e filled. */
int os_temporary_file(str folder, struct error *e);

/* Writes all bytes, retrying short writes and EINTR; `name` is what the error calls it. ERROR_CLOSED_PIPE, ERROR_NO_SPACE, ERROR_WRITE. */
bool os_write_all(int fd, str name, str bytes, struct error *e);

#endif
