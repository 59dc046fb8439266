/* One connection of a worker: its bytes, its answers, and a deadline for each phase.
 *
 * The connection's transport carries the bytes, plain or by TLS. Everything else is the same for both.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-connection.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure/ts-time.h"

#define MAX_LINGERED_BYTES (1024 * 1024)

#define SNIFF_PATIENCE_NS   (250 * TS_NS_PER_MS)
#define LINGER_PATIENCE_NS  (1 * TS_NS_PER_S)
#define REFUSED_PATIENCE_NS (1 * TS_NS_PER_S)

/* A cancelled handshake ends as soon as its thread notices. If it has not ended within this time, it hangs. */
#define HANG_NS (60 * TS_NS_PER_S)
/* How soon to look again, because a handshake of the same address may end in another worker, which does not report
 * it. */
#define TURN_RETRY_NS (20 * TS_NS_PER_MS)

/* How many times one client is read from before others have their turn. */
#define MAX_READS 16

/* A connection with a request within this time is in use, and is not closed to make room. */
#define MIN_IDLE_NS (500 * TS_NS_PER_MS)

/* Each arrival is reported once, so that the kernel does not look at the socket again after each request. */
#define AWAIT_INPUT (EPOLLIN | EPOLLRDHUP | EPOLLET)

typedef struct
{
  gssize (*receive) (TsServing *self, TsConnection *connection, TsReceiveStamp *stamp);
  gssize (*send) (TsConnection *connection, const guint8 *bytes, gsize length);
  void (*shut_down) (TsConnection *connection);
} Transport;

static gssize
receive_plain (TsServing *self,
               TsConnection *connection,
               TsReceiveStamp *stamp)
{
  return ts_stamped_socket_receive (connection->fd, self->scratch, TS_SERVING_SCRATCH_SIZE, self->service.clock, stamp);
}

static gssize
send_plain (TsConnection *connection,
            const guint8 *bytes,
            gsize length)
{
  gssize n_sent;

  do
    n_sent = send (connection->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n_sent < 0 && errno == EINTR);
  connection->n_stamped_bytes += (guint32) MAX (n_sent, 0);
  return n_sent;
}

static void
shut_down_plain (TsConnection *connection)
{
  shutdown (connection->fd, SHUT_WR);
}

static gssize
receive_tls (TsServing *self,
             TsConnection *connection,
             TsReceiveStamp *stamp)
{
  return ts_tls_transport_receive (connection->tls, self->scratch, TS_SERVING_SCRATCH_SIZE, stamp);
}

static gssize
send_tls (TsConnection *connection,
          const guint8 *bytes,
          gsize length)
{
  return ts_tls_transport_send (connection->tls, bytes, length);
}

static void
shut_down_tls (TsConnection *connection)
{
  ts_tls_transport_shut_down (connection->tls);
}

static const Transport plain_transport = { receive_plain, send_plain, shut_down_plain };
static const Transport tls_transport = { receive_tls, send_tls, shut_down_tls };

static const Transport *
get_transport (const TsConnection *connection)
{
  return connection->tls != NULL ? &tls_transport : &plain_transport;
}

static void
take_out (TsServing *self,
          TsConnection *connection)
{
  TsConnectionQueue *queue = &self->phases[connection->phase];

  if (connection->previous != NULL)
    connection->previous->next = connection->next;
  else
    queue->head = connection->next;
  if (connection->next != NULL)
    connection->next->previous = connection->previous;
  else
    queue->tail = connection->previous;
  queue->n--;
}

static void
put_in (TsServing *self,
        TsConnection *connection,
        TsPhase phase,
        gint64 deadline_ns)
{
  TsConnectionQueue *queue = &self->phases[phase];
  TsConnection *before = queue->tail;

  /* The place is nearly always the last, because most phases take the same time for all connections. */
  while (before != NULL && before->deadline_ns > deadline_ns)
    before = before->previous;
  connection->phase = phase;
  connection->deadline_ns = deadline_ns;
  connection->previous = before;
  connection->next = before != NULL ? before->next : queue->head;
  if (before != NULL)
    before->next = connection;
  else
    queue->head = connection;
  if (connection->next != NULL)
    connection->next->previous = connection;
  else
    queue->tail = connection;
  queue->n++;
  if (self->next_deadline_ns < 0 || deadline_ns < self->next_deadline_ns)
    self->next_deadline_ns = deadline_ns;
}

