/* A small line of the last estimates.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "measure/history/ts-history.h"

G_BEGIN_DECLS

#define TS_TYPE_SPARKLINE (ts_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (TsSparkline, ts_sparkline, TS, SPARKLINE, GtkWidget)

void ts_sparkline_set_history (TsSparkline         *self,
                           const TsHistory *history);
void ts_sparkline_set_place   (TsSparkline         *self,
                           int              place);
void ts_sparkline_set_narrow  (TsSparkline         *self,
                           gboolean         is_narrow);

G_END_DECLS
