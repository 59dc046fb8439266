/* One client's connection over TLS.
 *
 * As in the worker, all sessions of a thread are in one epoll set, which is the only source that its main
 * context sees: GLib would poll the descriptors and look at the timers of ten thousand idle clients at each
 * turn. GIO's TLS is called when a descriptor is ready, and never waits here, for the stream below is not
 * patient.
 *
 * But GIO shakes hands in another thread, one of a pool that all the process shares, and that thread waits for
 * the client. So nobody gets one before all of the first record is there; no more than a few at a time do; the
 * others wait in turn, and meanwhile who takes too long is sent away. What is served already never waits.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-tls-session.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ts-stamped-stream.h"
#include "ts-time.h"
#include "ts-tls-probe.h"

/* Of a thread at a time. The pool has ten threads to begin with, and adds more but slowly. */
#define MAX_HANDSHAKES 16
/* How long a client may keep one of them waiting while others wait for it: the less the more there are. */
#define MAX_TURN_NS        (2 * TS_NS_PER_S)
#define MIN_TURN_NS        (250 * TS_NS_PER_MS)
#define LINGER_PATIENCE_NS (1 * TS_NS_PER_S)
#define MAX_LINGERED_BYTES (1024 * 1024)

/* RFC 8446 section 5.1: type, version, length, and then at most 2^14 bytes; the first message is a ClientHello
 * (section 4). */
#define RECORD_HEADER_SIZE 5
#define MAX_RECORD_LENGTH  (1 << 14)
#define RECORD_HANDSHAKE   0x16
#define CLIENT_HELLO       1

#define BATCH_SIZE 64
/* Of one client, until others had their turn. */
#define MAX_READS 16

typedef enum
{
  PHASE_GREETING,  /* the first record is not whole yet */
  PHASE_QUEUEING,  /* it waits for a thread */
  PHASE_HANDSHAKE,
  PHASE_SERVING,
  PHASE_LINGERING, /* all is said: the client's end of the stream is awaited, lest a reset destroy our answer */
  PHASE_OVER,      /* who owns the session is yet to be told */
  N_PHASES
} Phase;

/* The sessions of a thread. */
typedef struct
{
  GSource source;
  int epoll_fd;
  guint n_sessions;
  GQueue phases[N_PHASES]; /* each in order of deadlines */
  GByteArray *answers;
  struct epoll_event events[BATCH_SIZE];
  int n_events; /* of the batch being dispatched */
  guint8 scratch[MAX_RECORD_LENGTH];
} SessionSet;

struct _TsTlsSession
{
  SessionSet *set;
  GList link; /* in the queue of its phase, if any */
  Phase phase;
  gboolean is_linked;
  gint64 deadline_ns; /* monotonic */

  int fd;
  guint32 watched_events; /* 0: not in the epoll set */
  GByteArray *hello;      /* (nullable): the beginning of the stream, until the handshake */
  TsReceiveStamp hello_stamp;
  GTlsCertificate *certificate;
  TsStampedStream *stream;   /* (nullable): owns the descriptor from the handshake on */
  GIOStream *connection;     /* (nullable) */
  GCancellable *cancellable; /* (nullable): of the handshake under way */

  const TsSessionService *service;
  TsSession *session;
  gint64 idle_timeout_ns;
  GByteArray *unsent; /* (nullable): answers that the client has no room for yet */
  gsize n_sent;       /* of those */
  gsize n_lingered_bytes;
  gboolean is_closing; /* to linger once all is sent */

  TsTlsSessionEnded ended;
  gpointer user_data;
};

static const char session_key[] = "ts-tls-session";

static gint64
get_now_ns (TsTlsSession *self)
{
  return ts_clock_get_monotonic_ns (self->service->clock);
}

static void
hurry (SessionSet *set,
       gint64 deadline_ns)
{
  gint64 ready_us = g_source_get_ready_time (&set->source);
  gint64 deadline_us = deadline_ns / TS_NS_PER_US + 1;

  if (ready_us < 0 || deadline_us < ready_us)
    g_source_set_ready_time (&set->source, deadline_us);
}

static void
leave_phase (TsTlsSession *self)
{
  if (self->is_linked)
    g_queue_unlink (&self->set->phases[self->phase], &self->link);
  self->is_linked = FALSE;
}

