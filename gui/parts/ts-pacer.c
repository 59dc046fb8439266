/* Calls a widget as often as what it shows changes: with each frame, ten times a second, or once.
 *
 * A tick callback keeps the display's frames coming, even if none of them changes anything. So there is one only for
 * what changes with each frame; everything else has a timer. A widget that is not mapped is not called.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-pacer.h"

struct _TsPacer
{
  GObject parent_instance;

  GtkWidget *widget; /* not ours: it owns the pacer */
  TsPaced callback;
  TsPace pace;
  guint tick_id;
  guint timer_id;
};

G_DEFINE_FINAL_TYPE (TsPacer, ts_pacer, G_TYPE_OBJECT)

static const guint periods_ms[] = { [TS_PACE_TENTHS] = 100, [TS_PACE_SECONDS] = 1000 };

static gboolean
tick (GtkWidget *widget,
      GdkFrameClock *frame_clock,
      gpointer user_data)
{
  TsPacer *self = user_data;

  self->callback (self->widget);
  return G_SOURCE_CONTINUE;
}

/* Returns: until the next whole period of the clock, so that a second is shown when it begins */
static guint
get_delay_ms (TsPacer *self)
{
  guint period_ms = periods_ms[self->pace];

  return period_ms - (guint) (g_get_real_time () / 1000 % period_ms);
}

static gboolean
timer_ran_out (gpointer user_data)
{
  TsPacer *self = user_data;

  self->timer_id = g_timeout_add (get_delay_ms (self), timer_ran_out, self);
  self->callback (self->widget);
  return G_SOURCE_REMOVE;
}

static void
stop (TsPacer *self)
{
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (self->widget, self->tick_id);
  self->tick_id = 0;
  g_clear_handle_id (&self->timer_id, g_source_remove);
}

static void
start (TsPacer *self)
{
  stop (self);
  if (!gtk_widget_get_mapped (self->widget))
    return;
  if (self->pace == TS_PACE_FRAMES)
    self->tick_id = gtk_widget_add_tick_callback (self->widget, tick, self, NULL);
  else
    self->timer_id = g_timeout_add (get_delay_ms (self), timer_ran_out, self);
}

static void
ts_pacer_dispose (GObject *object)
{
  stop (TS_PACER (object));
  G_OBJECT_CLASS (ts_pacer_parent_class)->dispose (object);
}

static void
ts_pacer_class_init (TsPacerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ts_pacer_dispose;
}

static void
ts_pacer_init (TsPacer *self)
{
}

/**
 * ts_pacer_new:
 * @widget: the widget to call, which owns the pacer
 * @pace: how often
 * @callback: what to call
 *
 * Returns: (transfer full): a pacer, to be unreferenced in @widget's dispose
 */
TsPacer *
ts_pacer_new (GtkWidget *widget,
              TsPace pace,
              TsPaced callback)
{
  TsPacer *self = g_object_new (TS_TYPE_PACER, NULL);

  self->widget = widget;
  self->pace = pace;
  self->callback = callback;
  g_signal_connect_object (widget, "map", G_CALLBACK (start), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (widget, "unmap", G_CALLBACK (stop), self, G_CONNECT_SWAPPED);
  start (self);
  return self;
}

/**
 * ts_pacer_set_pace:
 * @self: a pacer
 * @pace: how often to call the widget from now on
 */
void
ts_pacer_set_pace (TsPacer *self,
                   TsPace pace)
{
  if (self->pace == pace)
    return;
  self->pace = pace;
  start (self);
}

/**
 * ts_pacer_get_pace:
 * @self: a pacer
 *
 * Returns: how often it calls the widget
 */
TsPace
ts_pacer_get_pace (TsPacer *self)
{
  return self->pace;
}

/**
 * ts_pacer_get_fastest:
 * @widget: a widget
 *
 * Returns: how often something may change that changes all the time: with each frame, but at tenths of a second where
 *   animations are off, or the power saver is on
 */
TsPace
ts_pacer_get_fastest (GtkWidget *widget)
{
  static GPowerProfileMonitor *power;
  gboolean animates;

  if (power == NULL)
    power = g_power_profile_monitor_dup_default ();
  g_object_get (gtk_widget_get_settings (widget), "gtk-enable-animations", &animates, NULL);
  return animates && !g_power_profile_monitor_get_power_saver_enabled (power) ? TS_PACE_FRAMES : TS_PACE_TENTHS;
}
