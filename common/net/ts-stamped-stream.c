/* A stream over a TCP socket that remembers when the kernel received what was read.
 *
 * Both halves are pollable, which is what GIO's TLS asks of the stream that it runs over: without it a
 * GTlsConnection has no input and no output. GIO's TLS shakes hands in another thread, with calls that block;
 * one thread at a time uses the stream.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-stamped-stream.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ts-time.h"

/* What the halves share, for either may be kept when the whole is gone. */
typedef struct
{
  int fd;              /* -1 once closed */
  int is_patient;      /* atomic: whether a blocking call waits */
  int waiting_since;   /* atomic: 0 while none does, else the monotonic time in milliseconds, which may wrap */
  int n_waited_ms;     /* atomic: by those that are over */
  guint n_waits;       /* of calls that do not block */
  gboolean is_stamping; /* what is sent, as what is received */
  guint32 n_sent_bytes; /* as the kernel counts what it stamps */
  TsClock *clock;
  TsReceiveStamp last; /* all zero while nothing was read */
  int first_byte;      /* -1 while nothing was received from the socket */
  GByteArray *primed;  /* (nullable): to be read before the socket */
  TsReceiveStamp primed_stamp;
} Channel;

#define STAMPED_TYPE_INPUT (stamped_input_get_type ())
G_DECLARE_FINAL_TYPE (StampedInput, stamped_input, STAMPED, INPUT, GInputStream)

#define STAMPED_TYPE_OUTPUT (stamped_output_get_type ())
G_DECLARE_FINAL_TYPE (StampedOutput, stamped_output, STAMPED, OUTPUT, GOutputStream)

struct _StampedInput
{
  GInputStream parent_instance;

  Channel *channel;
};

struct _StampedOutput
{
  GOutputStream parent_instance;

  Channel *channel;
};

struct _TsStampedStream
{
  GIOStream parent_instance;

  Channel *channel;
  GInputStream *input;
  GOutputStream *output;
};

static void stamped_input_pollable_init (GPollableInputStreamInterface *iface);
static void stamped_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StampedInput, stamped_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, stamped_input_pollable_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (StampedOutput, stamped_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, stamped_output_pollable_init))
G_DEFINE_FINAL_TYPE (TsStampedStream, ts_stamped_stream, G_TYPE_IO_STREAM)

static void
channel_close (Channel *channel)
{
  if (channel->fd >= 0)
    close (channel->fd);
  channel->fd = -1;
}

static void
channel_clear (gpointer data)
{
  Channel *channel = data;

  channel_close (channel);
  g_clear_pointer (&channel->primed, g_byte_array_unref);
  g_clear_object (&channel->clock);
}

static void
set_error_from_errno (GError **error,
                      int code)
{
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
}

static gboolean
channel_check (Channel *channel,
               GIOCondition condition)
{
  GPollFD poll = { .fd = channel->fd, .events = condition };

  return channel->fd < 0 || g_poll (&poll, 1, 0) > 0;
}

static int
get_now_ms (void)
{
  return (int) (g_get_monotonic_time () / (TS_NS_PER_MS / TS_NS_PER_US));
}

