/* What is drawn of a recording that somebody opens.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsRecordFileSeries:
 * @address: the server's, as a person types it
 * @name: what it is called
 * @is_database: whether the file may have more than is in @entries
 * @entries: (element-type TsHistoryEntry): what is drawn of it, in order
 * @begin_ns: when the first was, by the clock of the computer that recorded
 * @end_ns: and the last
 *
 * A server of a recording.
 */
typedef struct
{
  char *address;
  char *name;
  gboolean is_database;
  GArray *entries;
  gint64 begin_ns;
  gint64 end_ns;
} TsRecordFileSeries;

GPtrArray *ts_record_file_read (const char  *path,
                                GError     **error);

G_END_DECLS