static void
enter_phase (TsServing *self,
             TsConnection *connection,
             TsPhase phase,
             gint64 deadline_ns)
{
  take_out (self, connection);
  put_in (self, connection, phase, deadline_ns);
}

static void
watch (TsServing *self,
       TsConnection *connection,
       guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = connection };

  epoll_ctl (self->epoll_fd, connection->is_watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, connection->fd, &event);
  connection->is_watched = TRUE;
}

static void
stop_watching (TsServing *self,
               TsConnection *connection)
{
  if (connection->is_watched)
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
  connection->is_watched = FALSE;
}

static void
drop (TsServing *self,
      TsConnection *connection)
{
  take_out (self, connection);
  if (connection->phase == TS_PHASE_QUEUEING)
    ts_handshake_queue_remove (self->handshakes, connection->session.address, &connection->turn);
  if (connection->tls != NULL)
    {
      stop_watching (self, connection);
      ts_tls_transport_free (connection->tls);
    }
  else
    close (connection->fd);
  g_clear_pointer (&connection->unsent, g_byte_array_unref);
  ts_throttle_leave (self->service.throttle, connection->session.address);
  ts_session_clear (&connection->session);
  g_free (connection);
  g_atomic_int_add (&self->n_connections, -1);
}

static void
begin_to_linger (TsServing *self,
                 TsConnection *connection)
{
  get_transport (connection)->shut_down (connection);
  enter_phase (self, connection, TS_PHASE_LINGERING, self->now_ns + LINGER_PATIENCE_NS);
  watch (self, connection, AWAIT_INPUT);
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
  watch (self, connection, EPOLLOUT);
}

/* Sends what fits. Nothing is read from a client that does not take its answers until it does.
 *
 * Returns: whether to read on; otherwise the connection may be gone */
static gboolean
send_answers (TsServing *self,
              TsConnection *connection,
              const guint8 *bytes,
              gsize length)
{
  gssize n_sent = 0;

  while (length > 0 && (n_sent = get_transport (connection)->send (connection, bytes, length)) > 0)
    {
      bytes += n_sent;
      length -= (gsize) n_sent;
    }
  if (length > 0 && errno == EAGAIN)
    keep_unsent (self, connection, bytes, length);
  else if (length > 0 || (connection->is_closing && connection->is_ended))
    drop (self, connection);
  else if (connection->is_closing)
    begin_to_linger (self, connection);
  else
    return TRUE;
  return FALSE;
}

/* Sends the session's answers, which are in self->answers, and closes the connection if it is over.
 *
 * Returns: whether to read on; otherwise the connection may be gone */
static gboolean
conclude (TsServing *self,
          TsConnection *connection,
          gboolean goes_on)
{
  connection->is_closing = !goes_on;
  if (self->answers->len > 0)
    return send_answers (self, connection, self->answers->data, self->answers->len);
  if (goes_on)
    return TRUE;
  /* TLS announces its end, so that nobody can cut the stream off unnoticed. */
  if (connection->tls != NULL && !connection->is_ended)
    begin_to_linger (self, connection);
  else
    drop (self, connection);
  return FALSE;
}

/* Counts a failed handshake, unless it failed because the server shuts down. */
static void
count_failure (TsServing *self,
               TsConnection *connection)
{
  ts_counters_add (&self->counters, TS_COUNT_FAILED_HANDSHAKES, 1);
  ts_throttle_note_refusal (self->service.throttle, connection->session.address, TS_COUNT_FAILED_HANDSHAKES);
}

static void
drop_failed (TsServing *self,
             TsConnection *connection)
{
  count_failure (self, connection);
  drop (self, connection);
}

