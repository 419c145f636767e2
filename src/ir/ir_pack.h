/* SPDX-License-Identifier: Apache-2.0 */
/* A checked query as bytes and back, for a cache on disk. What is read is held against everything that evaluation takes for granted (numbers and types of arguments, constants where
 * they must be, fields that the schema knows, shapes of sequences): a query that comes out is one that a front-end could have made. The bytes mean the same to one
 * build of the program only. */
#ifndef POSTERN_IR_IR_PACK_H
#define POSTERN_IR_IR_PACK_H

#include "base/pack.h"
#include "ir/ir.h"

/* Appends the query, whose conditions are simple. Spans are left out. False, with bytes that must be dropped, when it is deeper or larger than is kept: it has to be compiled anew each time. */
bool ir_pack(const struct ir_query *q, struct buf *out);

/* The query, with spans of zero, or NULL after `in` has failed. Texts are views into the bytes, which must outlive it; the rest is in `a`. */
struct ir_query *ir_unpack(struct unpack *in, struct schema *schema, struct arena *a);

#endif
