/* SPDX-License-Identifier: Apache-2.0 */
/* A descriptor, a buffer of stored bytes, and perhaps a decoder. */
#include "input/input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "input/decoder.h"

enum { STORED_SIZE = 128 * 1024, MAGIC_MAX = 4, WAIT_MS = 100 };

/* Largest compressed file that is decoded at once, and what it may become. */
static const size_t whole_stored = 2 << 20, whole_decoded = 16 << 20;

static const struct decoder *const decoders[] = {&decoder_gzip, &decoder_zstd};

struct input {
    int fd;
    const struct decoder *decoder;
    void *state;
    const struct decoder *kept; /* of the file before, for the next one of its kind */
    void *kept_state;           /* NULL: none */
    char *stored;
    size_t len, at, cap; /* bytes in `stored`, used of them, and its size */
    size_t file_size;    /* of a regular file, when it was opened */
    uint64_t position;
    const atomic_bool *stop;
    bool regular; /* never has to wait */
    bool placed;  /* `fd` is borrowed, and read where `position` says */
    bool probed, stored_end, end;
    size_t whole;         /* not 0: a read with this much room may decode everything at once */
    struct error failure; /* of reading; told after the bytes before it */
    char name[80];
};

/* A folder opens like a file; reading it would only say so later. */
static bool refuse_folder(int fd, str path, bool *regular, size_t *size, struct error *e)
{
    struct stat st = {0};
    *regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    *size = *regular ? (size_t)st.st_size : 0;
    return !S_ISDIR(st.st_mode) || error_errno(e, EISDIR, "cannot read", path);
}

