/* Answers NTP clients over UDP.
 *
 * One thread receives up to 64 requests with one system call, judges each, and sends the answers in small
 * batches, each with an instant of departure read right before. An answer has 48 bytes and only a request has
 * as many or more, so nobody can have more sent to another than he sends himself; an answer is never
 * answered.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-ntp-responder.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/errqueue.h>

#include "ts-address.h"
#include "ts-stamped-socket.h"
#include "ts-time.h"

#define RECEIVE_BATCH 64

/* The more answers leave with one system call, the older is the instant of departure in the last of them. */
#define SEND_BATCH 8

/* A burst of so many bytes, as the kernel counts them, may wait for the thread; the kernel may allow less. */
#define RECEIVE_BUFFER_SIZE (1024 * 1024)

#define MAX_LISTENERS  2
#define MAX_PORT_TRIES 16

/* How long what the kernel knows about the clock may be told again. */
#define QUALITY_AGE_NS TS_NS_PER_S

/* How often an address over its limit is told so; of those that share a slot only one is. */
#define KISS_INTERVAL_NS TS_NS_PER_S
#define N_KISS_SLOTS     256

/* The reference of stratum 2 and above is an IPv4 address, which clients compare with their own to find
 * loops: ours is this computer's clock, and for that ntpd and chronyd have 127.127.1.x. */
#define REFERENCE_ID_LOCAL   0x7f7f0101u
#define REFERENCE_ID_LOCAL_1 TS_NTP_REFERENCE_ID ('L', 'O', 'C', 'L')

typedef union
{
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} Address;

/* Receives a request, and becomes its answer. */
typedef struct
{
  Address peer;
  struct iovec vector;
  guint8 bytes[TS_NTP_PACKET_SIZE];
  union
  {
    struct cmsghdr aligned;
    char bytes[CMSG_SPACE (sizeof (struct scm_timestamping)) + CMSG_SPACE (sizeof (struct in6_pktinfo))];
  } control;
  gint64 receive_ns;
  TsNtpPacket answer;
  gboolean is_kiss;
} Slot;

typedef struct
{
  int fd;
  Address address;
} Listener;

struct _TsNtpResponder
{
  GThread *thread;
  int stop_fd;
  Listener listeners[MAX_LISTENERS];
  guint n_listeners;
  guint16 port;
  TsClock *clock;
  TsThrottle *throttle;
  guint local_stratum;
  TsCounters counters; /* written by the thread alone */

  /* The thread's own. */
  TsNtpPacket portrait; /* what every answer says of the clock */
  gint64 portrait_ns;
  gint64 portrait_ends_ns;              /* monotonic */
  gint64 next_kiss_at_ns[N_KISS_SLOTS]; /* monotonic */
  guint32 seed;
  Slot slots[RECEIVE_BATCH];
  struct mmsghdr requests[RECEIVE_BATCH]; /* by slot */
  struct mmsghdr answers[RECEIVE_BATCH];
  Slot *answering[RECEIVE_BATCH]; /* whose answer it is */
};

/**
 * ts_ntp_responder_describe:
 * @answer: (inout): gets leap, stratum, root delay, root dispersion and reference id
 * @quality: what the kernel knows about the clock
 * @local_stratum: the stratum that the operator vouches for, 1 to 15; 0: none
 *
 * The kernel tells whether the clock is synchronized and a bound on its error, but neither to what nor
 * through how many servers. So a synchronized clock has @local_stratum, or else
 * %TS_NTP_STRATUM_OF_SYNCHRONIZED, which is hardly ever less than the truth and yields to every server that
 * knows better. The whole bound goes into the root dispersion, so that the root distance, which clients
 * compute as half the root delay plus that, is the bound.
 *
 * A clock that is not synchronized is said to be just that (leap 3, which clients refuse), unless
 * @local_stratum is set: then it is itself the reference, and its distance from itself is 0.
 */
