/* The form of a recording's file, and its errors.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* "TSyn" */
#define TS_RECORD_APPLICATION_ID 0x5453796e
#define TS_RECORD_USER_VERSION   2

/* So many records are sealed as one page, and those that came within the same second. */
#define TS_RECORD_PAGE_LENGTH 1280

#define TS_RECORD_ERROR (ts_record_error_quark ())

/**
 * TsRecordError:
 * @TS_RECORD_ERROR_FAILED: reading or writing failed
 * @TS_RECORD_ERROR_FULL: there is no room left
 * @TS_RECORD_ERROR_READ_ONLY: the file, or its folder, cannot be written
 * @TS_RECORD_ERROR_DAMAGED: it is not as it was written
 * @TS_RECORD_ERROR_FOREIGN: it is not a recording
 * @TS_RECORD_ERROR_NEWER: a later version of Time Sync made it
 * @TS_RECORD_ERROR_LOCKED: another program records into it
 *
 * Why a recording cannot be written or read.
 */
typedef enum
{
  TS_RECORD_ERROR_FAILED,
  TS_RECORD_ERROR_FULL,
  TS_RECORD_ERROR_READ_ONLY,
  TS_RECORD_ERROR_DAMAGED,
  TS_RECORD_ERROR_FOREIGN,
  TS_RECORD_ERROR_NEWER,
  TS_RECORD_ERROR_LOCKED,
} TsRecordError;

/**
 * TsRecordEventKind:
 * @TS_RECORD_EVENT_NOT_RUNNING: nothing was recorded from its instant until its end
 * @TS_RECORD_EVENT_RESTART: this computer was restarted
 * @TS_RECORD_EVENT_CLOCK_SOURCE: the kernel chose another clock source; the text has its name
 * @TS_RECORD_EVENT_DROPPED: exchanges were measured but not recorded; the value is how many
 *
 * What happened besides the exchanges. Steps and suspends are in the records.
 */
typedef enum
{
  TS_RECORD_EVENT_NOT_RUNNING = 1,
  TS_RECORD_EVENT_RESTART,
  TS_RECORD_EVENT_CLOCK_SOURCE,
  TS_RECORD_EVENT_DROPPED,
} TsRecordEventKind;

GQuark        ts_record_error_quark   (void);
guint64       ts_record_sql_tag       (gint64         server,
                                       gint64         session,
                                       int            level);
gboolean      ts_record_sql_fail      (sqlite3       *db,
                                       GError       **error);
gboolean      ts_record_sql_run       (sqlite3       *db,
                                       const char    *sql,
                                       GError       **error);
sqlite3_stmt *ts_record_sql_prepare   (sqlite3       *db,
                                       const char    *sql,
                                       GError       **error);
gboolean      ts_record_sql_step      (sqlite3_stmt  *statement,
                                       gboolean      *has_row,
                                       GError       **error);
gboolean      ts_record_sql_step_with (sqlite3_stmt  *statement,
                                       const gint64  *numbers,
                                       int            n_numbers,
                                       GByteArray    *data,
                                       GError       **error);
gboolean      ts_record_sql_get       (sqlite3       *db,
                                       const char    *sql,
                                       const gint64  *parameters,
                                       int            n_parameters,
                                       gint64        *value,
                                       GError       **error);
gboolean      ts_record_sql_migrate   (sqlite3       *db,
                                       GError       **error);
gboolean      ts_record_sql_check     (sqlite3       *db,
                                       GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

G_END_DECLS
