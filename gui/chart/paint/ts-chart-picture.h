/* The chart as a picture that stands alone.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gdk/gdk.h>

#include "chart/model/ts-chart-view.h"
#include "chart/ts-chart.h"
#include "measure/history/ts-history.h"

G_BEGIN_DECLS

/**
 * TsChartPicture:
 * @history: of the chosen server
 * @name: what the user calls it
 * @others: (array length=n_others) (nullable): the servers that are laid over it
 * @n_others: how many
 * @span: which part of all this
 *
 * What a picture shows. Nothing of it is the picture's own.
 */
typedef struct
{
  const TsHistory *history;
  const char *name;
  const TsChartLine *others;
  guint n_others;
  TsChartSpan span;
} TsChartPicture;

TsChartSpan   ts_chart_picture_get_whole (const TsChartPicture *self,
                                          gint64                now_ns,
                                          int                   width_px);
char        **ts_chart_picture_draw      (const TsChartPicture *self,
                                          cairo_t              *cr,
                                          PangoContext         *pango,
                                          int                   width_px,
                                          int                   height_px,
                                          const char           *span_text);

G_END_DECLS
