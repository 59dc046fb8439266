/* One NTP request to one address, and the wait for its answer.
 *
 * Every request has its own socket, which gets a port from the kernel when it connects. Linux chooses that port at
 * random from its ephemeral ports, as RFC 9109 recommends. A connected socket receives datagrams only from the address
 * and port that it asks, and gets ICMP errors.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/ntp/ts-ntp-query.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/stamped/ts-stamped-socket.h"
#include "ts-random.h"
#include "ts-source.h"

/* How many datagrams are read in one turn of the main loop, so that the rest of the program and the deadline have their
 * turn even in a flood. */
#define MAX_DATAGRAMS_PER_TURN 64

/* A header, and enough room for extensions that were not asked for. */
#define MAX_DATAGRAM_SIZE 1024

struct _TsNtpQuery
{
  GSocketAddress *address;
  TsClock *clock;
  TsNtpQueryFunc ended;
  gpointer user_data;
  int fd;
  GSource *source; /* (nullable): none once it has ended */
  TsNtpRequest request;
  TsLocalStamps stamps;
  TsNtpCheck check;
  TsNtpPacket answer;
  guint8 request_bytes[TS_NTP_PACKET_SIZE];
  guint8 answer_bytes[MAX_DATAGRAM_SIZE];
  gsize answer_length;
};

static GError *
error_from_errno (int number)
{
  return g_error_new_literal (G_IO_ERROR, g_io_error_from_errno (number), g_strerror (number));
}

/* Takes the transmit stamps first, because the descriptor stays ready until then. A stamp comes before the answer, so
 * there is no need to wait for it. */
static void
take_transmit_stamps (TsNtpQuery *self)
{
  guint32 n_before;
  gint64 stamp_ns;

  while (ts_stamped_socket_next_transmit (self->fd, self->clock, &n_before, &stamp_ns))
    ts_local_stamps_take_transmit (&self->stamps, stamp_ns);
}

/* @error: (nullable) (transfer full) */
static void
end (TsNtpQuery *self,
     GError *error)
{
  ts_source_clear (&self->source);
  self->ended (self, error, self->user_data);
  g_clear_error (&error);
}

