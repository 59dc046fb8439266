/* A stream over a TCP socket that remembers when the kernel received what was read.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/stamped/ts-stamped-stream.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "net/stamped/ts-stamped-channel.h"
#include "measure/ts-time.h"
#include "ts-thread-sanitizer.h"

struct _TsStampedStream
{
  GIOStream parent_instance;

  TsStampedChannel *channel;
  GInputStream *input;
  GOutputStream *output;
  gboolean is_stamping; /* what is sent, as what is received */
};

G_DEFINE_FINAL_TYPE (TsStampedStream, ts_stamped_stream, G_TYPE_IO_STREAM)

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

/* Does not close the halves as the parent does, because it is useless to shut down a socket right before closing it. */
static gboolean
ts_stamped_stream_close (GIOStream *stream,
                         GCancellable *cancellable,
                         GError **error)
{
  ts_stamped_channel_close (TS_STAMPED_STREAM (stream)->channel);
  return TRUE;
}

static void
ts_stamped_stream_finalize (GObject *object)
{
  TsStampedStream *self = TS_STAMPED_STREAM (object);

  TS_TAKE_OVER (self);
  g_clear_object (&self->input);
  g_clear_object (&self->output);
  g_clear_pointer (&self->channel, ts_stamped_channel_unref);
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
}

/**
 * ts_stamped_stream_new:
 * @fd: (transfer full): a connected TCP socket, not blocking, with ts_stamped_socket_enable()
 * @clock: the clock that stamps
 *
 * Closing the output of the stream shuts the socket down for writing. Closing the stream closes it.
 *
 * Returns: (transfer full): the stream
 */
TsStampedStream *
ts_stamped_stream_new (int fd,
                       TsClock *clock)
{
  TsStampedStream *self = g_object_new (TS_TYPE_STAMPED_STREAM, NULL);

  self->channel = ts_stamped_channel_new (fd, clock);
  self->input = ts_stamped_channel_new_input (self->channel);
  self->output = ts_stamped_channel_new_output (self->channel);
  return self;
}

/**
 * ts_stamped_stream_hand_over:
 * @self: a stream
 *
 * Has to be called before a task of GIO may use or free @self in another thread, see TS_HAND_OVER().
 */
void
ts_stamped_stream_hand_over (TsStampedStream *self)
{
  TS_HAND_OVER (self->input);
  TS_HAND_OVER (self->output);
  TS_HAND_OVER (self);
}

/**
 * ts_stamped_stream_take_over:
 * @self: a stream
 *
 * Has to be called when such a task has ended.
 */
void
ts_stamped_stream_take_over (TsStampedStream *self)
{
  TS_TAKE_OVER (self->input);
  TS_TAKE_OVER (self->output);
}

/**
 * ts_stamped_stream_prime:
 * @self: a stream that nothing was read from
 * @bytes: (array length=length): bytes that were received from the socket before
 * @length: how many
 * @stamp: when the last of them came
 *
 * The stream reads @bytes first. Further calls append to them.
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
 * ts_stamped_stream_set_patient:
 * @self: a stream
 * @is_patient: whether calls that may block do so, which is the default
 *
 * Such calls of an impatient stream fail with %G_IO_ERROR_WOULD_BLOCK, so that a peer that neither sends nor receives
 * holds up no thread, not even one that closes TLS. A call that is waiting already goes on. Any thread may call this.
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
 * Any thread may call this.
 *
 * Returns: how long calls that block have waited for the peer altogether, including the one under way
 */
gint64
ts_stamped_stream_get_waited_ns (TsStampedStream *self)
{
  return ts_stamped_channel_get_waited_ms (self->channel) * TS_NS_PER_MS;
}

/**
 * ts_stamped_stream_get_n_waits:
 * @self: a stream
 *
 * A TLS connection over @self would block either because @self would, or because another handshake has begun in another
 * thread, and @self may have bytes then. Only this count tells the two apart.
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
 * @stamp: (out): when the kernel received the bytes that were read last, which is the end of the last record if TLS
 *   runs over @self; an instant of 0 before that
 */
void
ts_stamped_stream_get_last_stamp (TsStampedStream *self,
                                  TsReceiveStamp *stamp)
{
  *stamp = self->channel->last;
}

/* Returns: how many bytes were sent and are not acknowledged; -1: not known */
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
 * Asks the kernel to stamp what is written from now on. It numbers the bytes from the first one that is not
 * acknowledged then. If that changes during the call, stamps could not be told apart, and there will be none.
 *
 * Returns: whether the kernel stamps
 */
gboolean
ts_stamped_stream_stamp_transmit (TsStampedStream *self)
{
  TsStampedChannel *channel = self->channel;
  int n_before = get_n_unacknowledged (channel->fd);

  self->is_stamping = n_before >= 0 && ts_stamped_socket_enable_transmit (channel->fd) &&
                      get_n_unacknowledged (channel->fd) == n_before;
  channel->n_sent_bytes = (guint32) n_before;
  return self->is_stamping;
}

/**
 * ts_stamped_stream_take_transmit:
 * @self: a stream
 * @instant_ns: (out): when the kernel first sent what was written last
 *
 * Takes all stamps that are there, and drops those of earlier writes.
 *
 * Returns: whether the stamp of the last write was there
 */
gboolean
ts_stamped_stream_take_transmit (TsStampedStream *self,
                                 gint64 *instant_ns)
{
  TsStampedChannel *channel = self->channel;
  gboolean is_found = FALSE;
  guint32 last_byte;
  gint64 stamp_ns;

  while (channel->fd >= 0 &&
         ts_stamped_socket_next_transmit (channel->fd, channel->clock, &last_byte, &stamp_ns))
    if (self->is_stamping && !is_found && last_byte == channel->n_sent_bytes - 1)
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
 * Tells a peer that speaks TLS badly from a peer that does not speak it at all.
 *
 * Returns: the first byte that was received from the socket, or -1
 */
int
ts_stamped_stream_get_first_byte (TsStampedStream *self)
{
  return self->channel->first_byte;
}
