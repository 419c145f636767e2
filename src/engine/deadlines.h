/* SPDX-License-Identifier: Apache-2.0 */
/* A binary heap of blocks by deadline, then number. Each block is told where it stands, so that it can be taken out from the middle. One thread. */
#ifndef POSTERN_ENGINE_DEADLINES_H
#define POSTERN_ENGINE_DEADLINES_H

#include "engine/pool.h"

struct deadline {
    int64_t at;
    uint64_t number;
    block who;
};

struct deadlines {
    struct deadline *v;
    size_t n, cap;
    /* Stores where `who` stands now. */
    void (*moved)(void *user, block who, uint32_t place);
    void *user;
};

void deadlines_deinit(struct deadlines *d);
void deadlines_add(struct deadlines *d, struct deadline deadline);
/* The earliest is v[0]. */
void deadlines_remove(struct deadlines *d, uint32_t place);

#endif
