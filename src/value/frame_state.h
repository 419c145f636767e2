/* SPDX-License-Identifier: Apache-2.0 */
/* The framer's insides, shared by json_frame.c (window and top level), frame_value.c (objects and
 * arrays) and frame_array.c (streamed arrays).
 *
 * A step looks at the window and either yields a frame, changes the state, or asks for more bytes.
 * So that the sizes of the pieces never show, a step decides by bytes that stand at places counted
 * from the start of what it frames, never by where the window happens to end.
 *
 * Nothing is quadratic: a scan that ran to its end in vain (the value never closed) has read up to
 * `careful_until`; until there values are read by the grammar instead, which stops at the error. */
#ifndef POSTERN_VALUE_FRAME_STATE_H
#define POSTERN_VALUE_FRAME_STATE_H

#include "value/frame_grammar.h"
#include "value/frame_line.h"
#include "value/frame_scan.h"
#include "value/json_frame.h"

enum {
    FRAMER_LOOK_BACK = 256, /* bytes before `at` that are always there */
    FRAMER_HEAD = 256,      /* first bytes kept of what is too large */
    FRAMER_SLACK = 2 * FRAMER_LOOK_BACK,
    FRAMER_PEEK = 256, /* bytes in which a container must show itself */
    FRAMER_ALIKE = 64, /* longest beginning of an object that is remembered */
};

enum framer_state {
    FRAMER_TOP,       /* between top-level values */
    FRAMER_LINE,      /* in the rest of a line that holds no value */
    FRAMER_VALUE,     /* in an object or array, scanned */
    FRAMER_CAREFUL,   /* the same, read by the grammar */
    FRAMER_LARGE,     /* the same, already larger than max_record */
    FRAMER_ENDED,     /* behind an element, before the byte that should be ',' or ']' */
    FRAMER_SKIP_TOP,  /* broken: up to a line that begins with '{' */
    FRAMER_SKIP_ITEM, /* broken: up to where an element begins or the array ends */
    FRAMER_ELEMENT,   /* in a streamed array, between elements */
    FRAMER_SCALAR,    /* in an element that is a string, number or literal */
    FRAMER_TAIL,      /* behind the array of a streamed object, up to the object's end */
};

enum framer_expect {
    EXPECT_FIRST, /* an element or ']' */
    EXPECT_COMMA, /* a comma or ']' */
    EXPECT_NEXT,  /* an element */
};

struct json_framer {
    struct json_framer_options options;
    frame_scan_fn *scan_run;
    frame_form_fn *scan_form;
    frame_line_fn *scan_line;
    frame_index_fn *scan_index;              /* NULL: no value is indexed */
    struct frame_index index;                /* of the value indexed last */
    uint64_t indexed;                        /* its offset in the input; UINT64_MAX: none yet */
    const struct json_framer_filter *filter; /* NULL: none */
    char alike
        [FRAMER_ALIKE]; /* how the last top-level object began that is no container, up to the end of its first key */
    size_t alike_len; /* 0: none did */
    size_t form;      /* seen last */
    bool lines;       /* the filter did not want the record before: see pass_line in frame_run.c */
    struct key_lengths {
        uint64_t of[256];
    } key_lengths; /* bit (length mod 64) of each container's key, by the byte that it begins with */
    const char *window; /* `own`, or what was lent */
    char *own;
    size_t cap, len; /* cap of `own` */
    size_t pos;      /* what is being framed starts here, or its last bytes when `dropped` */
    size_t at;       /* read up to here */
    uint64_t base;   /* offset of window[0] in the input */
    uint64_t end;    /* json_framer_set_end; UINT64_MAX: none */
    bool ended;
    uint64_t line; /* of window[pos] */
    bool last, started;
    enum framer_state state;

    uint64_t start, start_line; /* of what is being framed */
    bool dropped;               /* its first bytes are gone but for `head` */
    char head[FRAMER_HEAD];
    size_t head_len;
    const char *reason;

    struct frame_scan scan;
    struct frame_grammar grammar;
    size_t grammar_at;      /* read by the grammar up to here while scanning */
    uint64_t careful_until; /* offset in the input */

