/* Shows by which key a server seals what it says.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

void ts_key_dialog_show (GtkWindow *parent,
                         GSettings *settings,
                         TsMonitor *monitor);

G_END_DECLS
