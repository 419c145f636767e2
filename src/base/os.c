/* SPDX-License-Identifier: Apache-2.0 */
/* The operating system. */
#define _GNU_SOURCE /* sched_getaffinity: a container may have fewer processors than the machine */
#include "base/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

/* The path with a NUL behind it; false when it holds one or is too long. */
static bool path_text(str path, char out[PATH_MAX], struct error *e)
{
    if (path.len >= PATH_MAX || (path.len && memchr(path.ptr, '\0', path.len))) {
        return error_errno(e, ENAMETOOLONG, "cannot open", str_slice(path, 0, 80));
    }
    if (path.len) {
        memcpy(out, path.ptr, path.len);
    }
    out[path.len] = '\0';
    return true;
}

static bool read_all(int fd, size_t max, struct buf *b, str path, struct error *e)
{
    for (;;) {
        char *to = buf_reserve(b, 65536);
        ssize_t n = to ? read(fd, to, 65536) : 0;
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return error_errno(e, errno, "cannot read", path);
        }
        if (n == 0 && to) {
            return true;
        }
        b->len += (size_t)n;
        if (!to || b->len > max) {
            return error_set(e, ERROR_TOO_LARGE, "'%.*s' is larger than %zu bytes", STR_ARG(path),
                             max);
        }
    }
}

/* A regular file, straight into the arena: by way of a buffer each of its pages is touched twice. False when it is none, is larger than `max`, or does not have the length that it is said to have; nothing is read then. */
static bool read_regular(int fd, size_t max, struct arena *a, str *out)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (uint64_t)st.st_size > max) {
        return false;
    }
    struct arena before = *a;
    size_t size = (size_t)st.st_size, n = 0;
    char *to = arena_push_raw(a, 1, size + 1);
    ssize_t got;
    while (n <= size && (got = pread(fd, to + n, size + 1 - n, (off_t)n)) > 0) {
        n += (size_t)got;
    }
    if (n != size) {
        arena_rewind(a, before);
        return false;
    }
    to[n] = '\0';
    *out = (str){to, n};
    return true;
}

bool os_read_file(str path, size_t max, struct arena *a, str *out, struct error *e)
{
    char name[PATH_MAX];
    if (!path_text(path, name, e)) {
        return false;
    }
    int fd = str_eq(path, S("-")) ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_errno(e, errno, "cannot open", path);
    }
    bool ok = fd != STDIN_FILENO && read_regular(fd, max, a, out);
    struct buf b = BUF_INIT(SIZE_MAX / 4);
    if (!ok && (ok = read_all(fd, max, &b, path, e))) {
        *out = arena_copy(a, buf_view(&b));
    }
    buf_deinit(&b);
    if (fd != STDIN_FILENO) {
        close(fd);
    }
    return ok;
}

/* Whether nobody else may have written to the file; *size is how large it is. */
static bool is_own_file(int fd, str path, size_t *size, struct error *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return error_errno(e, errno, "cannot read", path);
    }
    if (!S_ISREG(st.st_mode)) {
        return error_set(e, ERROR_READ, "'%.*s' is no regular file", STR_ARG(path));
    }
    if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH))) {
        return error_set(e, ERROR_DENIED, "somebody else may have written to '%.*s'",
                         STR_ARG(path));
    }
    *size = (size_t)st.st_size;
    return true;
}

