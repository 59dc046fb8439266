/* What `ts-client --watch` shows on a terminal: a lane for each host, redrawn after exchanges.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-monitor.h"
#include "shared/ts-output.h"
#include "shared/ts-quantity.h"

G_BEGIN_DECLS

typedef struct _TsLiveView TsLiveView;

gboolean    ts_live_view_is_possible (void);
TsLiveView *ts_live_view_new         (TsOutput       *output,
                                      TsQuantityUnit  unit,
                                      gboolean        has_color);
void        ts_live_view_free        (TsLiveView     *self);
void        ts_live_view_add         (TsLiveView     *self,
                                      TsMonitor      *monitor);
void        ts_live_view_update      (TsLiveView     *self);

G_END_DECLS
