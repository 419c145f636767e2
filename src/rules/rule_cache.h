/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a folder of rules came to, kept in a file of its own so that the next run need neither open nor compile them. Loading a rule file
 * depends on its bytes and on the program alone, so a cache can only save work: an entry is taken when the file's stamp (size, times, inode) is the one it was kept for and the cache was
 * made by this very build of the program; anything else, damage above all, is ignored and made anew. Folders are listed and looked through all the same.
 *
 * The file: "POSTRULE", the format's version (4 bytes), a checksum of all that follows (8 bytes), then as pack.h writes: the build, the folder, the number of
 * entries, and of each its path below the folder, its stamp and what rule_pack made.
 *
 * It is read only when it belongs to the user of the process and nobody else may write to it (os_read_own_file): who can forge it can change the rules as well. Even a forged
 * one cannot do more than stand for other rules: everything in it is checked when it is read.
 *
 * A file that changed within the last two seconds before it was looked at is not kept: it may change once more without a change of its stamp, where the clock of the file
 * system is coarse. */
#ifndef POSTERN_RULES_RULE_CACHE_H
#define POSTERN_RULES_RULE_CACHE_H

#include "base/buf.h"
#include "base/os.h"

/* Where caches are, who asks and when. All constant while rules are loaded. */
struct rule_cache_place {
    str folder;  /* of the caches; made when there is something to write */
    str build;   /* of the program; empty: nothing is kept or taken */
    int64_t now; /* of the wall clock, before the first file is looked at */
};

enum { RULE_CACHE_FRESH_NS = 2000000000 };

/* A file of the folder: its path as a walk of the folder gives it, and what it was when it was met. */
struct kept_file {
    str path;
    const struct os_stamp *stamp;
};

struct rule_cache;

/* The cache of one folder of rules: what is on disk, or an empty one that knows why. Never NULL; all of it is in `a`, which must outlive what is taken from it. */
struct rule_cache *rule_cache_open(const struct rule_cache_place *place, str folder,
                                   struct arena *a);

/* What was kept for the file as it is now, for rule_unpack; the entry stays in the cache. False when there is nothing. */
bool rule_cache_find(struct rule_cache *c, const struct kept_file *file, str *bytes);
/* What was found last is damaged: the file will be read, and kept anew. */
void rule_cache_reject(struct rule_cache *c);
/* What was found last is right, but the file will be read all the same. */
void rule_cache_pass_over(struct rule_cache *c);
/* The file was read. Keeps `bytes` (copied) for it, unless it is too new; `bytes` NULL: there is nothing to keep. */
void rule_cache_keep(struct rule_cache *c, const struct kept_file *file, const str *bytes);
/* Keeps nothing for this file of those that were read. */
void rule_cache_drop(struct rule_cache *c, str path);

/* Writes the cache unless the one on disk says the same. */
void rule_cache_save(struct rule_cache *c);

/* One line without its end: "rule cache 'cache/….rules': 10 files taken, 1 read; written anew". */
void rule_cache_report(const struct rule_cache *c, struct buf *out);

/* Whether these bytes are a cache that this build made of the folder, checksum or not: for tests and the fuzzer. Calls `entry`, when set, for each. */
bool rule_cache_check(str bytes, str build, str folder, bool checksum,
                      void (*entry)(void *user, str path, str bytes), void *user);

#endif
