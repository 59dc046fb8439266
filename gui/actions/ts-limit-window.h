/* Asks for the limit of a server: how far its clock may be from this computer's.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

#define TS_TYPE_LIMIT_WINDOW (ts_limit_window_get_type ())
G_DECLARE_FINAL_TYPE (TsLimitWindow, ts_limit_window, TS, LIMIT_WINDOW, AdwWindow)

GtkWidget *ts_limit_window_new (GtkWindow *parent,
                                TsMonitor *monitor);

G_END_DECLS