void
ts_ntp_responder_describe (TsNtpPacket *answer,
                           const TsClockQuality *quality,
                           guint local_stratum)
{
  guint stratum = local_stratum > 0 ? local_stratum : TS_NTP_STRATUM_OF_SYNCHRONIZED;

  answer->root_delay = 0;
  if (!quality->is_synchronized && local_stratum == 0)
    {
      answer->leap = TS_LEAP_UNKNOWN;
      answer->stratum = TS_NTP_STRATUM_KISS;
      answer->reference_id = TS_NTP_KISS_INIT;
      /* The greatest dispersion that NTP knows (RFC 5905 §7.2, MAXDISP). */
      answer->root_dispersion = ts_ntp_short_from_ns (16 * TS_NS_PER_S);
      return;
    }
  answer->leap = quality->is_synchronized ? (guint8) quality->leap : TS_LEAP_NONE;
  answer->stratum = (guint8) MIN (stratum, TS_NTP_STRATUM_MAX);
  answer->reference_id = stratum == 1 ? REFERENCE_ID_LOCAL_1 : REFERENCE_ID_LOCAL;
  answer->root_dispersion = quality->is_synchronized ? ts_ntp_short_from_ns (quality->max_error_ns) : 0;
}

/* Returns: log₂ of the clock's precision in seconds: the time to read it or its resolution (RFC 5905 §7.3) */
static gint8
measure_precision (TsClock *clock,
                   const TsClockQuality *quality)
{
  gint64 least_ns = TS_NS_PER_MS;
  gint8 precision = 0;

  for (guint i = 0; i < 100; i++)
    {
      gint64 before_ns = ts_clock_get_now_ns (clock);
      gint64 after_ns = ts_clock_get_now_ns (clock);

      if (after_ns > before_ns)
        least_ns = MIN (least_ns, after_ns - before_ns);
    }
  least_ns = MAX (least_ns, quality->precision_ns);
  while (precision > -29 && least_ns << (1 - precision) <= TS_NS_PER_S)
    precision--;
  return precision;
}

static void
refresh_portrait (TsNtpResponder *self,
                  gint64 monotonic_ns)
{
  TsClockQuality quality;

  if (monotonic_ns < self->portrait_ends_ns)
    return;
  ts_clock_quality_read (&quality);
  if (self->portrait.precision == 0)
    self->portrait.precision = measure_precision (self->clock, &quality);
  ts_ntp_responder_describe (&self->portrait, &quality, self->local_stratum);
  self->portrait_ns = ts_clock_get_now_ns (self->clock);
  self->portrait_ends_ns = monotonic_ns + QUALITY_AGE_NS;
}

static guint
kiss_slot (TsNtpResponder *self,
           const Address *peer)
{
  /* An IPv6 address counts as its /64. */
  const guint8 *bytes = peer->any.sa_family == AF_INET6 ? peer->v6.sin6_addr.s6_addr
                                                         : (const guint8 *) &peer->v4.sin_addr;
  gsize n_bytes = peer->any.sa_family == AF_INET6 ? 8 : 4;
  guint32 hash = self->seed;

  for (gsize i = 0; i < n_bytes; i++)
    hash = (hash ^ bytes[i]) * 16777619u;
  return (hash ^ hash >> 15) % N_KISS_SLOTS;
}

/* Returns: whether an address over its limit is told so, and not just ignored */
static gboolean
may_kiss (TsNtpResponder *self,
          const Address *peer,
          gint64 monotonic_ns)
{
  gint64 *next_at_ns = &self->next_kiss_at_ns[kiss_slot (self, peer)];

  if (monotonic_ns < *next_at_ns)
    return FALSE;
  *next_at_ns = monotonic_ns + KISS_INTERVAL_NS;
  return TRUE;
}

/* Returns: whether these are a client's request; extension fields and MACs have a multiple of four bytes */
static gboolean
is_request (const TsNtpPacket *packet,
            gsize length)
{
  return packet->mode == TS_NTP_MODE_CLIENT && packet->version >= 1 && packet->version <= TS_NTP_VERSION &&
         length % 4 == 0;
}

