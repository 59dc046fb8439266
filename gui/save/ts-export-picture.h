/* The chart as an image file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/paint/ts-chart-picture.h"
#include "save/ts-export-format.h"

G_BEGIN_DECLS

GBytes *ts_export_picture_new (TsExportFormat  format,
                               TsChartModel   *model,
                               GtkWidget      *widget);

G_END_DECLS
