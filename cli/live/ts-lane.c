/* A host's lane in the live view: what is known now, and a chart of blocks.
 *
 * Each column is an exchange, the newest at the right. A lane of one row is a sparkline of the estimate. A higher lane
 * shows the proven interval as a band, with the estimate in it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "live/ts-lane.h"

#include "measure/estimate/ts-certainty.h"

typedef struct
{
  const char *levels[8]; /* for a sparkline, from low to high */
  const char *band;
  const char *estimate;
  const char *lost;
} Glyphs;

static const Glyphs unicode_glyphs = { { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }, "░", "█", "×" };
static const Glyphs ascii_glyphs = { { "_", "_", ".", "-", "-", "=", "^", "^" }, ":", "#", "x" };

typedef struct
{
  const TsHistory *history;
  const Glyphs *glyphs;
  gsize first;
  gsize end;
  gint64 low_ns;
  gint64 high_ns;
} Chart;

/* Appends the phrases that have room, up to the first one that has not, because half of a number is another number. The
 * first phrase always has room: the host gives way to it. */
static void
append_phrases (GString *line,
                const char *const *phrases,
                gsize n_phrases,
                int width)
{
  glong room = MAX (width - g_utf8_strlen (phrases[0], -1), 1);

  if (g_utf8_strlen (line->str, -1) > room)
    {
      g_string_truncate (line, (gsize) (g_utf8_offset_to_pointer (line->str, room - 1) - line->str));
      g_string_append (line, "~");
    }
  for (gsize i = 0; i < n_phrases && g_utf8_strlen (line->str, -1) + g_utf8_strlen (phrases[i], -1) <= width; i++)
    g_string_append (line, phrases[i]);
}

/* Returns: (transfer full): how far the clocks are apart, in words that tell how certain that is */
static char *
describe_offset (const TsEstimate *now,
                 TsQuantityUnit unit)
{
  TsCertainty certainty = ts_certainty_judge (now);
  gint64 furthest_ns = MAX (ABS (now->proven_min_ns), ABS (now->proven_max_ns));
  gint64 error_ns = MIN (now->error_ns, furthest_ns);
  gint64 reach_ns = MIN (ABS (now->estimate_ns) + error_ns, furthest_ns);
  gboolean is_in_step = certainty == TS_CERTAINTY_IN_STEP;
  g_autofree char *amount = ts_quantity_format (is_in_step ? reach_ns : now->estimate_ns, unit, !is_in_step);

  return g_strconcat (is_in_step                              ? "  in step to within "
                      : certainty == TS_CERTAINTY_PROBABLE ? "  probably "
                                                           : "  ",
                      amount, NULL);
}

/**
 * ts_lane_describe:
 * @host: the host
 * @estimate: (nullable): what is known about its offset
 * @round_trip_ns: the newest round trip
 * @error: (nullable): why the last exchange failed
 * @unit: the unit of durations
 * @width: the columns of the terminal
 *
 * Returns: (transfer full): a line of at most @width characters, without a number that is cut
 */
char *
ts_lane_describe (const char *host,
                  const TsEstimate *estimate,
                  gint64 round_trip_ns,
                  const char *error,
                  TsQuantityUnit unit,
                  int width)
{
  GString *line = g_string_new (host);
  char *cut;

  if (error != NULL)
    g_string_append_printf (line, "  %s", error);
  if (estimate != NULL)
    {
      g_autofree char *now = describe_offset (estimate, unit);
      g_autofree char *min = ts_quantity_format (estimate->proven_min_ns, unit, TRUE);
      g_autofree char *max = ts_quantity_format (estimate->proven_max_ns, unit, TRUE);
      g_autofree char *round_trip = ts_quantity_format (round_trip_ns, unit, FALSE);
      g_autofree char *certainly = g_strdup_printf ("  certainly %s to %s", min, max);
      g_autofree char *newest = g_strconcat ("  round trip ", round_trip, NULL);
      const char *const phrases[] = { now, certainly, newest };

      append_phrases (line, phrases, G_N_ELEMENTS (phrases), width);
    }
  cut = g_utf8_strlen (line->str, -1) > width ? g_utf8_substring (line->str, 0, MAX (width, 0)) : g_strdup (line->str);
  g_string_free (line, TRUE);
  return cut;
}

static void
find_range (Chart *self)
{
  gboolean is_first = TRUE;

  for (gsize i = self->first; i < self->end; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (self->history, i);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      self->low_ns = is_first ? entry->now_min_ns : MIN (self->low_ns, entry->now_min_ns);
      self->high_ns = is_first ? entry->now_max_ns : MAX (self->high_ns, entry->now_max_ns);
      is_first = FALSE;
    }
}

/* Returns: where an offset is, from 0 at the top to @n_places - 1 */
static int
place (const Chart *self,
       gint64 offset_ns,
       int n_places)
{
  double range = (double) self->high_ns - (double) self->low_ns + 1;
  int at = (int) (((double) self->high_ns - (double) offset_ns) / range * n_places);

  return CLAMP (at, 0, n_places - 1);
}

static const char *
choose_glyph (const Chart *self,
              const TsHistoryEntry *entry,
              int row,
              int height)
{
  if (entry->kind != TS_ENTRY_SAMPLE)
    return row == height - 1 ? self->glyphs->lost : " ";
  if (height == 1)
    return self->glyphs->levels[7 - place (self, entry->estimate_ns, 8)];
  if (row == place (self, entry->estimate_ns, height))
    return self->glyphs->estimate;
  if (row >= place (self, entry->now_max_ns, height) && row <= place (self, entry->now_min_ns, height))
    return self->glyphs->band;
  return " ";
}

/**
 * ts_lane_draw:
 * @history: the exchanges
 * @width: the columns of the chart
 * @height: its rows, at least one
 * @is_unicode: whether the terminal can show blocks
 *
 * Returns: (transfer full): the rows, each with a line feed at its end
 */
char *
ts_lane_draw (const TsHistory *history,
              int width,
              int height,
              gboolean is_unicode)
{
  Chart self = { .history = history, .glyphs = is_unicode ? &unicode_glyphs : &ascii_glyphs };
  GString *text = g_string_new (NULL);

  self.end = ts_history_get_length (history);
  self.first = self.end > (gsize) width ? self.end - (gsize) width : 0;
  find_range (&self);
  for (int row = 0; row < height; row++)
    {
      for (gsize i = self.first; i < self.end; i++)
        g_string_append (text, choose_glyph (&self, ts_history_get (history, i), row, height));
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}