/* After a call that would have blocked, with @error. Returns: whether to try again */
static gboolean
channel_wait (Channel *channel,
              GIOCondition condition,
              GCancellable *cancellable,
              GError **error)
{
  GPollFD polls[2] = { { .fd = channel->fd, .events = condition } };
  guint n_polls = 1;
  int begin_ms = get_now_ms ();

  if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) || !g_atomic_int_get (&channel->is_patient))
    return FALSE;
  g_clear_error (error);
  if (g_cancellable_make_pollfd (cancellable, &polls[1]))
    n_polls++;
  g_atomic_int_set (&channel->waiting_since, begin_ms != 0 ? begin_ms : 1);
  g_poll (polls, n_polls, -1);
  g_atomic_int_set (&channel->waiting_since, 0);
  g_atomic_int_add (&channel->n_waited_ms, (int) ((guint) get_now_ms () - (guint) begin_ms));
  if (n_polls > 1)
    g_cancellable_release_fd (cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static GSource *
channel_create_source (Channel *channel,
                       gpointer stream,
                       GIOCondition condition,
                       GCancellable *cancellable)
{
  gboolean is_ready = channel->fd < 0 || (condition == G_IO_IN && channel->primed != NULL);
  g_autoptr (GSource) child = is_ready ? g_timeout_source_new (0) : g_unix_fd_source_new (channel->fd, condition);

  return g_pollable_source_new_full (stream, child, cancellable);
}

static gssize
read_primed (Channel *channel,
             guint8 *buffer,
             gsize size)
{
  gsize n_taken = MIN (size, channel->primed->len);

  memcpy (buffer, channel->primed->data, n_taken);
  g_byte_array_remove_range (channel->primed, 0, (guint) n_taken);
  if (channel->primed->len == 0)
    g_clear_pointer (&channel->primed, g_byte_array_unref);
  channel->last = channel->primed_stamp;
  return (gssize) n_taken;
}

static gssize
channel_receive (Channel *channel,
                 guint8 *buffer,
                 gsize size,
                 GError **error)
{
  TsReceiveStamp stamp;
  gssize n_received;

  if (channel->primed != NULL)
    return read_primed (channel, buffer, size);
  n_received = ts_stamped_socket_receive (channel->fd, buffer, size, channel->clock, &stamp);
  if (n_received > 0 && channel->first_byte < 0)
    channel->first_byte = buffer[0];
  if (n_received > 0)
    channel->last = stamp;
  else if (n_received < 0)
    set_error_from_errno (error, errno);
  return n_received;
}

static gssize
stamped_input_read_nonblocking (GPollableInputStream *stream,
                                void *buffer,
                                gsize size,
                                GError **error)
{
  Channel *channel = STAMPED_INPUT (stream)->channel;
  GError *reason = NULL;
  gssize n_received = channel_receive (channel, buffer, size, &reason);

  if (n_received >= 0)
    return n_received;
  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    channel->n_waits++;
  g_propagate_error (error, reason);
  return n_received;
}

static gssize
stamped_input_read (GInputStream *stream,
                    void *buffer,
                    gsize size,
                    GCancellable *cancellable,
                    GError **error)
{
  Channel *channel = STAMPED_INPUT (stream)->channel;
  GError *reason = NULL;
  gssize n_received;

  do
    n_received = channel_receive (channel, buffer, size, &reason);
  while (n_received < 0 && channel_wait (channel, G_IO_IN, cancellable, &reason));
  if (n_received < 0)
    g_propagate_error (error, reason);
  return n_received;
}

static gboolean
stamped_input_is_readable (GPollableInputStream *stream)
{
  Channel *channel = STAMPED_INPUT (stream)->channel;

  return channel->primed != NULL || channel_check (channel, G_IO_IN);
}

static GSource *
stamped_input_create_source (GPollableInputStream *stream,
                             GCancellable *cancellable)
{
  return channel_create_source (STAMPED_INPUT (stream)->channel, stream, G_IO_IN, cancellable);
}

static void
stamped_input_finalize (GObject *object)
{
  g_atomic_rc_box_release_full (STAMPED_INPUT (object)->channel, channel_clear);
  G_OBJECT_CLASS (stamped_input_parent_class)->finalize (object);
}

static void
stamped_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = stamped_input_is_readable;
  iface->create_source = stamped_input_create_source;
  iface->read_nonblocking = stamped_input_read_nonblocking;
}

static void
stamped_input_class_init (StampedInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stamped_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = stamped_input_read;
}

static void
stamped_input_init (StampedInput *self)
{
}

static gssize
stamped_output_write_nonblocking (GPollableOutputStream *stream,
                                  const void *buffer,
                                  gsize size,
                                  GError **error)
{
  Channel *channel = STAMPED_OUTPUT (stream)->channel;
  gssize n_sent;

  do
    n_sent = send (channel->fd, buffer, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (n_sent < 0 && errno == EINTR);
  if (n_sent < 0)
    set_error_from_errno (error, errno);
  else
    channel->n_sent_bytes += (guint32) n_sent;
  return n_sent;
}

static gssize
stamped_output_write (GOutputStream *stream,
                      const void *buffer,
                      gsize size,
                      GCancellable *cancellable,
                      GError **error)
{
  Channel *channel = STAMPED_OUTPUT (stream)->channel;
  GError *reason = NULL;
  gssize n_sent;

  do
    n_sent = stamped_output_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (stream), buffer, size, &reason);
  while (n_sent < 0 && channel_wait (channel, G_IO_OUT, cancellable, &reason));
  if (n_sent < 0)
    g_propagate_error (error, reason);
  return n_sent;
}

static gboolean
stamped_output_is_writable (GPollableOutputStream *stream)
{
  return channel_check (STAMPED_OUTPUT (stream)->channel, G_IO_OUT);
}

static GSource *
stamped_output_create_source (GPollableOutputStream *stream,
                              GCancellable *cancellable)
{
  return channel_create_source (STAMPED_OUTPUT (stream)->channel, stream, G_IO_OUT, cancellable);
}

