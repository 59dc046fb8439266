/* How the windows look and tell times, as the settings have it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void ts_appearance_follow (GSettings *settings);

G_END_DECLS
