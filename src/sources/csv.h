/* SPDX-License-Identifier: Apache-2.0 */
/* CSV exports of audit logs (RFC 4180: quotes, doubled quotes, line breaks inside quotes) as JSON objects: what the Log Analytics page of the Azure portal and BigQuery write. Rows come out as frames, as
 * the JSON framer gives them, each the text of an object of its cells. A reader belongs to one thread. */
#ifndef POSTERN_SOURCES_CSV_H
#define POSTERN_SOURCES_CSV_H

#include "value/json_frame.h"

/* A header has shown itself within this many bytes, or the input is no CSV. */
enum { CSV_HEADER_MAX = 64 * 1024 };

/* Whether bytes begin with a header of an audit log. They should hold the first line, or CSV_HEADER_MAX bytes. */
bool csv_begins(str bytes);

struct csv_reader;

/* Rows longer than max_record (0: 16 MiB) are FRAME_TOO_LARGE. */
struct csv_reader *csv_reader_new(size_t max_record);
void csv_reader_free(struct csv_reader *r);
void csv_reader_reset(struct csv_reader *r);
/* Appends bytes of the input; `last`: nothing follows. */
void csv_reader_feed(struct csv_reader *r, str bytes, bool last);
/* The next row; false when more bytes are needed, or at the end. Its text lives until the next call. An open quote at the end is one FRAME_CUT. */
bool csv_reader_next(struct csv_reader *r, struct frame *out);

#endif
