/* What an exporter knows about the servers that it measures, as text for monitoring.
 *
 * A family has no value for a server that was not measured, instead of a zero.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exporter/ts-peer-figures.h"

#include <string.h>

#include "measure/ts-time.h"

static const gint64 bounds_ns[] = TS_ROUND_TRIP_BOUNDS_NS;

G_STATIC_ASSERT (G_N_ELEMENTS (bounds_ns) + 1 == TS_N_ROUND_TRIP_BUCKETS);

typedef struct
{
  const TsPeerFigures *peers;
  gsize n_peers;
  TsMetricsFormat format;
  GString *text;
  char **labels; /* target="…" of each */
} Writer;

/* Appends the value of a peer, or returns FALSE and appends nothing if the peer has none. */
typedef gboolean (*Value) (const TsPeerFigures *peer,
                           GString *text);

/**
 * ts_peer_counts_add_sample:
 * @self: counts
 * @sample: a new sample
 * @event: what happened just before it
 */
void
ts_peer_counts_add_sample (TsPeerCounts *self,
                           const TsSample *sample,
                           TsClockEvent event)
{
  gsize bucket = 0;

  while (bucket < G_N_ELEMENTS (bounds_ns) && sample->delay_ns > bounds_ns[bucket])
    bucket++;
  self->round_trips[bucket]++;
  self->round_trip_sum_ns += (guint64) sample->delay_ns;
  if (self->min_round_trip_ns < 0 || sample->delay_ns < self->min_round_trip_ns)
    self->min_round_trip_ns = sample->delay_ns;
  if (event != TS_CLOCK_EVENT_NONE && event != TS_CLOCK_EVENT_SUSPEND)
    self->n_steps++;
  self->n_requests++;
}

/**
 * ts_peer_counts_add_failure:
 * @self: counts
 * @reason: (transfer none): why an exchange failed; the text must stay valid
 */
void
ts_peer_counts_add_failure (TsPeerCounts *self,
                            const char *reason)
{
  gsize i = 0;

  while (self->failures[i].reason != NULL && strcmp (self->failures[i].reason, reason) != 0)
    i++;
  g_return_if_fail (i + 1 < TS_MAX_FAILURE_REASONS);
  self->failures[i].reason = reason;
  self->failures[i].count++;
  self->n_requests++;
}

static void
begin_sample (Writer *self,
              gsize i,
              const char *name)
{
  g_string_append (self->text, name);
  g_string_append_c (self->text, '{');
  g_string_append (self->text, self->labels[i]);
}

static void
append_count (GString *text,
              guint64 count)
{
  g_string_append_printf (text, "%" G_GUINT64_FORMAT "\n", count);
}

/* Appends a family with a value for each peer that has one. */
static void
append_family (Writer *self,
               const char *name,
               const char *type,
               const char *unit,
               const char *help,
               Value value)
{
  g_autofree char *sample_name = g_strconcat (name, strcmp (type, "counter") == 0 ? "_total" : "", NULL);

  ts_metrics_text_begin_family (self->text, self->format, name, type, unit, help);
  for (gsize i = 0; i < self->n_peers; i++)
    {
      gsize length = self->text->len;

      begin_sample (self, i, sample_name);
      g_string_append (self->text, "} ");
      if (value (&self->peers[i], self->text))
        g_string_append_c (self->text, '\n');
      else
        g_string_truncate (self->text, length);
    }
}

static gboolean
append_seconds_if (gboolean is_there,
                   GString *text,
                   gint64 value_ns)
{
  if (is_there)
    ts_metrics_text_append_seconds (text, value_ns);
  return is_there;
}

static gboolean
append_offset (const TsPeerFigures *peer,
               GString *text)
{
  return append_seconds_if (peer->is_current, text, peer->estimate.estimate_ns);
}

static gboolean
append_offset_error (const TsPeerFigures *peer,
                     GString *text)
{
  return append_seconds_if (peer->is_current, text, peer->estimate.error_ns);
}

static gboolean
append_lower_bound (const TsPeerFigures *peer,
                    GString *text)
{
  return append_seconds_if (peer->is_current, text, peer->estimate.proven_min_ns);
}

static gboolean
append_upper_bound (const TsPeerFigures *peer,
                    GString *text)
{
  return append_seconds_if (peer->is_current, text, peer->estimate.proven_max_ns);
}

