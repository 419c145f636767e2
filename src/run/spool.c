/* SPDX-License-Identifier: Apache-2.0 */
/* A handle is the number of a segment and an offset in it. Segments are numbered on and on; the window of living ones is an array of pointers. A segment holds texts until it has SEGMENT bytes; a larger text has one for itself. */
#include "run/spool.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/os.h"

enum { SEGMENT = 1 << 20, OFFSET_BITS = 20 };

struct segment {
    struct buf bytes; /* each text behind its length */
    uint64_t references;
    size_t len; /* of the bytes, also when they are in the file */
    int64_t at; /* in the file; -1: in memory */
};

struct spool {
    size_t memory, in_memory;
    struct segment **segments; /* number `base` and up; NULL: freed */
    uint64_t base, end;        /* numbers; the last one is being filled */
    size_t cap;
    uint64_t oldest; /* no segment before it is in memory */
    int fd;
    int64_t file_end;
    int64_t *holes; /* places of freed segments of SEGMENT bytes in the file */
    size_t n_holes, cap_holes;
    bool spilled;
};

struct spool *spool_new(size_t memory)
{
    struct spool *s = mem_alloc(sizeof *s);
    s->memory = memory;
    s->fd = -1;
    return s;
}

static struct segment *segment_at(const struct spool *s, uint64_t number)
{
    return s->segments[number - s->base];
}

static void free_segment(struct segment *g)
{
    if (g) {
        buf_deinit(&g->bytes);
        mem_free(g);
    }
}

void spool_free(struct spool *s)
{
    if (s) {
        for (uint64_t i = s->base; i < s->end; i++) {
            free_segment(segment_at(s, i));
        }
        if (s->fd >= 0) {
            close(s->fd);
        }
        mem_free(s->segments);
        mem_free(s->holes);
        mem_free(s);
    }
}

/* ---- Segments come and go ---- */

/* Forgets freed segments at the front, moving the window when it is at least half of it. */
static void shift_window(struct spool *s)
{
    uint64_t first = s->base;
    while (first < s->end && !segment_at(s, first)) {
        first++;
    }
    size_t gone = (size_t)(first - s->base), live = (size_t)(s->end - first);
    if (gone > live) {
        memmove(s->segments, s->segments + gone, live * sizeof(struct segment *));
        s->base = first;
    }
}

static void add_hole(struct spool *s, int64_t at)
{
    if (s->n_holes == s->cap_holes) {
        size_t cap = s->cap_holes ? s->cap_holes * 2 : 64;
        s->holes = mem_grow(s->holes, s->cap_holes * sizeof *s->holes, cap * sizeof *s->holes);
        s->cap_holes = cap;
    }
    s->holes[s->n_holes++] = at;
}

static void close_segment(struct spool *s, uint64_t number)
{
    struct segment *g = segment_at(s, number);
    if (g->at < 0) {
        s->in_memory -= g->bytes.cap;
    } else if (g->len <= SEGMENT) {
        add_hole(s, g->at);
    }
    free_segment(g);
    s->segments[number - s->base] = NULL;
}

static void open_segment(struct spool *s)
{
    if (s->end > s->base && segment_at(s, s->end - 1)->references == 0) {
        close_segment(s, s->end - 1);
    }
    shift_window(s);
    size_t n = (size_t)(s->end - s->base);
    if (n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 64;
        s->segments =
            mem_grow(s->segments, s->cap * sizeof *s->segments, cap * sizeof *s->segments);
        s->cap = cap;
    }
    struct segment *g = mem_alloc(sizeof *g);
    g->bytes = BUF_INIT(SIZE_MAX / 4);
    g->at = -1;
    s->segments[n] = g;
    s->end++;
}

/* ---- The file ---- */

static bool write_at(struct spool *s, str bytes, int64_t at, struct error *e)
{
    while (bytes.len) {
        ssize_t n = pwrite(s->fd, bytes.ptr, bytes.len, at);
        if (n < 0 && errno != EINTR) {
            return error_errno(e, errno, "cannot write", S("a temporary file"));
        }
        bytes = str_slice(bytes, n > 0 ? (size_t)n : 0, bytes.len);
        at += n > 0 ? n : 0;
    }
    return true;
}

