/* SPDX-License-Identifier: Apache-2.0 */
/* The files in hand, the blocks and where each is.
 *
 * Why nobody waits for ever. Call the first file that is not merged the head.
 *  1. A block that is to be searched is searched: it is shared only while somebody helps, and who helps stops helping only when no block is to be searched.
 *  2. Readers of other files than the head may take a block only while more than `reserve` are free, so blocks outside the head's file are never more than
 *     n_blocks - reserve, and what is reserved can only be taken for the head.
 *  3. So the head's reader finds a free block, or at least one block is the head's. None of these is being filled, since it is the one who fills them; by 1 all of them will be done,
 *     the merging thread takes the first and frees it.
 *  4. The head is claimed, or nothing is being read: files are claimed in order, all before the head are merged, and then the rules of may_claim let the first thread that
 *     asks have it; a thread asks when it has searched its last block. */
#include "run/schedule.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>

#include "base/mem.h"

/* How soon the flag is seen when nothing else happens. */
enum { FLAG_NANOSECONDS = 100 * 1000 * 1000 };

/* A file in hand. */
struct file_in_hand {
    struct block *first, *last; /* not merged yet, in order */
    bool ended;
    struct feed_result end;
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
    struct block *ready_first, *ready_last;
    size_t n_ready;
    size_t helpers; /* threads that will look for a block to search before anything else */
    struct file_in_hand *files_in_hand; /* a ring: file number f is at f % n_blocks */
    size_t claimed;                     /* files before this one are read, or being read */
    uint64_t before;                    /* their stored sizes */
    size_t merged;                      /* files before this one are merged: this is the head */
};

static struct file_in_hand *in_hand(const struct schedule *s, size_t file)
{
    return &s->files_in_hand[file % s->n_blocks];
}

static void push_free(struct schedule *s, struct block *b)
{
    b->state = BLOCK_FREE;
    b->next = s->free;
    s->free = b;
    s->n_free++;
}

struct schedule *schedule_new(const struct walk_list *files, unsigned threads, size_t blocks,
                              const atomic_bool *flag)
{
    struct schedule *s = mem_alloc(sizeof *s);
    s->files = files;
    s->flag = flag;
    s->n_blocks = blocks ? blocks : 8 * (size_t)threads + 8;
    s->reserve = s->n_blocks > 1 ? s->n_blocks / 2 : 1;
    s->blocks = mem_alloc(s->n_blocks * sizeof *s->blocks);
    s->files_in_hand = mem_alloc(s->n_blocks * sizeof *s->files_in_hand);
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

void schedule_free(struct schedule *s)
{
    pthread_cond_destroy(&s->merge);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    for (size_t i = 0; i < s->n_blocks; i++) {
        block_deinit(&s->blocks[i]);
    }
    mem_free(s->blocks);
    mem_free(s->files_in_hand);
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
    *m = (struct schedule_merge){.met = SCHEDULE_MET_END, .file = s->merged};
    if (s->merged == s->claimed) {
        return s->merged == s->files->n || schedule_stops(s);
    }
    const struct file_in_hand *f = in_hand(s, s->merged);
    if (f->first) {
        m->met = SCHEDULE_MET_BLOCK;
        m->block = f->first;
        return f->first->state == BLOCK_DONE;
    }
    m->met = SCHEDULE_MET_FILE_END;
    m->end = &f->end;
    return f->ended;
}

/* Whether something waits for the merging thread, or will soon. Otherwise it wakes by itself every now and then: two switches of threads for each small file show in a profile. */
static bool merge_is_due(const struct schedule *s)
{
    return s->n_free <= s->reserve + 1 || s->claimed - s->merged > s->n_blocks / 2 ||
           s->claimed == s->files->n || s->files->files[s->merged].size == 0 || schedule_stops(s);
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
    return s->claimed < s->files->n && s->claimed - s->merged < s->n_blocks &&
           (s->files->files[s->claimed].size > 0 || s->claimed == s->merged);
}

static struct schedule_task claim(struct schedule *s)
{
    struct schedule_task task = {.action = SCHEDULE_READ, .file = s->claimed, .before = s->before};
    *in_hand(s, s->claimed) = (struct file_in_hand){0};
    s->before += s->files->files[s->claimed].size;
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
           s->merged < s->files->n) {
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

static bool may_fill(const struct schedule *s, size_t file)
{
    return s->n_free > (file == s->merged ? 0 : s->reserve);
}

/* A free block, the last of its file from now on. It is shared while those who help have nothing else in store. */
static struct block *take_free(struct schedule *s, size_t file)
{
    struct block *b = s->free;
    struct file_in_hand *f = in_hand(s, file);
    s->free = b->next;
    s->n_free--;
    b->state = BLOCK_FILLING;
    b->next = NULL;
    *(f->last ? &f->last->next : &f->first) = b;
    f->last = b;
    block_clear(b, s->helpers > 0 && s->n_ready <= s->helpers);
    return b;
}

struct schedule_task schedule_fill(struct schedule *s, size_t file, bool *helps)
{
    struct schedule_task task = {.action = SCHEDULE_END};
    lock(s);
    bool stops;
    while (!(stops = schedule_stops(s)) && s->n_ready == 0 && !may_fill(s, file)) {
        help(s, helps, true);
        wait_for_work(s);
    }
    if (s->n_ready > 0 && (*helps || !may_fill(s, file))) {
        help(s, helps, true);
        task = take_ready(s);
    } else {
        help(s, helps, false);
        if (!stops) {
            task = (struct schedule_task){.action = SCHEDULE_FILL, .block = take_free(s, file)};
        }
    }
    unlock(s);
    return task;
}

bool schedule_share(struct schedule *s, struct block *b)
{
    lock(s);
    bool shared = s->helpers > 0;
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
    b->state = BLOCK_DONE;
    wake_merger(s);
    unlock(s);
}

void schedule_file_end(struct schedule *s, size_t file, const struct feed_result *end)
{
    lock(s);
    in_hand(s, file)->ended = true;
    in_hand(s, file)->end = *end;
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
    struct file_in_hand *f = in_hand(s, s->merged);
    assert(b == f->first);
    f->first = b->next;
    f->last = f->first ? f->last : NULL;
    push_free(s, b);
    wake_workers(s);
    unlock(s);
}

void schedule_file_merged(struct schedule *s)
{
    lock(s);
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
