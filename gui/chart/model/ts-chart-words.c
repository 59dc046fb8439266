/* What the chart says in words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-words.h"

#include <glib/gi18n.h>

#include "chart/model/ts-chart-find.h"
#include "measure/ts-time.h"
#include "words/ts-isolate.h"
#include "words/ts-join.h"
#include "words/ts-zone.h"

/* So many steps, and so many gaps, are described one by one. */
#define MAX_EVENTS_TOLD 3

/**
 * ts_chart_format_title:
 * @axis: the axis of offsets
 * @is_empty: whether there is nothing in view to measure
 * @is_short: whether there is little room
 *
 * Returns: (transfer full): the title of the plot, without a unit while that is empty
 */
char *
ts_chart_format_title (const TsChartAxis *axis,
                       gboolean is_empty,
                       gboolean is_short)
{
  const char *unit = ts_unit_get_symbol (axis->unit);
  g_autofree char *base = ts_chart_axis_get_base_text (axis);

  if (is_empty)
    return g_strdup (is_short ? _("Offset") : _("Offset (above 0 the server is ahead)"));
  if (base != NULL)
    /* Translators: a unit, then the offset that the axis counts from: "Offset, ms from +30 s" */
    return g_strdup_printf (_("Offset, %s from %s"), unit, base);
  if (is_short)
    /* Translators: %s is a unit: "Offset, ms" */
    return g_strdup_printf (_("Offset, %s"), unit);
  /* Translators: %s is a unit: "Offset, ms (above 0 the server is ahead)" */
  return g_strdup_printf (_("Offset, %s (above 0 the server is ahead)"), unit);
}

/**
 * ts_chart_format_strip_title:
 * @axis: the axis of delays
 * @is_empty: whether there is nothing in view to measure
 *
 * Returns: (transfer full): the title of the strip
 */
char *
ts_chart_format_strip_title (const TsChartAxis *axis,
                             gboolean is_empty)
{
  if (is_empty)
    return g_strdup (_("Round trip"));
  /* Translators: %s is a unit: "Round trip, ms" */
  return g_strdup_printf (_("Round trip, %s"), ts_unit_get_symbol (axis->unit));
}

static char *
format_lost (guint n_lost)
{
  g_autofree char *count = ts_format_count (n_lost);

  /* Translators: that many requests had no answer: "6 lost" */
  return g_strdup_printf (ngettext ("%s lost", "%s lost", n_lost), count);
}

static char *
format_refused (guint n_refused)
{
  g_autofree char *count = ts_format_count (n_refused);

  /* Translators: that many requests were refused: "3 refused" */
  return g_strdup_printf (ngettext ("%s refused", "%s refused", n_refused), count);
}

static char *
format_not_recorded (const TsChartGap *gap)
{
  g_autofree char *length = gap->end_ns > gap->begin_ns ? ts_format_duration (gap->end_ns - gap->begin_ns) : NULL;

  if (length == NULL)
    return g_strdup (C_ ("chart", "Not recorded"));
  /* Translators: nothing was recorded for so long: "Not recorded, 2.0 d" */
  return g_strdup_printf (C_ ("chart", "Not recorded, %s"), length);
}

/**
 * ts_chart_format_gap:
 * @gap: a gap
 *
 * Returns: (transfer full): why there is nothing: "6 lost", "Refused since 10:24:42", "Paused", "Offline",
 *   "Suspended", "Not recorded, 2.0 d"
 */