/* As many bytes as there are, up to `size`. */
static bool read_up_to(int fd, char *to, size_t size, size_t *got, str path, struct error *e)
{
    for (*got = 0; *got < size;) {
        ssize_t n = read(fd, to + *got, size - *got);
        if (n < 0 && errno != EINTR) {
            return error_errno(e, errno, "cannot read", path);
        }
        if (n == 0) {
            break;
        }
        *got += n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool os_read_own_file(str path, size_t max, struct arena *a, str *out, struct error *e)
{
    char name[PATH_MAX];
    if (!path_text(path, name, e)) {
        return false;
    }
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would wait */
    if (fd < 0) {
        return error_errno(e, errno, "cannot open", path);
    }
    size_t size = 0, got = 0;
    bool ok = is_own_file(fd, path, &size, e);
    if (ok && size > max) {
        ok = error_set(e, ERROR_TOO_LARGE, "'%.*s' is larger than %zu bytes", STR_ARG(path), max);
    }
    if (ok) {
        char *bytes = arena_push_raw(a, 1, size);
        ok = read_up_to(fd, bytes, size, &got, path, e);
        *out = (str){bytes, got};
    }
    close(fd);
    return ok;
}

bool os_make_folder(str path, struct error *e)
{
    char name[PATH_MAX];
    if (!path_text(path, name, e)) {
        return false;
    }
    bool ok = mkdir(name, 0700) == 0 || errno == EEXIST;
    return ok || error_errno(e, errno, "cannot make folder", path);
}

str os_real_path(str path, struct arena *a)
{
    char name[PATH_MAX], real[PATH_MAX];
    struct error e = {0};
    bool ok = path_text(path, name, &e) && realpath(name, real);
    return ok ? arena_copy(a, str_from(real)) : S("");
}

struct os_stamp os_stamp_of(const struct stat *st)
{
    const int64_t second = 1000 * 1000 * 1000;
    return (struct os_stamp){
        .size = (uint64_t)st->st_size,
        .device = (uint64_t)st->st_dev,
        .inode = (uint64_t)st->st_ino,
        /* A file system may give any time: what no nanosecond reaches is as good as any other. */
        .modified = (int64_t)((uint64_t)st->st_mtim.tv_sec * (uint64_t)second +
                              (uint64_t)st->st_mtim.tv_nsec),
        .changed = (int64_t)((uint64_t)st->st_ctim.tv_sec * (uint64_t)second +
                             (uint64_t)st->st_ctim.tv_nsec),
    };
}

bool os_may_read(str path, struct error *e)
{
    char name[PATH_MAX];
    struct stat st;
    if (!path_text(path, name, e)) {
        return false;
    }
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would wait */
    if (fd < 0) {
        return error_errno(e, errno, "cannot open", path);
    }
    bool folder = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
    close(fd);
    return !folder || error_errno(e, EISDIR, "cannot read", path);
}

enum os_kind os_kind_of(str path, struct error *e)
{
    char name[PATH_MAX];
    struct stat st;
    if (!path_text(path, name, e)) {
        return OS_NOTHING;
    }
    if (stat(name, &st) != 0) {
        error_errno(e, errno, "cannot open", path);
        return OS_NOTHING;
    }
    return S_ISREG(st.st_mode) ? OS_FILE : S_ISDIR(st.st_mode) ? OS_FOLDER : OS_OTHER;
}

static int compare_names(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

bool os_list_folder(str path, struct arena *a, str **names, size_t *n, struct error *e)
{
    char name[PATH_MAX];
    if (!path_text(path, name, e)) {
        return false;
    }
    DIR *dir = opendir(name);
    if (!dir) {
        return error_errno(e, errno, "cannot open folder", path);
    }
    str *list = NULL;
    size_t count = 0, cap = 0;
    errno = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        str item = str_from(entry->d_name);
        if (str_eq(item, S(".")) || str_eq(item, S(".."))) {
            continue;
        }
        if (count == cap) {
            size_t more = cap ? cap * 2 : 64;
            list = mem_grow(list, cap * sizeof *list, more * sizeof *list);
            cap = more;
        }
        list[count++] = arena_copy(a, item);
    }
    int failed = errno;
    closedir(dir);
    if (count) {
        qsort(list, count, sizeof *list, compare_names);
    }
    *names = NEW_ARRAY(a, str, count);
    if (count) {
        memcpy(*names, list, count * sizeof *list);
    }
    *n = count;
    mem_free(list);
    return failed ? error_errno(e, failed, "cannot read folder", path) : true;
}

void os_open_many_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

size_t os_peak_memory(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024 : 0;
}

unsigned os_cpu_count(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        return (unsigned)CPU_COUNT(&allowed);
    }
    long n = sysconf(_SC_NPROCESSORS_ONLN); /* more processors than the set has room for */
    return n > 0 ? (unsigned)n : 1;
}

bool os_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

unsigned os_terminal_width(int fd, unsigned fallback)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : fallback;
}

/* Any failure but the two that have a meaning of their own is ERROR_WRITE, whatever its errno means when reading. */
static bool write_failed(int errnum, str name, struct error *e)
{
    struct error found = {0};
    error_errno(&found, errnum, "cannot write to", name);
    if (found.code != ERROR_CLOSED_PIPE && found.code != ERROR_NO_SPACE) {
        found.code = ERROR_WRITE;
    }
    return error_set(e, found.code, "%s", found.message);
}

int os_temporary_file(str folder, struct error *e)
{
    char path[300];
    str place = folder.len ? folder : str_from(getenv("TMPDIR"));
    if (!place.len || place.len > 200) {
        place = S("/tmp");
    }
    snprintf(path, sizeof path, "%.*s/postern-XXXXXX", STR_ARG(place));
    int fd = mkstemp(path);
    if (fd < 0) {
        error_errno(e, errno, "cannot make a temporary file in", place);
        return -1;
    }
    unlink(path);
    return fd;
}

bool os_write_all(int fd, str name, str bytes, struct error *e)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return write_failed(errno, name, e);
        }
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

/* Behind the name of a file that is not yet whole. */
#define UNFINISHED ".new-XXXXXX"
#define CHOSEN_LETTERS 6 /* by mkostemp */
/* Nobody writes that long: whose file it was does not live any more. */
enum { UNFINISHED_MAX_SECONDS = 60 * 60 };

static bool is_unfinished(str name, str of)
{
    str rest = str_slice(name, of.len, name.len), sign = S(UNFINISHED);
    return str_starts(name, of) && rest.len == sign.len &&
           str_starts(rest, str_slice(sign, 0, sign.len - CHOSEN_LETTERS));
}

/* Removes what runs that were killed have left beside a file just written. By the clock of the file system that both are on; nothing is said of what cannot be removed. */
static void sweep(char *path, time_t now)
{
    char *slash = strrchr(path, '/');
    const char *folder = !slash ? "." : slash == path ? "/" : path;
    str of = str_from(slash ? slash + 1 : path);
    if (slash) {
        *slash = '\0';
    }
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct stat st;
        if (is_unfinished(str_from(entry->d_name), of) &&
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && st.st_mtime < now - UNFINISHED_MAX_SECONDS) {
            unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    if (dir) {
        closedir(dir);
    }
}

bool os_replace_file(str path, str bytes, struct error *e)
{
    char name[PATH_MAX], made[PATH_MAX + sizeof UNFINISHED];
    struct stat st;
    if (!path_text(path, name, e)) {
        return false;
    }
    memcpy(made, name, path.len);
    memcpy(made + path.len, UNFINISHED, sizeof UNFINISHED);
    int fd = mkostemp(made, O_CLOEXEC);
    if (fd < 0) {
        return error_errno(e, errno, "cannot write", path);
    }
    bool ok = os_write_all(fd, path, bytes, e);
    bool dated = fstat(fd, &st) == 0;
    ok = (close(fd) == 0 || error_errno(e, errno, "cannot write", path)) && ok;
    ok = ok && (rename(made, name) == 0 || error_errno(e, errno, "cannot write", path));
    if (!ok) {
        unlink(made);
    }
    if (ok && dated) {
        sweep(name, st.st_mtime);
    }
    return ok;
}
