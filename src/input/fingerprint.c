/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes themselves are kept: they are few, and need no hash then. */
#include "input/fingerprint.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void fingerprint_take(struct fingerprint *p, str bytes)
{
    str head = str_slice(bytes, 0, FINGERPRINT_BYTES - p->n_first);
    str tail = str_slice(
        bytes, bytes.len - (bytes.len < FINGERPRINT_BYTES ? bytes.len : FINGERPRINT_BYTES),
        bytes.len);
    if (bytes.len == 0) {
        return;
    }
    memcpy(p->first + p->n_first, head.ptr, head.len);
    p->n_first += head.len;
    size_t kept = FINGERPRINT_BYTES - tail.len;
    kept = kept < p->n_last ? kept : p->n_last;
    memmove(p->last, p->last + p->n_last - kept, kept);
    memcpy(p->last + kept, tail.ptr, tail.len);
    p->n_last = kept + tail.len;
    p->size += bytes.len;
}

/* Whether the file holds other bytes at `at`. */
static bool other_bytes(int fd, uint64_t at, const char *bytes, size_t n)
{
    char now[FINGERPRINT_BYTES];
    ssize_t got = pread(fd, now, n, (off_t)at);
    return got == (ssize_t)n && memcmp(now, bytes, n) != 0;
}

bool fingerprint_differs(struct fingerprint *p, int fd)
{
    struct stat st;
    if (p->size == 0 || fstat(fd, &st) != 0 || (uint64_t)st.st_size < p->size) {
        return false;
    }
    int64_t changed = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    if (changed == p->changed) {
        return false;
    }
    p->changed = changed;
    return other_bytes(fd, 0, p->first, p->n_first) ||
           other_bytes(fd, p->size - p->n_last, p->last, p->n_last);
}
