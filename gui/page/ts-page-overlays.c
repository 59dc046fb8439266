/* Keeps the overlays of the page's chart up to date: the other servers that the user chose to see in it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-page-overlays.h"

#include "words/ts-isolate.h"

struct _TsPageOverlays
{
  GObject parent_instance;

  TsChartModel *model;
  TsOverlays *overlays;
  TsMonitor *chosen;   /* (nullable) */
  GArray *shown;       /* (nullable): of TsOverlay, whose histories the model reads */
  gboolean has_news;
};

G_DEFINE_FINAL_TYPE (TsPageOverlays, ts_page_overlays, G_TYPE_OBJECT)

static void
take_news (TsPageOverlays *self)
{
  self->has_news = TRUE;
}

static void
clear (TsPageOverlays *self)
{
  ts_chart_model_set_overlays (self->model, NULL);
  for (guint i = 0; self->shown != NULL && i < self->shown->len; i++)
    g_signal_handlers_disconnect_by_data (g_array_index (self->shown, TsOverlay, i).monitor, self);
  g_clear_pointer (&self->shown, g_array_unref);
}

static void
update (TsPageOverlays *self)
{
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();
  g_autofree char *name = self->chosen != NULL ? ts_isolate_name (ts_monitor_get_name (self->chosen)) : NULL;

  clear (self);
  ts_chart_model_set_name (self->model, name);
  if (self->chosen != NULL)
    self->shown = ts_overlays_list (self->overlays, self->chosen);
  for (guint i = 0; self->shown != NULL && i < self->shown->len; i++)
    {
      const TsOverlay *overlay = &g_array_index (self->shown, TsOverlay, i);
      TsMonitor *monitor = overlay->monitor;
      g_autofree char *overlay_name = ts_isolate_name (ts_monitor_get_name (monitor));

      g_signal_connect_object (monitor, "sample", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (monitor, "failure", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (monitor, "notify::name", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      ts_chart_overlays_add (overlays, ts_monitor_get_history (monitor), overlay_name, overlay->place);
    }
  ts_chart_model_set_overlays (self->model, overlays);
}

static void
ts_page_overlays_dispose (GObject *object)
{
  TsPageOverlays *self = TS_PAGE_OVERLAYS (object);

  if (self->model != NULL)
    ts_page_overlays_set_chosen (self, NULL);
  g_clear_object (&self->model);
  g_clear_object (&self->overlays);
  G_OBJECT_CLASS (ts_page_overlays_parent_class)->dispose (object);
}

static void
ts_page_overlays_class_init (TsPageOverlaysClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ts_page_overlays_dispose;
}

static void
ts_page_overlays_init (TsPageOverlays *self)
{
}

/**
 * ts_page_overlays_new:
 * @model: shows the history of the chosen server
 * @overlays: which servers are overlaid on the charts of the others
 *
 * Returns: (transfer full): an object that sets the overlays of @model once a server is chosen
 */
TsPageOverlays *
ts_page_overlays_new (TsChartModel *model,
                      TsOverlays *overlays)
{
  TsPageOverlays *self = g_object_new (TS_TYPE_PAGE_OVERLAYS, NULL);

  self->model = g_object_ref (model);
  self->overlays = g_object_ref (overlays);
  g_signal_connect_object (overlays, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ts_page_overlays_set_chosen:
 * @self: page overlays
 * @chosen: (nullable): the server whose chart it is from now on; it is never overlaid on its own chart
 */
void
ts_page_overlays_set_chosen (TsPageOverlays *self,
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
 * ts_page_overlays_take_news:
 * @self: page overlays
 *
 * Returns: whether an exchange with an overlaid server has ended since the last call
 */
gboolean
ts_page_overlays_take_news (TsPageOverlays *self)
{
  gboolean has_news = self->has_news;

  self->has_news = FALSE;
  return has_news;
}