/* Reads the first record and nothing beyond it, because a client gets a thread only when that record is complete.
 *
 * Returns: whether to go on waiting; otherwise the connection may be gone */
static gboolean
read_client_hello (TsServing *self,
                   TsConnection *connection)
{
  switch (ts_tls_transport_read_client_hello (connection->tls))
    {
    case TS_TLS_GREETING_UNFINISHED:
      return TRUE;
    case TS_TLS_GREETING_WHOLE:
      if (ts_tls_transport_turn_away (connection->tls))
        {
          count_failure (self, connection);
          enter_phase (self, connection, TS_PHASE_LINGERING, self->now_ns + LINGER_PATIENCE_NS);
          watch (self, connection, AWAIT_INPUT);
          return FALSE;
        }
      stop_watching (self, connection);
      connection->turn.data = connection;
      if (ts_handshake_queue_push (self->handshakes, connection->session.address, &connection->turn))
        {
          enter_phase (self, connection, TS_PHASE_QUEUEING, connection->deadline_ns);
          self->next_deadline_ns = self->now_ns;
          return FALSE;
        }
      break;
    case TS_TLS_GREETING_BAD:
    default:
      break;
    }
  drop_failed (self, connection);
  return FALSE;
}

/* Returns: whether the bytes begin a TLS handshake, and there is a certificate */
static gboolean
begins_tls (TsServing *self,
            TsConnection *connection,
            gsize length,
            GTlsCertificate **certificate)
{
  if (connection->session.form != TS_WIRE_FORM_UNDECIDED || connection->session.length > 0 ||
      ts_wire_sniff (self->scratch, length) != TS_WIRE_FORM_TLS)
    return FALSE;
  *certificate = ts_policy_ref_certificate (self->policy);
  return *certificate != NULL;
}

/* Returns: whether to go on waiting; otherwise the connection may be gone */
static gboolean
begin_tls (TsServing *self,
           TsConnection *connection,
           GTlsCertificate *certificate,
           gsize length,
           const TsReceiveStamp *stamp)
{
  /* There is no refusal, because the client could get it only after a handshake, which costs the server more than the
 * client. */
  if (connection->session.refusal != 0)
    {
      ts_counters_add (&self->counters, TS_COUNT_REFUSED_CONNECTIONS, 1);
      drop (self, connection);
      return FALSE;
    }
  connection->session.form = TS_WIRE_FORM_TLS;
  connection->session.is_inside_tls = TRUE;
  connection->tls = ts_tls_transport_new (connection->fd, certificate, self->service.clock, self->scratch, length,
                                          stamp);
  enter_phase (self, connection, TS_PHASE_GREETING,
               self->now_ns + ts_policy_get_handshake_timeout_ns (self->policy));
  return read_client_hello (self, connection);
}

/* Takes the kernel's stamp of the answer that was sent last, and asks for the next one. */
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
    /* The last byte of a seal is not the last of an answer. */
    if (last_byte == connection->n_stamped_bytes - 1 && session->previous_transmit_ns == 0 && !session->has_sealed)
      session->previous_transmit_ns = instant_ns;
}

/* Returns: whether to read on; otherwise the connection may be gone */
static gboolean
take_bytes (TsServing *self,
            TsConnection *connection,
            gsize length,
            const TsReceiveStamp *stamp)
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  TsSession *session = &connection->session;
  gboolean goes_on;

  if (begins_tls (self, connection, length, &certificate))
    return begin_tls (self, connection, certificate, length, stamp);
  if (session->wants_previous_transmit && connection->tls == NULL)
    look_for_transmit (self, connection);
  g_byte_array_set_size (self->answers, 0);
  goes_on = ts_session_receive (session, &self->service, self->scratch, length, stamp, self->answers);
  /* Only a complete request counts, because otherwise a byte from time to time would keep a connection for good. */
  if (connection->phase == TS_PHASE_SERVING ? self->answers->len > 0
                                            : connection->phase == TS_PHASE_SNIFFING && goes_on &&
                                                session->form != TS_WIRE_FORM_UNDECIDED)
    enter_phase (self, connection, TS_PHASE_SERVING, self->now_ns + ts_policy_get_idle_timeout_ns (self->policy));
  /* Stamps are taken from the first answer on, because the first request asked for them. */
  if (session->wants_previous_transmit && connection->tls == NULL && !connection->is_stamping)
    look_for_transmit (self, connection);
  return conclude (self, connection, goes_on);
}

