/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C and SIGTERM set one flag; a second one ends the process at once. */
#ifndef POSTERN_CLI_INTERRUPT_H
#define POSTERN_CLI_INTERRUPT_H

#include <signal.h>

/* Installs the handlers; the flag lives as long as the process. */
const volatile sig_atomic_t *interrupt_watch(void);

#endif
