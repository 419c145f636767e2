/* SPDX-License-Identifier: Apache-2.0 */
/* The one flag a signal may set. */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

/* A signal handler can reach nothing else; threads read it. */
_Static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a signal handler may set only what takes no lock");
static atomic_bool interrupted;

static void on_signal(int number)
{
    if (interrupted) {
        signal(number, SIG_DFL);
        raise(number);
    }
    interrupted = true;
}

const atomic_bool *interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &interrupted;
}
