/* Names and numbers that keep their own direction inside a text of the other one.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Between a number and its unit, and between groups of three digits. No line ends at it. */
#define TS_THIN_SPACE "\u2060\u2009\u2060"

char *ts_isolate_name   (const char *name);
char *ts_isolate_number (const char *number);
char *ts_isolate_amount (const char *number,
                         const char *unit);
char *ts_isolate_sign   (const char *sign,
                         const char *amount);

G_END_DECLS