char *
ts_chart_format_gap (const TsChartGap *gap)
{
  g_autofree char *lost = format_lost (gap->n_lost);
  g_autofree char *refused = format_refused (gap->n_refused);
  g_autofree char *since = ts_format_clock (gap->since_ns, 0);

  if (gap->last_kind == TS_ENTRY_PAUSED)
    return g_strdup (C_ ("chart", "Paused"));
  if (gap->last_kind == TS_ENTRY_OFFLINE)
    /* Translators: this computer was not connected to a network */
    return g_strdup (C_ ("chart", "Offline"));
  if (gap->last_kind == TS_ENTRY_NOT_RECORDED)
    return format_not_recorded (gap);
  if (gap->has_slept)
    /* Translators: the computer slept */
    return g_strdup (C_ ("chart", "Suspended"));
  if (gap->last_kind == TS_ENTRY_REFUSED && gap->lasts)
    /* Translators: %s is a time of day */
    return g_strdup_printf (C_ ("chart", "Refused since %s"), since);
  if (gap->n_refused == 0)
    return g_steal_pointer (&lost);
  if (gap->n_lost == 0)
    return g_steal_pointer (&refused);
  /* Translators: a gap of two kinds: "6 lost", "3 refused" */
  return g_strdup_printf (C_ ("chart", "%s, %s"), lost, refused);
}

static const char *
describe_setting (const TsChartStep *step)
{
  gboolean is_remote = step->event == TS_CLOCK_EVENT_STEP_REMOTE;

  /* The offset grows when the server's clock is set forward or this computer's back. */
  if ((step->change_ns > 0) == is_remote)
    return is_remote ? _("server’s clock set forward") : _("this computer’s clock set forward");
  return is_remote ? _("server’s clock set back") : _("this computer’s clock set back");
}

/**
 * ts_chart_format_step:
 * @step: a step
 * @detail: how much to say
 *
 * Returns: (transfer full): "Step, +8.2 ms", and in a second line "server’s clock" or "server’s clock set forward"; or
 *   "Probably set, +30 ms", which is always the server's clock
 */
char *
ts_chart_format_step (const TsChartStep *step,
                      TsChartDetail detail)
{
  gboolean is_remote = step->event == TS_CLOCK_EVENT_STEP_REMOTE;
  g_autofree char *change = ts_format_offset (step->change_ns, step->half_width_ns);
  g_autofree char *text = NULL;

  if (ts_chart_step_is_probable (step))
    /* Translators: the server's clock was probably set, but nothing proves it; %s is by how much the offset changed */
    return g_strdup_printf (C_ ("chart", "Probably set, %s"), change);
  /* Translators: %s is by how much the offset changed at once */
  text = g_strdup_printf (C_ ("chart", "Step, %s"), change);
  switch (detail)
    {
    case TS_CHART_DETAIL_FULL:
      return g_strconcat (text, "\n", describe_setting (step), NULL);
    case TS_CHART_DETAIL_WHOSE:
      /* Translators: whose clock was set, where there is little room */
      return g_strconcat (text, "\n", is_remote ? C_ ("chart", "server’s clock") : C_ ("chart", "this computer’s"),
                          NULL);
    case TS_CHART_DETAIL_SIZE:
    default:
      return g_steal_pointer (&text);
    }
}

/* Returns: an instant of the day whose date is left out; 0: none is */
static gint64
get_today_ns (const TsChartSeries *series)
{
  return series->span.is_over ? 0 : series->span.now_ns;
}

/* Returns: (transfer full): a time of day, after the date if that is not today's */
static char *
format_when (gint64 at_ns,
             const TsChartSeries *series)
{
  gint64 today_ns = get_today_ns (series);

  return ts_zone_is_same_day (at_ns, today_ns) ? ts_format_clock (at_ns, 0) : ts_format_instant (at_ns, today_ns, 0);
}

static char *
describe_samples (const TsChartSeries *series)
{
  g_autofree char *count = ts_format_count (series->n_samples);
  g_autofree char *begin = NULL;
  g_autofree char *end = NULL;

  if (series->n_samples == 0)
    return g_strdup (_("no samples yet"));
  for (guint i = 0; begin == NULL; i++)
    if (ts_chart_series_get (series, i)->kind == TS_ENTRY_SAMPLE)
      begin = format_when (ts_chart_series_get (series, i)->at_ns, series);
  end = ts_format_instant (ts_chart_series_get_last (series)->at_ns, get_today_ns (series), 0);
  /* Translators: how many, and from which to which time of day, or date and time of day */
  return g_strdup_printf (ngettext ("%s sample from %s to %s", "%s samples from %s to %s", series->n_samples),
                          count, begin, end);
}

