/* SPDX-License-Identifier: Apache-2.0 */
/* What ir_pack.c and ir_unpack.c agree on. Inside this layer only; the face is ir_pack.h. */
#ifndef POSTERN_IR_IR_PACK_FORMAT_H
#define POSTERN_IR_IR_PACK_FORMAT_H

#include "ir/ir.h"

enum {
    IR_PACK_FOLD = 1,
    IR_PACK_QUOTED = 2,
    IR_PACK_NETWORK = 4,
    IR_PACK_FLAGS = 8,     /* above all of them */
    IR_PACK_DEPTH = 1000,  /* recursion; the deepest published rule has 28 */
    IR_PACK_NODES = 100000 /* of one query; nodes that are shared count each time */
};

static inline bool ir_pack_is_logic(enum ir_op op)
{
    return op == IR_AND || op == IR_OR || op == IR_NOT;
}

#endif
