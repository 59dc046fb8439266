/* The intervals that a person can choose from, in the main menu and as a preference.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_N_INTERVALS 11

double ts_intervals_get_s (guint  index);
int    ts_intervals_find  (double interval_s);

G_END_DECLS
