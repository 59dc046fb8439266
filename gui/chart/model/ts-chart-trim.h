/* A range that shows many values well although some of them are odd.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64 ts_chart_select_ns (gint64 *values_ns,
                           guint   n,
                           guint   rank);
void   ts_chart_trim      (gint64 *lows_ns,
                           gint64 *highs_ns,
                           guint   n,
                           guint   n_odd,
                           gint64 *min_ns,
                           gint64 *max_ns);

G_END_DECLS
