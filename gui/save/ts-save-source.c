/* What is saved: a server that is measured, or one of a recording.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-source.h"

#include "words/ts-isolate.h"

struct _TsSaveSource
{
  char *name;
  char *address;       /* as a person types it */
  char *path;          /* (nullable): where it is recorded */
  TsClock *clock;
  TsMonitor *monitor;  /* (nullable): %NULL: of a recording */
  GArray *overlays;    /* (nullable) (element-type TsOverlay): of its picture */
  TsHistory *recorded; /* (nullable): what a picture of a recording shows */
};

/**
 * ts_save_source_new:
 * @monitor: a server that is measured
 * @overlays: (element-type TsOverlay): the overlays of its picture
 * @path: (nullable): where what was measured before is recorded, which is saved too
 *
 * Returns: (transfer full): what is to be saved of it
 */
TsSaveSource *
ts_save_source_new (TsMonitor *monitor,
                    GArray *overlays,
                    const char *path)
{
  TsSaveSource *self = g_new0 (TsSaveSource, 1);

  self->name = g_strdup (ts_monitor_get_name (monitor));
  self->address = ts_monitor_get_address (monitor);
  self->path = g_strdup (path);
  self->clock = g_object_ref (ts_monitor_get_clock (monitor));
  self->monitor = g_object_ref (monitor);
  self->overlays = g_array_ref (overlays);
  return self;
}

/**
 * ts_save_source_new_recorded:
 * @path: a recording
 * @address: a server's
 * @name: what it is called
 * @history: (transfer full): what is shown of it
 *
 * Returns: (transfer full): what is to be saved of it
 */
TsSaveSource *
ts_save_source_new_recorded (const char *path,
                             const char *address,
                             const char *name,
                             TsHistory *history)
{
  TsSaveSource *self = g_new0 (TsSaveSource, 1);

  self->name = g_strdup (name);
  self->address = g_strdup (address);
  self->path = g_strdup (path);
  self->clock = ts_clock_new_system (0);
  self->recorded = history;
  return self;
}

/**
 * ts_save_source_free:
 * @self: (transfer full): what is to be saved
 */
void
ts_save_source_free (TsSaveSource *self)
{
  g_free (self->name);
  g_free (self->address);
  g_free (self->path);
  g_object_unref (self->clock);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->overlays, g_array_unref);
  g_clear_pointer (&self->recorded, ts_history_free);
  g_free (self);
}

/**
 * ts_save_source_get_name:
 * @self: what is to be saved
 *
 * Returns: (transfer none): what the server is called
 */
const char *
ts_save_source_get_name (const TsSaveSource *self)
{
  return self->name;
}

/**
 * ts_save_source_get_now_ns:
 * @self: what is to be saved
 *
 * Returns: our clock
 */
gint64
ts_save_source_get_now_ns (const TsSaveSource *self)
{
  return ts_clock_get_now_ns (self->clock);
}

/**
 * ts_save_source_is_shown:
 * @self: what is to be saved
 * @shown: what a chart shows
 *
 * Returns: whether it is measured and that chart shows it
 */
gboolean
ts_save_source_is_shown (const TsSaveSource *self,
                         TsChartModel *shown)
{
  return self->monitor != NULL && ts_chart_model_shows (shown, ts_monitor_get_history (self->monitor));
}

/**
 * ts_save_source_make_rows:
 * @self: what is to be saved
 * @format: a format that has rows
 * @span: (nullable): which part; %NULL: all
 *
 * Returns: (transfer full): the rows of what is measured; none of a recording
 */