/* Returns: whether to read on; otherwise the connection may be gone */
static gboolean
end_input (TsServing *self,
           TsConnection *connection)
{
  connection->is_ended = TRUE;
  g_byte_array_set_size (self->answers, 0);
  ts_session_end_of_input (&connection->session, &self->service, self->answers);
  return conclude (self, connection, FALSE);
}

/* Returns: whether to go on waiting; otherwise the connection may be gone */
static gboolean
receive (TsServing *self,
         TsConnection *connection,
         guint32 events)
{
  gboolean has_more = TRUE;

  for (guint n = 0; has_more && n < MAX_READS; n++)
    {
      TsReceiveStamp stamp;
      gssize n_received = get_transport (connection)->receive (self, connection, &stamp);

      if (n_received < 0 && errno == EAGAIN)
        return TRUE;
      if (n_received < 0)
        {
          drop (self, connection);
          return FALSE;
        }
      if (!(n_received == 0 ? end_input (self, connection)
                            : take_bytes (self, connection, (gsize) n_received, &stamp)))
        return FALSE;
      if (connection->phase == TS_PHASE_GREETING)
        return TRUE;
      /* Epoll reports an event once, so everything that is there is read now. */
      has_more = connection->tls != NULL || n_received == TS_SERVING_SCRATCH_SIZE || (events & EPOLLRDHUP) != 0;
    }
  /* Others have their turn first. Watching the socket again makes epoll report what is left. */
  if (has_more && connection->is_watched)
    watch (self, connection, AWAIT_INPUT);
  return TRUE;
}

/* Takes what comes while the client's end of the stream is awaited. */
static void
linger (TsServing *self,
        TsConnection *connection)
{
  gssize n_received;

  while ((n_received = recv (connection->fd, self->scratch, TS_SERVING_SCRATCH_SIZE, MSG_DONTWAIT)) > 0 &&
         connection->n_lingered_bytes <= MAX_LINGERED_BYTES)
    connection->n_lingered_bytes += (guint32) n_received;
  if (n_received >= 0 || errno != EAGAIN)
    drop (self, connection);
}

static void
go_on_sending (TsServing *self,
               TsConnection *connection)
{
  g_autoptr (GByteArray) unsent = g_steal_pointer (&connection->unsent);

  watch (self, connection, AWAIT_INPUT);
  if (send_answers (self, connection, unsent->data, unsent->len) && connection->tls != NULL)
    /* No poll reports bytes that TLS has decrypted already. */
    receive (self, connection, 0);
}

/**
 * ts_connection_handle:
 * @self: what the thread's connections share
 * @connection: a connection, which may be gone afterwards
 * @events: the events that epoll reports
 */
void
ts_connection_handle (TsServing *self,
                      TsConnection *connection,
                      guint32 events)
{
  /* A transmit stamp is reported as an error, which blocks everything else until it is taken. */
  if (events & EPOLLERR && connection->is_stamping)
    {
      look_for_transmit (self, connection);
      events &= ~(guint32) EPOLLERR;
      if (events == 0)
        return;
    }
  if (connection->unsent != NULL)
    go_on_sending (self, connection);
  else if (connection->phase == TS_PHASE_LINGERING)
    linger (self, connection);
  else if (connection->phase == TS_PHASE_GREETING)
    read_client_hello (self, connection);
  else
    receive (self, connection, events);
}

/**
 * ts_connection_open:
 * @self: what the thread's connections share
 * @fd: (transfer full): a connected TCP socket, not blocking
 *
 * Serves a new connection. The request has mostly come with it, so it is read before the connection is watched.
 */
