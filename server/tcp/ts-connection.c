/* A connection as a worker serves it: bytes come, answers go, and each phase has its deadline.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-connection.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure/ts-time.h"
#include "tcp/ts-tls-session.h"

#define MAX_LINGERED_BYTES (1024 * 1024)

#define SNIFF_PATIENCE_NS  (250 * TS_NS_PER_MS)
#define LINGER_PATIENCE_NS (1 * TS_NS_PER_S)

/* Told once for each arrival: a set that is asked again need not look at the socket a second time. */
#define AWAIT_INPUT (EPOLLIN | EPOLLRDHUP | EPOLLET)

struct _TsTlsPeer
{
  TsServing *serving;
  TsTlsSession *session;
};

static void
push (TsConnectionQueue *queue,
      TsConnection *connection)
{
  connection->previous = queue->tail;
  connection->next = NULL;
  if (queue->tail != NULL)
    queue->tail->next = connection;
  else
    queue->head = connection;
  queue->tail = connection;
}

static void
take_out (TsConnectionQueue *queue,
          TsConnection *connection)
{
  if (connection->previous != NULL)
    connection->previous->next = connection->next;
  else
    queue->head = connection->next;
  if (connection->next != NULL)
    connection->next->previous = connection->previous;
  else
    queue->tail = connection->previous;
}

static gint64
get_patience_ns (TsServing *self,
                 TsPhase phase)
{
  switch (phase)
    {
    case TS_PHASE_SNIFFING:
      return SNIFF_PATIENCE_NS;
    case TS_PHASE_SERVING:
      return ts_policy_get_idle_timeout_ns (self->policy);
    case TS_PHASE_LINGERING:
      return LINGER_PATIENCE_NS;
    case TS_PHASE_TLS:
    case TS_N_PHASES:
    default:
      return G_MAXINT64 - self->now_ns;
    }
}

static void
enter_phase (TsServing *self,
             TsConnection *connection,
             TsPhase phase)
{
  take_out (&self->phases[connection->phase], connection);
  connection->phase = phase;
  connection->deadline_ns = self->now_ns + get_patience_ns (self, phase);
  push (&self->phases[phase], connection);
}

static void
drop (TsServing *self,
      TsConnection *connection)
{
  take_out (&self->phases[connection->phase], connection);
  if (connection->fd >= 0)
    close (connection->fd);
  if (connection->tls != NULL)
    ts_tls_session_free (connection->tls->session);
  g_free (connection->tls);
  g_clear_pointer (&connection->unsent, g_byte_array_unref);
  if (connection->session.address != NULL)
    ts_throttle_leave (self->service.throttle, connection->session.address);
  ts_session_clear (&connection->session);
  g_free (connection);
  g_atomic_int_add (&self->n_connections, -1);
}

static void
await (TsServing *self,
       TsConnection *connection,
       guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = connection };

  epoll_ctl (self->epoll_fd, EPOLL_CTL_MOD, connection->fd, &event);
}

static void
begin_to_linger (TsServing *self,
                 TsConnection *connection)
{
  shutdown (connection->fd, SHUT_WR);
  enter_phase (self, connection, TS_PHASE_LINGERING);
}

static void
keep_unsent (TsServing *self,
             TsConnection *connection,
             const guint8 *bytes,
             gsize length)
{
  GByteArray *rest = g_byte_array_sized_new ((guint) length);

  g_byte_array_append (rest, bytes, (guint) length);
  g_clear_pointer (&connection->unsent, g_byte_array_unref);
  connection->unsent = rest;
  await (self, connection, EPOLLOUT);
}

/* Sends what fits. A client that does not drain its answers is not read from until it does. */
static void
send_answers (TsServing *self,
              TsConnection *connection,
              const guint8 *bytes,
              gsize length)
{
  gssize n_sent;

  do
    n_sent = send (connection->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n_sent < 0 && errno == EINTR);

  if (n_sent < 0 && errno != EAGAIN)
    {
      drop (self, connection);
      return;
    }
  n_sent = MAX (n_sent, 0);
  connection->n_stamped_bytes += (guint32) n_sent;
  if (n_sent < (gssize) length)
    keep_unsent (self, connection, bytes + n_sent, length - (gsize) n_sent);
  else if (connection->is_closing && connection->is_ended)
    drop (self, connection);
  else if (connection->is_closing)
    begin_to_linger (self, connection);
}

/* Sends what the session has to say, in self->answers, and closes the connection where it is at its end. */
static void
conclude (TsServing *self,
          TsConnection *connection,
          gboolean goes_on)
{
  connection->is_closing = !goes_on;
  if (self->answers->len > 0)
    send_answers (self, connection, self->answers->data, self->answers->len);
  else if (!goes_on)
    drop (self, connection);
}

