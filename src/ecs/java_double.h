/* SPDX-License-Identifier: Apache-2.0 */
/* Doubles as Java's Double.toString prints them, because Elasticsearch and its pipelines do. */
#ifndef POSTERN_ECS_JAVA_DOUBLE_H
#define POSTERN_ECS_JAVA_DOUBLE_H

#include <stddef.h>

/* The shortest digits, two at least, that read back as the same double: plain with at least one decimal when 0.001 <= |x| < 10^7 ("42.5", "1.0"), else "d.dddE±n" without plus sign ("1.0E7", "1.0E-4").
 * "NaN", "Infinity", "-Infinity", "-0.0". Returns the length. */
size_t java_double_format(double x, char out[40]);

#endif
