/* The chart's colours, from the theme's.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

void ts_chart_colors_init           (TsChartColors *colors,
                                     GtkWidget     *widget);
void ts_chart_colors_init_for_paper (TsChartColors *colors);

G_END_DECLS
