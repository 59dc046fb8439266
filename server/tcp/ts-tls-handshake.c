/* The TLS handshakes of clients.
 *
 * GIO shakes hands in another thread, one of a pool that all the process shares, and that thread waits for the
 * client. So nobody gets one before all of the first record is there; no more than a few at a time do; the
 * others wait in turn, and meanwhile who takes too long is sent away. What is served already never waits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-tls-session-private.h"

#include <errno.h>

#include "measure/ts-time.h"
#include "net/tcp/ts-tls-probe.h"

/* Of a thread at a time. The pool has ten threads to begin with, and adds more but slowly. */
#define MAX_HANDSHAKES 16
/* How long a client may keep one of them waiting while others wait for it: the less the more there are. */
#define MAX_TURN_NS (2 * TS_NS_PER_S)
#define MIN_TURN_NS (250 * TS_NS_PER_MS)

/* RFC 8446 section 5.1: type, version and length; the first message is a ClientHello (section 4). */
#define RECORD_HEADER_SIZE 5
#define RECORD_HANDSHAKE   0x16
#define CLIENT_HELLO       1

static const char session_key[] = "ts-tls-session";

/* A client that has not shaken hands, and not because we end. */
void
ts_tls_handshake_blame (TsTlsSession *self)
{
  if (self->service->counters != NULL)
    ts_counters_add (self->service->counters, TS_COUNT_FAILED_HANDSHAKES, 1);
  if (self->service->throttle != NULL && self->session->address != NULL)
    ts_throttle_note_refusal (self->service->throttle, self->session->address, TS_COUNT_FAILED_HANDSHAKES);
}

static gboolean
speaks_time_sync (GTlsConnection *connection)
{
  return g_tls_connection_get_protocol_version (connection) >= G_TLS_PROTOCOL_VERSION_TLS_1_2 &&
         g_strcmp0 (g_tls_connection_get_negotiated_protocol (connection), TS_TLS_PROTOCOL) == 0;
}

static void
did_handshake (GObject *connection,
               GAsyncResult *result,
               gpointer user_data)
{
  TsTlsSession *self = g_object_get_data (connection, session_key);
  g_autoptr (GError) error = NULL;
  gboolean is_done = g_tls_connection_handshake_finish (G_TLS_CONNECTION (connection), result, &error);

  /* It was freed meanwhile. */
  if (self == NULL)
    return;
  g_clear_object (&self->cancellable);
  g_clear_object (&self->certificate);
  ts_stamped_stream_set_patient (self->stream, FALSE);
  if (is_done && !self->is_closing && speaks_time_sync (G_TLS_CONNECTION (connection)))
    {
      self->session->form = TS_WIRE_FORM_FRAMED;
      ts_tls_set_enter_phase (self, TS_TLS_SERVING, ts_tls_session_get_now_ns (self) + self->idle_timeout_ns);
      ts_tls_session_watch (self, EPOLLIN);
      ts_tls_session_receive (self);
    }
  else
    {
      g_debug ("TLS handshake: %s", error != NULL ? error->message : "not for Time Sync");
      /* One that was given up has been blamed, or is not to be. */
      if (!self->is_closing)
        ts_tls_handshake_blame (self);
      ts_tls_session_end (self);
    }
  ts_tls_handshake_admit (self->set);
}

/* Not by g_tls_server_connection_new(): each connection would read all the authorities that the system trusts, in
 * this thread, and keep them, which costs ten times as much as the handshake; no client has a certificate to be
 * vouched for. */
static GIOStream *
make_connection (TsTlsSession *self,
                 GError **error)
{
  GType type = g_tls_backend_get_server_connection_type (g_tls_backend_get_default ());

  return g_initable_new (type, NULL, error, "base-io-stream", self->stream, "certificate", self->certificate,
                         "database", NULL, NULL);
}

static void
begin_handshake (TsTlsSession *self)
{
  const char *const protocols[] = { TS_TLS_PROTOCOL, NULL };
  g_autoptr (GError) error = NULL;

  self->stream = ts_stamped_stream_new (self->fd, self->service->clock);
  ts_stamped_stream_prime (self->stream, self->hello->data, self->hello->len, &self->hello_stamp);
  g_clear_pointer (&self->hello, g_byte_array_unref);
  self->connection = make_connection (self, &error);
  if (self->connection == NULL)
    {
      g_debug ("TLS: %s", error->message);
      ts_tls_session_end (self);
      return;
    }
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (self->connection), protocols);
  g_object_set_data (G_OBJECT (self->connection), session_key, self);
  self->cancellable = g_cancellable_new ();
  ts_tls_set_enter_phase (self, TS_TLS_HANDSHAKE, self->deadline_ns);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->connection), G_PRIORITY_DEFAULT, self->cancellable,
                                    did_handshake, NULL);
}

