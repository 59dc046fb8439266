/* From instants and offsets to pixels, and the ticks of both axes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-scale.h"

#include <glib/gi18n.h>
#include <math.h>

#include "measure/ts-time.h"
#include "words/ts-isolate.h"
#include "words/ts-zone.h"

/* The ends of an axis stay within 127 years, so that its length and its rounded ends fit into a gint64. */
#define MAX_END_NS G_GINT64_CONSTANT (4000000000000000000)

#define PX_PER_VALUE_TICK 40 /* at least, before the ends are rounded: 50 is the mean */
#define FEW_STEPS         4
#define PX_PER_TIME_TICK  120
#define MAX_TIME_TICKS    8
#define TIME_LABEL_GAP_PX 24

#define MINUTE_S G_GINT64_CONSTANT (60)
#define HOUR_S   G_GINT64_CONSTANT (3600)
#define DAY_S    G_GINT64_CONSTANT (86400)

/* The difference of two offsets may be too large for a gint64: they can be 460 years apart. */
static double
difference_ns (gint64 a_ns,
               gint64 b_ns)
{
  gint64 difference;

  if (__builtin_sub_overflow (a_ns, b_ns, &difference))
    return (double) a_ns - (double) b_ns;
  return (double) difference;
}

/**
 * ts_chart_scale_init:
 * @self: (out): the scale
 * @from_ns: a value
 * @to_ns: another value
 * @from_px: where @from_ns is drawn
 * @to_px: where @to_ns is drawn
 */
void
ts_chart_scale_init (TsChartScale *self,
                     gint64 from_ns,
                     gint64 to_ns,
                     double from_px,
                     double to_px)
{
  g_return_if_fail (from_ns != to_ns);

  self->origin_ns = from_ns;
  self->origin_px = from_px;
  self->px_per_ns = (to_px - from_px) / difference_ns (to_ns, from_ns);
}

/**
 * ts_chart_scale_to_px:
 * @self: a scale
 * @value_ns: any value
 *
 * Returns: where @value_ns is drawn, which may be far outside of the picture
 */
double
ts_chart_scale_to_px (const TsChartScale *self,
                      gint64 value_ns)
{
  return self->origin_px + difference_ns (value_ns, self->origin_ns) * self->px_per_ns;
}

/**
 * ts_chart_scale_from_px:
 * @self: a scale
 * @px: a coordinate in or near the picture
 *
 * Returns: the value that is drawn there
 */
gint64
ts_chart_scale_from_px (const TsChartScale *self,
                        double px)
{
  return self->origin_ns + (gint64) ((px - self->origin_px) / self->px_per_ns);
}

/* An offset of thirty seconds that is known to a few microseconds would need labels such as "+30.000005", so they
 * count from a base. A fraction of an hour is hard to read much sooner. */
static gboolean
needs_base (gint64 min_ns,
            gint64 max_ns)
{
  double magnitude_ns = MAX (fabs ((double) min_ns), fabs ((double) max_ns));
  double limit = magnitude_ns >= 120e9 ? 20 : 2000;

  return magnitude_ns > limit * difference_ns (max_ns, min_ns);
}

/* The base is the roundest value that is no further from the middle than the axis is long: whole days rather than hours,
 * hours rather than minutes, and so on by powers of ten. Such a value seldom changes, and can be said in words. */
static gint64
choose_base (gint64 min_ns,
             gint64 max_ns)
{
  gint64 middle_ns = min_ns + (max_ns - min_ns) / 2;
  gint64 place_ns = DAY_S * TS_NS_PER_S;

  if (!needs_base (min_ns, max_ns))
    return 0;
  for (;;)
    {
      gint64 base_ns = (middle_ns + (middle_ns < 0 ? -place_ns / 2 : place_ns / 2)) / place_ns * place_ns;

      if (place_ns == 1 || ABS (middle_ns - base_ns) <= max_ns - min_ns)
        return base_ns;
      place_ns = place_ns == DAY_S * TS_NS_PER_S ? HOUR_S * TS_NS_PER_S
               : place_ns == HOUR_S * TS_NS_PER_S ? MINUTE_S * TS_NS_PER_S
               : place_ns == MINUTE_S * TS_NS_PER_S ? 10 * TS_NS_PER_S
               : place_ns / 10;
    }
}

