/* Calls a widget as often as what it shows changes: with each frame, ten times a second, or once.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TsPace:
 * @TS_PACE_FRAMES: with each frame of the display
 * @TS_PACE_TENTHS: at each tenth of a second
 * @TS_PACE_SECONDS: at each second
 */
typedef enum
{
  TS_PACE_FRAMES,
  TS_PACE_TENTHS,
  TS_PACE_SECONDS,
} TsPace;

/**
 * TsPaced:
 * @widget: the widget whose time has come
 */
typedef void (*TsPaced) (GtkWidget *widget);

#define TS_TYPE_PACER (ts_pacer_get_type ())
G_DECLARE_FINAL_TYPE (TsPacer, ts_pacer, TS, PACER, GObject)

TsPacer *ts_pacer_new         (GtkWidget *widget,
                               TsPace     pace,
                               TsPaced    callback);
void     ts_pacer_set_pace    (TsPacer   *self,
                               TsPace     pace);
TsPace   ts_pacer_get_pace    (TsPacer   *self);
TsPace   ts_pacer_get_fastest (GtkWidget *widget);

G_END_DECLS