/* An answer to port 0 cannot be sent, one to ourselves could be the first of many, and one to a request that
 * was sent to many is more than was asked for. */
static gboolean
is_answerable_v4 (TsNtpResponder *self,
                  const struct sockaddr_in *peer,
                  const struct in_pktinfo *info)
{
  guint16 port = ntohs (peer->sin_port);

  return port != 0 && info->ipi_spec_dst.s_addr == info->ipi_addr.s_addr &&
         (port != self->port || peer->sin_addr.s_addr != info->ipi_addr.s_addr);
}

static gboolean
is_answerable_v6 (TsNtpResponder *self,
                  const struct sockaddr_in6 *peer,
                  const struct in6_pktinfo *info)
{
  guint16 port = ntohs (peer->sin6_port);

  return port != 0 && !IN6_IS_ADDR_MULTICAST (&info->ipi6_addr) &&
         (port != self->port || !IN6_ARE_ADDR_EQUAL (&peer->sin6_addr, &info->ipi6_addr));
}

static void
put_control (struct msghdr *message,
             int level,
             int type,
             const void *data,
             gsize size)
{
  struct cmsghdr *control = message->msg_control;

  control->cmsg_level = level;
  control->cmsg_type = type;
  control->cmsg_len = CMSG_LEN (size);
  memcpy (CMSG_DATA (control), data, size);
  message->msg_controllen = CMSG_SPACE (size);
}

/* Takes the kernel's stamp, and puts the address asked in its place as the one that the answer leaves from.
 *
 * Returns: whether an answer may be sent there */
static gboolean
turn_round (TsNtpResponder *self,
            Slot *slot,
            struct msghdr *message)
{
  struct in_pktinfo v4 = { 0 };
  struct in6_pktinfo v6 = { 0 };
  gboolean is_v6 = slot->peer.any.sa_family == AF_INET6;

