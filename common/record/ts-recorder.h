/* Records what is measured, in a thread of its own.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

#include "net/clock/ts-clock.h"
#include "record/ts-store.h"

G_BEGIN_DECLS

/* At most this many records wait for the thread; the ones that come then are dropped. */
#define TS_RECORDER_MAX_QUEUE 20000

/**
 * TsRecorderSettings:
 * @path: the file
 * @is_own: whether the file is the program's own; then a file that is no recording at all is moved aside too
 * @retention: how much of the past to keep
 * @clock_source_path: (nullable): the file that says which clock source the kernel uses; %NULL: the kernel's own
 *
 * What to record into.
 */
typedef struct
{
  const char *path;
  gboolean is_own;
  TsRetention retention;
  const char *clock_source_path;
} TsRecorderSettings;

#define TS_TYPE_RECORDER (ts_recorder_get_type ())
G_DECLARE_FINAL_TYPE (TsRecorder, ts_recorder, TS, RECORDER, GObject)

TsRecorder *ts_recorder_new           (const TsRecorderSettings  *settings,
                                       TsClock                   *clock);
void        ts_recorder_stop          (TsRecorder                *self);
guint       ts_recorder_begin         (TsRecorder                *self,
                                       const char                *address,
                                       const char                *name,
                                       gboolean                   is_fresh);
void        ts_recorder_add           (TsRecorder                *self,
                                       guint                      series,
                                       const TsRecord            *record);
void        ts_recorder_end           (TsRecorder                *self,
                                       guint                      series);
void        ts_recorder_hide          (TsRecorder                *self,
                                       const char                *address);
void        ts_recorder_unhide        (TsRecorder                *self,
                                       const char                *address);
void        ts_recorder_set_retention (TsRecorder                *self,
                                       const TsRetention         *retention);
gboolean    ts_recorder_flush         (TsRecorder                *self);
GError     *ts_recorder_get_error     (TsRecorder                *self);
char       *ts_recorder_get_moved_to  (TsRecorder                *self);

G_END_DECLS
