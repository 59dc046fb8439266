/* What is recorded of the servers of the list.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "monitor/ts-ensemble.h"

G_BEGIN_DECLS

#define TS_TYPE_ARCHIVE (ts_archive_get_type ())
G_DECLARE_FINAL_TYPE (TsArchive, ts_archive, TS, ARCHIVE, GObject)

TsArchive  *ts_archive_new              (GSettings  *settings,
                                         TsClock    *clock,
                                         TsEnsemble *ensemble,
                                         const char *path);
char       *ts_archive_get_default_path (void);
const char *ts_archive_get_path         (TsArchive  *self);
void        ts_archive_stop             (TsArchive  *self);
char       *ts_archive_describe_problem (TsArchive  *self);
void        ts_archive_flush            (TsArchive  *self);
void        ts_archive_hide             (TsArchive  *self,
                                         const char *address);
void        ts_archive_unhide           (TsArchive  *self,
                                         const char *address);

G_END_DECLS
