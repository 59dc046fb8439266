/* Lays over the chart of the chosen server those others that are to be compared with it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-comparison.h"

struct _TsComparison
{
  GObject parent_instance;

  TsChartModel *model;
  TsOverlays *overlays;
  TsMonitor *chosen;   /* (nullable) */
  GArray *shown;       /* (nullable): of TsOverlay, whose histories the model reads */
  gboolean has_news;
};

G_DEFINE_FINAL_TYPE (TsComparison, ts_comparison, G_TYPE_OBJECT)

static void
take_news (TsComparison *self)
{
  self->has_news = TRUE;
}

static void
clear (TsComparison *self)
{
  ts_chart_model_set_overlays (self->model, NULL);
  for (guint i = 0; self->shown != NULL && i < self->shown->len; i++)
    g_signal_handlers_disconnect_by_data (g_array_index (self->shown, TsOverlay, i).monitor, self);
  g_clear_pointer (&self->shown, g_array_unref);
}

static void
update (TsComparison *self)
{
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();

  clear (self);
  ts_chart_model_set_name (self->model, self->chosen != NULL ? ts_monitor_get_name (self->chosen) : NULL);
  if (self->chosen != NULL)
    self->shown = ts_overlays_list (self->overlays, self->chosen);
  for (guint i = 0; self->shown != NULL && i < self->shown->len; i++)
    {
      const TsOverlay *overlay = &g_array_index (self->shown, TsOverlay, i);
      TsMonitor *monitor = overlay->monitor;

      g_signal_connect_object (monitor, "sample", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (monitor, "failure", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (monitor, "notify::name", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      ts_chart_overlays_add (overlays, ts_monitor_get_history (monitor), ts_monitor_get_name (monitor), overlay->place);
    }
  ts_chart_model_set_overlays (self->model, overlays);
}

static void
ts_comparison_dispose (GObject *object)
{
  TsComparison *self = TS_COMPARISON (object);

  if (self->model != NULL)
    ts_comparison_set_chosen (self, NULL);
  g_clear_object (&self->model);
  g_clear_object (&self->overlays);
  G_OBJECT_CLASS (ts_comparison_parent_class)->dispose (object);
}

static void
ts_comparison_class_init (TsComparisonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ts_comparison_dispose;
}

static void
ts_comparison_init (TsComparison *self)
{
}

/**
 * ts_comparison_new:
 * @model: shows the history of the chosen server
 * @overlays: which servers are laid over the charts of the others
 *
 * Returns: (transfer full): what lays them over it once a server is chosen
 */
TsComparison *
ts_comparison_new (TsChartModel *model,
                   TsOverlays *overlays)
{
  TsComparison *self = g_object_new (TS_TYPE_COMPARISON, NULL);

  self->model = g_object_ref (model);
  self->overlays = g_object_ref (overlays);
  g_signal_connect_object (overlays, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ts_comparison_set_chosen:
 * @self: a comparison
 * @chosen: (nullable): whose chart it is from now on; it is never laid over itself
 */
void
ts_comparison_set_chosen (TsComparison *self,
                          TsMonitor *chosen)
{
  clear (self);
  if (self->chosen != NULL)
    g_signal_handlers_disconnect_by_data (self->chosen, self);
  g_set_object (&self->chosen, chosen);
  if (chosen != NULL)
    g_signal_connect_object (chosen, "notify::name", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

/**
 * ts_comparison_take_news:
 * @self: a comparison
 *
 * Returns: whether an exchange with a server that is laid over the chart has ended since this was last asked
 */
gboolean
ts_comparison_take_news (TsComparison *self)
{
  gboolean has_news = self->has_news;

  self->has_news = FALSE;
  return has_news;
}