void
ts_connection_open (TsServing *self,
                    int fd)
{
  struct sockaddr_storage peer;
  socklen_t length = sizeof peer;
  gboolean is_within_limit = TRUE;
  TsThrottleEntry *address = NULL;
  TsConnection *connection;

  if (getpeername (fd, (struct sockaddr *) &peer, &length) == 0)
    address = ts_throttle_enter (self->service.throttle, (const struct sockaddr *) &peer, &is_within_limit);
  ts_counters_add (&self->counters, TS_COUNT_CONNECTIONS, 1);
  if (address == NULL && !is_within_limit)
    ts_counters_add (&self->counters, TS_COUNT_REFUSED_CONNECTIONS, 1);
  if (address == NULL)
    {
      close (fd);
      g_atomic_int_add (&self->n_connections, -1);
      return;
    }
  connection = g_new0 (TsConnection, 1);
  ts_session_init (&connection->session, ts_clock_get_now_ns (self->service.clock));
  connection->session.address = address;
  connection->session.refusal = is_within_limit ? 0 : TS_REFUSAL_TOO_MANY_CONNECTIONS;
  connection->fd = fd;
  if (is_within_limit)
    put_in (self, connection, TS_PHASE_SNIFFING, self->now_ns + SNIFF_PATIENCE_NS);
  else
    put_in (self, connection, TS_PHASE_REFUSED, self->now_ns + REFUSED_PATIENCE_NS);
  if (receive (self, connection, 0))
    watch (self, connection, AWAIT_INPUT);
}

static void
did_handshake (gpointer owner,
               gpointer user_data,
               gboolean is_served)
{
  TsServing *self = owner;
  TsConnection *connection = user_data;

  self->now_ns = ts_clock_get_monotonic_ns (self->service.clock);
  ts_throttle_end_handshake (connection->session.address);
  if (is_served && !connection->is_closing)
    {
      ts_counters_add (&self->counters, TS_COUNT_HANDSHAKES, 1);
      connection->session.form = TS_WIRE_FORM_FRAMED;
      enter_phase (self, connection, TS_PHASE_SERVING, self->now_ns + ts_policy_get_idle_timeout_ns (self->policy));
      if (receive (self, connection, 0))
        watch (self, connection, AWAIT_INPUT);
    }
  /* A cancelled handshake has been counted already, or must not be counted. */
  else if (connection->is_closing)
    drop (self, connection);
  else
    drop_failed (self, connection);
  /* Either the next handshake has its turn, or the thread waited for this one to end. */
  self->next_deadline_ns = self->now_ns;
}

/* Cancels a handshake. The connection is dropped when the other thread is done with it. */
static void
cancel_handshake (TsServing *self,
                  TsConnection *connection)
{
  ts_tls_transport_cancel (connection->tls);
  connection->is_closing = TRUE;
  enter_phase (self, connection, TS_PHASE_HANDSHAKE, self->now_ns + HANG_NS);
}

static void
be_back_at (TsServing *self,
            gint64 instant_ns)
{
  if (self->next_deadline_ns < 0 || instant_ns < self->next_deadline_ns)
    self->next_deadline_ns = instant_ns;
}

/* Cuts off clients that keep the other thread waiting for too long while others wait for it. */
static void
limit_turns (TsServing *self)
{
  TsConnection *next;

  for (TsConnection *connection = self->phases[TS_PHASE_HANDSHAKE].head; connection != NULL; connection = next)
    {
      gint64 left_ns;

      next = connection->next;
      if (connection->is_closing)
        continue;
      left_ns = ts_handshake_queue_get_turn_ns (self->handshakes, connection->session.address) -
                ts_tls_transport_get_waited_ns (connection->tls);
      if (left_ns > 0)
        {
          be_back_at (self, self->now_ns + left_ns);
          continue;
        }
      count_failure (self, connection);
      cancel_handshake (self, connection);
    }
}

