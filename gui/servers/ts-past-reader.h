/* Reads what is recorded of a server in a thread of its own, so that nothing waits for the disk.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "past/ts-past-days.h"
#include "past/ts-past.h"

G_BEGIN_DECLS

void    ts_past_reader_read_async           (const char           *path,
                                             const char           *address,
                                             gint64                begin_ns,
                                             gint64                end_ns,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
void    ts_past_reader_read_exchanges_async (const char           *path,
                                             const char           *address,
                                             gint64                at_ns,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
void    ts_past_reader_read_events_async    (const char           *path,
                                             const char           *address,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
void    ts_past_reader_list_days_async      (const char           *path,
                                             const char           *address,
                                             GTimeZone            *zone,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
GArray *ts_past_reader_finish               (GAsyncResult         *result,
                                             GError              **error);

G_END_DECLS
