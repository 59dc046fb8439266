/* What the chart tells those who do not see it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-cursor.h"
#include "chart/ts-chart-private.h"
#include "measure/ts-time.h"

/**
 * ts_chart_get_chosen:
 * @self: a chart
 *
 * Returns: (nullable): the entry that the cursor stands on
 */
const TsHistoryEntry *
ts_chart_get_chosen (TsChart *self)
{
  gsize length = self->history != NULL && self->has_cursor ? ts_history_get_length (self->history) : 0;
  gsize index = length > 0 ? ts_chart_cursor_search (self->history, length, self->cursor_ns) : 0;

  return index < length ? ts_history_get (self->history, index) : NULL;
}

/**
 * ts_chart_init_readout:
 * @self: a chart
 * @readout: (out): what there is to say of the entry that the cursor stands on, in tenths of a second where there
 *   are several entries in one
 *
 * Returns: whether there is such an entry
 */
gboolean
ts_chart_init_readout (TsChart *self,
                       TsChartReadout *readout)
{
  const TsHistoryEntry *chosen = ts_chart_get_chosen (self);
  gsize index;
  gint64 before_ns;

  if (chosen == NULL)
    return FALSE;
  index = ts_chart_cursor_search (self->history, ts_history_get_length (self->history), chosen->at_ns);
  before_ns = index > 0 ? ts_history_get (self->history, index - 1)->at_ns : 0;
  ts_chart_readout_init (readout, &self->series, chosen, chosen->at_ns - before_ns < TS_NS_PER_S * 9 / 10 ? 1 : 0);
  ts_chart_readout_add_others (readout, self->others, chosen->at_ns);
  return TRUE;
}

static void
describe (TsChart *self,
          const char *description)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}

/* Whatever the cursor stands on is the value, but only one that keys have put there is also the description: else
 * nobody who does not see would be told of the chart while the pointer happens to rest on it.
 *
 * Returns: whether the description tells of the cursor, and so of nothing else */
static gboolean
describe_cursor (TsChart *self)
{
  TsChartReadout readout;
  g_autofree char *text = NULL;
  gboolean is_new;

  if (!ts_chart_init_readout (self, &readout))
    {
      if (self->spoken != NULL)
        gtk_accessible_reset_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT);
      g_clear_pointer (&self->spoken, g_free);
      return FALSE;
    }
  text = ts_chart_readout_describe (&readout);
  ts_chart_readout_clear (&readout);
  is_new = g_strcmp0 (text, self->spoken) != 0;
  if (is_new)
    {
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
      g_free (self->spoken);
      self->spoken = g_strdup (text);
    }
  if (self->is_pointed)
    return FALSE;
  if (is_new || self->described_ns != 0)
    describe (self, text);
  self->described_ns = 0;
  return TRUE;
}

/**
 * ts_chart_update_description:
 * @self: a chart
 *
 * Tells those who do not see what the cursor stands on, else what is in view. Sounding out a sentence takes longer
 * than a second: a newer one each frame would be noise. A gap is news.
 */
void
ts_chart_update_description (TsChart *self)
{
  g_autofree char *description = NULL;
  g_autofree char *others = NULL;
  g_autofree char *both = NULL;

  if (describe_cursor (self))
    return;
  if (self->described_ns != 0 && self->series.n_gaps == self->n_gaps_described &&
      self->now_ns >= self->described_ns && self->now_ns - self->described_ns < TS_NS_PER_S)
    return;
  self->described_ns = self->now_ns;
  self->n_gaps_described = self->series.n_gaps;
  description = ts_chart_describe (&self->series);
  others = ts_chart_describe_others (self->others);
  both = g_strjoin ("; ", description, others, NULL);
  describe (self, both);
}
