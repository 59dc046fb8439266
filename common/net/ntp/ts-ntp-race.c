/* Asks the addresses of a server by NTP until one answers.
 *
 * The next address is asked when the last one has failed or has not answered for a while, as RFC 8305 has it for
 * connections.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/ntp/ts-ntp-race.h"

#include <glib/gi18n-lib.h>

#include "net/probe/ts-probe-words.h"
#include "net/probe/ts-probe.h"
#include "measure/ts-time.h"
#include "ts-source.h"

/* How long to wait for an address before the next one is asked, too. */
#define HEAD_START_NS (300 * TS_NS_PER_MS)

/* How many addresses are asked, because the name of a pool has many, and a hostile name may have any number. */
#define MAX_ADDRESSES 8

struct _TsNtpRace
{
  TsAddress *target;
  gint64 timeout_ns;
  TsClock *clock;
  GMainContext *context;
  TsNtpRaceFunc ended;
  gpointer user_data;
  GCancellable *lookup;                 /* ends the one under way */
  GSocketAddressEnumerator *enumerator; /* (nullable): of the addresses that are left */
  gboolean is_looking_up;
  gboolean is_over;
  GSource *deadline;
  GSource *next;      /* until the next address is asked too */
  GPtrArray *queries; /* under way */
  guint n_asked;
  GError *failure; /* (nullable): the most telling one until now */
};

/* Stops everything, so that nothing runs afterwards. */
static void
stop (TsNtpRace *self)
{
  self->is_over = TRUE;
  ts_source_clear (&self->deadline);
  ts_source_clear (&self->next);
  g_ptr_array_set_size (self->queries, 0);
  g_cancellable_cancel (self->lookup);
}

static void
clear (gpointer data)
{
  TsNtpRace *self = data;

  g_ptr_array_unref (self->queries);
  g_clear_object (&self->enumerator);
  g_clear_object (&self->lookup);
  g_clear_object (&self->clock);
  g_clear_error (&self->failure);
  g_main_context_unref (self->context);
  ts_address_free (self->target);
}

/* @error: (transfer full): its message names the server */
static void
fail (TsNtpRace *self,
      GError *error)
{
  stop (self);
  self->ended (NULL, error, self->user_data);
}

static void
succeed (TsNtpRace *self,
         TsNtpQuery *query)
{
  guint index = 0;

  g_ptr_array_find (self->queries, query, &index);
  query = g_ptr_array_steal_index (self->queries, index);
  stop (self);
  self->ended (query, NULL, self->user_data);
}

/* Keeps @error (transfer full) until no address is left. An error that a server itself reported takes precedence over
 * an error of the network. */
static void
note_failure (TsNtpRace *self,
              GError *error)
{
  error = ts_ntp_race_name_server (self->target, error);
  if (self->failure == NULL || (self->failure->domain != TS_PROBE_ERROR && error->domain == TS_PROBE_ERROR))
    {
      g_clear_error (&self->failure);
      self->failure = error;
    }
  else
    g_error_free (error);
}

/* Returns: (transfer full): why nobody has answered in time, with the reason why an answer was not accepted, if one
 * came */
static GError *
explain_timeout (TsNtpRace *self)
{
  g_autofree char *server = ts_probe_words_name_server (self->target);

  for (guint i = 0; i < self->queries->len; i++)
    {
      const TsNtpPacket *answer;
      TsNtpCheck check = ts_ntp_query_get_check (g_ptr_array_index (self->queries, i), &answer);
      g_autofree char *reason = ts_ntp_check_explain (check, answer);

      if (check != TS_NTP_CHECKS_PASSED)
        return g_error_new (TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED,
                            _("%s sent an answer that was not accepted: %s"), server, reason);
    }
  if (self->failure != NULL && self->failure->domain == TS_PROBE_ERROR)
    return g_steal_pointer (&self->failure);
  if (self->n_asked == 0)
    return ts_probe_words_not_looked_up (self->target);
  return g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _("%s did not answer NTP within %g s"), server,
                      (double) self->timeout_ns / TS_NS_PER_S);
}

static gboolean
deadline_passed (gpointer user_data)
{
  fail (user_data, explain_timeout (user_data));
  return G_SOURCE_REMOVE;
}

static void ask_next (TsNtpRace *self);

static gboolean
head_start_is_over (gpointer user_data)
{
  ask_next (user_data);
  return G_SOURCE_REMOVE;
}

static void
set_timer (TsNtpRace *self,
           GSource **source,
           gint64 duration_ns,
           GSourceFunc ran_out)
{
  ts_source_clear (source);
  *source = g_timeout_source_new ((guint) (duration_ns / TS_NS_PER_MS));
  g_source_set_callback (*source, ran_out, self, NULL);
  g_source_attach (*source, self->context);
}

