/* Two clocks, one below the other: the server's and this computer's.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "monitor/ts-monitor.h"
#include "parts/ts-pacer.h"
#include "parts/ts-page-layout.h"

G_BEGIN_DECLS

#define TS_TYPE_CLOCKS (ts_clocks_get_type ())
G_DECLARE_FINAL_TYPE (TsClocks, ts_clocks, TS, CLOCKS, AdwBin)

void ts_clocks_show          (TsClocks         *self,
                              TsMonitor        *monitor,
                              const TsEstimate *now,
                              gboolean          is_live);
void ts_clocks_tick          (TsClocks     *self,
                              gint64        now_ns,
                              TsPace        pace);
void ts_clocks_clear         (TsClocks     *self);
void ts_clocks_set_layout    (TsClocks     *self,
                              TsPageLayout  layout);
void ts_clocks_fit           (TsClocks     *self,
                              TsPageLayout  layout,
                              int           width_px);
void ts_clocks_add_to_groups (TsClocks     *self,
                              GtkSizeGroup *remote,
                              GtkSizeGroup *local);

G_END_DECLS
