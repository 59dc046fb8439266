/* The servers that this computer sets its own clock by.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The public pool. */
#define TS_TIME_SOURCES_POOL "ntp://pool.ntp.org"

void     ts_time_sources_parse       (const char           *text,
                                      GPtrArray            *addresses,
                                      GPtrArray            *included);
gboolean ts_time_sources_is_pool     (const char           *address);
void     ts_time_sources_find_async  (GDBusConnection      *bus,
                                      const char           *root,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
GStrv    ts_time_sources_find_finish (GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