/* The peer learns that no more will come; the input goes on. */
static gboolean
stamped_output_close (GOutputStream *stream,
                      GCancellable *cancellable,
                      GError **error)
{
  Channel *channel = STAMPED_OUTPUT (stream)->channel;

  if (channel->fd < 0 || shutdown (channel->fd, SHUT_WR) == 0 || errno == ENOTCONN)
    return TRUE;
  set_error_from_errno (error, errno);
  return FALSE;
}

static void
stamped_output_finalize (GObject *object)
{
  g_atomic_rc_box_release_full (STAMPED_OUTPUT (object)->channel, channel_clear);
  G_OBJECT_CLASS (stamped_output_parent_class)->finalize (object);
}

static void
stamped_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = stamped_output_is_writable;
  iface->create_source = stamped_output_create_source;
  iface->write_nonblocking = stamped_output_write_nonblocking;
}

static void
stamped_output_class_init (StampedOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stamped_output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = stamped_output_write;
  G_OUTPUT_STREAM_CLASS (klass)->close_fn = stamped_output_close;
}

static void
stamped_output_init (StampedOutput *self)
{
}

static GInputStream *
ts_stamped_stream_get_input_stream (GIOStream *stream)
{
  return TS_STAMPED_STREAM (stream)->input;
}

static GOutputStream *
ts_stamped_stream_get_output_stream (GIOStream *stream)
{
  return TS_STAMPED_STREAM (stream)->output;
}

/* Not the parent's way, which closes the halves: to shut down what is closed right after is of no use. */
static gboolean
ts_stamped_stream_close (GIOStream *stream,
                         GCancellable *cancellable,
                         GError **error)
{
  channel_close (TS_STAMPED_STREAM (stream)->channel);
  return TRUE;
}

static void
ts_stamped_stream_finalize (GObject *object)
{
  TsStampedStream *self = TS_STAMPED_STREAM (object);

  g_object_unref (self->input);
  g_object_unref (self->output);
  g_atomic_rc_box_release_full (self->channel, channel_clear);
  G_OBJECT_CLASS (ts_stamped_stream_parent_class)->finalize (object);
}

static void
ts_stamped_stream_class_init (TsStampedStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ts_stamped_stream_finalize;
  stream_class->get_input_stream = ts_stamped_stream_get_input_stream;
  stream_class->get_output_stream = ts_stamped_stream_get_output_stream;
  stream_class->close_fn = ts_stamped_stream_close;
}

static void
ts_stamped_stream_init (TsStampedStream *self)
{
  StampedInput *input = g_object_new (STAMPED_TYPE_INPUT, NULL);
  StampedOutput *output = g_object_new (STAMPED_TYPE_OUTPUT, NULL);

  self->channel = g_atomic_rc_box_new0 (Channel);
  input->channel = g_atomic_rc_box_acquire (self->channel);
  output->channel = g_atomic_rc_box_acquire (self->channel);
  self->input = G_INPUT_STREAM (input);
  self->output = G_OUTPUT_STREAM (output);
}

/**
 * ts_stamped_stream_new:
 * @fd: (transfer full): a connected TCP socket, not blocking, with ts_stamped_socket_enable()
 * @clock: the clock that stamps
 *
 * To close the output of the stream shuts the socket down for writing; to close the stream closes it.
 *
 * Returns: (transfer full): the stream
 */
TsStampedStream *
ts_stamped_stream_new (int fd,
                       TsClock *clock)
{
  TsStampedStream *self = g_object_new (TS_TYPE_STAMPED_STREAM, NULL);

  self->channel->fd = fd;
  self->channel->clock = g_object_ref (clock);
  self->channel->is_patient = TRUE;
  self->channel->first_byte = -1;
  return self;
}

/**
 * ts_stamped_stream_prime:
 * @self: a stream that nothing was read from
 * @bytes: (array length=length): what somebody else has received from the socket
 * @length: how much that is
 * @stamp: when the last of it came
 *
 * Gives @bytes back, to be read first. Called again, it appends.
 */
void
ts_stamped_stream_prime (TsStampedStream *self,
                         const guint8 *bytes,
                         gsize length,
                         const TsReceiveStamp *stamp)
{
  if (length == 0)
    return;
  if (self->channel->primed == NULL)
    self->channel->primed = g_byte_array_sized_new ((guint) length);
  g_byte_array_append (self->channel->primed, bytes, (guint) length);
  self->channel->primed_stamp = *stamp;
}

/**
 * ts_stamped_stream_is_primed:
 * @self: a stream
 *
 * Returns: whether there are bytes to read that no poll of the socket tells of
 */
gboolean
ts_stamped_stream_is_primed (TsStampedStream *self)
{
  return self->channel->primed != NULL;
}