TsSaveRows *
ts_save_source_make_rows (const TsSaveSource *self,
                          TsSaveFormat format,
                          const TsChartSpan *span)
{
  TsProbe *probe = self->monitor != NULL ? ts_monitor_get_probe (self->monitor) : NULL;
  g_autoptr (TsHistory) nothing = ts_history_new (1);
  const TsSaveOrigin origin = {
    .host = self->address,
    .name = self->name,
    .address = probe != NULL ? ts_probe_get_remote (probe) : NULL,
    .protocol = probe != NULL ? ts_protocol_get_name (ts_probe_get_protocol (probe)) : NULL,
    .saved_at_ns = ts_clock_get_now_ns (self->clock),
  };

  return ts_save_rows_new (format, &origin, self->monitor != NULL ? ts_monitor_get_history (self->monitor) : nothing,
                           span != NULL ? span->begin_ns : G_MININT64, span != NULL ? span->end_ns : G_MAXINT64);
}

/* Returns: our clock: the newest instant of what is recorded only, about */
static gint64
get_newest_ns (const TsSaveSource *self)
{
  const TsHistory *history = self->monitor != NULL ? ts_monitor_get_history (self->monitor) : self->recorded;
  gsize length = ts_history_get_length (history);

  if (length == 0)
    return G_MAXINT64;
  return self->monitor != NULL ? ts_history_get (history, 0)->at_ns - 1 : ts_history_get (history, length - 1)->at_ns;
}

/**
 * ts_save_source_init_past:
 * @self: what is to be saved
 * @format: a format that has rows
 * @span: (nullable): which part; %NULL: all
 * @past: (out): the rows of it, of which the first are recorded only; valid as long as @self
 *
 * Returns: whether some of them may be recorded only; if not, @past is left alone
 */
gboolean
ts_save_source_init_past (const TsSaveSource *self,
                          TsSaveFormat format,
                          const TsChartSpan *span,
                          TsSavePast *past)
{
  gint64 newest_ns = get_newest_ns (self), end_ns = self->monitor != NULL ? newest_ns : G_MAXINT64;

  if (self->path == NULL || (span != NULL && span->begin_ns > end_ns) || !g_file_test (self->path, G_FILE_TEST_EXISTS))
    return FALSE;
  *past = (TsSavePast) {
    .path = self->path,
    .address = self->address,
    .begin_ns = span != NULL ? span->begin_ns : G_MININT64,
    .end_ns = span != NULL ? MIN (span->end_ns, end_ns) : end_ns,
    .newest_ns = span != NULL ? MIN (span->end_ns, newest_ns) : newest_ns,
    .rows = ts_save_source_make_rows (self, format, span),
  };
  return TRUE;
}

static GArray *
make_overlays (const TsSaveSource *self)
{
  GArray *shown = ts_chart_overlays_new ();

  for (guint i = 0; self->overlays != NULL && i < self->overlays->len; i++)
    {
      const TsOverlay *overlay = &g_array_index (self->overlays, TsOverlay, i);
      g_autofree char *name = ts_isolate_name (ts_monitor_get_name (overlay->monitor));

      ts_chart_overlays_add (shown, ts_monitor_get_history (overlay->monitor), name, overlay->place);
    }
  return shown;
}

/**
 * ts_save_source_make_model:
 * @self: what is to be saved
 * @shown: what the chart shows, which may reach into what is recorded
 * @span: (nullable): which part to show; %NULL: all
 *
 * Returns: (transfer full): what a picture of it shows at this moment; valid until the next sample
 */
TsChartModel *
ts_save_source_make_model (const TsSaveSource *self,
                           TsChartModel *shown,
                           const TsChartSpan *span)
{
  TsChartModel *model = ts_chart_model_new ();
  g_autoptr (GArray) overlays = make_overlays (self);
  g_autofree char *name = ts_isolate_name (self->name);

  if (self->monitor == NULL)
    ts_chart_model_set_history (model, self->recorded);
  else if (ts_save_source_is_shown (self, shown))
    ts_chart_model_set_history (model, ts_chart_model_get_history (shown));
  else
    ts_chart_model_set_history (model, ts_monitor_get_history (self->monitor));
  ts_chart_model_set_name (model, name);
  ts_chart_model_set_overlays (model, overlays);
  if (span != NULL)
    ts_chart_model_fix_span (model, span);
  else
    ts_chart_model_fix_whole (model, ts_clock_get_now_ns (self->clock));
  return model;
}
