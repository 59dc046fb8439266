/* Which stretch of time the chart shows: what follows live, zoom, pan, ranges.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-view.h"

#include "measure/ts-time.h"

#define MIN_LENGTH_NS (10 * TS_NS_PER_S)
#define WHOLE_COLUMNS 1000 /* as many as a screen has */

/* How far from the edge a revealed instant is: the view's length divided by this. */
#define REVEAL_MARGIN 8

static const gint64 wishes_ns[] = {
  [TS_CHART_RANGE_MINUTE] = 60 * TS_NS_PER_S,
  [TS_CHART_RANGE_TEN_MINUTES] = 600 * TS_NS_PER_S,
  [TS_CHART_RANGE_HOUR] = 3600 * TS_NS_PER_S,
  [TS_CHART_RANGE_DAY] = 86400 * TS_NS_PER_S,
  [TS_CHART_RANGE_ALL] = G_MAXINT64,
  [TS_CHART_RANGE_WEEK] = 7 * 86400 * TS_NS_PER_S,
  [TS_CHART_RANGE_MONTH] = 30 * 86400 * TS_NS_PER_S,
};

/**
 * ts_chart_view_init:
 * @self: (out): a view of ten minutes that follows live
 */
void
ts_chart_view_init (TsChartView *self)
{
  *self = (TsChartView) { .wish_ns = wishes_ns[TS_CHART_RANGE_TEN_MINUTES], .follows = TRUE, .progress = 1 };
}

/**
 * ts_chart_view_set_limits:
 * @self: a view
 * @oldest_ns: the oldest instant to show
 * @now_ns: the newest, not before @oldest_ns
 */
void
ts_chart_view_set_limits (TsChartView *self,
                          gint64 oldest_ns,
                          gint64 now_ns)
{
  self->oldest_ns = MIN (oldest_ns, now_ns);
  self->now_ns = now_ns;
}

static gint64
get_whole_ns (const TsChartView *self)
{
  return MAX (self->now_ns - self->oldest_ns, MIN_LENGTH_NS);
}

static gint64
get_length_ns (const TsChartView *self)
{
  return MIN (self->wish_ns, get_whole_ns (self));
}

static gint64
limit_end_ns (const TsChartView *self,
              gint64 end_ns)
{
  gint64 least_ns = MIN (self->oldest_ns + get_length_ns (self), self->now_ns);

  return CLAMP (end_ns, least_ns, self->now_ns);
}

/**
 * ts_chart_view_get_end:
 * @self: a view
 *
 * Returns: the instant at its right end, to within a column of pixels
 */
gint64
ts_chart_view_get_end (const TsChartView *self)
{
  return self->follows ? self->now_ns : limit_end_ns (self, self->end_ns);
}

/**
 * ts_chart_view_set_range:
 * @self: a view
 * @range: how much to show; not %TS_CHART_RANGE_OTHER
 *
 * A view that follows goes on to follow; otherwise its centre stays where it is. %TS_CHART_RANGE_ALL makes it follow.
 */
void
ts_chart_view_set_range (TsChartView *self,
                         TsChartRange range)
{
  gint64 centre_ns = ts_chart_view_get_end (self) - get_length_ns (self) / 2;

  g_return_if_fail (range < TS_CHART_RANGE_OTHER);

  self->wish_ns = wishes_ns[range];
  self->follows = self->follows || range == TS_CHART_RANGE_ALL;
  self->end_ns = limit_end_ns (self, centre_ns + get_length_ns (self) / 2);
}

/**
 * ts_chart_view_get_range:
 * @self: a view
 *
 * Returns: how much it shows
 */
TsChartRange
ts_chart_view_get_range (const TsChartView *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (wishes_ns); i++)
    if (self->wish_ns == wishes_ns[i])
      return (TsChartRange) i;
  return TS_CHART_RANGE_OTHER;
}

/* Fixes the length, because a view that shows the whole history would grow with it. */
static void
stop_at (TsChartView *self,
         gint64 end_ns)
{
  self->wish_ns = get_length_ns (self);
  self->end_ns = end_ns;
  self->follows = FALSE;
}

/**
 * ts_chart_view_set_follows:
 * @self: a view
 * @follows: whether the newest instant stays at the right end
 */
