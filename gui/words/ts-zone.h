/* The time zone that the window tells times in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void       ts_zone_set_utc       (gboolean is_utc);
gboolean   ts_zone_is_utc        (void);
GDateTime *ts_zone_new_date_time (gint64   instant_s);

G_END_DECLS
