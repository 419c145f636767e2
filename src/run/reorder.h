/* SPDX-License-Identifier: Apache-2.0 */
/* Items of a stream that wait for their turn: a heap by sort_key. Only what orders them is kept here; their texts are in a spool. One thread. */
#ifndef POSTERN_RUN_REORDER_H
#define POSTERN_RUN_REORDER_H

#include "run/sorter.h"

struct reorder_item {
    struct sort_key key;
    char *bytes; /* the head, which begins with the key's tiebreaker */
    size_t len;
    uint64_t text; /* handle */
};

struct reorder {
    struct reorder_item *v;
    size_t n, cap;
};

void reorder_deinit(struct reorder *r);
/* Copies the head. */
void reorder_add(struct reorder *r, struct sort_key key, str head, uint64_t text);
/* The first item, which is taken out; free its bytes with mem_free. There is one. */
struct reorder_item reorder_take(struct reorder *r);

#endif
