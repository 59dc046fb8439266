/* A probe that measures an NTP server over UDP.
 *
 * The first exchange looks the name up. The address that gives a good answer is kept, because another address may be
 * another clock. An address that fails repeatedly is given up.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/ntp/ts-ntp-probe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "net/ntp/ts-ntp-race.h"
#include "net/probe/ts-probe-hold.h"
#include "net/probe/ts-probe-task.h"
#include "net/probe/ts-probe-words.h"
#include "ts-endpoint.h"
#include "measure/ts-schedule.h"
#include "measure/ts-time.h"
#include "wire/ts-ntp-precision.h"

/* After so many failures in a row the address is given up. */
#define MAX_FAILURES 3

/* The interval that operators of public servers accept, and the one that they expect. */
#define PUBLIC_MIN_INTERVAL_NS     (2 * TS_NS_PER_S)
#define PUBLIC_DEFAULT_INTERVAL_NS (16 * TS_NS_PER_S)
#define NEAR_MIN_INTERVAL_NS       TS_SCHEDULE_MIN_INTERVAL_NS
#define NEAR_DEFAULT_INTERVAL_NS   TS_NS_PER_S
/* The longest interval, however often a server sends RATE. */
#define MAX_MIN_INTERVAL_NS (1024 * TS_NS_PER_S)
/* After so many answers in a row half the interval is tried again. */
#define N_ANSWERS_UNTIL_FASTER 16

struct _TsNtpProbe
{
  TsProbe parent_instance;

  gint64 timeout_ns;
  TsClock *clock;
  GSocketAddress *kept;     /* (nullable): the address that answered well */
  TsNtpQuery *spent;        /* (nullable): see succeed() */
  TsNtpPrecision precision; /* what answers from @kept have shown */
  guint n_failures;         /* in a row */
  guint n_slower;           /* how often the server said RATE, less how often it was forgiven */
  guint n_answers;          /* in a row, since @n_slower changed */
  TsProbeHold hold;         /* a kiss */
};

G_DEFINE_FINAL_TYPE (TsNtpProbe, ts_ntp_probe, TS_TYPE_PROBE)

static const TsAddress *
get_target (TsNtpProbe *self)
{
  return ts_probe_get_target (TS_PROBE (self));
}

/* Returns: whether the server is near; it counts as public until its name is looked up */
static gboolean
is_near (TsNtpProbe *self)
{
  const char *name = get_target (self)->host;
  g_autofree char *host = g_strndup (name, strcspn (name, "%"));
  g_autoptr (GInetAddress) address = NULL;

  if (self->kept != NULL)
    return ts_ntp_probe_is_near (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (self->kept)));
  address = g_inet_address_new_from_string (host);
  return address != NULL ? ts_ntp_probe_is_near (address) : g_ascii_strcasecmp (host, "localhost") == 0;
}

/* Returns: the interval that the server's address allows, doubled for each RATE that it has sent */
static gint64
get_slowed_interval_ns (TsNtpProbe *self)
{
  gint64 interval_ns = is_near (self) ? NEAR_MIN_INTERVAL_NS : PUBLIC_MIN_INTERVAL_NS;

  for (guint i = 0; i < self->n_slower && interval_ns < MAX_MIN_INTERVAL_NS; i++)
    interval_ns *= 2;
  return MIN (interval_ns, MAX_MIN_INTERVAL_NS);
}

/* Ends the exchange with @error (transfer full), which names the server. */
static void
fail (GTask *task,
      GError *error)
{
  TsNtpProbe *self = g_task_get_source_object (task);

  self->n_answers = 0;
  if (++self->n_failures >= MAX_FAILURES)
    {
      self->n_failures = 0;
      g_clear_object (&self->kept);
    }
  ts_probe_task_fail (task, error);
}

static void
remember_remote (TsNtpProbe *self,
                 GSocketAddress *address)
{
  g_autofree char *remote = ts_endpoint_to_string (address);

  g_set_object (&self->kept, address);
  ts_probe_set_remote (TS_PROBE (self), remote);
}

/* Counts an answer. After N_ANSWERS_UNTIL_FASTER in a row, a server that has sent RATE is asked more often again. */
static void
count_answer (TsNtpProbe *self)
{
  self->n_failures = 0;
  if (self->n_slower > 0 && ++self->n_answers >= N_ANSWERS_UNTIL_FASTER)
    {
      self->n_slower--;
      self->n_answers = 0;
    }
}

/* Returns: by how much the stamps of the query's answer may be off the server's clock */
static gint64
learn_precision_ns (TsNtpProbe *self,
                    const TsNtpQuery *query)
{
  const TsNtpPacket *answer;

  if (self->kept == NULL)
    self->precision = (TsNtpPrecision) { 0 };
  ts_ntp_query_get_check (query, &answer);
  ts_ntp_precision_take (&self->precision, answer);
  return ts_ntp_precision_get_ns (&self->precision, answer->precision);
}

/* @query: (transfer full): it lives until the next query is answered, because the kernel stamps what it receives only
 *   while a socket wants that, and takes a moment to begin */
static void
succeed (GTask *task,
         TsNtpQuery *query)
{
  TsNtpProbe *self = g_task_get_source_object (task);
  TsSample sample;
  GError *error = NULL;

  g_clear_pointer (&self->spent, ts_ntp_query_free);
  self->spent = query;
  if (!ts_ntp_query_get_sample (query, learn_precision_ns (self, query), &sample, &error))
    {
      fail (task, ts_ntp_race_name_server (get_target (self), error));
      return;
    }
  ts_probe_set_protocol (TS_PROBE (self), TS_PROTOCOL_NTP);
  count_answer (self);
  remember_remote (self, ts_ntp_query_get_address (query));
  if (ts_probe_get_witness (TS_PROBE (self)) != NULL)
    {
      const TsWitnessConnection about = {
        .target = get_target (self),
        .remote = ts_probe_get_remote (TS_PROBE (self)),
        .protocol = ts_protocol_get_name (TS_PROTOCOL_NTP),
      };

      ts_ntp_query_tell_exchange (query, ts_probe_get_witness (TS_PROBE (self)), &about, &sample);
    }
  ts_probe_task_succeed (task, &sample);
}

