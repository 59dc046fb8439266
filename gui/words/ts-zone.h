/* The time zone of the times that the window shows.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void       ts_zone_set_utc       (gboolean is_utc);
gboolean   ts_zone_is_utc        (void);
GTimeZone *ts_zone_new           (void);
GDateTime *ts_zone_new_date_time (gint64   instant_s);
gboolean   ts_zone_is_same_day   (gint64   one_ns,
                                  gint64   other_ns);

G_END_DECLS
