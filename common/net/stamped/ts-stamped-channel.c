/* The socket under a stamped stream, what is known about it, and the two halves of the stream that use it.
 *
 * Both halves are pollable, because GIO's TLS requires that of the stream that it runs over: otherwise a GTlsConnection
 * has no input and no output. GIO makes the TLS handshake in another thread, with calls that block. One thread at a
 * time uses the stream. Only that other thread makes calls that block, so it takes the stream over for each and hands
 * it back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/stamped/ts-stamped-channel.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure/ts-time.h"
#include "ts-thread-sanitizer.h"

#define STAMPED_TYPE_INPUT (stamped_input_get_type ())
G_DECLARE_FINAL_TYPE (StampedInput, stamped_input, STAMPED, INPUT, GInputStream)

#define STAMPED_TYPE_OUTPUT (stamped_output_get_type ())
G_DECLARE_FINAL_TYPE (StampedOutput, stamped_output, STAMPED, OUTPUT, GOutputStream)

struct _StampedInput
{
  GInputStream parent_instance;

  TsStampedChannel *channel;
};

struct _StampedOutput
{
  GOutputStream parent_instance;

  TsStampedChannel *channel;
};

static void stamped_input_pollable_init (GPollableInputStreamInterface *iface);
static void stamped_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (StampedInput, stamped_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, stamped_input_pollable_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (StampedOutput, stamped_output, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, stamped_output_pollable_init))

static void
set_error_from_errno (GError **error,
                      int code)
{
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (code), g_strerror (code));
}

static gboolean
channel_check (TsStampedChannel *channel,
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

/* Waits after a call that would have blocked, with @error.
 * Returns: whether to try again */
static gboolean
channel_wait (TsStampedChannel *channel,
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
channel_create_source (TsStampedChannel *channel,
                       gpointer stream,
                       GIOCondition condition,
                       GCancellable *cancellable)
{
  gboolean is_ready = channel->fd < 0 || (condition == G_IO_IN && channel->primed != NULL);
  g_autoptr (GSource) child = is_ready ? g_timeout_source_new (0) : g_unix_fd_source_new (channel->fd, condition);

  return g_pollable_source_new_full (stream, child, cancellable);
}

static gssize
read_primed (TsStampedChannel *channel,
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
channel_receive (TsStampedChannel *channel,
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
  TsStampedChannel *channel = STAMPED_INPUT (stream)->channel;
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
  TsStampedChannel *channel;
  GError *reason = NULL;
  gssize n_received;

  TS_TAKE_OVER (stream);
  channel = STAMPED_INPUT (stream)->channel;
  do
    n_received = channel_receive (channel, buffer, size, &reason);
  while (n_received < 0 && channel_wait (channel, G_IO_IN, cancellable, &reason));
  TS_HAND_OVER (stream);
  if (n_received < 0)
    g_propagate_error (error, reason);
  return n_received;
}

static gboolean
stamped_input_is_readable (GPollableInputStream *stream)
{
  TsStampedChannel *channel = STAMPED_INPUT (stream)->channel;

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
  TS_TAKE_OVER (object);
  ts_stamped_channel_unref (STAMPED_INPUT (object)->channel);
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
  TsStampedChannel *channel = STAMPED_OUTPUT (stream)->channel;
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
  TsStampedChannel *channel;
  GError *reason = NULL;
  gssize n_sent;

  TS_TAKE_OVER (stream);
  channel = STAMPED_OUTPUT (stream)->channel;
  do
    n_sent = stamped_output_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (stream), buffer, size, &reason);
  while (n_sent < 0 && channel_wait (channel, G_IO_OUT, cancellable, &reason));
  TS_HAND_OVER (stream);
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

/* Ends the output for the peer, but not the input. */
static gboolean
stamped_output_close (GOutputStream *stream,
                      GCancellable *cancellable,
                      GError **error)
{
  TsStampedChannel *channel = STAMPED_OUTPUT (stream)->channel;

  if (channel->fd < 0 || shutdown (channel->fd, SHUT_WR) == 0 || errno == ENOTCONN)
    return TRUE;
  set_error_from_errno (error, errno);
  return FALSE;
}

static void
stamped_output_finalize (GObject *object)
{
  TS_TAKE_OVER (object);
  ts_stamped_channel_unref (STAMPED_OUTPUT (object)->channel);
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

static void
channel_clear (gpointer data)
{
  TsStampedChannel *self = data;

  TS_TAKE_OVER (self);
  ts_stamped_channel_close (self);
  g_clear_pointer (&self->primed, g_byte_array_unref);
  g_object_unref (self->clock);
}

/**
 * ts_stamped_channel_new:
 * @fd: (transfer full): a connected TCP socket, not blocking, with ts_stamped_socket_enable()
 * @clock: the clock that stamps
 *
 * Returns: (transfer full): the channel, patient
 */
TsStampedChannel *
ts_stamped_channel_new (int fd,
                        TsClock *clock)
{
  TsStampedChannel *self = g_atomic_rc_box_new0 (TsStampedChannel);

  self->fd = fd;
  self->clock = g_object_ref (clock);
  self->is_patient = TRUE;
  self->first_byte = -1;
  return self;
}

/**
 * ts_stamped_channel_unref:
 * @self: (transfer full): a channel; the last reference closes it
 */
void
ts_stamped_channel_unref (TsStampedChannel *self)
{
  TS_HAND_OVER (self);
  g_atomic_rc_box_release_full (self, channel_clear);
}

/**
 * ts_stamped_channel_close:
 * @self: a channel
 *
 * Closes the socket, unless it is closed already.
 */
void
ts_stamped_channel_close (TsStampedChannel *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

/**
 * ts_stamped_channel_get_waited_ms:
 * @self: a channel
 *
 * Any thread may call this.
 *
 * Returns: for how many milliseconds calls that block have waited altogether, including the one under way
 */
gint64
ts_stamped_channel_get_waited_ms (TsStampedChannel *self)
{
  int since_ms = g_atomic_int_get (&self->waiting_since);
  gint64 waited_ms = g_atomic_int_get (&self->n_waited_ms);

  if (since_ms != 0)
    waited_ms += (guint) get_now_ms () - (guint) since_ms;
  return waited_ms;
}

/**
 * ts_stamped_channel_new_input:
 * @self: a channel
 *
 * Returns: (transfer full): a pollable stream that reads from it
 */
GInputStream *
ts_stamped_channel_new_input (TsStampedChannel *self)
{
  StampedInput *input = g_object_new (STAMPED_TYPE_INPUT, NULL);

  input->channel = g_atomic_rc_box_acquire (self);
  return G_INPUT_STREAM (input);
}

/**
 * ts_stamped_channel_new_output:
 * @self: a channel
 *
 * Returns: (transfer full): a pollable stream that writes to it; closing it shuts the socket down for writing
 */
GOutputStream *
ts_stamped_channel_new_output (TsStampedChannel *self)
{
  StampedOutput *output = g_object_new (STAMPED_TYPE_OUTPUT, NULL);

  output->channel = g_atomic_rc_box_acquire (self);
  return G_OUTPUT_STREAM (output);
}
