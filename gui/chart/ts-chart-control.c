/* What moves the chart's view and its cursor.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-cursor.h"
#include "chart/ts-chart-private.h"

/**
 * ts_chart_get_span:
 * @self: a chart
 *
 * Returns: what is in view
 */
TsChartSpan
ts_chart_get_span (TsChart *self)
{
  return self->series.span;
}

/**
 * ts_chart_get_range:
 * @self: a chart
 *
 * Returns: how much it shows, once there is as much
 */
TsChartRange
ts_chart_get_range (TsChart *self)
{
  return ts_chart_view_get_range (&self->view);
}

/**
 * ts_chart_set_range:
 * @self: a chart
 * @range: how much to show; %TS_CHART_RANGE_OTHER is ignored
 */
void
ts_chart_set_range (TsChart *self,
                    TsChartRange range)
{
  TsChartView before = self->view;

  if (range == TS_CHART_RANGE_OTHER || range == ts_chart_get_range (self))
    return;
  ts_chart_view_set_range (&self->view, range);
  ts_chart_change_view (self, &before, TRUE);
}

/**
 * ts_chart_get_follows:
 * @self: a chart
 *
 * Returns: whether the newest instant stays in view
 */
gboolean
ts_chart_get_follows (TsChart *self)
{
  return self->view.follows;
}

/**
 * ts_chart_set_follows:
 * @self: a chart
 * @follows: whether the newest instant stays in view
 */
void
ts_chart_set_follows (TsChart *self,
                      gboolean follows)
{
  TsChartView before = self->view;

  if (follows == self->view.follows)
    return;
  ts_chart_view_set_follows (&self->view, follows);
  ts_chart_change_view (self, &before, TRUE);
}

static void
zoom (TsChart *self,
      double factor,
      gint64 at_ns,
      gboolean is_gradual)
{
  TsChartView before = self->view;

  ts_chart_view_zoom (&self->view, at_ns, factor);
  ts_chart_change_view (self, &before, is_gradual);
}

/**
 * ts_chart_zoom:
 * @self: a chart
 * @factor: how much wider to draw what is in view
 * @is_gradual: whether the way there is shown
 *
 * Zooms at the cursor, else at the newest instant while the chart follows, else in the middle.
 */
void
ts_chart_zoom (TsChart *self,
               double factor,
               gboolean is_gradual)
{
  TsChartSpan span = ts_chart_view_get_span (&self->view, (int) self->plot.width);
  gint64 at_ns = span.begin_ns + (span.end_ns - span.begin_ns) / 2;

  if (self->has_cursor && self->cursor_ns >= span.begin_ns && self->cursor_ns <= span.end_ns)
    at_ns = self->cursor_ns;
  else if (self->view.follows)
    at_ns = self->view.now_ns;
  zoom (self, factor, at_ns, is_gradual);
}

/**
 * ts_chart_zoom_at:
 * @self: a chart
 * @factor: how much wider to draw what is in view
 * @x_px: what stays where it is
 * @is_gradual: whether the way there is shown
 */
void
ts_chart_zoom_at (TsChart *self,
                  double factor,
                  double x_px,
                  gboolean is_gradual)
{
  TsChartSpan span = ts_chart_view_get_span (&self->view, (int) self->plot.width);
  double part = CLAMP ((x_px - self->plot.x) / self->plot.width, 0, 1);

  zoom (self, factor, span.begin_ns + (gint64) (part * (double) (span.end_ns - span.begin_ns)), is_gradual);
}

/**
 * ts_chart_pan:
 * @self: a chart
 * @by_px: how far to the right to look
 */
void
ts_chart_pan (TsChart *self,
              double by_px)
{
  TsChartView before = self->view;
  TsChartSpan span = ts_chart_view_get_span (&self->view, (int) self->plot.width);

  ts_chart_view_pan (&self->view, (gint64) (by_px * (double) ((span.end_ns - span.begin_ns) / span.n_columns)));
  ts_chart_change_view (self, &before, FALSE);
}

/**
 * ts_chart_show_oldest:
 * @self: a chart
 *
 * Looks at the beginning of the history.
 */
void
ts_chart_show_oldest (TsChart *self)
{
  TsChartView before = self->view;

  ts_chart_view_show_oldest (&self->view);
  ts_chart_change_view (self, &before, TRUE);
}

/**
 * ts_chart_point_at:
 * @self: a chart
 * @x_px: where the pointer is
 *
 * Puts the cursor on the sample that is nearest to the pointer, now and when the view moves.
 */
