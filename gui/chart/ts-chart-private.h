/* What the chart's own files share: the widget, what moves its view and cursor, what it tells.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "chart/model/ts-chart-others.h"
#include "chart/paint/ts-chart-frame.h"
#include "chart/model/ts-chart-scale.h"
#include "chart/model/ts-chart-series.h"
#include "chart/model/ts-chart-view.h"
#include "chart/model/ts-chart-words.h"
#include "chart/ts-chart.h"

G_BEGIN_DECLS

struct _TsChart
{
  GtkWidget parent_instance;

  const TsHistory *history; /* not ours */
  char *name;               /* (nullable): of its server */
  GArray *others;           /* of TsChartOther */
  TsChartView view;
  TsChartSeries series;
  TsChartExtent extent;
  gint64 now_ns;
  gint64 described_ns; /* when the description was last made; 0: never */
  guint n_gaps_described;
  guint64 n_entries;   /* that the units know of */
  TsChartUnit offset_unit;
  TsChartUnit delay_unit;

  cairo_rectangle_t plot; /* as it was last drawn */
  TsChartSpan left;       /* what was in view when @animation began */
  AdwAnimation *animation;

  gboolean has_cursor;
  gint64 cursor_ns;       /* the instant of the entry that it stands on */
  gboolean is_pointed;    /* by the pointer, at @pointer_px, and not by keys */
  double pointer_px;
  char *spoken;           /* (nullable): what was last told of the cursor */
  gint64 told_chosen_ns;  /* as in the latest notification */
};

void                  ts_chart_draw               (const TsChartFrame *frame,
                                                   cairo_t            *cr,
                                                   const GArray       *notes);
const TsHistory      *ts_chart_get_history        (TsChart           *self);
const TsChartSeries  *ts_chart_get_series         (TsChart           *self);
const TsHistoryEntry *ts_chart_get_chosen         (TsChart           *self);
gboolean              ts_chart_init_readout       (TsChart           *self,
                                                   TsChartReadout    *readout);
void                  ts_chart_update_description (TsChart           *self);
void                  ts_chart_update             (TsChart           *self);
void                  ts_chart_change_view        (TsChart           *self,
                                                   const TsChartView *before,
                                                   gboolean           is_gradual);

G_END_DECLS