/* @entry: (nullable): a sample
 * Returns: (transfer full) (nullable): what the offset was estimated to be then, or %NULL without a sample */
static char *
format_estimate (const TsHistoryEntry *entry)
{
  if (entry == NULL)
    return NULL;
  return ts_format_offset (entry->estimate_ns, ts_half_width_ns (entry->now_min_ns, entry->now_max_ns));
}

static char *
describe_offset (const TsChartSeries *series)
{
  const TsHistoryEntry *last = ts_chart_series_get_last (series);
  g_autofree char *offset = NULL;

  if (last == NULL)
    return NULL;
  offset = format_estimate (last);
  if (ts_chart_series_is_live (series) && last == ts_chart_series_get (series, series->entries->len - 1))
    return g_strdup_printf (_("offset now %s"), offset);
  return g_strdup_printf (_("last offset %s"), offset);
}

/* Steps that are left out of a full column count as certain. */
static guint
count_probable_steps (const TsChartSeries *series)
{
  guint n = 0;

  for (guint i = 0; i < series->steps->len; i++)
    n += ts_chart_step_is_probable (&g_array_index (series->steps, TsChartStep, i));
  return n;
}

/* Returns: (transfer full): by how much the offset changed, when and why */
static char *
describe_step (const TsChartStep *step,
               const TsChartSeries *series)
{
  g_autofree char *change = ts_format_offset (step->change_ns, step->half_width_ns);
  g_autofree char *time = format_when (step->at_ns, series);

  if (ts_chart_step_is_probable (step))
    /* Translators: something that happened, and the time of day: "2 lost at 10:24:17" */
    return g_strdup_printf (C_ ("chart", "%1$s at %2$s"), change, time);
  /* Translators: a change of the offset, its time of day and its cause: "+8.2 ms at 10:24:17 (server’s clock set forward)" */
  return g_strdup_printf (C_ ("chart", "%1$s at %2$s (%3$s)"), change, time, describe_setting (step));
}

static char *
join_list (const GPtrArray *parts)
{
  return ts_join_list ((const char *const *) parts->pdata, parts->len);
}

/* Returns: (transfer full): the newest few, the oldest of them first */
static char *
list_steps (const TsChartSeries *series,
            gboolean are_probable)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  for (guint i = series->steps->len; i > 0 && list->len < MAX_EVENTS_TOLD; i--)
    {
      const TsChartStep *step = &g_array_index (series->steps, TsChartStep, i - 1);

      if (ts_chart_step_is_probable (step) == are_probable)
        g_ptr_array_insert (list, 0, describe_step (step, series));
    }
  return join_list (list);
}

static char *
describe_steps (const TsChartSeries *series)
{
  guint n = series->n_steps - count_probable_steps (series);
  g_autofree char *count = ts_format_count (n);
  g_autofree char *list = list_steps (series, FALSE);

  if (n == 0)
    return NULL;
  if (n > MAX_EVENTS_TOLD)
    /* Translators: how many steps, and the newest few of them */
    return g_strdup_printf (ngettext ("%s step, at last: %s", "%s steps, at last: %s", n), count, list);
  /* Translators: how many steps, and what they are */
  return g_strdup_printf (ngettext ("%s step: %s", "%s steps: %s", n), count, list);
}

static char *
describe_probable_steps (const TsChartSeries *series)
{
  guint n = count_probable_steps (series);
  g_autofree char *count = ts_format_count (n);
  g_autofree char *list = list_steps (series, TRUE);

  if (n == 0)
    return NULL;
  if (n > MAX_EVENTS_TOLD)
    /* Translators: how often the server's clock was probably set, which nothing proves, and the newest few times */
    return g_strdup_printf (ngettext ("%s probable step, at last: %s", "%s probable steps, at last: %s", n), count, list);
  /* Translators: how often the server's clock was probably set, which nothing proves, and when */
  return g_strdup_printf (ngettext ("%s probable step: %s", "%s probable steps: %s", n), count, list);
}