/* An axis needs a length. A single value gets a thousandth of itself to either side. */
static void
make_range (gint64 *min_ns,
            gint64 *max_ns)
{
  *min_ns = CLAMP (*min_ns, -MAX_END_NS, MAX_END_NS);
  *max_ns = CLAMP (*max_ns, *min_ns, MAX_END_NS);
  if (*min_ns == *max_ns)
    {
      gint64 margin_ns = MAX (ABS (*min_ns) / 1000, 5);

      *min_ns -= margin_ns;
      *max_ns += margin_ns;
    }
}

/**
 * ts_chart_unit_for:
 * @min_ns: the least value in view
 * @max_ns: the greatest value in view
 *
 * Returns: the unit that fits an axis over these values best
 */
TsUnit
ts_chart_unit_for (gint64 min_ns,
                   gint64 max_ns)
{
  make_range (&min_ns, &max_ns);
  if (needs_base (min_ns, max_ns))
    return ts_unit_for (max_ns - min_ns);
  return ts_unit_for (MAX (ABS (min_ns), ABS (max_ns)));
}

/**
 * ts_chart_unit_update:
 * @self: what was asked for so far
 * @wanted: the unit that fits best now
 *
 * To be called once for each new entry of the history. The first unit is taken at once, another one only when three
 * updates in a row ask for it.
 *
 * Returns: the unit to show
 */
TsUnit
ts_chart_unit_update (TsChartUnit *self,
                      TsUnit wanted)
{
  self->n_wanted = wanted == self->wanted ? self->n_wanted + 1 : 1;
  self->wanted = wanted;
  if (!self->is_known || self->n_wanted >= 3)
    {
      self->unit = wanted;
      self->is_known = TRUE;
    }
  return self->unit;
}

/* The next of @mantissas times a power of ten of @unit, above @raw_ns or (@down) not above it. */
static gint64
nice_step (double raw_ns,
           TsUnit unit,
           const double *mantissas,
           gboolean down,
           int *decimals)
{
  double unit_ns = (double) ts_unit_get_ns (unit);
  double raw = MAX (raw_ns, 1) / unit_ns;
  int exponent = (int) floor (log10 (raw) + 1e-9);
  double step = 1;

  for (guint i = 0; mantissas[i] > 0; i++)
    {
      gboolean is_enough = mantissas[i] * pow (10, exponent) >= raw * (1 - 1e-9);

      if (!down || mantissas[i] * pow (10, exponent) <= raw * (1 + 1e-9))
        step = mantissas[i];
      if (is_enough)
        break;
    }
  *decimals = step < 10 ? MAX (-exponent, 0) : MAX (-exponent - 1, 0);
  return MAX ((gint64) llround (step * pow (10, exponent) * unit_ns), 1);
}

/* Rounds to a whole number of @step_ns from the base. */
static gint64
round_to_step (const TsChartAxis *self,
               gint64 value_ns,
               gint64 step_ns,
               double (*rounded) (double))
{
  double n_steps = rounded ((double) (value_ns - self->base_ns) / (double) step_ns);

  return self->base_ns + (gint64) n_steps * step_ns;
}

/**
 * ts_chart_axis_init:
 * @self: (out): the axis
 * @min_ns: the least value to show
 * @max_ns: the greatest value to show; may equal @min_ns
 * @unit: of the labels
 * @length_px: how long the axis is drawn
 *
 * Makes an axis with steps of 1, 2 or 5 times a power of ten of @unit, about one for 50 px. Its ends are at such steps,
 * or if there are few of them, at halves of a step. It includes 0 if that takes no more than a third of it.
 */
void
ts_chart_axis_init (TsChartAxis *self,
                    gint64 min_ns,
                    gint64 max_ns,
                    TsUnit unit,
                    double length_px)
{
  static const double mantissas[] = { 1, 2, 5, 10, 0 };
  double n_steps = MAX (length_px / PX_PER_VALUE_TICK, 2);
  double span_ns;
  gint64 end_step_ns;

  make_range (&min_ns, &max_ns);
  span_ns = (double) (max_ns - min_ns);
  if (min_ns > 0 && (double) min_ns <= span_ns / 2)
    min_ns = 0;
  if (max_ns < 0 && (double) -max_ns <= span_ns / 2)
    max_ns = 0;

  span_ns = (double) (max_ns - min_ns);
  self->unit = unit;
  self->base_ns = choose_base (min_ns, max_ns);
  self->step_ns = nice_step (span_ns / n_steps, unit, mantissas, FALSE, &self->decimals);
  end_step_ns = self->step_ns;
  /* If the axis is shorter than a step, its ends stay at whole steps, so that there are at least two ticks. */
  if (self->step_ns % 2 == 0 && span_ns > (double) self->step_ns &&
      span_ns < FEW_STEPS * (double) self->step_ns)
    end_step_ns = self->step_ns / 2;
  self->min_ns = round_to_step (self, min_ns, end_step_ns, floor);
  self->max_ns = round_to_step (self, max_ns, end_step_ns, ceil);
}