static void
enter_phase (TsTlsSession *self,
             Phase phase,
             gint64 deadline_ns)
{
  GQueue *queue = &self->set->phases[phase];
  GList *before = queue->tail;

  leave_phase (self);
  /* Nearly always the last: a phase lasts as long for everybody, but after new settings. */
  while (before != NULL && ((TsTlsSession *) before->data)->deadline_ns > deadline_ns)
    before = before->prev;
  self->phase = phase;
  self->deadline_ns = deadline_ns;
  self->is_linked = TRUE;
  g_queue_insert_after_link (queue, before, &self->link);
  hurry (self->set, deadline_ns);
}

static void
watch (TsTlsSession *self,
       guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = self };
  int operation = events == 0 ? EPOLL_CTL_DEL : self->watched_events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

  if (events == self->watched_events)
    return;
  epoll_ctl (self->set->epoll_fd, operation, self->fd, &event);
  self->watched_events = events;
}

/* Closes the connection, with as much of a goodbye as there is room for. */
static void
close_connection (TsTlsSession *self)
{
  watch (self, 0);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->stream != NULL)
    ts_stamped_stream_set_patient (self->stream, FALSE);
  else if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  if (self->connection != NULL)
    g_object_set_data (G_OBJECT (self->connection), session_key, NULL);
  g_clear_object (&self->connection);
  g_clear_object (&self->stream);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->hello, g_byte_array_unref);
  g_clear_pointer (&self->unsent, g_byte_array_unref);
}

/* A client that has not shaken hands, and not because we end. */
static void
blame (TsTlsSession *self)
{
  if (self->service->counters != NULL)
    ts_counters_add (self->service->counters, TS_COUNT_FAILED_HANDSHAKES, 1);
  if (self->service->throttle != NULL && self->session->address != NULL)
    ts_throttle_note_refusal (self->service->throttle, self->session->address, TS_COUNT_FAILED_HANDSHAKES);
}

static void
end (TsTlsSession *self)
{
  close_connection (self);
  enter_phase (self, PHASE_OVER, 0);
}

/* Says goodbye, and awaits the client's. */
static void
begin_to_linger (TsTlsSession *self)
{
  g_output_stream_close (g_io_stream_get_output_stream (self->connection), NULL, NULL);
  watch (self, EPOLLIN);
  enter_phase (self, PHASE_LINGERING, get_now_ns (self) + LINGER_PATIENCE_NS);
}

static void
linger (TsTlsSession *self)
{
  gssize n_received = recv (self->fd, self->set->scratch, sizeof self->set->scratch, MSG_DONTWAIT);

  if (n_received < 0 && errno == EAGAIN)
    return;
  self->n_lingered_bytes += (gsize) MAX (n_received, 0);
  if (n_received <= 0 || self->n_lingered_bytes > MAX_LINGERED_BYTES)
    end (self);
}

/* Sends what fits of self->unsent. A client that does not drain its answers is not read from until it does. */
static void
send_answers (TsTlsSession *self)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->connection));

  while (self->n_sent < self->unsent->len)
    {
      g_autoptr (GError) error = NULL;
      gssize n_written =
        g_pollable_output_stream_write_nonblocking (output, self->unsent->data + self->n_sent,
                                                    self->unsent->len - self->n_sent, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          watch (self, EPOLLOUT);
          return;
        }
      if (n_written < 0)
        {
          end (self);
          return;
        }
      self->n_sent += (gsize) n_written;
    }
  self->n_sent = 0;
  g_clear_pointer (&self->unsent, g_byte_array_unref);
  watch (self, EPOLLIN);
  if (self->is_closing)
    begin_to_linger (self);
}

/* Sends what the session has to say, in the answers of the set, and says goodbye where it is at its end. */
static void
conclude (TsTlsSession *self,
          gboolean goes_on)
{
  GByteArray *answers = self->set->answers;

  self->is_closing = !goes_on;
  if (answers->len > 0)
    {
      self->unsent = g_byte_array_ref (answers);
      send_answers (self);
      /* What is kept is no longer the set's. */
      if (self->unsent == answers)
        {
          g_byte_array_unref (answers);
          self->set->answers = g_byte_array_new ();
        }
    }
  else if (!goes_on)
    begin_to_linger (self);
}

