/* SPDX-License-Identifier: Apache-2.0 */
/* Files that appear while a hunt follows: in a folder, behind a pattern, or under a name where nothing was. A file is known by what the file system calls it, not by its name: one that was renamed (log → log.1)
 * is not new, and another one under the name is. A packed file that is still being written is not told before it has rested for one look. One thread. */
#ifndef POSTERN_RUN_WATCH_H
#define POSTERN_RUN_WATCH_H

#include "input/input.h"
#include "input/walk.h"

struct watch;

/* What to look for, as named on the command line. Files that are there already, and those behind the descriptors `own` (where we write), are known. Arrays are borrowed. */
struct watch *watch_new(const str *paths, size_t n_paths, const int *own, size_t n_own,
                        const struct walk_list *files);
void watch_free(struct watch *w);

/* Whether anything can appear: false for nothing but files that are there. */
bool watch_waits(const struct watch *w);
/* The file was opened, or read to its end: it is known, as it is now. */
void watch_know(struct watch *w, const struct input_mark *mark);
/* The file was deleted and is about to be closed: the next one that the file system calls so is another. */
void watch_forget(struct watch *w, const struct input_mark *mark);
/* Looks again unless it did within the last second (or twenty times of what the look took). Tells every file that is new; `path` is valid during the call. True when it told one. */
bool watch_look(struct watch *w, void (*found)(void *user, str path), void *user);

#endif
