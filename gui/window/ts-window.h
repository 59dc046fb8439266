/* The window: the start page, or the page of the server that is measured.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TS_TYPE_WINDOW (ts_window_get_type ())
G_DECLARE_FINAL_TYPE (TsWindow, ts_window, TS, WINDOW, AdwApplicationWindow)

GtkWidget *ts_window_new         (GtkApplication *application);
void       ts_window_open        (TsWindow       *self,
                                  const char     *host);
void       ts_window_open_file   (TsWindow       *self,
                                  GFile          *file);
void       ts_window_show_server (TsWindow       *self,
                                  const char     *address);

G_END_DECLS