/* Moves a segment from memory to the file. */
static bool write_out(struct spool *s, struct segment *g, struct error *e)
{
    if (s->fd < 0 && (s->fd = os_temporary_file(S(""), e)) < 0) {
        return false;
    }
    bool hole = g->len <= SEGMENT && s->n_holes;
    int64_t at = hole ? s->holes[--s->n_holes] : s->file_end;
    if (!hole) {
        s->file_end += (int64_t)(g->len > SEGMENT ? g->len : SEGMENT);
    }
    if (!write_at(s, buf_view(&g->bytes), at, e)) {
        return false;
    }
    s->in_memory -= g->bytes.cap;
    g->at = at;
    buf_deinit(&g->bytes);
    s->spilled = true;
    return true;
}

/* Writes out the oldest segments until the rest fits. The one being filled stays. */
static bool keep_to_memory(struct spool *s, struct error *e)
{
    s->oldest = s->oldest < s->base ? s->base : s->oldest;
    for (; s->in_memory > s->memory && s->oldest + 1 < s->end; s->oldest++) {
        struct segment *g = segment_at(s, s->oldest);
        if (g && g->at < 0 && !write_out(s, g, e)) {
            return false;
        }
    }
    return true;
}

/* ---- Texts ---- */

/* Whether a text of that length goes into the last segment. */
static bool fits(const struct spool *s, size_t len)
{
    if (s->end == s->base) {
        return false;
    }
    const struct segment *g = segment_at(s, s->end - 1);
    return g->len + sizeof(uint64_t) + len <= SEGMENT;
}

uint64_t spool_next(struct spool *s, size_t len)
{
    return fits(s, len) ? (s->end - 1) << OFFSET_BITS | segment_at(s, s->end - 1)->len
                        : s->end << OFFSET_BITS;
}

bool spool_add(struct spool *s, str text, size_t count, struct error *e)
{
    if (!fits(s, text.len)) {
        open_segment(s);
    }
    struct segment *g = segment_at(s, s->end - 1);
    size_t cap = g->bytes.cap;
    uint64_t len = text.len;
    buf_append(&g->bytes, (str){(const char *)&len, sizeof len});
    buf_append(&g->bytes, text);
    g->len = g->bytes.len;
    g->references += count;
    s->in_memory += g->bytes.cap - cap;
    return s->in_memory <= s->memory || keep_to_memory(s, e);
}

void spool_hold(struct spool *s, uint64_t handle)
{
    segment_at(s, handle >> OFFSET_BITS)->references++;
}

void spool_release(struct spool *s, uint64_t handle)
{
    uint64_t number = handle >> OFFSET_BITS;
    /* The last segment stays, so that what spool_next said holds. */
    if (--segment_at(s, number)->references == 0 && number + 1 < s->end) {
        close_segment(s, number);
    }
}

static bool read_at(struct spool *s, char *to, size_t len, int64_t at, struct error *e)
{
    while (len) {
        ssize_t n = pread(s->fd, to, len, at);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return error_set(e, ERROR_READ, "cannot read back a temporary file");
        }
        to += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
        at += n > 0 ? n : 0;
    }
    return true;
}

bool spool_read(struct spool *s, uint64_t handle, struct buf *out, struct error *e)
{
    const struct segment *g = segment_at(s, handle >> OFFSET_BITS);
    size_t at = handle & (SEGMENT - 1);
    uint64_t len;
    if (g->at < 0) {
        memcpy(&len, g->bytes.ptr + at, sizeof len);
        buf_append(out, (str){g->bytes.ptr + at + sizeof len, (size_t)len});
        return true;
    }
    if (!read_at(s, (char *)&len, sizeof len, g->at + (int64_t)at, e)) {
        return false;
    }
    char *to = buf_reserve(out, (size_t)len);
    if (!to || !read_at(s, to, (size_t)len, g->at + (int64_t)(at + sizeof len), e)) {
        return false;
    }
    buf_commit(out, (size_t)len);
    return true;
}

size_t spool_memory(const struct spool *s)
{
    return s->in_memory;
}

bool spool_spilled(const struct spool *s)
{
    return s->spilled;
}
