/* SPDX-License-Identifier: Apache-2.0 */
/* The parts in hand, the blocks and where each is.
 *
 * Why nobody waits for ever. Call the first part that is not merged the head.
 *  1. A block that is to be searched is searched: it is shared only while somebody helps, and who helps stops helping only when no block is to be searched.
 *  2. Readers of other parts than the head may take a block only while more than `reserve` are free, so blocks outside the head are never more than
 *     n_blocks - reserve, and what is reserved can only be taken for the head.
 *  3. So the head's reader finds a free block, or at least one block is the head's. None of these is being filled, since it is the one who fills them; by 1 all of them will be done,
 *     the merging thread takes the first and frees it.
 *     The same holds for bytes: while `memory` is held others wait, but the head's reader never while none of the head's blocks is to be merged.
 *  4. The head is claimed, or nothing is being read: parts are claimed in order, all before the head are merged, and then the rules of may_claim let the first thread that
 *     asks have it; a thread asks when it has searched its last block. */
#include "run/schedule.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

/* How soon the flag is seen when nothing else happens. */
enum { FLAG_NANOSECONDS = 100 * 1000 * 1000 };

/* Blocks are counted, but a giant record makes one large. */
static const size_t usual_memory = (size_t)64 << 20;

enum { PART_SIZE = 8 * 1024 * 1024, FIRST_LINE = 64 * 1024 };

struct part_in_hand {
    struct schedule_part part;
    struct block *first, *last; /* not merged yet, in order */
    bool ended;
    struct schedule_end end;
};

struct schedule {
    const struct walk_list *files;
    const atomic_bool *flag;
    atomic_bool halted;
    pthread_mutex_t lock;
    pthread_cond_t
        work; /* for the threads that read and search: there is something to do, or nothing any more */
    pthread_cond_t merge; /* for the merging one: the head has something */
    size_t waiting;       /* threads that wait for `work` */
    bool merger_waits;
    struct block *blocks;
    size_t n_blocks, reserve;
    struct block *free;
    size_t n_free;
    size_t held,
        memory; /* bytes in blocks that are not free, and from which on no more are filled */
    struct block *ready_first, *ready_last;
    size_t n_ready;
    size_t helpers; /* threads that will look for a block to search before anything else */
    struct part_in_hand *parts_in_hand; /* a ring: part number n is at n % n_blocks */
    size_t claimed;                     /* parts before this one are read, or being read */
    size_t merged;                      /* parts before this one are merged: this is the head */
    size_t next_file;                   /* files before this one are claimed, all or in part */
    struct schedule_part rest;          /* of the file claimed in part; its size 0: none */
    uint64_t before;                    /* stored sizes of the files claimed */
    uint64_t part_size;
};

static struct part_in_hand *in_hand(const struct schedule *s, size_t number)
{
    return &s->parts_in_hand[number % s->n_blocks];
}

/* Nothing is left to claim. */
static bool all_claimed(const struct schedule *s)
{
    return s->next_file == s->files->n && s->rest.size == 0;
}

static void push_free(struct schedule *s, struct block *b)
{
    b->state = BLOCK_FREE;
    b->next = s->free;
    s->free = b;
    s->n_free++;
}

struct schedule *schedule_new(const struct walk_list *files, unsigned threads,
                              const struct hunt_options *options)
{
    struct schedule *s = mem_alloc(sizeof *s);
    s->files = files;
    s->flag = options->stop;
    s->n_blocks = options->blocks ? options->blocks : 8 * (size_t)threads + 8;
    s->reserve = s->n_blocks > 1 ? s->n_blocks / 2 : 1;
    s->part_size = options->part ? options->part : PART_SIZE;
    s->memory = options->block_memory ? options->block_memory : usual_memory;
    s->blocks = mem_alloc(s->n_blocks * sizeof *s->blocks);
    s->parts_in_hand = mem_alloc(s->n_blocks * sizeof *s->parts_in_hand);
    for (size_t i = 0; i < s->n_blocks; i++) {
        block_init(&s->blocks[i]);
        push_free(s, &s->blocks[i]);
    }
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&s->merge, &clock);
    pthread_condattr_destroy(&clock);
    pthread_cond_init(&s->work, NULL);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

/* The last part of a file that was open for all of them. */
static void close_part(const struct schedule_part *part)
{
    if (part->fd >= 0 && part->to == UINT64_MAX) {
        close(part->fd);
    }
}

void schedule_free(struct schedule *s)
{
    for (size_t i = s->merged; i < s->claimed; i++) {
        close_part(&in_hand(s, i)->part);
    }
    if (s->rest.size > 0) {
        close(s->rest.fd);
    }
    pthread_cond_destroy(&s->merge);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    for (size_t i = 0; i < s->n_blocks; i++) {
        block_deinit(&s->blocks[i]);
    }
    mem_free(s->blocks);
    mem_free(s->parts_in_hand);
    mem_free(s);
}