/* Returns: (transfer full): why nothing was measured, and since when */
static char *
describe_gap (const TsChartGap *gap,
              const TsChartSeries *series)
{
  g_autofree char *text = ts_chart_format_gap (gap);
  g_autofree char *time = format_when (gap->since_ns, series);

  if (gap->last_kind == TS_ENTRY_REFUSED && gap->lasts && !gap->has_slept)
    return g_steal_pointer (&text); /* which says since when already */
  return g_strdup_printf (C_ ("chart", "%1$s at %2$s"), text, time);
}

static char *
describe_gaps (const TsChartSeries *series)
{
  guint n_gaps = series->n_gaps, n_listed = series->gaps->len;
  g_autofree char *count = ts_format_count (n_gaps);
  g_autoptr (GPtrArray) gaps = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  if (n_gaps == 0)
    return NULL;
  for (guint i = n_listed - MIN (n_listed, MAX_EVENTS_TOLD); i < n_listed; i++)
    g_ptr_array_add (gaps, describe_gap (&g_array_index (series->gaps, TsChartGap, i), series));
  list = join_list (gaps);
  if (n_gaps > MAX_EVENTS_TOLD)
    /* Translators: how many gaps, and what the newest few are: "12 gaps, at last: 6 lost at 10:24:17, Paused at 10:25:02" */
    return g_strdup_printf (ngettext ("%s gap, at last: %s", "%s gaps, at last: %s", n_gaps), count, list);
  /* Translators: how many gaps, and what they are: "1 gap: 6 lost at 10:24:17" */
  return g_strdup_printf (ngettext ("%s gap: %s", "%s gaps: %s", n_gaps), count, list);
}

/**
 * ts_chart_format_event:
 * @event: something that happened to this computer
 *
 * Returns: (transfer full): what it was
 */
char *
ts_chart_format_event (const TsPastEvent *event)
{
  g_autofree char *count = ts_format_count ((guint64) event->value);

  switch (event->kind)
    {
    case TS_RECORD_EVENT_CLOCK_SOURCE:
      /* Translators: the kernel of this computer reads the time from another piece of hardware */
      return g_strdup (C_ ("chart", "Clock source changed"));
    case TS_RECORD_EVENT_RESTART:
      return g_strdup (C_ ("chart", "Computer restarted"));
    case TS_RECORD_EVENT_DROPPED:
    case TS_RECORD_EVENT_NOT_RUNNING:
    default:
      /* Translators: that many exchanges were measured, but not recorded */
      return g_strdup_printf (ngettext ("%s exchange not recorded", "%s exchanges not recorded", (gulong) event->value), count);
    }
}

static char *
describe_events (const TsChartSeries *series)
{
  guint n = series->events->len;
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  for (guint i = n - MIN (n, MAX_EVENTS_TOLD); i < n; i++)
    {
      const TsPastEvent *event = &g_array_index (series->events, TsPastEvent, i);
      g_autofree char *text = ts_chart_format_event (event);
      g_autofree char *time = ts_format_instant (event->at_ns, get_today_ns (series), 0);

      g_ptr_array_add (list, g_strdup_printf (C_ ("chart", "%1$s at %2$s"), text, time));
    }
  return n > 0 ? join_list (list) : NULL;
}

/**
 * ts_chart_describe:
 * @series: what is in view
 *
 * Returns: (transfer full): what the chart shows, for assistive technology: "76 samples from 10:18:02 to
 *   10:24:37; offset now +12.5 ms; 1 gap: 6 lost at 10:20:07"
 */
