/* What keys, wheel, fingers and pointer do to the chart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/ts-chart.h"

G_BEGIN_DECLS

void     ts_chart_input_attach (TsChart        *chart);
gboolean ts_chart_input_press  (TsChart        *chart,
                                guint           keyval,
                                GdkModifierType state);

G_END_DECLS
