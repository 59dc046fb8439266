/* The figures of a server: estimate, round trip, jitter, drift, counts, its own clock, the connection.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "monitor/ts-monitor.h"
#include "parts/ts-page-layout.h"
#include "parts/ts-still.h"

G_BEGIN_DECLS

#define TS_TYPE_FIGURES (ts_figures_get_type ())
G_DECLARE_FINAL_TYPE (TsFigures, ts_figures, TS, FIGURES, TsStill)

void ts_figures_show          (TsFigures        *self,
                               TsMonitor        *monitor,
                               const TsEstimate *now);
void ts_figures_set_key       (TsFigures        *self,
                               const char       *fingerprint);
void ts_figures_set_layout    (TsFigures        *self,
                               TsPageLayout      layout);
void ts_figures_fit           (TsFigures        *self,
                               int               width_px);
void ts_figures_add_to_groups (TsFigures        *self,
                               GtkSizeGroup     *first,
                               GtkSizeGroup     *second);

G_END_DECLS
