/* Asks for a new name of a server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

void ts_rename_ask (GtkWindow *parent,
                    TsMonitor *monitor);

G_END_DECLS