static void
begin_handshakes (TsServing *self)
{
  TsConnection *connection;

  while (self->phases[TS_PHASE_HANDSHAKE].n < TS_HANDSHAKE_QUEUE_AT_ONCE &&
         (connection = ts_handshake_queue_pop (self->handshakes)) != NULL)
    {
      enter_phase (self, connection, TS_PHASE_HANDSHAKE, connection->deadline_ns);
      if (ts_tls_transport_shake_hands (connection->tls, did_handshake, self, connection))
        continue;
      ts_throttle_end_handshake (connection->session.address);
      drop (self, connection);
    }
  if (self->phases[TS_PHASE_QUEUEING].n == 0)
    return;
  limit_turns (self);
  if (self->phases[TS_PHASE_HANDSHAKE].n < TS_HANDSHAKE_QUEUE_AT_ONCE)
    be_back_at (self, self->now_ns + TURN_RETRY_NS);
}

static void
expire (TsServing *self,
        TsConnection *connection)
{
  switch (connection->phase)
    {
    case TS_PHASE_SNIFFING:
      g_byte_array_set_size (self->answers, 0);
      ts_session_end_of_input (&connection->session, &self->service, self->answers);
      conclude (self, connection, FALSE);
      break;
    case TS_PHASE_GREETING:
    case TS_PHASE_QUEUEING:
      drop_failed (self, connection);
      break;
    case TS_PHASE_HANDSHAKE:
      if (connection->is_closing)
        {
          g_atomic_int_set (&self->has_hung_handshake, TRUE);
          enter_phase (self, connection, TS_PHASE_HANDSHAKE, G_MAXINT64);
          break;
        }
      count_failure (self, connection);
      cancel_handshake (self, connection);
      break;
    case TS_PHASE_SERVING:
      /* Inside TLS the end is announced. */
      if (connection->tls != NULL && connection->unsent == NULL)
        {
          begin_to_linger (self, connection);
          break;
        }
      drop (self, connection);
      break;
    default:
      drop (self, connection);
    }
}

/**
 * ts_connection_expire_all:
 * @self: what the thread's connections share
 *
 * Ends every phase whose deadline has passed, begins the TLS handshakes whose turn it is, and finds the next deadline.
 */
void
ts_connection_expire_all (TsServing *self)
{
  TsConnection *connection;

  for (guint i = 0; i < TS_N_PHASES; i++)
    while ((connection = self->phases[i].head) != NULL && connection->deadline_ns <= self->now_ns)
      expire (self, connection);

  self->next_deadline_ns = -1;
  for (guint i = 0; i < TS_N_PHASES; i++)
    if (self->phases[i].head != NULL)
      be_back_at (self, self->phases[i].head->deadline_ns);
  begin_handshakes (self);
}

/* Closes a connection at once to free its place. The client gets the reason if possible. */
static void
evict (TsServing *self,
       TsConnection *connection)
{
  if (connection->phase == TS_PHASE_HANDSHAKE)
    {
      cancel_handshake (self, connection);
      return;
    }
  if (connection->phase == TS_PHASE_SERVING && connection->unsent == NULL)
    {
      g_byte_array_set_size (self->answers, 0);
      ts_session_refuse (&connection->session, &self->service, TS_REFUSAL_TOO_MANY_CONNECTIONS, self->answers);
      get_transport (connection)->send (connection, self->answers->data, self->answers->len);
      get_transport (connection)->shut_down (connection);
    }
  drop (self, connection);
}

/**
 * ts_connection_evict:
 * @self: what the thread's connections share
 * @address: an entry from ts_throttle_find_largest(), which is only compared, because it may be gone
 * @n_connections: how many connections to close, at most
 *
 * Closes connections of an address: first those that have been idle for longest, then those before their TLS handshake.
 */
