/* The keys of a chart, which are the same in each of its views.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gdk/gdk.h>

#include "chart/model/ts-chart-model.h"

G_BEGIN_DECLS

gboolean ts_chart_keys_press (TsChartModel    *model,
                              guint            keyval,
                              GdkModifierType  state);

G_END_DECLS
