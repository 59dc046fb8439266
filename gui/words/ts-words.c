/* The sentences about a measurement.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "measure/estimate/ts-certainty.h"
#include "measure/ts-exchange.h"
#include "words/ts-format.h"
#include "words/ts-isolate.h"
#include "net/probe/ts-probe.h"
#include "measure/ts-time.h"
#include "wire/ts-ntp-packet.h"

static gint64
half_width_ns (const TsEstimate *now)
{
  return ts_half_width_ns (now->proven_min_ns, now->proven_max_ns);
}

static gint64
furthest_ns (const TsEstimate *now)
{
  return MAX (ABS (now->proven_min_ns), ABS (now->proven_max_ns));
}

/* Returns: the half-width that says how many digits of the estimate are shown. What is only probable has one digit fewer
 *   than its own error would allow */
static gint64
shown_half_width_ns (const TsEstimate *now)
{
  if (ts_certainty_judge (now) == TS_CERTAINTY_CERTAIN)
    return half_width_ns (now);
  return MIN (now->error_ns, G_MAXINT64 / 10) * 10;
}

/* Returns: (transfer full): how far the clocks are apart at most, as far as the estimate knows */
static char *
format_reach (const TsEstimate *now)
{
  gint64 reach_ns = now->error_ns > G_MAXINT64 / 2 ? G_MAXINT64 : ABS (now->estimate_ns) + now->error_ns;

  return ts_format_limit (MIN (reach_ns, furthest_ns (now)));
}

static char *
describe_probable (const TsEstimate *now,
                   const char *amount,
                   const char *name,
                   gboolean is_past)
{
  if (now->estimate_ns > 0)
    /* Translators: of this computer’s clock: first an amount of time, then the name of a server. Nothing proves it. */
    return g_strdup_printf (is_past ? _("Was probably %1$s behind %2$s") : _("Probably %1$s behind %2$s"), amount, name);
  /* Translators: of this computer’s clock: first an amount of time, then the name of a server. Nothing proves it. */
  return g_strdup_printf (is_past ? _("Was probably %1$s ahead of %2$s") : _("Probably %1$s ahead of %2$s"), amount,
                          name);
}

/**
 * ts_words_headline:
 * @now: what all samples together say
 * @server: the server's name
 * @is_past: whether it is no longer being measured
 *
 * Returns: (transfer full): which clock is behind, by how much, and whether that is certain or probable; or that they are
 *   in step
 */
char *
ts_words_headline (const TsEstimate *now,
                   const char *server,
                   gboolean is_past)
{
  TsCertainty certainty = ts_certainty_judge (now);
  g_autofree char *name = ts_isolate_name (server);
  g_autofree char *amount = certainty == TS_CERTAINTY_IN_STEP
                              ? format_reach (now)
                              : ts_format_distance (now->estimate_ns, shown_half_width_ns (now));

  if (certainty == TS_CERTAINTY_IN_STEP)
    /* Translators: of this computer’s clock: first the name of a server, then an amount of time. */
    return g_strdup_printf (is_past ? _("Was in step with %1$s, to within %2$s") : _("In step with %1$s, to within %2$s"),
                            name, amount);
  if (certainty == TS_CERTAINTY_PROBABLE)
    return describe_probable (now, amount, name, is_past);
  if (now->estimate_ns > 0)
    /* Translators: first an amount of time, then the name of a server. */
    return g_strdup_printf (is_past ? _("This computer was %1$s behind %2$s") : _("This computer is %1$s behind %2$s"),
                            amount, name);
  /* Translators: first an amount of time, then the name of a server. */
  return g_strdup_printf (is_past ? _("This computer was %1$s ahead of %2$s")
                                  : _("This computer is %1$s ahead of %2$s"),
                          amount, name);
}

/**
 * ts_words_certainty:
 * @now: what all samples together say
 *
 * Returns: (transfer full): what is certain: the proven interval, its ends rounded outward so that the sentence stays true
 */
char *
ts_words_certainty (const TsEstimate *now)
{
  gboolean is_behind = now->proven_min_ns > 0;
  g_autofree char *limit = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  g_autofree char *reach = NULL;
  TsUnit unit;

  if (ts_certainty_judge (now) != TS_CERTAINTY_CERTAIN)
    {
      limit = ts_format_limit (furthest_ns (now));
      /* Translators: two clocks are not further apart than that: an amount of time. */
      return g_strdup_printf (_("Certainly within %s"), limit);
    }
  if (!ts_format_ends (is_behind ? now->proven_min_ns : -now->proven_max_ns,
                       is_behind ? now->proven_max_ns : -now->proven_min_ns,
                       ABS (now->estimate_ns), &from, &to, &reach, &unit))
    /* Translators: what is said above is right to within an amount of time. */
    return g_strdup_printf (_("Certainly to within %s"), reach);
  limit = ts_isolate_amount (to + strspn (to, "+"), ts_unit_get_symbol (unit));
  /* Translators: two amounts of time, the second with its unit: “between 9.8 and 15.1 ms”. */
  return g_strdup_printf (_("Certainly between %1$s and %2$s"), from + strspn (from, "+"), limit);
}