  slot->receive_ns = 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c != NULL; c = CMSG_NXTHDR (message, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPING)
      {
        struct scm_timestamping stamps;

        memcpy (&stamps, CMSG_DATA (c), sizeof stamps);
        slot->receive_ns = stamps.ts[0].tv_sec * TS_NS_PER_S + stamps.ts[0].tv_nsec;
      }
    else if (is_v6 && c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
      memcpy (&v6, CMSG_DATA (c), sizeof v6);
    else if (!is_v6 && c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
      memcpy (&v4, CMSG_DATA (c), sizeof v4);

  if (!(is_v6 ? is_answerable_v6 (self, &slot->peer.v6, &v6) : is_answerable_v4 (self, &slot->peer.v4, &v4)))
    return FALSE;
  slot->receive_ns = slot->receive_ns > 0 ? ts_clock_from_kernel_ns (self->clock, slot->receive_ns)
                                          : ts_clock_get_now_ns (self->clock);
  /* The way back is the routing's to find, but where an address has a meaning on its own link only. */
  if (is_v6 && !IN6_IS_ADDR_LINKLOCAL (&v6.ipi6_addr))
    v6.ipi6_ifindex = 0;
  v4.ipi_ifindex = 0;
  if (is_v6)
    put_control (message, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof v6);
  else
    put_control (message, IPPROTO_IP, IP_PKTINFO, &v4, sizeof v4);
  return TRUE;
}

/* Returns: whether the answer in the slot is to be sent */
static gboolean
answer_request (TsNtpResponder *self,
                Slot *slot,
                struct mmsghdr *message,
                gint64 monotonic_ns)
{
  TsNtpPacket request;

  if (!ts_ntp_packet_decode (slot->bytes, message->msg_len, &request, NULL) ||
      !is_request (&request, message->msg_len) || !turn_round (self, slot, &message->msg_hdr))
    {
      ts_counters_add (&self->counters, TS_COUNT_MALFORMED, 1);
      return FALSE;
    }

  slot->answer = self->portrait;
  slot->answer.version = request.version;
  slot->answer.mode = TS_NTP_MODE_SERVER;
  slot->answer.poll = request.poll;
  slot->answer.origin = request.transmit;
  slot->answer.receive = ts_ntp_stamp_from_ns (slot->receive_ns);
  slot->is_kiss = self->throttle != NULL &&
                  !ts_throttle_admit_address (self->throttle, &slot->peer.any, monotonic_ns);
  if (!slot->is_kiss)
    return TRUE;

  ts_counters_add (&self->counters, TS_COUNT_REFUSED_REQUESTS, 1);
  slot->answer.leap = TS_LEAP_UNKNOWN;
  slot->answer.stratum = TS_NTP_STRATUM_KISS;
  slot->answer.reference_id = TS_NTP_KISS_RATE;
  return may_kiss (self, &slot->peer, monotonic_ns);
}

static void
send_answers (TsNtpResponder *self,
              int fd,
              guint n_answers)
{
  for (guint n_done = 0; n_done < n_answers;)
    {
      guint n_batch = MIN (n_answers - n_done, SEND_BATCH);
      gint64 now_ns = ts_clock_get_now_ns (self->clock);
      TsNtpStamp transmit = ts_ntp_stamp_from_ns (now_ns);
      /* The clock may have been set back since. */
      TsNtpStamp reference = ts_ntp_stamp_from_ns (MIN (self->portrait_ns, now_ns));
      int n_sent;

      for (guint i = n_done; i < n_done + n_batch; i++)
        {
          Slot *slot = self->answering[i];

          slot->answer.transmit = transmit;
          slot->answer.reference = slot->answer.stratum != TS_NTP_STRATUM_KISS ? reference : 0;
          ts_ntp_packet_encode (&slot->answer, slot->bytes);
          if (slot->is_kiss)
            continue;
          ts_counters_add (&self->counters, TS_COUNT_REQUESTS_NTP, 1);
          ts_counters_add_service_time (&self->counters, now_ns - slot->receive_ns, 1);
        }
      n_sent = sendmmsg (fd, self->answers + n_done, n_batch, MSG_DONTWAIT);
      if (n_sent < 0 && errno == EAGAIN)
        return;
      /* What cannot be sent there cannot be sent later either. */
      n_done += n_sent > 0 ? (guint) n_sent : 1;
    }
}

static void
prepare_slot (TsNtpResponder *self,
              guint i)
{
  Slot *slot = &self->slots[i];

  slot->vector = (struct iovec) { .iov_base = slot->bytes, .iov_len = sizeof slot->bytes };
  self->requests[i].msg_hdr = (struct msghdr) {
    .msg_name = &slot->peer,
    .msg_namelen = sizeof slot->peer,
    .msg_iov = &slot->vector,
    .msg_iovlen = 1,
    .msg_control = &slot->control,
    .msg_controllen = sizeof slot->control,
  };
}

static void
serve (TsNtpResponder *self,
       int fd)
{
  /* MSG_TRUNC: msg_len is the datagram's own length, of which only the header is kept. */
  int n_received = recvmmsg (fd, self->requests, RECEIVE_BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);
  gint64 monotonic_ns = ts_clock_get_monotonic_ns (self->clock);
  guint n_answers = 0;

  if (n_received <= 0)
    return;
  refresh_portrait (self, monotonic_ns);
  for (guint i = 0; i < (guint) n_received; i++)
    if (answer_request (self, &self->slots[i], &self->requests[i], monotonic_ns))
      {
        self->answers[n_answers].msg_hdr = self->requests[i].msg_hdr;
        self->answering[n_answers++] = &self->slots[i];
      }
  send_answers (self, fd, n_answers);
  for (guint i = 0; i < (guint) n_received; i++)
    prepare_slot (self, i);
}

static gpointer
run (gpointer user_data)
{
  TsNtpResponder *self = user_data;
  struct pollfd polled[MAX_LISTENERS + 1];

  for (guint i = 0; i < self->n_listeners; i++)
    polled[i] = (struct pollfd) { .fd = self->listeners[i].fd, .events = POLLIN };
  polled[self->n_listeners] = (struct pollfd) { .fd = self->stop_fd, .events = POLLIN };
  for (guint i = 0; i < RECEIVE_BATCH; i++)
    prepare_slot (self, i);

  while (polled[self->n_listeners].revents == 0)
    if (poll (polled, self->n_listeners + 1, -1) > 0)
      for (guint i = 0; i < self->n_listeners; i++)
        if (polled[i].revents != 0)
          serve (self, polled[i].fd);
  return NULL;
}

static gboolean
set_option (int fd,
            int level,
            int option,
            int value)
{
  return setsockopt (fd, level, option, &value, sizeof value) == 0;
}

/* Returns: a bound socket, or -1 */
static int
open_socket (const Address *address,
             gssize length,
             GError **error)
{
  gboolean is_v6 = address->any.sa_family == AF_INET6;
  int fd = socket (address->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd >= 0 &&
      (!is_v6 || set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) &&
      set_option (fd, is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1) &&
      bind (fd, &address->any, (socklen_t) length) == 0)
    {
      set_option (fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_SIZE);
      ts_stamped_socket_enable (fd);
      return fd;
    }
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
listen_on (TsNtpResponder *self,
           const char *host,
           GError **error)
{
  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new_from_string (host, self->port);
  Listener *listener = &self->listeners[self->n_listeners];
  socklen_t length = sizeof listener->address;
  g_autofree char *where = ts_address_join (host, self->port);

  if (socket_address == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("“%s” is not an IP address"), host);
      return FALSE;
    }
  if (!g_socket_address_to_native (socket_address, &listener->address, sizeof listener->address, error))
    return FALSE;
  listener->fd = open_socket (&listener->address, g_socket_address_get_native_size (socket_address), error);
  if (listener->fd < 0)
    {
      g_prefix_error (error, _("cannot answer NTP on %s: "), where);
      return FALSE;
    }
  getsockname (listener->fd, &listener->address.any, &length);
  self->port = ntohs (listener->address.any.sa_family == AF_INET6 ? listener->address.v6.sin6_port
                                                                  : listener->address.v4.sin_port);
  self->n_listeners++;
  return TRUE;
}

static void
close_listeners (TsNtpResponder *self)
{
  while (self->n_listeners > 0)
    close (self->listeners[--self->n_listeners].fd);
}

static gboolean
is_in_use (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

/* On all addresses of this computer; not every computer has IPv6. */
static gboolean
listen_on_all (TsNtpResponder *self,
               GError **error)
{
  guint16 port = self->port;

  for (guint n_tries = 1;; n_tries++)
    {
      g_autoptr (GError) v6_error = NULL;
      g_autoptr (GError) v4_error = NULL;

      self->port = port;
      if ((listen_on (self, "::", &v6_error) || !is_in_use (v6_error)) &&
          listen_on (self, "0.0.0.0", &v4_error))
        return TRUE;
      close_listeners (self);
      /* The port that was free for the first need not be for the second. */
      if (port == 0 && n_tries < MAX_PORT_TRIES && is_in_use (v4_error))
        continue;
      g_propagate_error (error, v4_error != NULL ? g_steal_pointer (&v4_error) : g_steal_pointer (&v6_error));
      return FALSE;
    }
}

/* Takes "port", "address:port" and "[address]:port". */
static gboolean
listen_where (TsNtpResponder *self,
              const char *address_and_port,
              GError **error)
{
  const char *colon = strrchr (address_and_port, ':');
  gsize length = colon != NULL ? (gsize) (colon - address_and_port) : 0;
  gboolean is_bracketed = length > 2 && address_and_port[0] == '[' && colon[-1] == ']';
  g_autofree char *host = is_bracketed ? g_strndup (address_and_port + 1, length - 2)
                                       : g_strndup (address_and_port, length);
  guint64 port;

  if (!g_ascii_string_to_unsigned (colon != NULL ? colon + 1 : address_and_port, 10, 0, G_MAXUINT16, &port,
                                   NULL) ||
      is_bracketed != (strchr (host, ':') != NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("“%s” is not [ADDRESS:]PORT"),
                   address_and_port);
      return FALSE;
    }
  self->port = (guint16) port;
  return colon != NULL ? listen_on (self, host, error) : listen_on_all (self, error);
}

/**
 * ts_ntp_responder_new:
 * @address_and_port: "[address:]port", an IPv6 address in brackets; port 0 picks one, and without an address
 *   it is all of this computer
 * @clock: the clock to tell
 * @throttle: (nullable): says who asks too much; has to outlive the responder. %NULL: nobody does
 * @local_stratum: the stratum that the operator vouches for, 1 to 15; 0: none. See
 *   ts_ntp_responder_describe()
 * @error: return location for a %G_IO_ERROR
 *
 * Starts a thread that answers as a server of RFC 5905 does. A client's request (mode 3) of any version from
 * 1 to 4 is answered in its version; whatever else comes is ignored. Extension fields and MACs are not
 * understood and not repeated. An address over its limit is told so at most once a second, with the kiss code
 * RATE.
 *
 * Returns: (transfer full) (nullable): the responder, ended by ts_ntp_responder_finish()
 */
TsNtpResponder *
ts_ntp_responder_new (const char *address_and_port,
                      TsClock *clock,
                      TsThrottle *throttle,
                      guint local_stratum,
                      GError **error)
{
  g_autoptr (TsNtpResponder) self = g_new0 (TsNtpResponder, 1);

  self->stop_fd = eventfd (0, EFD_CLOEXEC);
  self->clock = g_object_ref (clock);
  self->throttle = throttle;
  self->local_stratum = local_stratum;
  self->seed = g_random_int ();
  self->portrait_ends_ns = G_MININT64;
  if (self->stop_fd < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return NULL;
    }
  if (!listen_where (self, address_and_port, error))
    return NULL;
  self->thread = g_thread_try_new ("ts-ntp", run, self, error);
  return self->thread != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * ts_ntp_responder_finish:
 * @self: (transfer full): a responder
 *
 * Ends the thread and closes its sockets. What is being answered still is.
 */
void
ts_ntp_responder_finish (TsNtpResponder *self)
{
  if (self->thread != NULL)
    {
      eventfd_write (self->stop_fd, 1);
      g_thread_join (self->thread);
    }
  close_listeners (self);
  if (self->stop_fd >= 0)
    close (self->stop_fd);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * ts_ntp_responder_get_port:
 * @self: a responder
 *
 * Returns: its UDP port, also where it was to pick one
 */
guint16
ts_ntp_responder_get_port (TsNtpResponder *self)
{
  return self->port;
}

/**
 * ts_ntp_responder_get_addresses:
 * @self: a responder
 *
 * Returns: (transfer full) (array zero-terminated=1): "address:port" of each of its sockets
 */
char **
ts_ntp_responder_get_addresses (TsNtpResponder *self)
{
  g_autoptr (GStrvBuilder) addresses = g_strv_builder_new ();

  for (guint i = 0; i < self->n_listeners; i++)
    {
      g_autoptr (GSocketAddress) address = g_socket_address_new_from_native (&self->listeners[i].address,
                                                                             sizeof (Address));
      GInetAddress *inet_address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
      g_autofree char *host = g_inet_address_to_string (inet_address);
      g_autofree char *where = ts_address_join (host, self->port);

      g_strv_builder_add (addresses, where);
    }
  return g_strv_builder_end (addresses);
}

/**
 * ts_ntp_responder_get_counters:
 * @self: a responder
 *
 * Returns: (transfer none): what it has done; to be read with ts_counters_accumulate()
 */
const TsCounters *
ts_ntp_responder_get_counters (TsNtpResponder *self)
{
  return &self->counters;
}
