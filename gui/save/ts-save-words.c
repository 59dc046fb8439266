/* The words that go with what is copied or saved: a summary, a file name, a span of time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-words.h"

#include <glib/gi18n.h>

#include "words/ts-format.h"
#include "words/ts-join.h"
#include "measure/ts-time.h"
#include "words/ts-words.h"

#define MAX_NAME_CHARS 60 /* of up to four bytes each, where most file systems take 255 bytes */

static GDateTime *
get_local (gint64 at_ns)
{
  return g_date_time_new_from_unix_local (at_ns / TS_NS_PER_S - (at_ns % TS_NS_PER_S < 0));
}

static char *
format_time (GDateTime *time,
             const char *format)
{
  return time != NULL ? g_date_time_format (time, format) : g_strdup (TS_UNKNOWN_TEXT);
}

static void G_GNUC_PRINTF (3, 4)
append (GString *text,
        const char *caption,
        const char *format,
        ...)
{
  g_autofree char *value = NULL;
  g_autofree char *line = NULL;
  va_list arguments;

  va_start (arguments, format);
  value = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  line = ts_join_caption (caption, value);
  g_string_append_printf (text, "%s\n", line);
}

static void
append_server (GString *text,
               const TsSaveSubject *subject)
{
  g_autoptr (GDateTime) local = get_local (subject->now_ns);
  g_autoptr (GDateTime) utc = local != NULL ? g_date_time_to_utc (local) : NULL;
  g_autofree char *here = format_time (local, "%Y-%m-%d %H:%M:%S %Z");
  g_autofree char *there = format_time (utc, "%Y-%m-%d %H:%M:%S UTC");
  const char *const parts[] = { ts_words_protocol (subject->protocol), subject->address };
  g_autofree char *connection = ts_join_list (parts, G_N_ELEMENTS (parts));

  if (g_str_equal (subject->name, subject->host))
    append (text, _("Server"), "%s", subject->host);
  else
    append (text, _("Server"), "%s (%s)", subject->name, subject->host);
  if (subject->address != NULL)
    append (text, _("Connection"), "%s", connection);
  if (local == NULL || g_date_time_get_utc_offset (local) == 0)
    append (text, _("Time"), "%s", there);
  else
    append (text, _("Time"), "%s (%s)", here, there);
}

static void
append_verdict (GString *text,
                const TsSaveSubject *subject)
{
  const TsHistoryEntry *last = ts_history_get_last (subject->history);
  g_autofree char *headline = NULL;
  g_autofree char *certainty = NULL;

  if (subject->now == NULL)
    {
      g_string_append_printf (text, "%s\n", _("Not measured yet"));
      return;
    }
  headline = ts_words_headline (subject->now, subject->name, !subject->is_live);
  certainty = ts_words_certainty (subject->now);
  g_string_append_printf (text, "%s\n%s\n", headline, certainty);
  if (!subject->is_live && last != NULL)
    {
      g_autofree char *age = ts_words_age (subject->now_ns - last->at_ns);

      g_string_append_printf (text, "%s\n", age);
    }
}

static void
append_estimate (GString *text,
                 const TsEstimate *now)
{
  g_autofree char *offset = ts_format_offset (now->estimate_ns, now->error_ns);
  g_autofree char *error = ts_format_error (now->estimate_ns, now->error_ns);
  g_autofree char *proven = ts_format_interval (now->proven_min_ns, now->proven_max_ns, now->estimate_ns);
  g_autofree char *drift = ts_format_drift (now->drift_ppm, (now->drift_max_ppm - now->drift_min_ppm) / 2,
                                            TS_ROUND_NEAREST);
  g_autofree char *drift_range = ts_words_drift_range (now);

  append (text, _("Estimate"), "%s ± %s", offset, error);
  append (text, _("Proven interval"), "%s", proven);
  if (now->verdict == TS_VERDICT_STEADY || now->verdict == TS_VERDICT_SLEWED)
    append (text, _("Drift"), "%s" TS_THIN_SPACE "ppm (%s)", drift, drift_range);
}

