/* Makes the windows follow the settings for light, dark and the time zone.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void ts_appearance_follow (GSettings *settings);

G_END_DECLS
