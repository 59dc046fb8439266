/* What a view of a chart tells assistive technology.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart-description.h"

#include "measure/ts-time.h"

static void
tell (GtkAccessible *view,
      const char *description)
{
  gtk_accessible_update_property (view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

/* The entry under the cursor is always the value. It is the description too only if keys chose it: otherwise a screen
 * reader would tell of nothing but that entry while the pointer happens to rest on the chart.
 *
 * Returns: whether the description is about the cursor */
static gboolean
update_cursor (TsChartDescription *self,
               GtkAccessible *view,
               TsChartModel *model)
{
  TsChartReadout readout;
  g_autofree char *text = NULL;
  gboolean is_new;

  if (!ts_chart_model_init_readout (model, &readout))
    {
      if (self->spoken != NULL)
        gtk_accessible_reset_property (view, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT);
      g_clear_pointer (&self->spoken, g_free);
      return FALSE;
    }
  text = ts_chart_readout_describe (&readout);
  ts_chart_readout_clear (&readout);
  is_new = g_strcmp0 (text, self->spoken) != 0;
  if (is_new)
    {
      gtk_accessible_update_property (view, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
      g_free (self->spoken);
      self->spoken = g_strdup (text);
    }
  if (ts_chart_model_is_pointed (model))
    return FALSE;
  if (is_new || self->described_ns != 0)
    tell (view, text);
  self->described_ns = 0;
  return TRUE;
}

static gboolean
has_news (const TsChartDescription *self,
          TsChartModel *model)
{
  const TsChartSeries *series = ts_chart_model_get_series (model);
  gint64 age_ns = series->span.now_ns - self->described_ns;

  return self->described_ns == 0 || self->n_gaps != series->n_gaps ||
         self->history != ts_chart_model_get_history (model) ||
         self->overlays != ts_chart_model_get_overlays (model) || age_ns < 0 || age_ns >= TS_NS_PER_S;
}

/**
 * ts_chart_description_update:
 * @self: what was told last
 * @view: a view of @model
 * @model: what it shows
 * @describe: describes what is in view
 *
 * Tells those who do not see it which entry the keys chose, or else what is in view. Reading a sentence aloud takes
 * longer than a second, so a newer one is told at most once a second, unless there is another gap or another server.
 */
void
ts_chart_description_update (TsChartDescription *self,
                             GtkAccessible *view,
                             TsChartModel *model,
                             TsChartDescribe describe)
{
  const TsChartSeries *series = ts_chart_model_get_series (model);
  g_autofree char *description = NULL;

  if (update_cursor (self, view, model) || !has_news (self, model))
    return;
  self->described_ns = series->span.now_ns;
  self->n_gaps = series->n_gaps;
  self->history = ts_chart_model_get_history (model);
  self->overlays = ts_chart_model_get_overlays (model);
  description = describe (view);
  tell (view, description);
}

/**
 * ts_chart_description_clear:
 * @self: what was told last
 */
void
ts_chart_description_clear (TsChartDescription *self)
{
  g_clear_pointer (&self->spoken, g_free);
}