static void
tls_session_ended (TsTlsSession *session,
                   gpointer user_data)
{
  TsConnection *connection = user_data;

  drop (connection->tls->serving, connection);
}

/* Leaves the connection, and what has come on it, to a TLS session, where a certificate is configured. */
static gboolean
hand_to_tls (TsServing *self,
             TsConnection *connection,
             gsize length,
             const TsReceiveStamp *stamp)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (connection->session.form != TS_WIRE_FORM_UNDECIDED || connection->session.length > 0 ||
      ts_wire_sniff (self->scratch, length) != TS_WIRE_FORM_TLS)
    return FALSE;
  certificate = ts_policy_ref_certificate (self->policy);
  if (certificate == NULL)
    return FALSE;

  connection->session.form = TS_WIRE_FORM_TLS;
  connection->session.is_inside_tls = TRUE;
  enter_phase (self, connection, TS_PHASE_TLS);
  epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
  connection->tls = g_new (TsTlsPeer, 1);
  connection->tls->serving = self;
  connection->tls->session =
    ts_tls_session_new (connection->fd, self->scratch, length, stamp, certificate, &self->service,
                        &connection->session, ts_policy_get_handshake_timeout_ns (self->policy),
                        ts_policy_get_idle_timeout_ns (self->policy), tls_session_ended, connection);
  connection->fd = -1;
  return TRUE;
}

/* The stamp of the answer that went last, and the wish for one. */
static void
look_for_transmit (TsServing *self,
                   TsConnection *connection)
{
  TsSession *session = &connection->session;
  guint32 last_byte;
  gint64 instant_ns;

  if (!connection->is_stamping)
    {
      connection->n_stamped_bytes = 0;
      connection->is_stamping = ts_stamped_socket_enable_transmit (connection->fd);
      return;
    }
  while (ts_stamped_socket_next_transmit (connection->fd, self->service.clock, &last_byte, &instant_ns))
    if (last_byte == connection->n_stamped_bytes - 1 && session->previous_transmit_ns == 0)
      session->previous_transmit_ns = instant_ns;
}

static void
take_bytes (TsServing *self,
            TsConnection *connection,
            gsize length,
            const TsReceiveStamp *stamp)
{
  gboolean goes_on;

  if (hand_to_tls (self, connection, length, stamp))
    return;
  if (connection->session.wants_previous_transmit)
    look_for_transmit (self, connection);
  g_byte_array_set_size (self->answers, 0);
  goes_on = ts_session_receive (&connection->session, &self->service, self->scratch, length, stamp, self->answers);
  if (goes_on && connection->session.form != TS_WIRE_FORM_UNDECIDED)
    enter_phase (self, connection, TS_PHASE_SERVING);
  /* From the first answer on: what asked for it is the first request. */
  if (connection->session.wants_previous_transmit && !connection->is_stamping)
    look_for_transmit (self, connection);
  conclude (self, connection, goes_on);
}

static void
receive (TsServing *self,
         TsConnection *connection,
         guint32 events)
{
  TsReceiveStamp stamp;
  gssize n_received = ts_stamped_socket_receive (connection->fd, self->scratch, TS_SERVING_SCRATCH_SIZE,
                                                 self->service.clock, &stamp);

  /* What is left, and the end that came with these bytes, are told again only to whoever asks anew. */
  if (n_received == TS_SERVING_SCRATCH_SIZE || (n_received > 0 && events & EPOLLRDHUP))
    await (self, connection, AWAIT_INPUT);
  if (n_received < 0)
    {
      if (errno != EAGAIN)
        drop (self, connection);
    }
  else if (connection->phase == TS_PHASE_LINGERING)
    {
      connection->n_lingered_bytes += (guint32) n_received;
      if (n_received == 0 || connection->n_lingered_bytes > MAX_LINGERED_BYTES)
        drop (self, connection);
    }
  else if (n_received == 0)
    {
      connection->is_ended = TRUE;
      g_byte_array_set_size (self->answers, 0);
      ts_session_end_of_input (&connection->session, &self->service, self->answers);
      conclude (self, connection, FALSE);
    }
  else
    take_bytes (self, connection, (gsize) n_received, &stamp);
}

static void
go_on_sending (TsServing *self,
               TsConnection *connection)
{
  g_autoptr (GByteArray) unsent = g_steal_pointer (&connection->unsent);

  await (self, connection, AWAIT_INPUT);
  send_answers (self, connection, unsent->data, unsent->len);
}

/**
 * ts_connection_handle:
 * @self: the thread's
 * @connection: a connection, which may be gone afterwards
 * @events: what epoll says of it
 */
