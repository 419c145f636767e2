/* SPDX-License-Identifier: Apache-2.0 */
/* Operating system calls that more than one layer needs. */
#ifndef POSTERN_BASE_OS_H
#define POSTERN_BASE_OS_H

#include "base/arena.h"
#include "base/error.h"

/* The whole file in the arena, at most `max` bytes (ERROR_TOO_LARGE past it). Path "-" is standard input. */
bool os_read_file(str path, size_t max, struct arena *a, str *out, struct error *e);

/* Whether the path is no folder and may be opened for reading. */
bool os_may_read(str path, struct error *e);

enum os_kind { OS_NOTHING, OS_FILE, OS_FOLDER, OS_OTHER };
/* What the path is, following links. OS_NOTHING when it is not there or may not be looked at (e filled). */
enum os_kind os_kind_of(str path, struct error *e);

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