/**
 * ts_chart_axis_init_from_zero:
 * @self: (out): the axis
 * @max_ns: the greatest value to show, not negative
 * @unit: of the labels
 *
 * Makes an axis for a low strip: from 0 to a little above @max_ns, with ticks at 0 and one other value.
 */
void
ts_chart_axis_init_from_zero (TsChartAxis *self,
                              gint64 max_ns,
                              TsUnit unit)
{
  static const double mantissas[] = { 1, 2, 3, 4, 5, 6, 8, 0 };

  max_ns = CLAMP (max_ns, 1, MAX_END_NS);
  self->unit = unit;
  self->base_ns = 0;
  self->step_ns = nice_step ((double) max_ns, unit, mantissas, TRUE, &self->decimals);
  self->min_ns = 0;
  self->max_ns = MAX (max_ns + max_ns / 20, self->step_ns);
}

static void
clear_tick (gpointer data)
{
  g_free (((TsChartTick *) data)->label);
}

static GArray *
new_ticks (void)
{
  GArray *ticks = g_array_new (FALSE, FALSE, sizeof (TsChartTick));

  g_array_set_clear_func (ticks, clear_tick);
  return ticks;
}

/**
 * ts_chart_axis_get_ticks:
 * @self: an axis
 * @with_sign: whether labels above 0 have their sign
 *
 * Returns: (transfer full) (element-type TsChartTick): the ticks from the least to the greatest
 */
GArray *
ts_chart_axis_get_ticks (const TsChartAxis *self,
                         gboolean with_sign)
{
  GArray *ticks = new_ticks ();

  for (gint64 value_ns = round_to_step (self, self->min_ns, self->step_ns, ceil); value_ns <= self->max_ns;
       value_ns += self->step_ns)
    {
      TsChartTick tick = { .value_ns = value_ns };
      int decimals = value_ns == self->base_ns ? 0 : self->decimals;

      g_autofree char *number =
        ts_format_number (value_ns - self->base_ns, self->unit, decimals, TS_ROUND_NEAREST, with_sign);

      tick.label = ts_isolate_number (number);
      g_array_append_val (ticks, tick);
    }
  return ticks;
}

/* Returns: (transfer full): @value_ns with all its digits, and with its sign */
static char *
format_exactly (gint64 value_ns)
{
  TsUnit unit = ts_unit_for (value_ns);
  g_autofree char *number = NULL;
  gint64 place_ns;
  int decimals = 0;

  /* Other units than these have no decimals that end. */
  while (unit > TS_UNIT_S && value_ns % ts_unit_get_ns (unit) != 0)
    unit--;
  for (place_ns = ts_unit_get_ns (unit); value_ns % place_ns != 0; place_ns /= 10)
    decimals++;
  number = ts_format_number (value_ns, unit, decimals, TS_ROUND_NEAREST, TRUE);
  return ts_isolate_amount (number, ts_unit_get_symbol (unit));
}

/**
 * ts_chart_axis_get_base_text:
 * @self: an axis
 *
 * Returns: (transfer full) (nullable): what a label of 0 stands for, "+30 s" or "−14 610 days +10 ms", or %NULL if that
 *   is 0
 */
char *
ts_chart_axis_get_base_text (const TsChartAxis *self)
{
  const gint64 minute_ns = MINUTE_S * TS_NS_PER_S;
  gint64 rest_ns = self->base_ns % minute_ns;
  g_autofree char *whole = NULL;
  g_autofree char *rest = NULL;

  if (self->base_ns == 0)
    return NULL;
  if (ABS (self->base_ns) < HOUR_S * TS_NS_PER_S)
    return format_exactly (self->base_ns);
  /* Counted from the nearest minute. */
  if (ABS (rest_ns) > minute_ns / 2)
    rest_ns -= rest_ns > 0 ? minute_ns : -minute_ns;
  whole = ts_format_offset (self->base_ns - rest_ns, 1);
  if (rest_ns == 0)
    return g_steal_pointer (&whole);
  rest = format_exactly (rest_ns);
  return g_strjoin (" ", whole, rest, NULL);
}

static gint64
get_utc_offset_s (gint64 instant_s)
{
  g_autoptr (GDateTime) time = ts_zone_new_date_time (instant_s);

  return time != NULL ? g_date_time_get_utc_offset (time) / G_TIME_SPAN_SECOND : 0;
}