/**
 * ts_words_is_change:
 * @shown: what is shown
 * @now: what is known since
 *
 * Returns: whether that is another statement: with another certainty, or an offset or precision that differs by more than
 *   the uncertainty
 */
gboolean
ts_words_is_change (const TsEstimate *shown,
                    const TsEstimate *now)
{
  gint64 shown_width_ns = shown_half_width_ns (shown), width_ns = shown_half_width_ns (now);

  return ts_certainty_judge (shown) != ts_certainty_judge (now) ||
         ABS (now->estimate_ns - shown->estimate_ns) > now->error_ns ||
         width_ns / 2 > shown_width_ns || width_ns < shown_width_ns / 2;
}

/**
 * ts_words_shorten:
 * @name: the name of a server
 * @n_chars: how many characters there is room for, at least 3
 *
 * Returns: (transfer full): @name, its middle replaced by an ellipsis if it is longer than that
 */
char *
ts_words_shorten (const char *name,
                  guint n_chars)
{
  glong length = g_utf8_strlen (name, -1);
  glong n_head = n_chars / 2, n_tail = n_chars - 1 - n_head;
  g_autofree char *head = NULL;
  g_autofree char *tail = NULL;

  if (length <= n_chars)
    return g_strdup (name);
  head = g_utf8_substring (name, 0, n_head);
  tail = g_utf8_substring (name, length - n_tail, length);
  return g_strconcat (head, "…", tail, NULL);
}

/**
 * ts_words_premise:
 * @now: what all samples together say
 *
 * Returns: (transfer full): what the proven interval supposes: that the server's clock was not set, unless the server
 *   tells when it is
 */
char *
ts_words_premise (const TsEstimate *now)
{
  g_autofree char *since = NULL;

  if (now->unset_since_ns == 0)
    return g_strdup (_("This server tells when its clock is set"));
  since = ts_format_instant (now->unset_since_ns, now->at_ns, 0);
  /* Translators: a time of day, after its date if that is not today. */
  return g_strdup_printf (_("This holds if the server’s clock was not set since %s; this server does not tell"), since);
}

/**
 * ts_words_step:
 * @event: a step, for which ts_clock_event_is_step() holds
 * @size_ns: by how much the clock was set; the sign does not count
 *
 * Returns: (transfer full): whose clock was set, and by how much, proven or probable
 */
char *
ts_words_step (TsClockEvent event,
               gint64 size_ns)
{
  g_autofree char *size = ts_format_duration (ABS (size_ns));

  if (event == TS_CLOCK_EVENT_STEP_LOCAL)
    /* Translators: an amount of time. */
    return g_strdup_printf (_("This computer’s clock was set, by %s"), size);
  if (event == TS_CLOCK_EVENT_STEP_REMOTE)
    /* Translators: an amount of time. */
    return g_strdup_printf (_("The server’s clock was set, by %s"), size);
  /* Translators: an amount of time. Nothing proves it. */
  return g_strdup_printf (_("The server’s clock was probably set, by about %s"), size);
}

/**
 * ts_words_offset:
 * @now: what all samples together say
 *
 * Returns: (transfer full): the offset with its sign, in the few words that a row has room for, "+12.4 ms"; where it is only
 *   probable "≈ +3.6 ms", and where even the sign is open "±5 µs"
 */
char *
ts_words_offset (const TsEstimate *now)
{
  TsCertainty certainty = ts_certainty_judge (now);
  g_autofree char *amount = certainty == TS_CERTAINTY_IN_STEP
                              ? format_reach (now)
                              : ts_format_brief (now->estimate_ns, shown_half_width_ns (now));

  if (certainty == TS_CERTAINTY_IN_STEP)
    return ts_isolate_sign ("±", amount);
  return g_strconcat (certainty == TS_CERTAINTY_PROBABLE ? "≈\u00a0" : "", amount, NULL);
}

/**
 * ts_words_drift_range:
 * @now: what all samples together say
 *
 * Returns: (transfer full): the range of the drift with its unit, its ends rounded outward: "−11 to +15 ppm"
 */