/* The session ends when the other thread is done with it. */
void
ts_tls_handshake_give_up (TsTlsSession *self)
{
  g_cancellable_cancel (self->cancellable);
  self->is_closing = TRUE;
  ts_tls_set_enter_phase (self, TS_TLS_HANDSHAKE, G_MAXINT64);
}

/* Nobody is interested in its outcome any more. */
void
ts_tls_handshake_forget (TsTlsSession *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->connection != NULL)
    g_object_set_data (G_OBJECT (self->connection), session_key, NULL);
}

/* Cuts short who keeps a thread waiting too long for those who have none. */
static void
limit_turns (TsTlsSet *set)
{
  guint n_waiting = set->phases[TS_TLS_QUEUEING].length;
  gint64 turn_ns = MAX (MIN_TURN_NS, MAX_TURN_NS * MAX_HANDSHAKES / (MAX_HANDSHAKES + n_waiting));
  GList *next;

  for (GList *link = set->phases[TS_TLS_HANDSHAKE].head; link != NULL; link = next)
    {
      TsTlsSession *self = link->data;
      gint64 left_ns = turn_ns - ts_stamped_stream_get_waited_ns (self->stream);

      next = link->next;
      if (self->is_closing)
        continue;
      if (left_ns > 0)
        {
          ts_tls_set_hurry (set, ts_tls_session_get_now_ns (self) + left_ns);
          continue;
        }
      ts_tls_handshake_blame (self);
      ts_tls_handshake_give_up (self);
    }
}

/* Gives threads to those who wait for one. */
void
ts_tls_handshake_admit (TsTlsSet *set)
{
  while (set->phases[TS_TLS_QUEUEING].length > 0 && set->phases[TS_TLS_HANDSHAKE].length < MAX_HANDSHAKES)
    begin_handshake (set->phases[TS_TLS_QUEUEING].head->data);
  if (set->phases[TS_TLS_QUEUEING].length > 0)
    limit_turns (set);
}

/* Returns: how much of the first record is yet to come */
static gsize
get_n_missing (const GByteArray *hello)
{
  gsize size = RECORD_HEADER_SIZE;

  if (hello->len >= RECORD_HEADER_SIZE)
    size += (gsize) hello->data[3] << 8 | hello->data[4];
  return hello->len < size ? size - hello->len : 0;
}

static gboolean
may_be_hello (const GByteArray *hello)
{
  return hello->data[0] == RECORD_HANDSHAKE && (hello->len < 2 || hello->data[1] == 3) &&
         (hello->len < RECORD_HEADER_SIZE || (hello->data[3] << 8 | hello->data[4]) <= TS_TLS_MAX_RECORD_LENGTH) &&
         (hello->len <= RECORD_HEADER_SIZE || hello->data[RECORD_HEADER_SIZE] == CLIENT_HELLO);
}

/* Collects the first record, and nothing beyond it. */
void
ts_tls_handshake_greet (TsTlsSession *self)
{
  gsize n_missing;

  while ((n_missing = get_n_missing (self->hello)) > 0 && may_be_hello (self->hello))
    {
      gsize size = MIN (n_missing, sizeof self->set->scratch);
      gssize n_received = ts_stamped_socket_receive (self->fd, self->set->scratch, size, self->service->clock,
                                                     &self->hello_stamp);

      if (n_received < 0 && errno == EAGAIN)
        {
          ts_tls_session_watch (self, EPOLLIN);
          return;
        }
      if (n_received <= 0)
        {
          ts_tls_handshake_blame (self);
          ts_tls_session_end (self);
          return;
        }
      g_byte_array_append (self->hello, self->set->scratch, (guint) n_received);
    }
  ts_tls_session_watch (self, 0);
  if (!may_be_hello (self->hello))
    {
      ts_tls_handshake_blame (self);
      ts_tls_session_end (self);
      return;
    }
  ts_tls_set_enter_phase (self, TS_TLS_QUEUEING, self->deadline_ns);
  ts_tls_handshake_admit (self->set);
}