static gboolean
append_min_round_trip (const TsPeerFigures *peer,
                       GString *text)
{
  return append_seconds_if (peer->counts->min_round_trip_ns >= 0, text, peer->counts->min_round_trip_ns);
}

static gboolean
append_frequency (const TsPeerFigures *peer,
                  GString *text)
{
  char ratio[G_ASCII_DTOSTR_BUF_SIZE];

  /* While there are fewer samples, the drift is only what quartz clocks may have. */
  if (!peer->is_current || peer->estimate.verdict == TS_VERDICT_TOO_FEW)
    return FALSE;
  g_string_append (text, g_ascii_formatd (ratio, sizeof ratio, "%.12f", 1 + peer->estimate.drift_ppm / 1e6));
  return TRUE;
}

static gboolean
append_last_sample (const TsPeerFigures *peer,
                    GString *text)
{
  return append_seconds_if (peer->sample != NULL, text,
                            peer->sample != NULL ? peer->sample->exchange.t4_ns : 0);
}

/* Returns: whether the server reports what only NTP has */
static gboolean
has_root (const TsPeerFigures *peer)
{
  return peer->is_current && peer->sample->quality.is_known && peer->sample->quality.stratum != 0;
}

static gboolean
append_root_delay (const TsPeerFigures *peer,
                   GString *text)
{
  return append_seconds_if (has_root (peer), text, has_root (peer) ? peer->sample->quality.root_delay_ns : 0);
}

static gboolean
append_root_dispersion (const TsPeerFigures *peer,
                        GString *text)
{
  return append_seconds_if (has_root (peer), text, has_root (peer) ? peer->sample->quality.root_dispersion_ns : 0);
}

static gboolean
append_stratum (const TsPeerFigures *peer,
                GString *text)
{
  if (has_root (peer))
    g_string_append_printf (text, "%u", peer->sample->quality.stratum);
  return has_root (peer);
}

static gboolean
append_leap (const TsPeerFigures *peer,
             GString *text)
{
  gboolean is_there = peer->is_current && peer->sample->quality.is_known;

  if (is_there)
    g_string_append_printf (text, "%u", peer->sample->quality.leap);
  return is_there;
}

static gboolean
append_requests (const TsPeerFigures *peer,
                 GString *text)
{
  g_string_append_printf (text, "%" G_GUINT64_FORMAT, peer->counts->n_requests);
  return TRUE;
}

static gboolean
append_steps (const TsPeerFigures *peer,
              GString *text)
{
  g_string_append_printf (text, "%" G_GUINT64_FORMAT, peer->counts->n_steps);
  return TRUE;
}

static void
append_failures (Writer *self)
{
  const char *name = "timesync_peer_failures";

  ts_metrics_text_begin_family (self->text, self->format, name, "counter", NULL, "Exchanges that failed, by reason.");
  for (gsize i = 0; i < self->n_peers; i++)
    for (const TsPeerFailures *row = self->peers[i].counts->failures; row->reason != NULL; row++)
      {
        begin_sample (self, i, "timesync_peer_failures_total");
        g_string_append_printf (self->text, ",reason=\"%s\"} ", row->reason);
        append_count (self->text, row->count);
      }
}

static void
append_round_trips (Writer *self)
{
  const char *name = "timesync_peer_round_trip_seconds";
  char bounds[TS_N_ROUND_TRIP_BUCKETS][G_ASCII_DTOSTR_BUF_SIZE] = { { 0 } };

  for (gsize j = 0; j < G_N_ELEMENTS (bounds_ns); j++)
    g_ascii_formatd (bounds[j], sizeof bounds[j], "%g", (double) bounds_ns[j] / TS_NS_PER_S);
  strcpy (bounds[G_N_ELEMENTS (bounds_ns)], "+Inf");
  ts_metrics_text_begin_family (self->text, self->format, name, "histogram", "seconds",
                                "Round trips, less the server's own time.");
  for (gsize i = 0; i < self->n_peers; i++)
    {
      const TsPeerCounts *counts = self->peers[i].counts;
      guint64 n_until = 0;

      for (gsize j = 0; j < TS_N_ROUND_TRIP_BUCKETS; j++)
        {
          n_until += counts->round_trips[j];
          begin_sample (self, i, "timesync_peer_round_trip_seconds_bucket");
          g_string_append (self->text, ",le=\"");
          g_string_append (self->text, bounds[j]);
          g_string_append (self->text, "\"} ");
          append_count (self->text, n_until);
        }
      begin_sample (self, i, "timesync_peer_round_trip_seconds_count");
      g_string_append (self->text, "} ");
      append_count (self->text, n_until);
      begin_sample (self, i, "timesync_peer_round_trip_seconds_sum");
      g_string_append (self->text, "} ");
      ts_metrics_text_append_seconds (self->text, (gint64) counts->round_trip_sum_ns);
      g_string_append_c (self->text, '\n');
    }
}

