/* The keys of a chart, which are the same in each of its views.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart-keys.h"

#include <math.h>

#define ZOOM_FACTOR 1.5
#define PAN_PARTS   8 /* of what is in view */

static gboolean
press_arrow (TsChartModel *model,
             int direction,
             GdkModifierType modifiers)
{
  if (modifiers == GDK_SHIFT_MASK)
    ts_chart_model_pan (model, (double) direction * ts_chart_model_get_series (model)->span.n_columns / PAN_PARTS);
  else if (modifiers == GDK_CONTROL_MASK || modifiers == 0)
    ts_chart_model_move_cursor (model, direction, modifiers != 0);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
press_plain (TsChartModel *model,
             guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      ts_chart_model_zoom (model, ZOOM_FACTOR, NAN, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      ts_chart_model_zoom (model, 1 / ZOOM_FACTOR, NAN, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      ts_chart_model_show_oldest (model);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      ts_chart_model_set_follows (model, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_f:
    case GDK_KEY_F:
      ts_chart_model_set_follows (model, !ts_chart_model_get_follows (model));
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      return ts_chart_model_activate (model) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
    case GDK_KEY_Escape:
      return ts_chart_model_clear_cursor (model) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/**
 * ts_chart_keys_press:
 * @model: what a view shows
 * @keyval: a key that was pressed while the view had the focus
 * @state: what else is pressed
 *
 * Arrows move the cursor, with Ctrl from event to event, and with Shift they pan; + and − zoom; Home, End, F, Enter
 * and Escape.
 *
 * Returns: %GDK_EVENT_STOP if the key does anything
 */
gboolean
ts_chart_keys_press (TsChartModel *model,
                     guint keyval,
                     GdkModifierType state)
{
  GdkModifierType modifiers = state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK);

  if (keyval == GDK_KEY_Left || keyval == GDK_KEY_KP_Left)
    return press_arrow (model, -1, modifiers);
  if (keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right)
    return press_arrow (model, 1, modifiers);
  /* Shift is part of "+" on many keyboards. */
  if ((modifiers & ~GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  return press_plain (model, keyval);
}