/* Without waiting for a FIFO's writer: wait_for_bytes does that, and can be interrupted. */
static int open_for_reading(const char *name)
{
    return open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

/* -1 with *e filled. */
static int open_path(str path, bool *regular, size_t *size, struct error *e)
{
    char name[PATH_MAX];
    if (path.len >= sizeof name || (path.len && memchr(path.ptr, '\0', path.len))) {
        error_errno(e, ENAMETOOLONG, "cannot open", str_slice(path, 0, 80));
        return -1;
    }
    if (path.len) {
        memcpy(name, path.ptr, path.len);
    }
    name[path.len] = '\0';
    bool standard = str_eq(path, S("-"));
    int fd = standard ? dup(STDIN_FILENO) : open_for_reading(name);
    if (fd < 0) {
        error_errno(e, errno, "cannot open", path);
        return -1;
    }
    if (!refuse_folder(fd, path, regular, size, e)) {
        close(fd);
        return -1;
    }
    if (!standard && !*regular) { /* reading blocks as usual; of a regular file it always did */
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    }
    return fd;
}

struct input *input_open(str path, struct error *e)
{
    return input_reopen(NULL, path, e);
}

/* In the memory of `in`, or new. */
static struct input *with_descriptor(struct input *in, int fd, bool regular, size_t size, str path)
{
    if (!in) {
        in = mem_alloc(sizeof *in);
        in->cap = STORED_SIZE;
        in->stored = mem_room(in->cap);
    }
    *in = (struct input){.fd = fd,
                         .regular = regular,
                         .file_size = size,
                         .stored = in->stored,
                         .cap = in->cap,
                         .kept = in->kept,
                         .kept_state = in->kept_state};
    str shown = str_slice(path, 0, sizeof in->name - 1);
    memcpy(in->name, shown.ptr, shown.len);
    return in;
}

struct input *input_reopen(struct input *in, str path, struct error *e)
{
    bool regular;
    size_t size;
    int fd = open_path(path, &regular, &size, e);
    return fd < 0 ? NULL : with_descriptor(in, fd, regular, size, path);
}

struct input *input_reopen_at(struct input *in, int fd, str name, uint64_t offset)
{
    in = with_descriptor(in, fd, true, 0, name);
    in->placed = true;
    in->probed = true;
    in->position = offset;
    return in;
}

int input_open_plain(str path)
{
    struct input_mark mark;
    struct error e = {0};
    bool regular;
    size_t size;
    int fd = open_path(path, &regular, &size, &e);
    if (fd >= 0 && (!input_mark_descriptor(fd, &mark) || mark.packed)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static void drop_kept(struct input *in)
{
    if (in->kept_state) {
        in->kept->close(in->kept_state);
    }
    in->kept_state = NULL;
}

void input_shut(struct input *in)
{
    if (!in->placed) {
        close(in->fd);
    }
    in->fd = -1;
    if (in->state) {
        drop_kept(in);
        in->kept = in->decoder;
        in->kept_state = in->state;
        in->state = NULL;
        if (!in->kept->again) {
            drop_kept(in);
        }
    }
}

void input_close(struct input *in)
{
    if (in) {
        if (in->fd >= 0) {
            input_shut(in);
        }
        drop_kept(in);
        mem_free(in->stored);
        mem_free(in);
    }
}

uint64_t input_position(const struct input *in)
{
    return in->position;
}

void input_stop_when(struct input *in, const atomic_bool *stop)
{
    in->stop = stop;
}

/* Waits until there is something to read, an end or an error; false when the stop flag came first. The flag is looked at in turns,
 * because the signal that sets it may have gone to another thread. */
static bool wait_for_bytes(const struct input *in)
{
    struct pollfd p = {.fd = in->fd, .events = POLLIN};
    int timeout = in->stop ? WAIT_MS : -1;
    while (!in->regular && poll(&p, 1, timeout) <= 0) {
        if (in->stop && *in->stop) {
            return false;
        }
    }
    return true;
}

bool input_ready(const struct input *in)
{
    struct pollfd p = {.fd = in->fd, .events = POLLIN};
    return in->regular || in->at < in->len || poll(&p, 1, 0) > 0;
}

int input_descriptor(const struct input *in)
{
    return in->regular ? -1 : in->fd;
}

bool input_again(struct input *in)
{
    if (!in->regular || in->decoder || in->failure.code) {
        return false;
    }
    in->stored_end = false;
    return true;
}

bool input_replaced(const struct input *in, str path)
{
    char name[PATH_MAX];
    struct stat now, then;
    if (path.len >= sizeof name || fstat(in->fd, &then) != 0) {
        return false;
    }
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    return (uint64_t)then.st_size < in->position ||
           (stat(name, &now) == 0 && (now.st_ino != then.st_ino || now.st_dev != then.st_dev));
}

/* The decoder of a file that begins so; NULL for a plain one. */
static const struct decoder *decoder_of(str head)
{
    for (size_t i = 0; i < sizeof decoders / sizeof *decoders; i++) {
        if (str_starts(head, decoders[i]->magic)) {
            return decoders[i];
        }
    }
    return NULL;
}

bool input_mark_descriptor(int fd, struct input_mark *out)
{
    struct stat st;
    char head[MAGIC_MAX];
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        return false;
    }
    ssize_t n = pread(fd, head, sizeof head, 0);
    *out =
        (struct input_mark){.device = (uint64_t)st.st_dev,
                            .inode = (uint64_t)st.st_ino,
                            .size = (uint64_t)st.st_size,
                            .changed = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
                            .packed = n > 0 && decoder_of((str){head, (size_t)n})};
    return true;
}

bool input_mark_path(str path, struct input_mark *out)
{
    char name[PATH_MAX];
    if (path.len >= sizeof name) {
        return false;
    }
    memcpy(name, path.ptr, path.len);
    name[path.len] = '\0';
    struct stat st; /* opening a FIFO would be noticed at its other end */
    int fd = stat(name, &st) == 0 && S_ISREG(st.st_mode) ? open_for_reading(name) : -1;
    bool ok = fd >= 0 && input_mark_descriptor(fd, out);
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

bool input_mark(const struct input *in, struct input_mark *out)
{
    return input_mark_descriptor(in->fd, out);
}

/* Reads once; 0 at the end, at a stop, or on an error. */
static size_t read_stored(struct input *in, char *to, size_t cap)
{
    ssize_t n;
    if (!wait_for_bytes(in)) {
        in->stored_end = true;
        return 0;
    }
    do {
        n = in->placed ? pread(in->fd, to, cap, (off_t)in->position) : read(in->fd, to, cap);
    } while (n < 0 && errno == EINTR);
    if (n <= 0) {
        in->stored_end = true;
        if (n < 0) {
            error_errno(&in->failure, errno, "cannot read", str_from(in->name));
        }
        return 0;
    }
    in->position += (uint64_t)n;
    return (size_t)n;
}

/* Reads the rest of a compressed file that is small enough to be decoded at once, and what it is thought to become. */
static void read_whole(struct input *in)
{
    if (in->file_size > whole_stored) {
        return;
    }
    if (in->file_size >= in->cap) {
        in->stored = mem_grow(in->stored, in->cap, in->file_size + 1);
        in->cap = in->file_size + 1; /* room to see the end */
    }
    while (!in->stored_end && in->len < in->cap) {
        in->len += read_stored(in, in->stored + in->len, in->cap - in->len);
    }
    size_t size = in->decoder->size((str){in->stored, in->len});
    in->whole = in->stored_end && size <= whole_decoded ? size : 0;
}

static void *open_state(struct input *in)
{
    void *state = in->kept == in->decoder ? in->kept_state : NULL;
    if (!state) {
        return in->decoder->open();
    }
    in->kept_state = NULL;
    in->decoder->again(state);
    return state;
}

/* Fills the buffer until the format can be told. */
static void probe(struct input *in)
{
    in->probed = true;
    while (in->len < MAGIC_MAX && !in->stored_end) {
        in->len += read_stored(in, in->stored + in->len, STORED_SIZE - in->len);
    }
    in->decoder = decoder_of((str){in->stored, in->len});
    in->state = in->decoder ? open_state(in) : NULL;
    if (in->decoder && in->decoder->whole && in->regular) {
        read_whole(in);
    }
}

size_t input_whole(struct input *in)
{
    if (!in->probed) {
        probe(in);
    }
    return in->whole;
}

static size_t read_plain(struct input *in, char *to, size_t cap)
{
    size_t n = in->len - in->at;
    if (n) {
        n = n < cap ? n : cap;
        memcpy(to, in->stored + in->at, n);
        in->at += n;
        return n;
    }
    return in->stored_end ? 0 : read_stored(in, to, cap);
}

static size_t read_decoded(struct input *in, char *to, size_t cap, struct error *e)
{
    size_t got = 0;
    if (in->whole && cap >= in->whole) {
        in->whole = 0;
        if (in->decoder->whole(in->state, (str){in->stored, in->len}, to, cap, &got)) {
            in->at = in->len;
            in->end = true;
            return got;
        }
        got = 0;
    }
    while (!in->end && got < cap) {
        if (in->at == in->len && !in->stored_end) {
            in->at = 0;
            in->len = read_stored(in, in->stored, in->cap);
        }
        struct decoder_io io = {.in = in->stored,
                                .in_len = in->len,
                                .in_used = in->at,
                                .out = to,
                                .out_cap = cap,
                                .out_used = got,
                                .last = in->stored_end};
        struct error failure = {0};
        if (!in->decoder->step(in->state, &io, &in->end, &failure)) {
            in->end = true;
            in->failure = in->failure.code ? in->failure : failure;
        }
        in->at = io.in_used;
        got = io.out_used;
    }
    (void)e;
    return got;
}

bool input_done(const struct input *in)
{
    return in->decoder && in->end && in->failure.code == ERROR_NONE;
}

size_t input_read(struct input *in, char *to, size_t cap, struct error *e)
{
    if (!in->probed) {
        probe(in);
    }
    size_t n = in->decoder ? read_decoded(in, to, cap, e) : read_plain(in, to, cap);
    if (n == 0 && in->failure.code) {
        if (in->decoder &&
            (in->failure.code == ERROR_CORRUPT || in->failure.code == ERROR_TRUNCATED)) {
            error_set(e, in->failure.code, "%s, at byte %llu of the file", in->failure.message,
                      (unsigned long long)(in->position - (in->len - in->at)));
        } else {
            *e = e->code ? *e : in->failure;
        }
    }
    return n;
}