/* The server does not want to be asked, for good or for a while (RFC 5905 §7.4). */
static void
got_kiss (GTask *task,
          const TsNtpPacket *answer)
{
  TsNtpProbe *self = g_task_get_source_object (task);
  g_autofree char *server = ts_probe_words_name_server (get_target (self));
  g_autofree char *reason = ts_ntp_check_explain (TS_NTP_CHECK_KISS, answer);
  GError *refusal = g_error_new (TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, _("%s does not want to be asked: %s"),
                                 server, reason);
  gint64 until_ns = G_MAXINT64;

  if (answer->reference_id == TS_NTP_KISS_RATE)
    {
      self->n_slower++;
      until_ns = ts_clock_get_monotonic_ns (self->clock) + get_slowed_interval_ns (self);
    }
  ts_probe_hold_set (&self->hold, refusal, until_ns);
  fail (task, refusal);
}

static void
race_ended (TsNtpQuery *query,
            GError *error,
            gpointer user_data)
{
  GTask *task = user_data;
  const TsNtpPacket *answer;

  if (query == NULL)
    fail (task, error);
  else if (ts_ntp_query_get_check (query, &answer) == TS_NTP_CHECKS_PASSED)
    succeed (task, query);
  else
    {
      got_kiss (task, answer);
      ts_ntp_query_free (query);
    }
}

static void
ts_ntp_probe_exchange (TsProbe *probe,
                       GTask *task)
{
  TsNtpProbe *self = TS_NTP_PROBE (probe);
  const GError *refusal = ts_probe_hold_begin (&self->hold, ts_clock_get_monotonic_ns (self->clock));

  if (refusal != NULL)
    ts_probe_task_fail (task, g_error_copy (refusal));
  else
    ts_probe_task_set_state (task, ts_ntp_race_new (get_target (self), self->kept, self->timeout_ns, self->clock,
                                                    g_task_get_context (task), race_ended, task),
                             (GDestroyNotify) ts_ntp_race_free);
}

static gint64
ts_ntp_probe_get_min_interval_ns (TsProbe *probe)
{
  TsNtpProbe *self = TS_NTP_PROBE (probe);

  return MAX (get_slowed_interval_ns (self), ts_probe_hold_get_interval_ns (&self->hold));
}

static gint64
ts_ntp_probe_get_default_interval_ns (TsProbe *probe)
{
  gint64 interval_ns = is_near (TS_NTP_PROBE (probe)) ? NEAR_DEFAULT_INTERVAL_NS : PUBLIC_DEFAULT_INTERVAL_NS;

  return MAX (interval_ns, ts_ntp_probe_get_min_interval_ns (probe));
}

static void
ts_ntp_probe_dispose (GObject *object)
{
  TsNtpProbe *self = TS_NTP_PROBE (object);

  g_clear_pointer (&self->spent, ts_ntp_query_free);
  g_clear_object (&self->kept);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (ts_ntp_probe_parent_class)->dispose (object);
}

static void
ts_ntp_probe_finalize (GObject *object)
{
  ts_probe_hold_clear (&TS_NTP_PROBE (object)->hold);
  G_OBJECT_CLASS (ts_ntp_probe_parent_class)->finalize (object);
}

static void
ts_ntp_probe_class_init (TsNtpProbeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TsProbeClass *probe_class = TS_PROBE_CLASS (klass);

  object_class->dispose = ts_ntp_probe_dispose;
  object_class->finalize = ts_ntp_probe_finalize;
  probe_class->exchange = ts_ntp_probe_exchange;
  probe_class->get_min_interval_ns = ts_ntp_probe_get_min_interval_ns;
  probe_class->get_default_interval_ns = ts_ntp_probe_get_default_interval_ns;
}

static void
ts_ntp_probe_init (TsNtpProbe *self)
{
}

/**
 * ts_ntp_probe_new:
 * @target: the server
 * @timeout_ns: how long looking the name up may take, and then the answer
 * @clock: the clock to compare with the server's
 *
 * The probe does not ask a server again that refuses for good (DENY, RSTR). It asks a server that was asked too often
 * (RATE) after ts_probe_get_min_interval_ns(). Until then exchanges fail at once with %TS_PROBE_ERROR_REFUSED.
 *
 * Returns: (transfer full): a probe; it sends nothing before its first exchange
 */
TsProbe *
ts_ntp_probe_new (const TsAddress *target,
                  gint64 timeout_ns,
                  TsClock *clock)
{
  TsNtpProbe *self = ts_probe_construct (TS_TYPE_NTP_PROBE, target);

  self->timeout_ns = timeout_ns;
  self->clock = g_object_ref (clock);
  return TS_PROBE (self);
}

/**
 * ts_ntp_probe_is_near:
 * @address: an address
 *
 * Returns: whether @address is on this computer, on this link or in a private network (RFC 1918, RFC 4193), so that a
 *   server there is not a public one and may be asked more often
 */
gboolean
ts_ntp_probe_is_near (GInetAddress *address)
{
  gboolean is_unique_local = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
                             (g_inet_address_to_bytes (address)[0] & 0xfe) == 0xfc;

  return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_link_local (address) ||
         g_inet_address_get_is_site_local (address) || is_unique_local;
}