void
ts_connection_handle (TsServing *self,
                      TsConnection *connection,
                      guint32 events)
{
  /* A transmit stamp is told as an error, and stands in the way until it is taken. */
  if (events & EPOLLERR && connection->is_stamping)
    {
      look_for_transmit (self, connection);
      events &= ~(guint32) EPOLLERR;
      if (events == 0)
        return;
    }
  if (connection->unsent != NULL)
    go_on_sending (self, connection);
  else
    receive (self, connection, events);
}

static TsThrottleEntry *
enter_throttle (TsServing *self,
                int fd,
                gboolean *is_within_limit)
{
  struct sockaddr_storage peer;
  socklen_t length = sizeof peer;

  *is_within_limit = TRUE;
  if (getpeername (fd, (struct sockaddr *) &peer, &length) != 0)
    return NULL;
  return ts_throttle_enter (self->service.throttle, (const struct sockaddr *) &peer, is_within_limit);
}

/**
 * ts_connection_open:
 * @self: the thread's
 * @fd: (transfer full): a connected TCP socket, not blocking
 *
 * Serves a new connection.
 */
void
ts_connection_open (TsServing *self,
                    int fd)
{
  TsConnection *connection = g_new0 (TsConnection, 1);
  struct epoll_event event = { .events = AWAIT_INPUT, .data.ptr = connection };
  gboolean is_within_limit;

  ts_session_init (&connection->session, ts_clock_get_now_ns (self->service.clock));
  connection->session.address = enter_throttle (self, fd, &is_within_limit);
  connection->session.refusal = is_within_limit ? 0 : TS_REFUSAL_TOO_MANY_CONNECTIONS;
  connection->fd = fd;
  connection->phase = TS_PHASE_SNIFFING;
  connection->deadline_ns = self->now_ns + SNIFF_PATIENCE_NS;
  push (&self->phases[TS_PHASE_SNIFFING], connection);
  ts_counters_add (&self->counters, TS_COUNT_CONNECTIONS, 1);
  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
    drop (self, connection);
}

static void
expire (TsServing *self,
        TsConnection *connection)
{
  if (connection->phase != TS_PHASE_SNIFFING)
    {
      drop (self, connection);
      return;
    }
  g_byte_array_set_size (self->answers, 0);
  ts_session_end_of_input (&connection->session, &self->service, self->answers);
  enter_phase (self, connection, TS_PHASE_SERVING);
  conclude (self, connection, FALSE);
}

/**
 * ts_connection_expire_all:
 * @self: the thread's
 *
 * Ends every phase whose deadline has passed.
 *
 * Returns: the first deadline that has not, monotonic, or -1
 */
gint64
ts_connection_expire_all (TsServing *self)
{
  gint64 next_ns = -1;

  for (guint i = 0; i < TS_N_PHASES; i++)
    {
      TsConnection *connection;

      while ((connection = self->phases[i].head) != NULL && connection->deadline_ns <= self->now_ns)
        expire (self, connection);
      if (connection != NULL && (next_ns < 0 || connection->deadline_ns < next_ns))
        next_ns = connection->deadline_ns;
    }
  return next_ns;
}

static void
refuse (TsServing *self,
        TsConnection *connection)
{
  if (connection->unsent != NULL)
    {
      /* It has as long to take its answers as others have to close. */
      connection->is_closing = TRUE;
      enter_phase (self, connection, TS_PHASE_LINGERING);
      return;
    }
  if (connection->tls != NULL)
    {
      connection->deadline_ns = self->now_ns + LINGER_PATIENCE_NS;
      ts_tls_session_refuse (connection->tls->session, TS_REFUSAL_SHUTTING_DOWN);
      return;
    }
  g_byte_array_set_size (self->answers, 0);
  ts_session_refuse (&connection->session, &self->service, TS_REFUSAL_SHUTTING_DOWN, self->answers);
  conclude (self, connection, FALSE);
}

/* Unless there are answers first that the client has no room for. */
static void
receive_the_rest (TsServing *self,
                  TsConnection *connection)
{
  if (connection->unsent == NULL && connection->tls == NULL)
    receive (self, connection, 0);
}

static void
for_each_open (TsServing *self,
               void (*visit) (TsServing *self, TsConnection *connection))
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();

  /* A visit may drop the connection or put it at the end of a queue, where it must not be met again. */
  for (guint i = TS_PHASE_SNIFFING; i < TS_PHASE_LINGERING; i++)
    for (TsConnection *connection = self->phases[i].head; connection != NULL; connection = connection->next)
      g_ptr_array_add (open, connection);
  for (guint i = 0; i < open->len; i++)
    visit (self, open->pdata[i]);
}

/**
 * ts_connection_end_all:
 * @self: the thread's
 *
 * Answers what has arrived already and says good-bye to everybody; connections linger until the clients close.
 */
void
ts_connection_end_all (TsServing *self)
{
  for_each_open (self, receive_the_rest);
  for_each_open (self, refuse);
}
