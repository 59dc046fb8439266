/* Checks whether a server could be started with its settings.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "settings/ts-settings.h"

G_BEGIN_DECLS

gboolean ts_config_check (const TsSettings  *settings,
                          gint64             now_ns,
                          GError           **error);

G_END_DECLS