/* Takes what was read into the scratch. Returns: whether to read on */
static gboolean
take_bytes (TsTlsSession *self,
            gsize length)
{
  TsReceiveStamp stamp;
  gboolean goes_on;

  ts_stamped_stream_get_last_stamp (self->stream, &stamp);
  g_byte_array_set_size (self->set->answers, 0);
  goes_on = ts_session_receive (self->session, self->service, self->set->scratch, length, &stamp,
                                self->set->answers);
  enter_phase (self, PHASE_SERVING, get_now_ns (self) + self->idle_timeout_ns);
  conclude (self, goes_on);
  return self->phase == PHASE_SERVING && self->unsent == NULL;
}

static void
receive (TsTlsSession *self)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->connection));
  gboolean goes_on = TRUE;

  /* No poll tells of what the stream was primed with, so nothing of that is left behind. */
  for (guint n = 0; goes_on && (n < MAX_READS || ts_stamped_stream_is_primed (self->stream)); n++)
    {
      guint n_waits = ts_stamped_stream_get_n_waits (self->stream);
      g_autoptr (GError) error = NULL;
      gssize n_received = g_pollable_input_stream_read_nonblocking (input, self->set->scratch,
                                                                    sizeof self->set->scratch, NULL, &error);

      if (n_received > 0)
        goes_on = take_bytes (self, (gsize) n_received);
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
               /* A client that would shake hands anew, in the other thread again, is not served. */
               ts_stamped_stream_get_n_waits (self->stream) == n_waits)
        {
          end (self);
          return;
        }
      else
        return;
    }
}

static gboolean
speaks_time_sync (GTlsConnection *connection)
{
  return g_tls_connection_get_protocol_version (connection) >= G_TLS_PROTOCOL_VERSION_TLS_1_2 &&
         g_strcmp0 (g_tls_connection_get_negotiated_protocol (connection), TS_TLS_PROTOCOL) == 0;
}

static void admit (SessionSet *set);

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
      enter_phase (self, PHASE_SERVING, get_now_ns (self) + self->idle_timeout_ns);
      watch (self, EPOLLIN);
      receive (self);
    }
  else
    {
      g_debug ("TLS handshake: %s", error != NULL ? error->message : "not for Time Sync");
      /* One that was given up has been blamed, or is not to be. */
      if (!self->is_closing)
        blame (self);
      end (self);
    }
  admit (self->set);
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
      end (self);
      return;
    }
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (self->connection), protocols);
  g_object_set_data (G_OBJECT (self->connection), session_key, self);
  self->cancellable = g_cancellable_new ();
  enter_phase (self, PHASE_HANDSHAKE, self->deadline_ns);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->connection), G_PRIORITY_DEFAULT, self->cancellable,
                                    did_handshake, NULL);
}

/* The session ends when the other thread is done with it. */
static void
give_up_handshake (TsTlsSession *self)
{
  g_cancellable_cancel (self->cancellable);
  self->is_closing = TRUE;
  enter_phase (self, PHASE_HANDSHAKE, G_MAXINT64);
}

/* Cuts short who keeps a thread waiting too long for those who have none. */
static void
limit_turns (SessionSet *set)
{
  guint n_waiting = set->phases[PHASE_QUEUEING].length;
  gint64 turn_ns = MAX (MIN_TURN_NS, MAX_TURN_NS * MAX_HANDSHAKES / (MAX_HANDSHAKES + n_waiting));
  GList *next;

  for (GList *link = set->phases[PHASE_HANDSHAKE].head; link != NULL; link = next)
    {
      TsTlsSession *self = link->data;
      gint64 left_ns = turn_ns - ts_stamped_stream_get_waited_ns (self->stream);

      next = link->next;
      if (self->is_closing)
        continue;
      if (left_ns > 0)
        {
          hurry (set, get_now_ns (self) + left_ns);
          continue;
        }
      blame (self);
      give_up_handshake (self);
    }
}

/* Gives threads to those who wait for one. */
static void
admit (SessionSet *set)
{
  while (set->phases[PHASE_QUEUEING].length > 0 && set->phases[PHASE_HANDSHAKE].length < MAX_HANDSHAKES)
    begin_handshake (set->phases[PHASE_QUEUEING].head->data);
  if (set->phases[PHASE_QUEUEING].length > 0)
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
         (hello->len < RECORD_HEADER_SIZE || (hello->data[3] << 8 | hello->data[4]) <= MAX_RECORD_LENGTH) &&
         (hello->len <= RECORD_HEADER_SIZE || hello->data[RECORD_HEADER_SIZE] == CLIENT_HELLO);
}

