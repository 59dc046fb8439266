/* Watches an application from inside: frames drawn, processor time, how late its main loop is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * GuiObserverMode:
 * @GUI_OBSERVE_START: until the first frame is drawn
 * @GUI_OBSERVE_LIVE: the window as it is
 * @GUI_OBSERVE_HIDDEN: the window hidden
 * @GUI_OBSERVE_MINIMIZED: the window taken from the screen as a window manager does
 * @GUI_OBSERVE_DELAYS: the window as it is, and how late a timer is
 * @GUI_OBSERVER_N_MODES: how many there are
 *
 * What is observed.
 */
typedef enum
{
  GUI_OBSERVE_START,
  GUI_OBSERVE_LIVE,
  GUI_OBSERVE_HIDDEN,
  GUI_OBSERVE_MINIMIZED,
  GUI_OBSERVE_DELAYS,
  GUI_OBSERVER_N_MODES,
} GuiObserverMode;

gboolean gui_observer_parse_mode (const char      *name,
                                  GuiObserverMode *mode);
int      gui_observer_run        (GApplication    *application,
                                  GuiObserverMode  mode,
                                  double           seconds);

G_END_DECLS
