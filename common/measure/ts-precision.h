/* By how much a stamp may be off its instant.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bits that the number of a precision needs. */
#define TS_PRECISION_BITS 6

guint  ts_precision_to_code   (gint64 precision_ns);
gint64 ts_precision_from_code (guint  code);
gint64 ts_precision_round_up  (gint64 precision_ns);

G_END_DECLS