static gboolean
got_datagrams (int fd,
               GIOCondition condition,
               gpointer user_data)
{
  TsNtpQuery *self = user_data;

  take_transmit_stamps (self);
  for (guint i = 0; i < MAX_DATAGRAMS_PER_TURN; i++)
    {
      TsReceiveStamp stamp;
      gssize n_received = ts_stamped_socket_receive (fd, self->answer_bytes, sizeof self->answer_bytes, self->clock,
                                                     &stamp);

      if (n_received < 0 && errno == EAGAIN)
        return G_SOURCE_CONTINUE;
      if (n_received < 0)
        {
          end (self, error_from_errno (errno));
          return G_SOURCE_REMOVE;
        }
      self->answer_length = (gsize) n_received;
      self->check = ts_ntp_request_check (&self->request, self->answer_bytes, self->answer_length, &self->answer);
      if (ts_ntp_check_is_ignored (self->check))
        continue;
      ts_clock_read (self->clock, &self->stamps.after);
      self->stamps.t4_ns = stamp.instant_ns;
      self->stamps.t4_source = stamp.is_kernel ? TS_STAMP_KERNEL : TS_STAMP_USER;
      end (self, NULL);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
open_socket (TsNtpQuery *self,
             GError **error)
{
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (self->address);

  if (!g_socket_address_to_native (self->address, &native, sizeof native, error))
    return FALSE;
  self->fd = socket (native.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (self->fd < 0 || connect (self->fd, (struct sockaddr *) &native, (socklen_t) size) != 0)
    {
      g_propagate_error (error, error_from_errno (errno));
      return FALSE;
    }
  if (!ts_stamped_socket_enable_transmit (self->fd))
    ts_stamped_socket_enable (self->fd);
  return TRUE;
}

static gboolean
send_request (TsNtpQuery *self,
              GError **error)
{
  gssize n_sent;

  do
    self->request.nonce = ts_random_uint64 ();
  while (self->request.nonce == 0);
  ts_ntp_request_encode (&self->request, self->request_bytes);

  ts_clock_read (self->clock, &self->stamps.before);
  self->stamps.t1_source = TS_STAMP_USER;
  do
    {
      self->stamps.t1_ns = ts_clock_get_now_ns (self->clock);
      n_sent = send (self->fd, self->request_bytes, sizeof self->request_bytes, 0);
    }
  while (n_sent < 0 && errno == EINTR);
  if (n_sent >= 0)
    return TRUE;
  g_propagate_error (error, error_from_errno (errno));
  return FALSE;
}

/**
 * ts_ntp_query_new:
 * @address: an address of the server
 * @clock: the clock that stamps
 * @context: the main context that is to wait for the answer
 * @ended: called when an answer has come or cannot come; not from within this function
 * @user_data: passed to @ended
 * @error: return location for a %G_IO_ERROR
 *
 * Sends a request at once. The caller has to keep a deadline.
 *
 * Returns: (transfer full) (nullable): the query
 */
TsNtpQuery *
ts_ntp_query_new (GSocketAddress *address,
                  TsClock *clock,
                  GMainContext *context,
                  TsNtpQueryFunc ended,
                  gpointer user_data,
                  GError **error)
{
  g_autoptr (TsNtpQuery) self = g_new0 (TsNtpQuery, 1);

  self->address = g_object_ref (address);
  self->clock = g_object_ref (clock);
  self->ended = ended;
  self->user_data = user_data;
  self->fd = -1;
  if (!open_socket (self, error) || !send_request (self, error))
    return NULL;
  self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (got_datagrams), self, NULL);
  g_source_attach (self->source, context);
  return g_steal_pointer (&self);
}

/**
 * ts_ntp_query_free:
 * @self: (transfer full): a query
 *
 * Ends it without calling back, and gives up its port.
 */
void
ts_ntp_query_free (TsNtpQuery *self)
{
  ts_source_clear (&self->source);
  if (self->fd >= 0)
    close (self->fd);
  g_object_unref (self->address);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * ts_ntp_query_get_address:
 * @self: a query
 *
 * Returns: (transfer none): the address that it asks
 */
GSocketAddress *
ts_ntp_query_get_address (const TsNtpQuery *self)
{
  return self->address;
}

/**
 * ts_ntp_query_get_check:
 * @self: a query
 * @answer: (out) (transfer none): the header of the last datagram
 *
 * Returns: the check that the last datagram failed; %TS_NTP_CHECKS_PASSED if it passed all or none has come
 */
TsNtpCheck
ts_ntp_query_get_check (const TsNtpQuery *self,
                        const TsNtpPacket **answer)
{
  *answer = &self->answer;
  return self->check;
}

/**
 * ts_ntp_query_get_sample:
 * @self: a query whose answer passed all checks
 * @precision_ns: as in ts_ntp_answer_to_sample()
 * @sample: (out caller-allocates): the sample; left alone on failure
 * @error: return location for a %TS_EXCHANGE_ERROR
 *
 * Returns: whether the exchange is valid
 */
gboolean
ts_ntp_query_get_sample (const TsNtpQuery *self,
                         gint64 precision_ns,
                         TsSample *sample,
                         GError **error)
{
  return ts_ntp_answer_to_sample (&self->answer, TS_NTP_PIVOT_NS, precision_ns, &self->stamps, sample, error);
}

/**
 * ts_ntp_query_tell_exchange:
 * @self: a query whose answer passed all checks
 * @witness: the witness
 * @about: the server
 * @sample: the sample from ts_ntp_query_get_sample()
 */
void
ts_ntp_query_tell_exchange (const TsNtpQuery *self,
                            TsWitness *witness,
                            const TsWitnessConnection *about,
                            const TsSample *sample)
{
  const TsWitnessExchange exchange = {
    .connection = ts_witness_connect (witness, about),
    .request = self->request_bytes,
    .request_length = sizeof self->request_bytes,
    .answer = self->answer_bytes,
    .answer_length = self->answer_length,
    .stamps = &self->stamps,
    .sample = sample,
  };

  ts_witness_exchange (witness, &exchange);
}