/* Returns: the first instant at or after @from_s at which the local time of day is a multiple of @step_s */
static gint64
next_time_tick (gint64 from_s,
                gint64 step_s)
{
  gint64 offset_s = get_utc_offset_s (from_s);
  gint64 local_s = from_s + offset_s;
  gint64 tick_s = from_s + (step_s - local_s % step_s) % step_s;
  gint64 tick_offset_s = get_utc_offset_s (tick_s);

  /* Daylight saving time begins or ends in between. */
  if ((tick_s + tick_offset_s) % step_s != 0 && tick_s + offset_s - tick_offset_s >= from_s)
    tick_s += offset_s - tick_offset_s;
  return tick_s;
}

static gint64
choose_time_step_s (double px_per_s,
                    double width_px,
                    const TsChartLabelWidths *widths)
{
  static const gint64 steps_s[] = {
    1, 2, 5, 10, 15, 30, MINUTE_S, 2 * MINUTE_S, 5 * MINUTE_S, 10 * MINUTE_S, 15 * MINUTE_S, 30 * MINUTE_S,
    HOUR_S, 3 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S, DAY_S, 2 * DAY_S, 5 * DAY_S, 10 * DAY_S, 20 * DAY_S,
    50 * DAY_S, 100 * DAY_S, 200 * DAY_S, 500 * DAY_S, 1000 * DAY_S, 2000 * DAY_S, 5000 * DAY_S,
    10000 * DAY_S, 20000 * DAY_S, 50000 * DAY_S,
  };
  double wish_px = MIN (width_px / MAX_TIME_TICKS, PX_PER_TIME_TICK);

  for (guint i = 0; i < G_N_ELEMENTS (steps_s); i++)
    {
      double label_px = steps_s[i] < MINUTE_S ? widths->seconds_px :
                        steps_s[i] < HOUR_S   ? widths->clock_px :
                                                MAX (widths->clock_px, widths->date_px);

      if ((double) steps_s[i] * px_per_s >= MAX (label_px + TIME_LABEL_GAP_PX, wish_px))
        return steps_s[i];
    }
  return 100000 * DAY_S;
}

static char *
format_time_label (gint64 instant_s,
                   gint64 step_s)
{
  g_autoptr (GDateTime) time = ts_zone_new_date_time (instant_s);
  g_autofree char *clock = ts_format_clock (instant_s * TS_NS_PER_S, 0);

  if (time == NULL || step_s < MINUTE_S)
    return g_steal_pointer (&clock);
  if (step_s >= 100 * DAY_S)
    /* Translators: month and year on the chart's time axis, a g_date_time_format() pattern: "Oct 2023" */
    return g_date_time_format (time, C_ ("chart axis", "%b %Y"));
  if (step_s >= DAY_S ||
      (step_s >= HOUR_S && g_date_time_get_hour (time) == 0 && g_date_time_get_minute (time) == 0))
    /* Translators: a day on the chart's time axis, a g_date_time_format() pattern: "3 Oct" */
    return g_date_time_format (time, C_ ("chart axis", "%-d %b"));
  return g_strndup (clock, strlen ("00:00"));
}

/**
 * ts_chart_get_time_ticks:
 * @begin_ns: the instant at the left end
 * @end_ns: the instant at the right end, after @begin_ns
 * @width_px: how far they are apart
 * @widths: how wide labels are
 *
 * Chooses round times of day in the zone that was chosen, far enough apart that labels centred on them have 24 px
 * between them. Labels are "10:24", with steps below a minute "10:24:30", and dates for days and midnights.
 *
 * Returns: (transfer full) (element-type TsChartTick): the ticks from left to right
 */
GArray *
ts_chart_get_time_ticks (gint64 begin_ns,
                         gint64 end_ns,
                         double width_px,
                         const TsChartLabelWidths *widths)
{
  GArray *ticks = new_ticks ();
  gint64 begin_s = begin_ns / TS_NS_PER_S + (begin_ns % TS_NS_PER_S > 0);
  double length_s = difference_ns (end_ns, begin_ns) / (double) TS_NS_PER_S;
  gint64 step_s = choose_time_step_s (width_px / length_s, width_px, widths);

  for (gint64 at_s = next_time_tick (begin_s, step_s); at_s <= end_ns / TS_NS_PER_S;
       at_s = next_time_tick (at_s + 1, step_s))
    {
      TsChartTick tick = { .value_ns = at_s * TS_NS_PER_S };

      tick.label = format_time_label (at_s, step_s);
      g_array_append_val (ticks, tick);
    }
  return ticks;
}
