/* Which servers of the list are laid over the charts of the others, from one start to the next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-ensemble.h"

G_BEGIN_DECLS

#define TS_TYPE_OVERLAYS (ts_overlays_get_type ())
G_DECLARE_FINAL_TYPE (TsOverlays, ts_overlays, TS, OVERLAYS, GObject)

TsOverlays *ts_overlays_new          (TsEnsemble *ensemble,
                                      GSettings  *settings);
TsEnsemble *ts_overlays_get_ensemble (TsOverlays *self);
gboolean    ts_overlays_find         (TsOverlays *self,
                                      TsMonitor  *monitor,
                                      guint      *place);
void        ts_overlays_set          (TsOverlays *self,
                                      TsMonitor  *monitor,
                                      gboolean    is_overlaid);
void        ts_overlays_toggle       (TsOverlays *self,
                                      TsMonitor  *monitor);

G_END_DECLS
