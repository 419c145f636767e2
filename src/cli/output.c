/* SPDX-License-Identifier: Apache-2.0 */
/* Buffered standard output. */
#include "cli/output.h"

#include <unistd.h>

#include "base/os.h"
#include "cli/cmd.h"

enum { OUTPUT_BLOCK = 64 * 1024 };

void output_init(struct output *o, int fd, str name)
{
    *o = (struct output){.fd = fd, .name = name, .pending = BUF_INIT(SIZE_MAX / 4)};
}

bool output_flush(struct output *o)
{
    if (o->error.code == ERROR_NONE) {
        os_write_all(o->fd, o->name, buf_view(&o->pending), &o->error);
    }
    buf_clear(&o->pending);
    return o->error.code == ERROR_NONE;
}

bool output_push(struct output *o)
{
    return o->pending.len < OUTPUT_BLOCK ? o->error.code == ERROR_NONE : output_flush(o);
}

bool output_text(struct output *o, str text)
{
    if (text.len < OUTPUT_BLOCK / 4) {
        buf_append(&o->pending, text);
        return output_push(o);
    }
    if (output_flush(o)) {
        os_write_all(o->fd, o->name, text, &o->error);
    }
    return o->error.code == ERROR_NONE;
}

bool output_closed_early(const struct output *o)
{
    return o->error.code == ERROR_CLOSED_PIPE;
}

int output_close(struct output *o)
{
    output_flush(o);
    buf_deinit(&o->pending);
    if (o->error.code == ERROR_NONE || output_closed_early(o)) {
        return EXIT_FINE;
    }
    complain("%s; what was written is incomplete", o->error.message);
    return EXIT_USAGE;
}

int print_text(str text)
{
    struct output o;
    output_init(&o, STDOUT_FILENO, S("standard output"));
    buf_append(&o.pending, text);
    return output_close(&o);
}
