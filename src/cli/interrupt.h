/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C and SIGTERM set one flag; a second one ends the process at once. */
#ifndef POSTERN_CLI_INTERRUPT_H
#define POSTERN_CLI_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

/* Installs the handlers; the flag lives as long as the process. */
const atomic_bool *interrupt_watch(void);

#endif
