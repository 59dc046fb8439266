/* The details of sharing this computer's time: addresses, clients, port.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "share/ts-share.h"

G_BEGIN_DECLS

#define TS_TYPE_SHARE_WINDOW (ts_share_window_get_type ())
G_DECLARE_FINAL_TYPE (TsShareWindow, ts_share_window, TS, SHARE_WINDOW, AdwWindow)

GtkWidget *ts_share_window_new (GtkWindow *parent,
                                TsShare   *share);

G_END_DECLS