char *
ts_words_drift_range (const TsEstimate *now)
{
  double half_range_ppm = (now->drift_max_ppm - now->drift_min_ppm) / 2;
  g_autofree char *min = ts_format_drift (now->drift_min_ppm, half_range_ppm, TS_ROUND_DOWN);
  g_autofree char *max = ts_format_drift (now->drift_max_ppm, half_range_ppm, TS_ROUND_UP);

  return ts_format_range (min, max, "ppm");
}

/**
 * ts_words_own_clock:
 * @sample: the newest sample
 *
 * Returns: (transfer full): how far from UTC the server says that its clock may be, "±1.3 ms"; "–" if it does not say
 */
char *
ts_words_own_clock (const TsSample *sample)
{
  g_autofree char *error = NULL;

  if (sample == NULL || sample->max_error_ns > (guint64) G_MAXINT64)
    return g_strdup (TS_UNKNOWN_TEXT);
  error = ts_format_duration ((gint64) sample->max_error_ns);
  return ts_isolate_sign ("±", error);
}

/**
 * ts_words_is_unsynchronized:
 * @sample: (nullable): the newest sample
 *
 * Returns: whether the server reports that nothing synchronizes its clock
 */
gboolean
ts_words_is_unsynchronized (const TsSample *sample)
{
  return sample != NULL && sample->quality.is_known && sample->quality.leap == TS_LEAP_UNKNOWN;
}

/**
 * ts_words_age:
 * @age_ns: how long ago the last answer came
 *
 * Returns: (transfer full): that age, in a sentence
 */
char *
ts_words_age (gint64 age_ns)
{
  g_autofree char *age = ts_format_age (age_ns);

  /* Translators: an amount of time, such as “3 min 38 s”. */
  return g_strdup_printf (_("Last measured %s ago"), age);
}

/* Returns: (transfer full): why a time server's answer, or the lack of one, is no measurement */
static char *
describe_answer (TsProbeError code,
                 const char *name)
{
  switch (code)
    {
    case TS_PROBE_ERROR_CLOSED:
      return g_strdup_printf (_("%s ended the connection without an answer"), name);
    case TS_PROBE_ERROR_REFUSED:
      return g_strdup_printf (_("%s refuses to answer"), name);
    case TS_PROBE_ERROR_UNSUITABLE:
      return g_strdup_printf (_("%s does not trust its own clock"), name);
    case TS_PROBE_ERROR_MALFORMED:
    default:
      return g_strdup_printf (_("%s answers, but not with a time"), name);
    }
}

/* Returns: whether the server was asked by NTP alone */
static gboolean
is_ntp (TsProbe *probe)
{
  return ts_probe_get_target (probe)->scheme == TS_SCHEME_NTP || ts_probe_get_protocol (probe) == TS_PROTOCOL_NTP;
}

/* @name: what the server is called, as it is to be shown */
static char *
describe_failure (const GError *error,
                  TsProbe *probe,
                  const char *name)
{
  if (error->domain == G_RESOLVER_ERROR)
    return g_strdup (error->message);
  if (error->domain == TS_PROBE_ERROR)
    return describe_answer (error->code, name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_strdup_printf (is_ntp (probe) ? _("%s refuses NTP requests") : _("%s refuses connections"), name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_strdup_printf (_("%s does not answer"), name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE))
    return g_strdup_printf (_("%s cannot be reached"), name);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return g_strdup_printf (_("The certificate of %s is not accepted"), name);
  if (error->domain == G_TLS_ERROR)
    return g_strdup_printf (_("%s offers no secure connection"), name);
  if (error->domain == TS_EXCHANGE_ERROR)
    return g_strdup_printf (_("The last exchange with %s proves nothing"), name);
  return g_strdup_printf (_("%s could not be asked"), name);
}

/**
 * ts_words_failure:
 * @error: why an exchange failed
 * @probe: what has asked
 * @name: what the server is called
 *
 * A name that is not found is told in the error's own words: they are such a sentence, about a name that the user typed.
 *
 * Returns: (transfer full): the cause in one sentence, without what the system or the server said literally
 */
char *
ts_words_failure (const GError *error,
                  TsProbe *probe,
                  const char *name)
{
  g_autofree char *isolated = ts_isolate_name (name);

  return describe_failure (error, probe, isolated);
}

/**
 * ts_words_failure_details:
 * @error: why an exchange failed
 * @probe: what has asked
 * @name: what the server is called
 *
 * Returns: (transfer none) (nullable): the technical text, if ts_words_failure() does not say it already
 */
const char *
ts_words_failure_details (const GError *error,
                          TsProbe *probe,
                          const char *name)
{
  g_autofree char *sentence = describe_failure (error, probe, name);

  return g_str_equal (sentence, error->message) ? NULL : error->message;
}

/**
 * ts_words_error_hint:
 * @error: why an exchange failed
 *
 * Returns: (transfer full): what can be done about it, or an empty text
 */
char *
ts_words_error_hint (const GError *error)
{
  const char *hint = "";

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    hint = _("Check the port: nothing seems to listen there.");
  else if (error->domain == G_RESOLVER_ERROR)
    hint = _("Check the spelling, and whether this computer is online.");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    hint = _("Check whether it runs, and whether a firewall is in the way.");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE))
    hint = _("Check this computer’s network: no route leads there.");
  else if (g_error_matches (error, TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED) ||
           g_error_matches (error, TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED))
    hint = _("Check the port: what listens there may not be a time server.");
  else if (g_error_matches (error, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED))
    hint = _("If it is asked too often, choose a longer interval.");
  else if (g_error_matches (error, TS_PROBE_ERROR, TS_PROBE_ERROR_UNSUITABLE))
    hint = _("Wait until its clock is set, or choose another server.");
  else if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    hint = _("Check the server’s name and this computer’s date.");
  else if (error->domain == G_TLS_ERROR)
    hint = _("Check the port: it may be one without TLS.");
  else if (error->domain == TS_EXCHANGE_ERROR)
    hint = _("A clock may have been set at that moment.");
  return g_strdup (hint);
}