const atomic_bool *schedule_halted(const struct schedule *s)
{
    return &s->halted;
}

bool schedule_stops(const struct schedule *s)
{
    return s->halted || (s->flag && *s->flag);
}

static void lock(struct schedule *s)
{
    pthread_mutex_lock(&s->lock);
}

static void unlock(struct schedule *s)
{
    pthread_mutex_unlock(&s->lock);
}

static void wait_for_work(struct schedule *s)
{
    s->waiting++;
    pthread_cond_wait(&s->work, &s->lock);
    s->waiting--;
}

/* There is a block to search, one to fill, or a file to claim; or there will be none. */
static void wake_workers(struct schedule *s)
{
    if (s->waiting > 0) {
        pthread_cond_broadcast(&s->work);
    }
}

/* What the merging thread meets at the head. False: nothing yet. */
static bool meet(const struct schedule *s, struct schedule_merge *m)
{
    *m = (struct schedule_merge){.met = SCHEDULE_MET_END};
    if (s->merged == s->claimed) {
        return all_claimed(s) || schedule_stops(s);
    }
    const struct part_in_hand *p = in_hand(s, s->merged);
    m->part = &p->part;
    if (p->first) {
        m->met = SCHEDULE_MET_BLOCK;
        m->block = p->first;
        return p->first->state == BLOCK_DONE;
    }
    m->met = SCHEDULE_MET_PART_END;
    m->end = &p->end;
    return p->ended;
}

/* Whether something waits for the merging thread, or will soon. Otherwise it wakes by itself every now and then: two switches of threads for each small file show in a profile. */
static bool merge_is_due(const struct schedule *s)
{
    return s->n_free <= s->reserve + 1 || s->claimed - s->merged > s->n_blocks / 2 ||
           all_claimed(s) || in_hand(s, s->merged)->part.size == 0 || schedule_stops(s);
}

static void wake_merger(struct schedule *s)
{
    struct schedule_merge m;
    if (s->merger_waits && merge_is_due(s) && meet(s, &m)) {
        pthread_cond_signal(&s->merge);
    }
}

static void help(struct schedule *s, bool *helps, bool now)
{
    s->helpers += (size_t)now - (size_t)*helps;
    *helps = now;
}

static struct schedule_task take_ready(struct schedule *s)
{
    struct block *b = s->ready_first;
    s->ready_first = b->next_ready;
    s->n_ready--;
    b->state = BLOCK_SEARCHING;
    return (struct schedule_task){.action = SCHEDULE_SEARCH, .block = b};
}

/* ---- reading ---- */

/* What has no size may be a pipe, and two names may be of the same one: it is read when all before it is. */
static bool may_claim(const struct schedule *s)
{
    return !all_claimed(s) && s->claimed - s->merged < s->n_blocks &&
           (s->rest.size > 0 || s->files->files[s->next_file].size > 0 || s->claimed == s->merged);
}

/* Whether a file looks as if values began at the beginnings of its lines: its first line is an object, and the second begins one. */
static bool has_lines(int fd)
{
    char text[FIRST_LINE];
    ssize_t n = pread(fd, text, sizeof text, 0);
    const char *line = n > 0 && text[0] == '{' ? memchr(text, '\n', (size_t)n) : NULL;
    if (!line || line + 1 == text + n || line[1] != '{') {
        return false;
    }
    while (line[-1] == ' ' || line[-1] == '\r') {
        line--;
    }
    return line[-1] == '}';
}

/* The next file, all of it or its first part. */
static struct schedule_part claim_file(struct schedule *s)
{
    const struct walk_file *file = &s->files->files[s->next_file];
    struct schedule_part part = {.file = s->next_file++,
                                 .before = s->before,
                                 .size = file->size,
                                 .fd = -1,
                                 .to = UINT64_MAX};
    s->before += file->size;
    if (file->size / 2 >= s->part_size) {
        part.fd = input_open_plain(file->path);
        if (part.fd >= 0 && !has_lines(part.fd)) {
            close(part.fd);
            part.fd = -1;
        }
    }
    return part;
}

/* Takes a part off the front of a large file; its last one is not larger than the others by more than a half. */
static struct schedule_part split(struct schedule *s, struct schedule_part part)
{
    if (part.fd >= 0 && part.size - part.from >= s->part_size + s->part_size / 2) {
        s->rest = part;
        s->rest.from += s->part_size;
        part.to = s->rest.from;
    } else {
        s->rest.size = 0;
    }
    return part;
}

static struct schedule_task claim(struct schedule *s)
{
    struct schedule_part part = split(s, s->rest.size > 0 ? s->rest : claim_file(s));
    *in_hand(s, s->claimed) = (struct part_in_hand){.part = part};
    struct schedule_task task = {.action = SCHEDULE_READ, .number = s->claimed, .part = part};
    s->claimed++;
    return task;
}