/* Collects the first record, and nothing beyond it. */
static void
greet (TsTlsSession *self)
{
  gsize n_missing;

  while ((n_missing = get_n_missing (self->hello)) > 0 && may_be_hello (self->hello))
    {
      gsize size = MIN (n_missing, sizeof self->set->scratch);
      gssize n_received = ts_stamped_socket_receive (self->fd, self->set->scratch, size, self->service->clock,
                                                     &self->hello_stamp);

      if (n_received < 0 && errno == EAGAIN)
        {
          watch (self, EPOLLIN);
          return;
        }
      if (n_received <= 0)
        {
          blame (self);
          end (self);
          return;
        }
      g_byte_array_append (self->hello, self->set->scratch, (guint) n_received);
    }
  watch (self, 0);
  if (!may_be_hello (self->hello))
    {
      blame (self);
      end (self);
      return;
    }
  enter_phase (self, PHASE_QUEUEING, self->deadline_ns);
  admit (self->set);
}

static void
handle (TsTlsSession *self)
{
  if (self->phase == PHASE_GREETING)
    greet (self);
  else if (self->phase == PHASE_LINGERING)
    linger (self);
  else if (self->phase == PHASE_SERVING && self->unsent != NULL)
    send_answers (self);
  /* Also after that: what TLS has decrypted already no poll tells of. */
  if (self->phase == PHASE_SERVING && self->unsent == NULL)
    receive (self);
}

static TsTlsSession *
peek_phase (SessionSet *set,
            Phase phase)
{
  return g_queue_peek_head (&set->phases[phase]);
}

/* Returns: the first deadline that has not passed, monotonic, or -1 */
static gint64
expire_all (SessionSet *set)
{
  gint64 next_ns = -1;

  for (Phase phase = PHASE_GREETING; phase < PHASE_OVER; phase++)
    {
      TsTlsSession *self;

      while ((self = peek_phase (set, phase)) != NULL && self->deadline_ns <= get_now_ns (self))
        {
          if (phase < PHASE_SERVING)
            blame (self);
          if (phase == PHASE_HANDSHAKE)
            give_up_handshake (self);
          else
            end (self);
        }
      if (self != NULL && (next_ns < 0 || self->deadline_ns < next_ns))
        next_ns = self->deadline_ns;
    }
  return next_ns;
}

static gboolean
session_set_dispatch (GSource *source,
                      GSourceFunc callback,
                      gpointer user_data)
{
  SessionSet *set = (SessionSet *) source;
  TsTlsSession *over;
  gint64 next_ns;

  set->n_events = epoll_wait (set->epoll_fd, set->events, BATCH_SIZE, 0);
  for (int i = 0; i < set->n_events; i++)
    if (set->events[i].data.ptr != NULL)
      handle (set->events[i].data.ptr);
  set->n_events = 0;

  g_source_set_ready_time (source, -1);
  next_ns = expire_all (set);
  if (next_ns >= 0)
    hurry (set, next_ns);
  admit (set);
  while ((over = peek_phase (set, PHASE_OVER)) != NULL)
    {
      leave_phase (over);
      over->ended (over, over->user_data);
    }
  return G_SOURCE_CONTINUE;
}

static void
session_set_finalize (GSource *source)
{
  SessionSet *set = (SessionSet *) source;

  close (set->epoll_fd);
  g_byte_array_unref (set->answers);
}

static GSourceFuncs session_set_funcs = {
  .dispatch = session_set_dispatch,
  .finalize = session_set_finalize,
};

/* The set of this thread; it goes with its last session. */
static GPrivate current_set;

static SessionSet *
ref_set (void)
{
  SessionSet *set = g_private_get (&current_set);

  if (set == NULL)
    {
      GSource *source = g_source_new (&session_set_funcs, sizeof *set);

      set = (SessionSet *) source;
      set->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
      set->answers = g_byte_array_new ();
      g_source_add_unix_fd (source, set->epoll_fd, G_IO_IN);
      /* Else GLib blocks and unblocks the descriptor around each dispatch, with two writes to an eventfd. */
      g_source_set_can_recurse (source, TRUE);
      g_source_attach (source, g_main_context_get_thread_default ());
      g_private_set (&current_set, set);
    }
  set->n_sessions++;
  return set;
}