static void
append_round_trip (GString *text,
                   const TsHistory *history)
{
  const TsHistoryEntry *last = ts_history_get_last (history);
  gint64 jitter_ns = ts_history_get_jitter_ns (history, TS_WORDS_N_JITTER);
  g_autofree char *jitter = ts_format_duration (jitter_ns);
  g_autofree char *least = ts_format_duration (ts_history_get_least_delay_ns (history));
  g_autofree char *delay = NULL;

  if (last == NULL)
    return;
  delay = ts_format_duration (ts_history_entry_get_delay_ns (last));
  /* Translators: two amounts of time: the last round trip, and the least of all. */
  append (text, _("Round trip"), _("%1$s, least %2$s"), delay, least);
  if (jitter_ns >= 0)
    append (text, _("Jitter"), "%s", jitter);
}

static void
append_counts (GString *text,
               const TsHistory *history)
{
  guint64 n_samples = ts_history_get_n_samples (history);
  guint64 n_lost = ts_history_get_n_lost (history);
  g_autofree char *samples = ts_format_count (n_samples);
  g_autofree char *lost = ts_format_count (n_lost);
  g_autofree char *all = ts_format_count (n_samples + n_lost);

  append (text, _("Samples"), "%s", samples);
  /* Translators: how many exchanges were lost, and how many there were. */
  append (text, _("Failed"), _("%1$s of %2$s"), lost, all);
}

static void
append_own_clock (GString *text,
                  const TsSample *sample)
{
  g_autofree char *own_clock = ts_words_own_clock (sample);

  if (ts_words_is_unsynchronized (sample))
    append (text, _("Server’s stated accuracy"), "%s", _("not synchronized"));
  else if (!g_str_equal (own_clock, TS_UNKNOWN_TEXT))
    append (text, _("Server’s stated accuracy"), "%s %s", own_clock, _("from UTC, it says"));
}

/**
 * ts_save_summary:
 * @subject: a server, and what is known of its clock
 *
 * Writes what a person would write into a report; an unknown figure has no line. Spaces are ordinary ones, because the
 * text may be pasted where there are no others, and people search for those.
 *
 * Returns: (transfer full): some lines of plain text, each with its line feed
 */
