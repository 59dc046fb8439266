/* A small line of the last estimates.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "measure/history/ts-history.h"

G_BEGIN_DECLS

#define TS_TYPE_TRACE (ts_trace_get_type ())
G_DECLARE_FINAL_TYPE (TsTrace, ts_trace, TS, TRACE, GtkWidget)

void ts_trace_set_history (TsTrace         *self,
                           const TsHistory *history);
void ts_trace_set_place   (TsTrace         *self,
                           int              place);
void ts_trace_set_narrow  (TsTrace         *self,
                           gboolean         is_narrow);

G_END_DECLS
