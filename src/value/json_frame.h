/* SPDX-License-Identifier: Apache-2.0 */
/* Framing: cuts a stream of bytes into the JSON values it holds, one after another, without parsing them: NDJSON, concatenated and pretty-printed
 * values, the elements of a top-level array, and the elements of a named array of a top-level object ({"Records":[…]}), which is streamed so that a
 * file of any size needs only the memory of its largest record. Balanced scanning outside strings (SIMD with a plain twin) does the work; what is not
 * balanced is cut where a line shows that the record was broken off, so a malformed record costs itself and nothing else. Rules:
 *  - a raw line break inside a string breaks the record off at that line break;
 *  - at nesting 1 or more, a line that begins with '{' in column 1 where the grammar allows no '{' breaks the record off before that line;
 *  - a top-level value that does not end within the input or max_record, and has a grammar error, is one broken frame up to the next line that begins with '{';
 *  - a time and a blank before an object ("2026-01-31T09:00:00.000Z {…}", an export of CloudWatch Logs) are skipped, and
 *    the rest of the line is one value;
 *  - outside values, anything else that starts no object or array: the rest of the line is one broken frame;
 *  - in a streamed array, an unbalanced element is one broken frame from its start to the next "},{" (blanks allowed), line that begins with '{', or end of the
 *    array behind its grammar error; a comma missing is an empty broken frame, a comma too many is one of that comma;
 *  - a value, line or broken stretch longer than max_record is one FRAME_TOO_LARGE (its bytes are skipped with bounded memory);
 *  - the end of the input inside a value or array: one FRAME_CUT, empty when it fell between elements.
 * All of it takes time linear in the input, whatever the input. What is balanced but no JSON comes out as a value.
 * The framer is sequential, deterministic (the same frames for any sizes of the pieces it is fed), and belongs to one thread. */
#ifndef POSTERN_VALUE_JSON_FRAME_H
#define POSTERN_VALUE_JSON_FRAME_H

#include "value/frame_form.h"
#include "value/frame_index.h"
#include "value/json.h"

enum frame_kind {
    FRAME_VALUE,     /* a balanced value: parse it to know more */
    FRAME_BROKEN,    /* bytes that cannot be a value; `reason` says why */
    FRAME_CUT,       /* the input ended inside this value */
    FRAME_TOO_LARGE, /* longer than max_record; text holds only its first bytes, at most 256 */
};

struct frame {
    enum frame_kind kind;
    str text; /* the value's bytes, no white space around; lives until the next json_framer_next/_feed */
    uint64_t offset; /* of its first byte, in the whole (decompressed) input */
    uint64_t line;   /* from 1 */
    str container; /* key of the array it was an element of: "Records", "value"…; S("[") for a top-level array; empty for a top-level value */
    bool
        scanned; /* FRAME_VALUE: no backslash stands outside strings, so a quote that is not escaped begins or ends a string */
    bool unicode_escapes; /* with scanned: the text may hold an escape like \u0041 */
    const char *reason;   /* for FRAME_BROKEN, FRAME_CUT, FRAME_TOO_LARGE; a literal */
};

struct json_framer;

/* Which frames are not wanted. Records of the forms are found faster than others, and `skips` is asked of each of them whether to leave it out; all others
 * come out of json_framer_next. */
struct json_framer_filter {
    const struct frame_form *forms; /* borrowed */
    size_t n_forms;
    void *user;
    /* `form`: index of the record's form; `formed`: where its key stands. True: there will be no frame of it. False: it is the next frame. */
    bool (*skips)(void *user, const struct frame *frame, size_t form,
                  const struct frame_formed *formed);
};

struct json_framer_options {
    size_t max_record; /* bytes; 0 means 16 MiB */
    const str *
        containers; /* keys whose array, when it is the value of the FIRST member of a top-level object, is streamed; also used when a top-level object
                                    with such an array at nesting 1 is cut short or larger than max_record: then its elements are streamed from that array on */
    size_t n_containers;
    const str *
        containers_later; /* keys streamed only when their first element is an object, e.g. "value" */
    size_t n_containers_later;
    const str *
        containers_cut; /* keys streamed only when their top-level object is cut short or too large; "hits.hits" stands one object deeper */
    size_t n_containers_cut;
    bool whole; /* top-level values are never taken apart, arrays neither */
    bool plain; /* no SIMD: for tests */
};

struct json_framer *json_framer_new(const struct json_framer_options *options);
void json_framer_free(struct json_framer *f);
/* Begins a new input. Skips a UTF-8 byte order mark. */
void json_framer_reset(struct json_framer *f);

/* The same in the midst of an input, at a byte where a top-level value may begin; offsets are counted from the input's beginning, lines from there. */
void json_framer_reset_at(struct json_framer *f, uint64_t offset);
/* Frames that begin at or behind `offset` are left to another framer: until the next reset json_framer_next is false when the next top-level value would begin there, and nothing
 * of what was read bears on it. The framer passes that place when something does (a broken array that may go on, bytes to be read with care). */
void json_framer_set_end(struct json_framer *f, uint64_t offset);
/* True when it has stopped so: where that value begins, and how many line breaks stand before it. */
bool json_framer_ended(const struct json_framer *f, uint64_t *offset, uint64_t *line_breaks);

/* Appends bytes of the input (copied into the framer's window); `last` says that nothing follows. */
void json_framer_feed(struct json_framer *f, str bytes, bool last);
/* The same without a copy: room for `n` bytes behind those fed, to be written by the caller (frames returned before die), and how many of
 * them were written. */
char *json_framer_room(struct json_framer *f, size_t n);
void json_framer_filled(struct json_framer *f, size_t n, bool last);
/* All of an input at once, framed where it lies; before anything else was fed. The bytes are borrowed until the next json_framer_reset; whatever was written behind them is left alone. */
void json_framer_lend(struct json_framer *f, str bytes);
/* From now on, for all inputs: values are indexed as they are framed, where that is a gain, while there is no filter. For who will scan most of them. */
void json_framer_make_index(struct json_framer *f);
/* The index of the frame that json_framer_next gave last, valid as long as the frame; NULL when there is none. */
const struct frame_index *json_framer_index(const struct json_framer *f, const struct frame *frame);
/* From the next frame on, until the next json_framer_reset; NULL: none. Borrowed. */
void json_framer_set_filter(struct json_framer *f, const struct json_framer_filter *filter);
/* The next frame. False when more bytes are needed, or when the input is used up. Frames whose container is a streamed object lose the object's other
 * members (they are skipped, checked for balance only). An empty array gives no frame. */
bool json_framer_next(struct json_framer *f, struct frame *out);

#endif
