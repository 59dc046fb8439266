/* What a view of a chart tells assistive technology.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/model/ts-chart-model.h"

G_BEGIN_DECLS

/**
 * TsChartDescription:
 * @spoken: (nullable): what was told last of the cursor
 * @described_ns: when what is in view was described last; 0: never, or the cursor was told since
 * @n_gaps: how many gaps were in view then
 * @history: (nullable): what was shown then
 * @overlays: (nullable): its overlays
 *
 * What was told last, so that it is not told again. All zero to begin with.
 */
typedef struct
{
  char *spoken;
  gint64 described_ns;
  guint n_gaps;
  const TsHistory *history;
  const GArray *overlays;
} TsChartDescription;

/**
 * TsChartDescribe:
 * @view: the view
 *
 * Returns: (transfer full): what it shows
 */
typedef char *(*TsChartDescribe) (gpointer view);

void ts_chart_description_update (TsChartDescription *self,
                                  GtkAccessible      *view,
                                  TsChartModel       *model,
                                  TsChartDescribe     describe);
void ts_chart_description_clear  (TsChartDescription *self);

G_END_DECLS