void
ts_connection_evict (TsServing *self,
                     gconstpointer address,
                     guint n_connections)
{
  const gint64 handshake_ns = ts_policy_get_handshake_timeout_ns (self->policy);
  const struct
  {
    TsPhase phase;
    gint64 patience_ns;
  } idle[] = {
    { TS_PHASE_SERVING, ts_policy_get_idle_timeout_ns (self->policy) },
    { TS_PHASE_GREETING, handshake_ns },
    { TS_PHASE_QUEUEING, handshake_ns },
    { TS_PHASE_HANDSHAKE, handshake_ns },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (idle); i++)
    {
      gint64 latest_ns = self->now_ns + idle[i].patience_ns - MIN_IDLE_NS;

      for (TsConnection *connection = self->phases[idle[i].phase].head, *next;
           connection != NULL && connection->deadline_ns <= latest_ns; connection = next)
        {
          next = connection->next;
          if (connection->session.address != address || connection->is_closing)
            continue;
          if (n_connections-- == 0)
            return;
          evict (self, connection);
        }
    }
}

/**
 * ts_connection_update_all:
 * @self: what the thread's connections share
 *
 * Applies timeouts of the policy that have become shorter to existing connections, too.
 */
void
ts_connection_update_all (TsServing *self)
{
  gint64 idle_ns = self->now_ns + ts_policy_get_idle_timeout_ns (self->policy);
  gint64 handshake_ns = self->now_ns + ts_policy_get_handshake_timeout_ns (self->policy);
  TsConnection *connection;

  for (connection = self->phases[TS_PHASE_SERVING].head; connection != NULL; connection = connection->next)
    connection->deadline_ns = MIN (connection->deadline_ns, idle_ns);
  for (guint i = TS_PHASE_GREETING; i <= TS_PHASE_HANDSHAKE; i++)
    for (connection = self->phases[i].head; connection != NULL; connection = connection->next)
      if (!connection->is_closing)
        connection->deadline_ns = MIN (connection->deadline_ns, handshake_ns);
  self->next_deadline_ns = self->now_ns;
}

static void
refuse (TsServing *self,
        TsConnection *connection)
{
  if (connection->phase == TS_PHASE_HANDSHAKE)
    {
      cancel_handshake (self, connection);
      return;
    }
  if (connection->phase == TS_PHASE_GREETING || connection->phase == TS_PHASE_QUEUEING)
    {
      drop (self, connection);
      return;
    }
  if (connection->unsent != NULL)
    {
      /* The client has as much time to take its answers as others have to close. */
      ts_session_refuse (&connection->session, &self->service, TS_REFUSAL_SHUTTING_DOWN, connection->unsent);
      connection->is_closing = TRUE;
      enter_phase (self, connection, TS_PHASE_LINGERING, self->now_ns + LINGER_PATIENCE_NS);
      return;
    }
  g_byte_array_set_size (self->answers, 0);
  ts_session_refuse (&connection->session, &self->service, TS_REFUSAL_SHUTTING_DOWN, self->answers);
  conclude (self, connection, FALSE);
}

/* Receives what has arrived, unless there are answers that the client has no room for, because these go first. */
static void
receive_the_rest (TsServing *self,
                  TsConnection *connection)
{
  gboolean is_asked = connection->phase == TS_PHASE_SNIFFING || connection->phase == TS_PHASE_SERVING ||
                      connection->phase == TS_PHASE_REFUSED;

  if (is_asked && connection->unsent == NULL)
    receive (self, connection, 0);
}

static void
for_each_open (TsServing *self,
               void (*visit) (TsServing *self, TsConnection *connection))
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();

  /* A visit may drop the connection or move it to another queue, where it must not be visited again. */
  for (guint i = 0; i < TS_PHASE_LINGERING; i++)
    for (TsConnection *connection = self->phases[i].head; connection != NULL; connection = connection->next)
      g_ptr_array_add (open, connection);
  for (guint i = 0; i < open->len; i++)
    visit (self, open->pdata[i]);
}

/**
 * ts_connection_end_all:
 * @self: what the thread's connections share
 *
 * Answers what has arrived and refuses all clients. Connections linger until the clients close.
 */
void
ts_connection_end_all (TsServing *self)
{
  for_each_open (self, receive_the_rest);
  for_each_open (self, refuse);
}
