/* Which servers of the list are overlaid on the charts of the others; the choice is saved.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-ensemble.h"

G_BEGIN_DECLS

#define TS_TYPE_OVERLAYS (ts_overlays_get_type ())
G_DECLARE_FINAL_TYPE (TsOverlays, ts_overlays, TS, OVERLAYS, GObject)

/**
 * TsOverlay:
 * @monitor: a server
 * @place: its place, from 0
 *
 * A server that is overlaid on the chart of another one.
 */
typedef struct
{
  TsMonitor *monitor;
  guint place;
} TsOverlay;

TsOverlays *ts_overlays_new    (TsEnsemble *ensemble,
                                GSettings  *settings);
gboolean    ts_overlays_find   (TsOverlays *self,
                                TsMonitor  *monitor,
                                guint      *place);
GArray     *ts_overlays_list   (TsOverlays *self,
                                TsMonitor  *chosen);
void        ts_overlays_set    (TsOverlays *self,
                                TsMonitor  *monitor,
                                gboolean    is_overlaid);
void        ts_overlays_toggle (TsOverlays *self,
                                TsMonitor  *monitor);

G_END_DECLS