/**
 * ts_words_next_try:
 * @until_ns: nanoseconds until the next exchange
 *
 * Returns: (transfer full): when the next exchange will be, in whole seconds
 */
char *
ts_words_next_try (gint64 until_ns)
{
  int seconds = (int) ((until_ns + TS_NS_PER_S - 1) / TS_NS_PER_S);

  if (seconds == 0)
    return g_strdup (_("Trying now…"));
  return g_strdup_printf (_("Next try in %d\u2060\u2009\u2060s."), seconds);
}

/**
 * ts_words_interval:
 * @interval_s: seconds between exchanges
 *
 * Returns: (transfer full): "Every 0.5 s", "Every second", "Every 10 min"
 */
char *
ts_words_interval (double interval_s)
{
  gint64 interval_ns = llround (interval_s * TS_NS_PER_S);
  TsUnit unit = interval_ns < TS_NS_PER_S ? TS_UNIT_S
              : interval_ns % (3600 * TS_NS_PER_S) == 0 ? TS_UNIT_H
              : interval_ns % (60 * TS_NS_PER_S) == 0 ? TS_UNIT_MIN
              : TS_UNIT_S;
  int decimals = unit == TS_UNIT_S && interval_ns % TS_NS_PER_S != 0 ? 1 : 0;
  g_autofree char *number = NULL;
  g_autofree char *amount = NULL;

  if (interval_ns == ts_unit_get_ns (unit))
    return g_strdup (unit == TS_UNIT_S ? _("Every second") : unit == TS_UNIT_MIN ? _("Every minute") : _("Every hour"));
  number = ts_format_number (interval_ns, unit, decimals, TS_ROUND_NEAREST, FALSE);
  amount = ts_isolate_amount (number, ts_unit_get_symbol (unit));

  /* Translators: how often a server is asked, such as “Every 10 s”. */
  return g_strdup_printf (_("Every %s"), amount);
}

/**
 * ts_words_protocol:
 * @protocol: a protocol
 *
 * Returns: (transfer none): its name; "–" while it is not known
 */
const char *
ts_words_protocol (TsProtocol protocol)
{
  switch (protocol)
    {
    case TS_PROTOCOL_FRAMED:
      return _("Time Sync");
    case TS_PROTOCOL_CLASSIC:
      return _("Time Sync, classic");
    case TS_PROTOCOL_TLS:
      return "TLS";
    case TS_PROTOCOL_NTP:
      return "NTP";
    case TS_PROTOCOL_UNKNOWN:
    default:
      return TS_UNKNOWN_TEXT;
    }
}

/**
 * ts_words_key:
 * @key: the public key by which a server seals what it says
 *
 * Returns: (transfer full): its fingerprint, whose groups keep their order in a text from right to left
 */
char *
ts_words_key (const guint8 key[TS_SEAL_KEY_SIZE])
{
  g_autofree char *fingerprint = ts_seal_key_format_fingerprint (key);

  return ts_isolate_number (fingerprint);
}