char *
ts_save_summary (const TsSaveSubject *subject)
{
  g_autoptr (GString) text = g_string_new (NULL);

  append_server (text, subject);
  g_string_append_c (text, '\n');
  append_verdict (text, subject);
  if (subject->error != NULL)
    g_string_append_printf (text, "%s\n", subject->error->message);
  g_string_append_c (text, '\n');
  if (subject->now != NULL)
    append_estimate (text, subject->now);
  append_round_trip (text, subject->history);
  append_counts (text, subject->history);
  append_own_clock (text, subject->last_sample);
  g_string_append_printf (text, "\n%s %s\n", _("Time Sync"), TS_VERSION);
  g_string_replace (text, TS_THIN_SPACE, " ", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * ts_save_summarize:
 * @monitor: a monitor
 *
 * Returns: (transfer full): the summary of what it knows now
 */
char *
ts_save_summarize (TsMonitor *monitor)
{
  TsProbe *probe = ts_monitor_get_probe (monitor);
  TsMonitorState state = ts_monitor_get_state (monitor);
  g_autofree char *host = ts_monitor_get_shown_address (monitor);
  TsEstimate now;
  TsSaveSubject subject = {
    .host = host,
    .name = ts_monitor_get_name (monitor),
    .address = ts_probe_get_remote (probe),
    .protocol = ts_probe_get_protocol (probe),
    .now_ns = ts_clock_get_now_ns (ts_monitor_get_clock (monitor)),
    .is_live = state == TS_MONITOR_MEASURING || state == TS_MONITOR_STARTING,
    .error = state == TS_MONITOR_FAILING ? ts_monitor_get_error (monitor) : NULL,
    .history = ts_monitor_get_history (monitor),
    .last_sample = ts_monitor_get_last_sample (monitor),
  };

  if (ts_monitor_get_estimate (monitor, subject.now_ns, &now))
    subject.now = &now;
  return ts_save_summary (&subject);
}

/**
 * ts_save_format_span:
 * @begin_ns: an instant
 * @end_ns: one that is not before it
 *
 * Returns: (transfer full): both in the local zone, with its name; the date only once if both have the same:
 *   "2026-11-25 10:14:37 to 10:24:37 UTC+01:00"
 */
char *
ts_save_format_span (gint64 begin_ns,
                     gint64 end_ns)
{
  g_autoptr (GDateTime) begin = get_local (begin_ns);
  g_autoptr (GDateTime) end = get_local (end_ns);
  g_autofree char *from = format_time (begin, "%Y-%m-%d %H:%M:%S");
  g_autofree char *from_day = format_time (begin, "%Y-%m-%d");
  g_autofree char *to_day = format_time (end, "%Y-%m-%d");
  g_autofree char *to = format_time (end, g_str_equal (from_day, to_day) ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S");
  g_autofree char *zone = format_time (end, "%:z");

  /* Translators: two times, and how far their zone is from UTC: “2026-11-25 10:14:37 to 10:24:37 UTC+01:00”. */
  return g_strdup_printf (_("%1$s to %2$s UTC%3$s"), from, to, zone);
}

/**
 * ts_save_picture_title:
 * @name: what the user calls the server of a chart
 * @overlays: the names of its overlays
 * @span_text: what ts_save_format_span() makes of what is in view
 *
 * Returns: (transfer full): what the chart shows: "time.example.org, 2026-11-25 10:14:37 to 10:24:37 UTC+01:00"
 */
char *
ts_save_picture_title (const char *name,
                       const char *const *overlays,
                       const char *span_text)
{
  g_autofree char *list = ts_join_list (overlays, g_strv_length ((char **) overlays));
  g_autofree char *subject = NULL;

  if (*overlays == NULL)
    return ts_join_list ((const char *const[]) { name, span_text }, 2);
  /* Translators: the name of a server, and the names of one or more others, with commas between them. */
  subject = g_strdup_printf (_("%1$s compared with %2$s"), name, list);
  return ts_join_list ((const char *const[]) { subject, span_text }, 2);
}

/* Returns: whether some file system would take it for something else, or it is invisible */
static gboolean
is_unfit (gunichar c)
{
  return g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT ||
         (c < 0x80 && strchr ("/\\:*?\"<>|", (int) c) != NULL);
}

/* Returns: (transfer full): @name with a hyphen in place of each run of characters that do not fit, but not at its
 *   ends */
static char *
make_fit (const char *name)
{
  g_autoptr (GString) fit = g_string_new (NULL);
  gsize end;

  for (const char *c = name; *c != '\0' && g_utf8_strlen (fit->str, -1) < MAX_NAME_CHARS; c = g_utf8_next_char (c))
    {
      gunichar character = is_unfit (g_utf8_get_char (c)) ? '-' : g_utf8_get_char (c);
      /* A full stop at the beginning would hide the file. */
      gboolean is_left_out = fit->len == 0 ? character == '.' || character == '-' || g_unichar_isspace (character)
                                           : character == '-' && fit->str[fit->len - 1] == '-';

      if (!is_left_out)
        g_string_append_unichar (fit, character);
    }
  for (end = fit->len; end > 0 && strchr ("- .", fit->str[end - 1]); end--)
    continue;
  g_string_truncate (fit, end);
  return g_string_free (g_steal_pointer (&fit), FALSE);
}

/**
 * ts_save_file_name:
 * @name: what the user calls a server
 * @now_ns: our clock
 * @format: of the file
 *
 * Returns: (transfer full): a name to propose, fit for any file system: "time.example.org offset 2026-11-25
 *   10.24.csv"
 */
char *
ts_save_file_name (const char *name,
                   gint64 now_ns,
                   TsSaveFormat format)
{
  g_autoptr (GDateTime) local = get_local (now_ns);
  g_autofree char *time = format_time (local, "%Y-%m-%d %H.%M");
  g_autofree char *server = make_fit (name);
  /* Translators: a file’s name: first a server’s name, then a date with a time of day. Without / and colons. */
  g_autofree char *stem = g_strdup_printf (_("%1$s offset %2$s"), *server != '\0' ? server : _("server"), time);

  return g_strconcat (stem, ".", ts_save_format_get (format)->extension, NULL);
}