static void
query_ended (TsNtpQuery *query,
             const GError *error,
             gpointer user_data)
{
  TsNtpRace *self = user_data;
  const TsNtpPacket *answer;
  TsNtpCheck check = ts_ntp_query_get_check (query, &answer);

  if (error == NULL && (check == TS_NTP_CHECKS_PASSED || check == TS_NTP_CHECK_KISS))
    {
      succeed (self, query);
      return;
    }
  if (error != NULL)
    note_failure (self, g_error_copy (error));
  else
    {
      g_autofree char *server = ts_probe_words_name_server (self->target);
      g_autofree char *reason = ts_ntp_check_explain (check, answer);

      note_failure (self, g_error_new (TS_PROBE_ERROR, TS_PROBE_ERROR_UNSUITABLE, _("%s cannot be used: %s"), server,
                                       reason));
    }
  g_ptr_array_remove (self->queries, query);
  ask_next (self);
}

static void
ask (TsNtpRace *self,
     GSocketAddress *address)
{
  TsNtpQuery *query;
  GError *error = NULL;

  if (self->n_asked++ == 0)
    set_timer (self, &self->deadline, self->timeout_ns, deadline_passed);
  query = ts_ntp_query_new (address, self->clock, self->context, query_ended, self, &error);
  if (query == NULL)
    {
      note_failure (self, error);
      ask_next (self);
      return;
    }
  g_ptr_array_add (self->queries, query);
  set_timer (self, &self->next, HEAD_START_NS, head_start_is_over);
}

/* @user_data: (transfer full): the race, which its owner may have freed */
static void
got_address (GObject *enumerator,
             GAsyncResult *result,
             gpointer user_data)
{
  TsNtpRace *self = user_data;
  GError *error = NULL;
  g_autoptr (GSocketAddress) address =
    g_socket_address_enumerator_next_finish (G_SOCKET_ADDRESS_ENUMERATOR (enumerator), result, &error);

  self->is_looking_up = FALSE;
  if (self->is_over)
    g_clear_error (&error);
  else if (address != NULL)
    ask (self, address);
  else
    {
      g_clear_object (&self->enumerator);
      if (error == NULL && self->n_asked == 0)
        error = g_error_new_literal (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "No address");
      if (error != NULL)
        note_failure (self, error);
      ask_next (self);
    }
  g_rc_box_release_full (self, clear);
}

/* Asks the next address, or fails if none is left and no query is under way. */
static void
ask_next (TsNtpRace *self)
{
  ts_source_clear (&self->next);
  if (self->is_looking_up)
    return;
  if (self->enumerator != NULL && self->n_asked < MAX_ADDRESSES)
    {
      self->is_looking_up = TRUE;
      g_socket_address_enumerator_next_async (self->enumerator, self->lookup, got_address, g_rc_box_acquire (self));
    }
  else if (self->queries->len == 0)
    fail (self, g_steal_pointer (&self->failure));
}

/**
 * ts_ntp_race_new:
 * @target: the server
 * @only: (nullable): the only address to ask; %NULL: the name is looked up
 * @timeout_ns: how long looking up the name may take, and then the answer
 * @clock: the clock that stamps
 * @context: the main context that waits, which is the thread's default one
 * @ended: called when an address has answered or none will, but not from within this function
 * @user_data: passed to @ended
 *
 * Returns: (transfer full): the race, which has begun
 */
TsNtpRace *
ts_ntp_race_new (const TsAddress *target,
                 GSocketAddress *only,
                 gint64 timeout_ns,
                 TsClock *clock,
                 GMainContext *context,
                 TsNtpRaceFunc ended,
                 gpointer user_data)
{
  TsNtpRace *self = g_rc_box_new0 (TsNtpRace);
  g_autoptr (GSocketConnectable) server = NULL;

  self->target = ts_address_copy (target);
  self->timeout_ns = timeout_ns;
  self->clock = g_object_ref (clock);
  self->context = g_main_context_ref (context);
  self->ended = ended;
  self->user_data = user_data;
  self->lookup = g_cancellable_new ();
  self->queries = g_ptr_array_new_with_free_func ((GDestroyNotify) ts_ntp_query_free);
  server = only != NULL ? g_object_ref (G_SOCKET_CONNECTABLE (only))
                        : g_network_address_new (target->host, target->port);
  self->enumerator = g_socket_connectable_enumerate (server);
  set_timer (self, &self->deadline, timeout_ns, deadline_passed);
  ask_next (self);
  return self;
}

/**
 * ts_ntp_race_free:
 * @self: (transfer full): a race
 *
 * Ends it without calling back.
 */
void
ts_ntp_race_free (TsNtpRace *self)
{
  stop (self);
  g_rc_box_release_full (self, clear);
}

/**
 * ts_ntp_race_name_server:
 * @target: a server
 * @error: (transfer full): what went wrong, by the system or already in our words
 *
 * Returns: (transfer full): an error of the same domain and code, whose message is for people and names the server
 */
GError *
ts_ntp_race_name_server (const TsAddress *target,
                         GError *error)
{
  g_autofree char *server = ts_probe_words_name_server (target);
  g_autoptr (GError) cause = error;

  if (error->domain == TS_PROBE_ERROR)
    return g_steal_pointer (&cause);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return ts_probe_words_explain (g_steal_pointer (&cause), target);
  return g_error_new (error->domain, error->code, _("%s refuses NTP requests"), server);
}
