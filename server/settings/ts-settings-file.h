/* Reads the configuration file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "settings/ts-settings.h"

G_BEGIN_DECLS

gboolean ts_settings_file_parse (const char  *text,
                                 gsize        length,
                                 const char  *path,
                                 TsSettings  *settings,
                                 GError     **error);
gboolean ts_settings_file_load  (const char  *path,
                                 TsSettings  *settings,
                                 GError     **error);

G_END_DECLS