static void
append_info (Writer *self)
{
  ts_metrics_text_begin_family (self->text, self->format, "timesync_peer", "info", NULL, "Who answered last, and how.");
  for (gsize i = 0; i < self->n_peers; i++)
    {
      const TsPeerFigures *peer = &self->peers[i];

      if (peer->sample == NULL)
        continue;
      begin_sample (self, i, "timesync_peer_info");
      g_string_append_c (self->text, ',');
      ts_metrics_text_append_label (self->text, "address", peer->address);
      g_string_append_c (self->text, ',');
      ts_metrics_text_append_label (self->text, "protocol", peer->protocol);
      g_string_append_printf (self->text, ",authenticated=\"%s\"} 1\n", peer->is_authenticated ? "true" : "false");
    }
}

/**
 * ts_peer_figures_append:
 * @peers: (array length=n_peers): what is known about each server
 * @n_peers: how many servers there are
 * @format: the format of the text
 * @text: the text so far
 *
 * Appends all families. Offsets are positive when the server is ahead.
 */
void
ts_peer_figures_append (const TsPeerFigures *peers,
                        gsize n_peers,
                        TsMetricsFormat format,
                        GString *text)
{
  Writer self = { .peers = peers, .n_peers = n_peers, .format = format, .text = text };
  g_auto (GStrv) labels = g_new0 (char *, n_peers + 1);

  self.labels = labels;
  for (gsize i = 0; i < n_peers; i++)
    {
      GString *label = g_string_new (NULL);

      ts_metrics_text_append_label (label, "target", peers[i].target);
      labels[i] = g_string_free (label, FALSE);
    }
  append_family (&self, "timesync_peer_offset_seconds", "gauge", "seconds",
                 "The server's clock less this computer's, estimated.", append_offset);
  append_family (&self, "timesync_peer_offset_error_seconds", "gauge", "seconds",
                 "Half of the interval in which the offset is in 95 of 100 cases.", append_offset_error);
  append_family (&self, "timesync_peer_offset_lower_bound_seconds", "gauge", "seconds",
                 "The least offset that is possible.", append_lower_bound);
  append_family (&self, "timesync_peer_offset_upper_bound_seconds", "gauge", "seconds",
                 "The greatest offset that is possible.", append_upper_bound);
  append_round_trips (&self);
  append_family (&self, "timesync_peer_min_round_trip_seconds", "gauge", "seconds", "The least round trip so far.",
                 append_min_round_trip);
  append_family (&self, "timesync_peer_frequency_ratio", "gauge", "ratio",
                 "The frequency of the server's clock to that of this computer's.", append_frequency);
  append_family (&self, "timesync_peer_requests", "counter", NULL, "Exchanges that have ended.", append_requests);
  append_failures (&self);
  append_family (&self, "timesync_peer_steps", "counter", NULL,
                 "How often one of both clocks was set, proven or probably.", append_steps);
  append_family (&self, "timesync_peer_last_sample_timestamp_seconds", "gauge", "seconds",
                 "When the newest sample came, since the Unix epoch.", append_last_sample);
  append_family (&self, "timesync_peer_root_delay_seconds", "gauge", "seconds",
                 "The server's round trip to its primary reference.", append_root_delay);
  append_family (&self, "timesync_peer_root_dispersion_seconds", "gauge", "seconds",
                 "The server's error to its primary reference.", append_root_dispersion);
  append_family (&self, "timesync_peer_stratum", "gauge", NULL, "The server's stratum, by NTP.", append_stratum);
  append_family (&self, "timesync_peer_leap", "gauge", NULL,
                 "The server's leap indicator: 0 none, 1 insertion, 2 deletion, 3 not synchronized.", append_leap);
  append_info (&self);
}