void
ts_chart_view_set_follows (TsChartView *self,
                           gboolean follows)
{
  if (follows)
    self->follows = TRUE;
  else if (self->follows)
    stop_at (self, self->now_ns);
}

static void
move_end (TsChartView *self,
          gint64 end_ns)
{
  end_ns = limit_end_ns (self, end_ns);
  if (!self->follows || end_ns < self->now_ns)
    stop_at (self, end_ns);
}

/**
 * ts_chart_view_zoom:
 * @self: a view
 * @at_ns: the instant that keeps its place, as far as the limits allow
 * @factor: how much wider what is in view is drawn; below 1 narrower
 *
 * A view that follows goes on to follow if its right end stays at the newest instant. Zoomed out as far as possible, it
 * shows all, also later.
 */
void
ts_chart_view_zoom (TsChartView *self,
                    gint64 at_ns,
                    double factor)
{
  gint64 end_ns = ts_chart_view_get_end (self);
  double length_ns = (double) get_length_ns (self);
  double whole_ns = (double) get_whole_ns (self);
  double zoomed_ns = CLAMP (length_ns / factor, (double) MIN_LENGTH_NS, whole_ns);

  g_return_if_fail (factor > 0);

  if (zoomed_ns >= whole_ns && factor < 1)
    self->wish_ns = self->follows ? G_MAXINT64 : get_whole_ns (self);
  else if (zoomed_ns != length_ns)
    self->wish_ns = (gint64) zoomed_ns;
  move_end (self, at_ns + (gint64) ((double) (end_ns - at_ns) * (zoomed_ns / length_ns)));
}

/**
 * ts_chart_view_pan:
 * @self: a view
 * @by_ns: how much later an instant to show
 *
 * Moves the view as far as the limits allow. If it moves away from the newest instant, it no longer follows.
 */
void
ts_chart_view_pan (TsChartView *self,
                   gint64 by_ns)
{
  move_end (self, ts_chart_view_get_end (self) + by_ns);
}

/**
 * ts_chart_view_show_oldest:
 * @self: a view
 *
 * Moves to the beginning of the history.
 */
void
ts_chart_view_show_oldest (TsChartView *self)
{
  move_end (self, self->oldest_ns);
}

/**
 * ts_chart_view_show:
 * @self: a view
 * @begin_ns: the first instant to show
 * @end_ns: the last; not before @begin_ns
 *
 * Shows that stretch, as far as the limits allow. If it reaches to the newest instant, the view follows.
 */
void
ts_chart_view_show (TsChartView *self,
                    gint64 begin_ns,
                    gint64 end_ns)
{
  self->wish_ns = MAX (end_ns - begin_ns, MIN_LENGTH_NS);
  self->follows = end_ns >= self->now_ns;
  self->end_ns = limit_end_ns (self, end_ns);
}

/**
 * ts_chart_view_reveal:
 * @self: a view
 * @at_ns: an instant
 *
 * If @at_ns is not in view, moves the view so that it is, with some of what is around it.
 */
void
ts_chart_view_reveal (TsChartView *self,
                      gint64 at_ns)
{
  gint64 end_ns = ts_chart_view_get_end (self);
  gint64 length_ns = get_length_ns (self);
  gint64 margin_ns = length_ns / REVEAL_MARGIN;

  if (at_ns > end_ns)
    move_end (self, at_ns + margin_ns);
  else if (at_ns < end_ns - length_ns)
    move_end (self, at_ns + length_ns - margin_ns);
}

/* A length that grows does so in steps of up to 1 %, because otherwise everything would creep all the time. */
static gint64
round_length_ns (gint64 length_ns)
{
  gint64 grain_ns = 1;

  while (grain_ns <= length_ns / 256)
    grain_ns *= 2;
  return (length_ns / grain_ns + 1) * grain_ns;
}

/**
 * ts_chart_view_get_span:
 * @self: a view
 * @n_columns: how many columns of pixels there are, at least 2
 *
 * A view that follows moves by whole columns, so that everything keeps its place within a pixel and does not shimmer:
 * its end is less than a column after now, and its beginning up to 1 % before the oldest instant.
 *
 * Returns: what is in view
 */