    bool in_array, in_object; /* values are elements; of an array inside a streamed object */
    str container;
    enum framer_expect expect;
    bool array_broken; /* an element was broken: its ']' may not have been the array's */
    bool may_go_on;    /* such an array has just ended: a comma at top level takes it up again */
    bool tail_broken;  /* what is skipped is the tail of a streamed object */
    bool text;         /* FRAMER_SCALAR: a string */
    bool escaped;      /* FRAMER_SCALAR: the next byte is escaped */
    bool timed;        /* FRAMER_LINE: a time stood before it, what follows is one value */
    uint8_t sync;      /* FRAMER_SKIP_ITEM: how much of a sign like "},{" has been seen;
                          FRAMER_SKIP_TOP: only blanks so far in this line */
    size_t brace_end;  /* FRAMER_SKIP_ITEM: one past its '}'; FRAMER_ENDED: of the element */
};

/* ---- json_frame.c ---- */

bool framer_is_space(char c);
size_t framer_skip_space(const struct json_framer *f, size_t at);
/* Something to be framed starts at window[pos]. */
void framer_begin(struct json_framer *f);
/* Moves pos, counting lines. */
void framer_move_to(struct json_framer *f, size_t to);
/* Forgets the first bytes of what is being framed once it is so large that it cannot be a record. */
void framer_drop(struct json_framer *f);
/* The frame that ends at `end`; moves behind it. Too large a one is FRAME_TOO_LARGE, whatever `kind`
 * says, unless it is FRAME_CUT. Always true. */
bool framer_yield(struct json_framer *f, enum frame_kind kind, size_t end, struct frame *out);
/* The object at pos is a container: its array's content begins at `content`. */
void framer_enter_array(struct json_framer *f, size_t content, str container, bool in_object);

enum framer_peek { PEEK_NO, PEEK_YES, PEEK_MORE };
/* Where a member stands that may be a container. */
enum framer_place {
    PLACE_FIRST, /* the first member of a top-level object */
    PLACE_CUT,   /* any member of one that is cut short */
    PLACE_BELOW, /* a member of the object at key `parent` of such a one */
};
/* At `at` stands a member's key, all of which with the array's start must lie before `end`. Is it a
 * container's? *content is then the byte behind the '['. */
enum framer_peek framer_peek_member(const struct json_framer *f, enum framer_place place,
                                    str parent, size_t at, size_t end, str *container,
                                    size_t *content);

/* ---- frame_value.c ---- */

/* Starts on the object or array at pos. */
void framer_begin_value(struct json_framer *f);
/* The grammar stopped at window[error]: what is framed is broken, and ends where something whole
 * may begin again. */
void framer_break(struct json_framer *f, size_t error, const char *reason);
/* Each step: false when more bytes are needed; *got when *out was filled. */
bool framer_step_value(struct json_framer *f, struct frame *out, bool *got);
bool framer_step_careful(struct json_framer *f, struct frame *out, bool *got);
bool framer_step_large(struct json_framer *f, struct frame *out, bool *got);
bool framer_step_ended(struct json_framer *f, struct frame *out, bool *got);
bool framer_step_skip_top(struct json_framer *f, struct frame *out, bool *got);

/* ---- frame_run.c ---- */

/* Between values: passes over records that the filter does not want. */
enum framer_run {
    RUN_GOT,  /* *out is a frame */
    RUN_MORE, /* more bytes are needed */
    RUN_NONE, /* what comes next is framed step by step */
};
enum framer_run framer_run(struct json_framer *f, struct frame *out);

/* ---- frame_array.c ---- */

/* Whether bytes before the error belong to a sign that an element begins or the array ends. */
void framer_look_back(struct json_framer *f, size_t error);
bool framer_step_element(struct json_framer *f, struct frame *out, bool *got);
bool framer_step_scalar(struct json_framer *f, struct frame *out, bool *got);
bool framer_step_tail(struct json_framer *f, struct frame *out, bool *got);
bool framer_step_skip_item(struct json_framer *f, struct frame *out, bool *got);

#endif