char *
ts_chart_describe (const TsChartSeries *series)
{
  char *parts[] = { describe_samples (series), describe_offset (series), describe_steps (series),
                    describe_probable_steps (series), describe_gaps (series), describe_events (series) };
  char *text = ts_join_clauses ((const char *const *) parts, G_N_ELEMENTS (parts));

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    g_free (parts[i]);
  return text;
}

/**
 * ts_chart_describe_overlays:
 * @overlays: (element-type TsChartOverlay): the overlays
 *
 * Returns: (transfer full) (nullable): which they are, and how far they were ahead at the end of what is in view:
 *   "db-2.local: −1.93 ms; ntp.example.net: no samples yet"
 */
char *
ts_chart_describe_overlays (const GArray *overlays)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < overlays->len; i++)
    {
      const TsChartOverlay *overlay = ts_chart_overlays_get (overlays, i);
      g_autofree char *offset = format_estimate (ts_chart_series_get_last (&overlay->series));

      g_ptr_array_add (parts, ts_join_caption (overlay->name, offset != NULL ? offset : _("no samples yet")));
    }
  return parts->len > 0 ? ts_join_clauses ((const char *const *) parts->pdata, parts->len) : NULL;
}

static char *
find_event (const TsChartSeries *series,
            const TsHistoryEntry *entry)
{
  gboolean is_sample = entry->kind == TS_ENTRY_SAMPLE;

  for (guint i = 0; i < series->gaps->len && !is_sample; i++)
    {
      const TsChartGap *gap = &g_array_index (series->gaps, TsChartGap, i);

      if (gap->begin_ns <= entry->at_ns && (entry->at_ns < gap->end_ns || gap->lasts))
        return ts_chart_format_gap (gap);
    }
  if (entry->event == TS_CLOCK_EVENT_SUSPEND)
    return g_strdup (C_ ("chart", "Suspended"));
  /* Its gap is not listed because there are too many in its column of pixels. */
  if (!is_sample)
    return ts_chart_format_gap (&(TsChartGap) {
      .n_lost = entry->kind == TS_ENTRY_LOST,
      .n_refused = entry->kind == TS_ENTRY_REFUSED,
      .last_kind = (TsEntryKind) entry->kind,
    });
  /* The step that a sample follows is the last one that is not later. */
  for (guint i = series->steps->len; i > 0 && is_sample && entry->event != TS_CLOCK_EVENT_NONE; i--)
    {
      const TsChartStep *step = &g_array_index (series->steps, TsChartStep, i - 1);

      if (step->at_ns <= entry->at_ns)
        return ts_chart_format_step (step, TS_CHART_DETAIL_SIZE);
    }
  return NULL;
}

/**
 * ts_chart_readout_init:
 * @self: (out): what there is to say
 * @series: what is in view
 * @entry: the entry under the cursor
 * @now_ns: our clock now, because the text has a date only if that is another day's; 0: it always has
 * @n_decimals: how many digits of a second its time has
 */
void
ts_chart_readout_init (TsChartReadout *self,
                       const TsChartSeries *series,
                       const TsHistoryEntry *entry,
                       gint64 now_ns,
                       guint n_decimals)
{
  gint64 offset_ns = ts_history_entry_get_offset_ns (entry);
  gint64 half_width_ns = ts_half_width_ns (entry->proven_min_ns, entry->proven_max_ns);

  *self = (TsChartReadout) {
    .time = ts_format_instant (entry->at_ns, now_ns, n_decimals),
    .event = find_event (series, entry),
  };
  if (entry->kind != TS_ENTRY_SAMPLE)
    return;
  self->offset = ts_format_offset (offset_ns, half_width_ns);
  self->proven = ts_format_interval (entry->proven_min_ns, entry->proven_max_ns, offset_ns);
  self->delay = ts_format_duration (ts_history_entry_get_delay_ns (entry));
}

/**
 * ts_chart_readout_clear:
 * @self: what there was to say
 */
