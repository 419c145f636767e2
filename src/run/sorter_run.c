/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of a sorter on disk; see sorter_run.h. */
#include "run/sorter_run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/os.h"

/* Shorter pieces than DIRECT are put together first. */
enum { BUFFER = 256 * 1024, DIRECT = 64 * 1024 };

/* ---- Writing ---- */

bool sorter_run_open(struct sorter_run_writer *w, str folder, struct error *e)
{
    int fd = os_temporary_file(folder, e);
    if (fd < 0) {
        return false;
    }
    *w = (struct sorter_run_writer){.fd = fd, .folder = folder, .buffer = mem_alloc(BUFFER)};
    return true;
}

static bool write_out(struct sorter_run_writer *w, str bytes, struct error *e)
{
    struct error why = {0};
    return os_write_all(w->fd, S("a temporary file"), bytes, &why) ||
           error_errno(e, errno, "cannot write a temporary file in", w->folder);
}

static bool flush(struct sorter_run_writer *w, struct error *e)
{
    bool ok = write_out(w, (str){w->buffer, w->n}, e);
    w->n = 0;
    return ok;
}

bool sorter_run_settle(struct sorter_run_writer *w, struct error *e)
{
    str waiting = w->waiting;
    w->waiting = (str){0};
    if (waiting.len > BUFFER - w->n && !flush(w, e)) {
        return false;
    }
    if (waiting.len >= DIRECT) {
        return flush(w, e) && write_out(w, waiting, e);
    }
    if (waiting.len > 0) {
        memcpy(w->buffer + w->n, waiting.ptr, waiting.len);
        w->n += waiting.len;
    }
    return true;
}

bool sorter_run_write(struct sorter_run_writer *w, const struct sorter_item *item, struct error *e)
{
    const char *at = (const char *)item;
    bool follows = w->waiting.len > 0 && w->waiting.ptr + w->waiting.len == at;
    if (!follows && !sorter_run_settle(w, e)) {
        return false;
    }
    w->waiting.ptr = w->waiting.len ? w->waiting.ptr : at;
    w->waiting.len += sorter_item_size(item);
    return true;
}

int sorter_run_end(struct sorter_run_writer *w, bool ok, struct error *e)
{
    int fd = w->fd;
    if (!ok || !sorter_run_settle(w, e) || !flush(w, e)) {
        close(fd);
        fd = -1;
    }
    mem_free(w->buffer);
    return fd;
}

/* ---- Reading ---- */

/* At least `size` bytes at r->at. *end: the file ends before them. */
static bool need(struct sorter_run *r, size_t size, bool *end, struct error *e)
{
    *end = false;
    if (r->n - r->at >= size) {
        return true;
    }
    memmove(r->buffer, r->buffer + r->at, r->n - r->at);
    r->n -= r->at;
    r->at = 0;
    if (size > r->cap) {
        size_t cap = size + size / 2;
        r->buffer = mem_grow(r->buffer, r->cap, cap);
        r->cap = cap;
    }
    while (r->n < size) {
        ssize_t got = read(r->fd, r->buffer + r->n, r->cap - r->n);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return error_set(e, ERROR_READ, "cannot read back a temporary file");
        }
        if (got == 0) {
            *end = true;
            return true;
        }
        r->n += (size_t)got;
    }
    return true;
}

/* Makes what lies at r->at the head. */
static bool take_head(struct sorter_run *r, struct error *e)
{
    struct sorter_item item;
    bool end;
    r->head = NULL;
    if (!need(r, sizeof item, &end, e)) {
        return false;
    }
    if (end) {
        return r->n == 0 || error_set(e, ERROR_READ, "cannot read back a temporary file");
    }
    memcpy(&item, r->buffer + r->at, sizeof item);
    if (!need(r, sorter_item_size(&item), &end, e)) {
        return false;
    }
    /* Aligned: the buffer is, and so is the length of all items before it. */
    r->head = (const struct sorter_item *)(const void *)(r->buffer + r->at);
    return !end || error_set(e, ERROR_READ, "cannot read back a temporary file");
}

bool sorter_run_rewind(struct sorter_run *r, size_t buffer, struct error *e)
{
    if (lseek(r->fd, 0, SEEK_SET) != 0) {
        return error_set(e, ERROR_READ, "cannot read back a temporary file");
    }
    if (!r->buffer) {
        r->buffer = mem_alloc(buffer);
        r->cap = buffer;
    }
    r->at = r->n = 0;
    return take_head(r, e);
}

bool sorter_run_advance(struct sorter_run *r, struct error *e)
{
    r->at += sorter_item_size(r->head);
    return take_head(r, e);
}

void sorter_run_close(struct sorter_run *r)
{
    close(r->fd);
    mem_free(r->buffer);
    *r = (struct sorter_run){.fd = -1};
}