struct schedule_task schedule_next(struct schedule *s, bool *helps)
{
    struct schedule_task task = {.action = SCHEDULE_END};
    lock(s);
    help(s, helps, true);
    bool stops;
    while (!(stops = schedule_stops(s)) && s->n_ready == 0 && !may_claim(s) &&
           !(all_claimed(s) && s->merged == s->claimed)) {
        wait_for_work(s);
    }
    if (s->n_ready > 0) {
        task = take_ready(s);
    } else {
        task = !stops && may_claim(s) ? claim(s) : task;
        help(s, helps, false);
    }
    wake_merger(s);
    unlock(s);
    return task;
}

static bool may_fill(const struct schedule *s, size_t number)
{
    bool head = number == s->merged;
    bool room = s->held < s->memory || (head && !in_hand(s, number)->first);
    return room && s->n_free > (head ? 0 : s->reserve);
}

/* A free block, the last of its part from now on. It is shared while those who help have nothing else in store. */
static struct block *take_free(struct schedule *s, size_t number)
{
    struct block *b = s->free;
    struct part_in_hand *p = in_hand(s, number);
    s->free = b->next;
    s->n_free--;
    b->state = BLOCK_FILLING;
    b->next = NULL;
    *(p->last ? &p->last->next : &p->first) = b;
    p->last = b;
    block_clear(b, s->helpers > 0 && s->n_ready <= s->helpers);
    return b;
}

struct schedule_task schedule_fill(struct schedule *s, size_t number, bool *helps)
{
    struct schedule_task task = {.action = SCHEDULE_END};
    lock(s);
    bool stops;
    while (!(stops = schedule_stops(s)) && s->n_ready == 0 && !may_fill(s, number)) {
        help(s, helps, true);
        wait_for_work(s);
    }
    if (s->n_ready > 0 && (*helps || !may_fill(s, number))) {
        help(s, helps, true);
        task = take_ready(s);
    } else {
        help(s, helps, false);
        if (!stops) {
            task = (struct schedule_task){.action = SCHEDULE_FILL, .block = take_free(s, number)};
        }
    }
    unlock(s);
    return task;
}

/* Counts what the block has come to hold. */
static void count_held(struct schedule *s, struct block *b)
{
    size_t bytes = block_bytes(b);
    s->held += bytes - b->held;
    b->held = bytes;
}

bool schedule_share(struct schedule *s, struct block *b)
{
    lock(s);
    bool shared = s->helpers > 0;
    count_held(s, b);
    if (shared) {
        b->state = BLOCK_READY;
        b->next_ready = NULL;
        *(s->n_ready ? &s->ready_last->next_ready : &s->ready_first) = b;
        s->ready_last = b;
        s->n_ready++;
    }
    wake_workers(s);
    unlock(s);
    return shared;
}

void schedule_done(struct schedule *s, struct block *b)
{
    lock(s);
    count_held(s, b);
    b->state = BLOCK_DONE;
    wake_merger(s);
    unlock(s);
}

void schedule_part_end(struct schedule *s, size_t number, const struct schedule_end *end)
{
    lock(s);
    in_hand(s, number)->ended = true;
    in_hand(s, number)->end = *end;
    wake_merger(s);
    unlock(s);
}

/* ---- merging ---- */

static void wait_a_little(struct schedule *s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += FLAG_NANOSECONDS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    s->merger_waits = true;
    pthread_cond_timedwait(&s->merge, &s->lock, &until);
    s->merger_waits = false;
}

struct schedule_merge schedule_merge_next(struct schedule *s)
{
    struct schedule_merge m;
    lock(s);
    while (!meet(s, &m)) {
        if (!s->halted && schedule_stops(s)) {
            s->halted = true; /* wakes those who wait for bytes or for a block */
            wake_workers(s);
        }
        wait_a_little(s);
    }
    unlock(s);
    return m;
}

void schedule_release(struct schedule *s, struct block *b)
{
    lock(s);
    struct part_in_hand *p = in_hand(s, s->merged);
    assert(b == p->first);
    p->first = b->next;
    p->last = p->first ? p->last : NULL;
    s->held -= b->held;
    b->held = 0;
    block_trim(b);
    push_free(s, b);
    wake_workers(s);
    unlock(s);
}

void schedule_part_merged(struct schedule *s)
{
    lock(s);
    close_part(&in_hand(s, s->merged)->part);
    s->merged++;
    wake_workers(s);
    unlock(s);
}

void schedule_halt(struct schedule *s)
{
    lock(s);
    s->halted = true;
    s->n_ready = 0; /* nobody asks for what is in them */
    wake_workers(s);
    unlock(s);
}