static void
unref_set (SessionSet *set)
{
  if (--set->n_sessions > 0)
    return;
  g_private_set (&current_set, NULL);
  g_source_destroy (&set->source);
  g_source_unref (&set->source);
}

/**
 * ts_tls_session_new:
 * @fd: (transfer full): a connected TCP socket, not blocking, with ts_stamped_socket_enable()
 * @bytes: (array length=length): what was received from it already: the beginning of a TLS handshake
 * @length: how much that is, at least 1
 * @stamp: when the last of it came
 * @certificate: the server's, with its private key
 * @service: what sessions share; outlives the session
 * @session: what is said inside TLS; outlives the session
 * @handshake_timeout_ns: how long the client has from now on until hands are shaken
 * @idle_timeout_ns: after how long without a request the connection is closed
 * @ended: called when the session is over, whatever the reason: once, from the main context, and not from
 *   within any of these functions; not after ts_tls_session_free()
 * @user_data: for @ended
 *
 * Serves a client in the thread-default main context. It must speak TLS 1.2 or later and agree on the protocol
 * %TS_TLS_PROTOCOL; a client that offers only others, or none at all, is not served, so that nobody can talk a
 * program that means another protocol into this connection (the ALPACA attack). Inside TLS there are only frames.
 *
 * All functions of a session are for the thread that made it.
 *
 * Returns: (transfer full): the session
 */
TsTlsSession *
ts_tls_session_new (int fd,
                    const guint8 *bytes,
                    gsize length,
                    const TsReceiveStamp *stamp,
                    GTlsCertificate *certificate,
                    const TsSessionService *service,
                    TsSession *session,
                    gint64 handshake_timeout_ns,
                    gint64 idle_timeout_ns,
                    TsTlsSessionEnded ended,
                    gpointer user_data)
{
  TsTlsSession *self = g_new0 (TsTlsSession, 1);

  self->set = ref_set ();
  self->link.data = self;
  self->fd = fd;
  self->hello = g_byte_array_sized_new ((guint) length);
  g_byte_array_append (self->hello, bytes, (guint) length);
  self->hello_stamp = *stamp;
  self->certificate = g_object_ref (certificate);
  self->service = service;
  self->session = session;
  self->idle_timeout_ns = idle_timeout_ns;
  self->ended = ended;
  self->user_data = user_data;
  enter_phase (self, PHASE_GREETING, get_now_ns (self) + handshake_timeout_ns);
  greet (self);
  return self;
}

/**
 * ts_tls_session_refuse:
 * @self: a session
 * @reason: why
 *
 * Answers what has arrived, sends the client away with a refusal and a goodbye (close_notify), and ends the
 * session when the client has closed its end too, in about a second at most. A client that has not shaken hands
 * yet cannot be told, and is left at once.
 */
void
ts_tls_session_refuse (TsTlsSession *self,
                       TsRefusalReason reason)
{
  if (self->phase == PHASE_HANDSHAKE)
    give_up_handshake (self);
  else if (self->phase < PHASE_HANDSHAKE)
    end (self);
  else if (self->phase == PHASE_SERVING && self->unsent == NULL)
    receive (self);

  if (self->phase != PHASE_SERVING || self->is_closing)
    return;
  if (self->unsent != NULL)
    {
      self->is_closing = TRUE;
      ts_session_refuse (self->session, self->service, reason, self->unsent);
      enter_phase (self, PHASE_SERVING, get_now_ns (self) + LINGER_PATIENCE_NS);
      return;
    }
  g_byte_array_set_size (self->set->answers, 0);
  ts_session_refuse (self->session, self->service, reason, self->set->answers);
  conclude (self, FALSE);
}

/**
 * ts_tls_session_free:
 * @self: (transfer full): a session, whether it is over or not
 *
 * Closes the connection at once. A handshake under way ends soon, in its own thread, and holds the main context
 * until then.
 */
void
ts_tls_session_free (TsTlsSession *self)
{
  SessionSet *set = self->set;

  close_connection (self);
  leave_phase (self);
  for (int i = 0; i < set->n_events; i++)
    if (set->events[i].data.ptr == self)
      set->events[i].data.ptr = NULL;
  g_free (self);
  unref_set (set);
}
