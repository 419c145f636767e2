/* SPDX-License-Identifier: Apache-2.0 */
/* Items of a stream that wait for their turn: a heap by sort_key. One thread. */
#ifndef POSTERN_RUN_REORDER_H
#define POSTERN_RUN_REORDER_H

#include "run/sorter.h"

struct reorder_item {
    struct sort_key key;
    char *bytes; /* the payload */
    size_t len;
};

struct reorder {
    struct reorder_item *v;
    size_t n, cap;
};

void reorder_deinit(struct reorder *r);
/* Copies the payload. */
void reorder_add(struct reorder *r, struct sort_key key, str payload);
/* The first item, which is taken out; free its bytes with mem_free. There is one. */
struct reorder_item reorder_take(struct reorder *r);

#endif
