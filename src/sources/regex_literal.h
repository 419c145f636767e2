/* SPDX-License-Identifier: Apache-2.0 */
/* A text that whatever a regular expression matches must hold, so that most expressions need not be tried (or compiled) at all. Conservative: what it does not understand gives none. */
#ifndef POSTERN_SOURCES_REGEX_LITERAL_H
#define POSTERN_SOURCES_REGEX_LITERAL_H

#include "base/arena.h"

/* The longest such text, in `a`; empty when there is none. For case-sensitive expressions. */
str regex_literal(str regex, struct arena *a);

#endif