TsChartSpan
ts_chart_view_get_span (const TsChartView *self,
                        int n_columns)
{
  gint64 length_ns = get_length_ns (self);
  gint64 end_ns = ts_chart_view_get_end (self);
  TsChartSpan span = { .now_ns = self->now_ns, .n_columns = MAX (n_columns, 2) };
  gint64 column_ns;

  if (length_ns < self->wish_ns)
    length_ns = round_length_ns (length_ns);
  column_ns = length_ns / (span.n_columns - 1) + 1;
  if (self->follows)
    end_ns = (end_ns / column_ns + (end_ns % column_ns > 0)) * column_ns;
  span.end_ns = end_ns;
  span.begin_ns = end_ns - column_ns * span.n_columns;
  return span;
}

/**
 * ts_chart_view_get_shown:
 * @self: a view
 * @n_columns: how many columns of pixels there are, at least 2
 *
 * Returns: what to draw: as ts_chart_view_get_span(), unless the view is fixed, or still on its way there
 */
TsChartSpan
ts_chart_view_get_shown (const TsChartView *self,
                         int n_columns)
{
  TsChartSpan span = ts_chart_view_get_span (self, n_columns);

  if (self->is_fixed)
    {
      span = self->fixed;
      span.n_columns = MAX (n_columns, 2);
    }
  else if (self->progress < 1)
    {
      span.begin_ns = self->from.begin_ns + (gint64) ((double) (span.begin_ns - self->from.begin_ns) * self->progress);
      span.end_ns = self->from.end_ns + (gint64) ((double) (span.end_ns - self->from.end_ns) * self->progress);
    }
  span.is_over = self->is_over;
  if (self->is_over || self->is_fixed)
    span.now_ns = span.end_ns + 1;
  return span;
}

/**
 * ts_chart_view_fix:
 * @self: a view
 * @span: what to show from now on, as something that is over; how many columns it has does not count
 */
void
ts_chart_view_fix (TsChartView *self,
                   const TsChartSpan *span)
{
  self->fixed = *span;
  self->is_fixed = TRUE;
}

/**
 * ts_chart_view_fix_whole:
 * @self: a view
 * @oldest_ns: an instant
 * @newest_ns: another, not before @oldest_ns
 *
 * Shows what is between both from now on, but ten seconds at least, as something that is over.
 */
void
ts_chart_view_fix_whole (TsChartView *self,
                         gint64 oldest_ns,
                         gint64 newest_ns)
{
  TsChartView whole;
  TsChartSpan span;

  ts_chart_view_init (&whole);
  ts_chart_view_set_limits (&whole, oldest_ns, newest_ns);
  ts_chart_view_set_range (&whole, TS_CHART_RANGE_ALL);
  span = ts_chart_view_get_span (&whole, WHOLE_COLUMNS);
  ts_chart_view_fix (self, &span);
}

/**
 * ts_chart_view_is_same:
 * @self: a view
 * @other: the same view at another time
 *
 * Returns: whether it was not moved between both
 */
gboolean
ts_chart_view_is_same (const TsChartView *self,
                       const TsChartView *other)
{
  return self->wish_ns == other->wish_ns && self->end_ns == other->end_ns && self->follows == other->follows;
}

/**
 * ts_chart_view_get_so_far_ns:
 * @self: a view
 *
 * Returns: how long there has been anything to show, if that is less than the range that was chosen; otherwise 0, also
 *   where all is shown
 */
gint64
ts_chart_view_get_so_far_ns (const TsChartView *self)
{
  gint64 so_far_ns = self->now_ns - self->oldest_ns;

  if (self->is_fixed || self->is_over || !self->follows || ts_chart_view_get_range (self) >= TS_CHART_RANGE_ALL)
    return 0;
  return so_far_ns < self->wish_ns ? so_far_ns : 0;
}

/**
 * ts_chart_span_get_instant:
 * @self: what is in view
 * @part: a place across it, from 0 to 1
 *
 * Returns: the instant there
 */
gint64
ts_chart_span_get_instant (const TsChartSpan *self,
                           double part)
{
  return self->begin_ns + (gint64) ((double) (self->end_ns - self->begin_ns) * part);
}
