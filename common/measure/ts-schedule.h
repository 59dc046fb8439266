/* When to ask next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_SCHEDULE_MIN_INTERVAL_NS  (G_GINT64_CONSTANT (100000000))
#define TS_SCHEDULE_MAX_INTERVAL_NS  (G_GINT64_CONSTANT (3600000000000))
#define TS_SCHEDULE_MAX_PAUSE_NS     (G_GINT64_CONSTANT (30000000000))

gint64 ts_schedule_pause_ns (gint64 interval_ns,
                             guint  n_failures);

G_END_DECLS