void
ts_chart_point_at (TsChart *self,
                   double x_px)
{
  self->is_pointed = TRUE;
  self->pointer_px = x_px;
  ts_chart_update (self);
}

/**
 * ts_chart_point_away:
 * @self: a chart
 *
 * Takes the cursor away that the pointer had put there.
 */
void
ts_chart_point_away (TsChart *self)
{
  if (self->is_pointed)
    ts_chart_clear_cursor (self);
}

/**
 * ts_chart_move_cursor:
 * @self: a chart
 * @direction: 1 to later entries, -1 to earlier ones
 * @to_event: whether to the next gap or step and not to the next sample
 *
 * Moves the cursor, and the view with it. Where there is none yet it comes to the newest sample in view.
 */
void
ts_chart_move_cursor (TsChart *self,
                      int direction,
                      gboolean to_event)
{
  TsChartView before = self->view;
  const TsHistoryEntry *chosen = ts_chart_get_chosen (self);
  gint64 at_ns = chosen != NULL ? chosen->at_ns : ts_chart_view_get_end (&self->view);
  gsize index = self->history != NULL ? ts_chart_cursor_nearest (self->history, at_ns) : TS_CHART_NOWHERE;

  if (index == TS_CHART_NOWHERE)
    return;
  if (chosen != NULL)
    index = ts_chart_cursor_search (self->history, ts_history_get_length (self->history), at_ns);
  if (to_event)
    index = ts_chart_cursor_next_event (self->history, index, direction);
  else if (chosen != NULL)
    index = ts_chart_cursor_next_sample (self->history, index, direction);
  if (index == TS_CHART_NOWHERE)
    return;
  self->has_cursor = TRUE;
  self->is_pointed = FALSE;
  self->cursor_ns = ts_history_get (self->history, index)->at_ns;
  ts_chart_view_reveal (&self->view, self->cursor_ns);
  ts_chart_change_view (self, &before, FALSE);
}

/**
 * ts_chart_clear_cursor:
 * @self: a chart
 *
 * Returns: whether there was a cursor to take away
 */
gboolean
ts_chart_clear_cursor (TsChart *self)
{
  gboolean had_cursor = self->has_cursor;

  self->has_cursor = self->is_pointed = FALSE;
  ts_chart_update (self);
  return had_cursor;
}

/**
 * ts_chart_get_chosen_ns:
 * @self: a chart
 *
 * Returns: the instant of our clock of the entry that the cursor stands on, or 0 where there is none
 */
gint64
ts_chart_get_chosen_ns (TsChart *self)
{
  return self->has_cursor ? self->cursor_ns : 0;
}

/**
 * ts_chart_set_chosen_ns:
 * @self: a chart
 * @chosen_ns: the instant of an entry, or 0 to take the cursor away
 *
 * Puts the cursor there, and moves the view where it is not in it.
 */
void
ts_chart_set_chosen_ns (TsChart *self,
                        gint64 chosen_ns)
{
  TsChartView before = self->view;

  if (chosen_ns == ts_chart_get_chosen_ns (self))
    return;
  if (chosen_ns == 0)
    {
      ts_chart_clear_cursor (self);
      return;
    }
  self->has_cursor = TRUE;
  self->is_pointed = FALSE;
  self->cursor_ns = chosen_ns;
  ts_chart_view_reveal (&self->view, chosen_ns);
  ts_chart_change_view (self, &before, FALSE);
}

/**
 * ts_chart_activate:
 * @self: a chart
 *
 * Asks for the exchange that the cursor stands on to be shown, by the signal "exchange-activated".
 *
 * Returns: whether there is one: not where nothing is chosen, or a gap
 */
gboolean
ts_chart_activate (TsChart *self)
{
  const TsHistoryEntry *chosen = ts_chart_get_chosen (self);

  if (chosen == NULL || chosen->kind != TS_ENTRY_SAMPLE)
    return FALSE;
  g_signal_emit_by_name (self, "exchange-activated", chosen->at_ns);
  return TRUE;
}

/**
 * ts_chart_get_history:
 * @self: a chart
 *
 * Returns: (transfer none) (nullable): what it shows
 */
const TsHistory *
ts_chart_get_history (TsChart *self)
{
  return self->history;
}

/**
 * ts_chart_get_series:
 * @self: a chart
 *
 * Returns: (transfer none): what is in view
 */
const TsChartSeries *
ts_chart_get_series (TsChart *self)
{
  return &self->series;
}