void
ts_chart_readout_clear (TsChartReadout *self)
{
  g_clear_pointer (&self->time, g_free);
  g_clear_pointer (&self->event, g_free);
  g_clear_pointer (&self->offset, g_free);
  g_clear_pointer (&self->proven, g_free);
  g_clear_pointer (&self->delay, g_free);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_pointer (&self->offsets, g_strfreev);
}

/* Returns: (nullable): the last entry until then if it is a sample */
static const TsHistoryEntry *
find_sample (const TsHistory *history,
             gint64 at_ns)
{
  gsize index = ts_chart_find_from (history, ts_history_get_length (history), at_ns + 1);
  const TsHistoryEntry *entry = index > 0 ? ts_history_get (history, index - 1) : NULL;

  return entry != NULL && entry->kind == TS_ENTRY_SAMPLE ? entry : NULL;
}

/**
 * ts_chart_readout_add_overlays:
 * @self: what there is to say
 * @overlays: (element-type TsChartOverlay): the overlays
 * @at_ns: an instant
 *
 * Adds what was known of them at @at_ns.
 */
void
ts_chart_readout_add_overlays (TsChartReadout *self,
                               const GArray *overlays,
                               gint64 at_ns)
{
  self->names = g_new0 (char *, overlays->len + 1);
  self->offsets = g_new0 (char *, overlays->len + 1);
  for (guint i = 0; i < overlays->len; i++)
    {
      const TsChartOverlay *overlay = ts_chart_overlays_get (overlays, i);
      char *offset = format_estimate (find_sample (overlay->history, at_ns));

      self->names[i] = ts_isolate_name (overlay->name);
      self->offsets[i] = offset != NULL ? offset : g_strdup (TS_UNKNOWN_TEXT);
    }
}

/**
 * ts_chart_readout_describe:
 * @self: what there is to say
 *
 * Returns: (transfer full): all of it in one sentence, for assistive technology
 */
char *
ts_chart_readout_describe (const TsChartReadout *self)
{
  g_autoptr (GString) text = g_string_new (self->time);

  if (self->event != NULL || self->offset == NULL)
    g_string_append_printf (text, "; %s", self->event != NULL ? self->event : "");
  if (self->offset != NULL)
    {
      g_string_append (text, "; ");
      /* Translators: what the chart's cursor stands on, read aloud: "offset +12.5 ms, proven +9.4 to +15.6 ms, round
       * trip 6.1 ms" */
      g_string_append_printf (text, _("offset %1$s, proven %2$s, round trip %3$s"), self->offset, self->proven,
                              self->delay);
    }
  for (gsize i = 0; self->names != NULL && self->names[i] != NULL; i++)
    g_string_append_printf (text, "; %s: %s", self->names[i], self->offsets[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * ts_chart_format_so_far:
 * @so_far_ns: how long there have been measurements
 *
 * Returns: (transfer full): that, in whole seconds, minutes or hours: "20 min so far"
 */
char *
ts_chart_format_so_far (gint64 so_far_ns)
{
  const TsUnit units[] = { TS_UNIT_H, TS_UNIT_MIN, TS_UNIT_S };
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (units) && so_far_ns < ts_unit_get_ns (units[i]))
    i++;
  /* Translators: how long there have been measurements, in a chart of a longer range: a number and the symbol of its
   * unit. */
  return g_strdup_printf (C_ ("chart", "%1$d\u2060\u2009\u2060%2$s so far"),
                          (int) (so_far_ns / ts_unit_get_ns (units[i])), ts_unit_get_symbol (units[i]));
}

/**
 * ts_chart_format_past:
 * @since_ns: since when what is in view is recorded
 * @now_ns: our clock now
 *
 * Returns: (transfer full): "Recorded since 3 March"
 */
char *
ts_chart_format_past (gint64 since_ns,
                      gint64 now_ns)
{
  g_autofree char *date = ts_format_date (since_ns, now_ns);

  /* Translators: %s is a date */
  return g_strdup_printf (C_ ("chart", "Recorded since %s"), date);
}