/**
 * ts_stamped_stream_set_patient:
 * @self: a stream
 * @is_patient: whether calls that may block do, as they do at first
 *
 * Those of an impatient stream fail with %G_IO_ERROR_WOULD_BLOCK as the others do, so that a peer that neither
 * sends nor receives holds up no thread, not even the one that says goodbye to it. A call that waits already
 * is not disturbed. Any thread may call this.
 */
void
ts_stamped_stream_set_patient (TsStampedStream *self,
                               gboolean is_patient)
{
  g_atomic_int_set (&self->channel->is_patient, is_patient);
}

/**
 * ts_stamped_stream_get_waited_ns:
 * @self: a stream
 *
 * Any thread may ask.
 *
 * Returns: how long calls that block have waited for the peer in all, the one under way included
 */
gint64
ts_stamped_stream_get_waited_ns (TsStampedStream *self)
{
  int since_ms = g_atomic_int_get (&self->channel->waiting_since);
  gint64 waited_ms = g_atomic_int_get (&self->channel->n_waited_ms);

  if (since_ms != 0)
    waited_ms += (guint) get_now_ms () - (guint) since_ms;
  return waited_ms * TS_NS_PER_MS;
}

/**
 * ts_stamped_stream_get_n_waits:
 * @self: a stream
 *
 * A TLS connection over @self would block either because @self would, or because it began to shake hands anew
 * in another thread, when @self may well have more. Only this tells them apart.
 *
 * Returns: how many reads that do not block found nothing
 */
guint
ts_stamped_stream_get_n_waits (TsStampedStream *self)
{
  return self->channel->n_waits;
}

/**
 * ts_stamped_stream_get_fd:
 * @self: a stream
 *
 * Returns: its socket, or -1 once it is closed
 */
int
ts_stamped_stream_get_fd (TsStampedStream *self)
{
  return self->channel->fd;
}

/**
 * ts_stamped_stream_get_last_stamp:
 * @self: a stream
 * @stamp: (out): when the kernel received the bytes that were read last: for who reads from a TLS connection
 *   over @self, the end of the last record; an instant of 0 while nothing was read
 */
void
ts_stamped_stream_get_last_stamp (TsStampedStream *self,
                                  TsReceiveStamp *stamp)
{
  *stamp = self->channel->last;
}

/* Returns: how many bytes were sent and not acknowledged; -1: not known */
static int
get_n_unacknowledged (int fd)
{
  int n_bytes;

  return ioctl (fd, SIOCOUTQ, &n_bytes) == 0 ? n_bytes : -1;
}

/**
 * ts_stamped_stream_stamp_transmit:
 * @self: a stream
 *
 * Asks the kernel to stamp what is written from now on. It numbers bytes from the first one that was not
 * acknowledged when it was asked; where that moves while it is asked, stamps could not be told apart.
 *
 * Returns: whether it does
 */
gboolean
ts_stamped_stream_stamp_transmit (TsStampedStream *self)
{
  Channel *channel = self->channel;
  int n_before = get_n_unacknowledged (channel->fd);

  channel->is_stamping = n_before >= 0 && ts_stamped_socket_enable_transmit (channel->fd) &&
                         get_n_unacknowledged (channel->fd) == n_before;
  channel->n_sent_bytes = (guint32) n_before;
  return channel->is_stamping;
}

/**
 * ts_stamped_stream_take_transmit:
 * @self: a stream
 * @instant_ns: (out): when the kernel sent what was written last, for the first time
 *
 * Takes all stamps that are there; those of earlier writes are of no use any more.
 *
 * Returns: whether there was the one of the last write
 */
gboolean
ts_stamped_stream_take_transmit (TsStampedStream *self,
                                 gint64 *instant_ns)
{
  Channel *channel = self->channel;
  gboolean is_found = FALSE;
  guint32 last_byte;
  gint64 stamp_ns;

  while (channel->fd >= 0 &&
         ts_stamped_socket_next_transmit (channel->fd, channel->clock, &last_byte, &stamp_ns))
    if (channel->is_stamping && !is_found && last_byte == channel->n_sent_bytes - 1)
      {
        *instant_ns = stamp_ns;
        is_found = TRUE;
      }
  return is_found;
}

/**
 * ts_stamped_stream_get_first_byte:
 * @self: a stream
 *
 * Tells a peer that speaks TLS badly from one that does not speak it at all.
 *
 * Returns: the first byte that was received from the socket, or -1
 */
int
ts_stamped_stream_get_first_byte (TsStampedStream *self)
{
  return self->channel->first_byte;
}
