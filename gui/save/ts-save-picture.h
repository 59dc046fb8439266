/* The chart as an image file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/model/ts-chart-model.h"
#include "save/ts-save-format.h"

G_BEGIN_DECLS

GBytes *ts_save_picture_new (TsSaveFormat  format,
                             TsChartModel   *model,
                             GtkWidget      *widget);

G_END_DECLS
