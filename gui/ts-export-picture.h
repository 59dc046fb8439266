/* The chart as an image file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ts-chart-view.h"
#include "ts-export-format.h"
#include "ts-history.h"

G_BEGIN_DECLS

GBytes *ts_export_picture_new (TsExportFormat     format,
                               const char        *name,
                               const TsHistory   *history,
                               const TsChartSpan *span,
                               GtkWidget         *widget);

G_END_DECLS
