/* The window of a recording that was opened.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TS_TYPE_RECORDING_WINDOW (ts_recording_window_get_type ())
G_DECLARE_FINAL_TYPE (TsRecordingWindow, ts_recording_window, TS, RECORDING_WINDOW, AdwWindow)

void  ts_recording_window_open           (GtkWindow    *parent,
                                          GFile        *file);
char *ts_recording_window_describe_error (const char   *name,
                                          const GError *error);

G_END_DECLS
