/* Answers NTP clients over UDP.
 *
 * One thread receives up to 64 requests with one system call, judges each, and sends the answers in small batches. The
 * instant of departure is read right before each batch. An answer has 48 bytes and a request at least as many, so a
 * forged request cannot make the server send more than it received. An answer is never answered.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ntp/ts-ntp-responder.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/errqueue.h>

#include "answer/ts-ntp-answer.h"
#include "ts-random.h"
#include "measure/ts-time.h"
#include "report/ts-log.h"

#define RECEIVE_BATCH 64

/* How many answers leave with one system call. The more there are, the older is the instant of departure in the
 * last. */
#define SEND_BATCH 8

/* The thread gives a sign of life at least this often. */
#define ALIVE_MS 2000

/* One in this many requests over the limit is answered. */
#define LEAK 4

/* After so many failures in a row the thread pauses. A single error, such as ICMP's, is gone after the call that
 * reports it. */
#define MAX_FAILURES      16
#define FAILURE_PAUSE_MS  1000
#define FAILURE_PERIOD_NS (60 * TS_NS_PER_S)

/* Receives a request, and is turned into its answer. */
typedef struct
{
  TsNtpAddress peer;
  struct iovec vector;
  guint8 bytes[TS_NTP_PACKET_SIZE];
  _Alignas (struct cmsghdr)
    char control[CMSG_SPACE (sizeof (struct scm_timestamping)) + CMSG_SPACE (sizeof (struct in6_pktinfo))];
  gint64 receive_ns;
  TsNtpPacket answer;
  gboolean is_kiss;
} Slot;

struct _TsNtpResponder
{
  GThread *thread;
  int stop_fd;
  TsNtpSockets sockets;
  TsClock *clock;
  TsThrottle *throttle;
  guint local_stratum;
  TsCounters counters; /* written by the thread alone */
  int is_asked;        /* atomic: for a sign of life */
  gint64 asked_ns;     /* monotonic: since when */

  /* The thread's own. */
  TsNtpPacket template; /* what every answer says of the clock */
  gint64 template_ns;
  gint64 template_ends_ns; /* monotonic */
  TsNtpKisses kisses;
  guint64 random; /* never 0 */
  guint n_failures; /* since something was received */
  TsLogLimit failure_limit;
  Slot slots[RECEIVE_BATCH];
  struct mmsghdr requests[RECEIVE_BATCH]; /* by slot */
  struct mmsghdr answers[RECEIVE_BATCH];
  Slot *answering[RECEIVE_BATCH]; /* whose answer it is */
};

/* Returns: the time that it takes to read the clock, or its resolution if that is more */
static gint64
measure_least_step_ns (TsClock *clock,
                       const TsClockQuality *quality)
{
  gint64 least_ns = TS_NS_PER_MS;

  for (guint i = 0; i < 100; i++)
    {
      gint64 before_ns = ts_clock_get_now_ns (clock);
      gint64 after_ns = ts_clock_get_now_ns (clock);

      if (after_ns > before_ns)
        least_ns = MIN (least_ns, after_ns - before_ns);
    }
  return MAX (least_ns, quality->precision_ns);
}

static void
refresh_template (TsNtpResponder *self,
                  gint64 monotonic_ns)
{
  TsClockQuality quality;

  if (monotonic_ns < self->template_ends_ns)
    return;
  ts_clock_quality_read (&quality);
  if (self->template.precision == 0)
    self->template.precision = ts_ntp_answer_precision (measure_least_step_ns (self->clock, &quality));
  ts_ntp_answer_describe (&self->template, &quality, self->local_stratum);
  self->template_ns = ts_clock_get_now_ns (self->clock);
  self->template_ends_ns = monotonic_ns + TS_CLOCK_QUALITY_MAX_AGE_NS;
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

/* Takes the kernel's stamp, and replaces it by the address that was asked, from which the answer leaves.
 *
 * Returns: whether an answer may be sent there */
static gboolean
turn_round (TsNtpResponder *self,
            guint16 port,
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

  if (!(is_v6 ? ts_ntp_answer_may_go_v6 (&slot->peer.v6, &v6, port)
              : ts_ntp_answer_may_go_v4 (&slot->peer.v4, &v4, port)))
    return FALSE;
  slot->receive_ns = slot->receive_ns > 0 ? ts_clock_from_kernel_ns (self->clock, slot->receive_ns)
                                          : ts_clock_get_now_ns (self->clock);
  /* Routing chooses the interface, except for an address that is valid on its own link only. */
  if (is_v6 && !IN6_IS_ADDR_LINKLOCAL (&v6.ipi6_addr))
    v6.ipi6_ifindex = 0;
  v4.ipi_ifindex = 0;
  if (is_v6)
    put_control (message, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof v6);
  else
    put_control (message, IPPROTO_IP, IP_PKTINFO, &v4, sizeof v4);
  return TRUE;
}

/* Returns: whether a request over the limit is answered all the same. One in LEAK is, at random, because the address
 * may be forged to keep its owner from being answered. The generator is Marsaglia's xorshift. */
static gboolean
leaks (TsNtpResponder *self)
{
  self->random ^= self->random << 13;
  self->random ^= self->random >> 7;
  self->random ^= self->random << 17;
  return self->random % LEAK == 0;
}

/* Returns: whether the answer in the slot is to be sent */
static gboolean
answer_request (TsNtpResponder *self,
                guint16 port,
                Slot *slot,
                struct mmsghdr *message,
                gint64 monotonic_ns)
{
  TsNtpPacket request;

  if (!ts_ntp_packet_decode (slot->bytes, message->msg_len, &request, NULL) ||
      !ts_ntp_answer_is_due (&request, message->msg_len) || !turn_round (self, port, slot, &message->msg_hdr))
    {
      ts_counters_add (&self->counters, TS_COUNT_MALFORMED, 1);
      return FALSE;
    }

  ts_ntp_answer_make (&slot->answer, &self->template, &request, slot->receive_ns);
  slot->is_kiss = self->throttle != NULL &&
                  !ts_throttle_admit_address (self->throttle, &slot->peer.any, monotonic_ns);
  if (!slot->is_kiss)
    return TRUE;

  ts_counters_add (&self->counters, TS_COUNT_REFUSED_REQUESTS, 1);
  if (!ts_ntp_kisses_admit (&self->kisses, &slot->peer, monotonic_ns))
    {
      slot->is_kiss = FALSE;
      return leaks (self);
    }
  ts_ntp_answer_make_kiss (&slot->answer);
  return TRUE;
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
      int n_sent;

      for (guint i = n_done; i < n_done + n_batch; i++)
        {
          Slot *slot = self->answering[i];

          ts_ntp_answer_depart (&slot->answer, self->template_ns, now_ns);
          ts_ntp_packet_encode (&slot->answer, slot->bytes);
          if (slot->is_kiss)
            continue;
          ts_counters_add (&self->counters, TS_COUNT_REQUESTS_NTP, 1);
          ts_counters_add_service_time (&self->counters, now_ns - slot->receive_ns, 1);
        }
      n_sent = sendmmsg (fd, self->answers + n_done, n_batch, MSG_DONTWAIT);
      if (n_sent < 0 && errno == EAGAIN)
        return;
      /* An answer that cannot be sent is skipped, because it could not be sent later either. */
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
    .msg_control = slot->control,
    .msg_controllen = sizeof slot->control,
  };
}

/* Pauses after failures, because a socket that cannot be received from stays readable. */
static void
pause_after_failure (TsNtpResponder *self,
                     int code,
                     gint64 monotonic_ns)
{
  struct pollfd polled = { .fd = self->stop_fd, .events = POLLIN };
  g_autofree char *message = NULL;
  guint n_withheld;

  if (code == EAGAIN || code == EINTR || ++self->n_failures < MAX_FAILURES)
    return;
  if (ts_log_limit_admit (&self->failure_limit, monotonic_ns, &n_withheld))
    {
      message = g_strdup_printf (_("cannot receive NTP requests: %s"), g_strerror (code));
      ts_log_event (G_LOG_LEVEL_WARNING, "ntp-failed", NULL, message);
    }
  poll (&polled, 1, FAILURE_PAUSE_MS);
}

static void
serve (TsNtpResponder *self,
       guint socket)
{
  int fd = self->sockets.fds[socket];
  guint16 port = ts_ntp_sockets_get_port (&self->sockets, socket);
  /* With MSG_TRUNC msg_len is the length of the whole datagram, of which only the header is kept. */
  gint64 monotonic_ns = ts_clock_get_monotonic_ns (self->clock);
  int n_received = recvmmsg (fd, self->requests, RECEIVE_BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);
  guint n_answers = 0;

  if (n_received < 0)
    pause_after_failure (self, errno, monotonic_ns);
  if (n_received <= 0)
    return;
  self->n_failures = 0;
  refresh_template (self, monotonic_ns);
  for (guint i = 0; i < (guint) n_received; i++)
    if (answer_request (self, port, &self->slots[i], &self->requests[i], monotonic_ns))
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
  guint n_sockets = self->sockets.n;
  struct pollfd polled[TS_NTP_MAX_SOCKETS + 1];

  for (guint i = 0; i < n_sockets; i++)
    polled[i] = (struct pollfd) { .fd = self->sockets.fds[i], .events = POLLIN };
  polled[n_sockets] = (struct pollfd) { .fd = self->stop_fd, .events = POLLIN };
  for (guint i = 0; i < RECEIVE_BATCH; i++)
    prepare_slot (self, i);

  while (polled[n_sockets].revents == 0)
    {
      g_atomic_int_set (&self->is_asked, FALSE);
      if (poll (polled, n_sockets + 1, ALIVE_MS) > 0)
        for (guint i = 0; i < n_sockets; i++)
          if (polled[i].revents != 0)
            serve (self, i);
    }
  return NULL;
}

/**
 * ts_ntp_responder_new:
 * @address_and_port: "[address:]port", an IPv6 address in brackets; port 0 picks one, and without an address
 *   it is all of this computer
 * @clock: the clock to tell
 * @throttle: (nullable): limits how often an address may ask; it has to outlive the responder. %NULL: no limit
 * @local_stratum: the stratum that the operator vouches for, 1 to 15; 0: none. See
 *   ts_ntp_answer_describe()
 * @error: return location for a %G_IO_ERROR
 *
 * Starts a thread that answers like a server of RFC 5905. A request of a client (mode 3) or of a symmetric active peer
 * (mode 1, which Windows sends), of any version from 1 to 4, is answered in its version. Everything else is ignored.
 * Extension fields and MACs are not understood and not repeated. An address over its limit is told so at most once a
 * second, by the kiss code RATE.
 *
 * Returns: (transfer full) (nullable): the responder, ended by ts_ntp_responder_free()
 */
TsNtpResponder *
ts_ntp_responder_new (const char *address_and_port,
                      TsClock *clock,
                      TsThrottle *throttle,
                      guint local_stratum,
                      GError **error)
{
  TsNtpSockets sockets = { 0 };

  if (!ts_ntp_sockets_open (&sockets, address_and_port, error))
    return NULL;
  return ts_ntp_responder_new_for_sockets (&sockets, clock, throttle, local_stratum, error);
}

/**
 * ts_ntp_responder_new_for_sockets:
 * @sockets: (transfer full): where to answer; copied
 * @clock: the clock to tell
 * @throttle: (nullable): as of ts_ntp_responder_new()
 * @local_stratum: the same
 * @error: return location for a %G_IO_ERROR
 *
 * Starts a thread as ts_ntp_responder_new() does.
 *
 * Returns: (transfer full) (nullable): the responder, ended by ts_ntp_responder_free()
 */
TsNtpResponder *
ts_ntp_responder_new_for_sockets (const TsNtpSockets *sockets,
                                  TsClock *clock,
                                  TsThrottle *throttle,
                                  guint local_stratum,
                                  GError **error)
{
  g_autoptr (TsNtpResponder) self = g_new0 (TsNtpResponder, 1);

  self->sockets = *sockets;
  self->stop_fd = eventfd (0, EFD_CLOEXEC);
  self->clock = g_object_ref (clock);
  self->throttle = throttle;
  self->local_stratum = local_stratum;
  self->kisses.seed = (guint32) ts_random_uint64 ();
  self->random = ts_random_uint64 () | 1;
  self->template_ends_ns = G_MININT64;
  if (self->stop_fd < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return NULL;
    }
  self->failure_limit = (TsLogLimit) { .n_max = 1, .period_ns = FAILURE_PERIOD_NS };
  self->thread = g_thread_try_new ("ts-ntp", run, self, error);
  return self->thread != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * ts_ntp_responder_is_alive:
 * @self: a responder
 *
 * Only one thread may call this.
 *
 * Returns: whether the responder's thread gives signs of life when it is asked, which may take twice %ALIVE_MS
 */
gboolean
ts_ntp_responder_is_alive (TsNtpResponder *self)
{
  gint64 now_ns = ts_clock_get_monotonic_ns (self->clock);

  if (g_atomic_int_get (&self->is_asked))
    return now_ns - self->asked_ns <= 2 * ALIVE_MS * TS_NS_PER_MS;
  self->asked_ns = now_ns;
  g_atomic_int_set (&self->is_asked, TRUE);
  return TRUE;
}

/**
 * ts_ntp_responder_stop:
 * @self: a responder
 *
 * Ends the thread, which finishes the answers that it has begun. Its counters are final afterwards.
 */
void
ts_ntp_responder_stop (TsNtpResponder *self)
{
  if (self->thread == NULL)
    return;
  eventfd_write (self->stop_fd, 1);
  g_thread_join (g_steal_pointer (&self->thread));
}

/**
 * ts_ntp_responder_free:
 * @self: (transfer full): a responder
 *
 * Ends the thread, if ts_ntp_responder_stop() has not, and closes its sockets.
 */
void
ts_ntp_responder_free (TsNtpResponder *self)
{
  ts_ntp_responder_stop (self);
  ts_ntp_sockets_close (&self->sockets);
  if (self->stop_fd >= 0)
    close (self->stop_fd);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * ts_ntp_responder_get_port:
 * @self: a responder
 *
 * Returns: its UDP port, also if it picked one
 */
guint16
ts_ntp_responder_get_port (TsNtpResponder *self)
{
  return self->sockets.port;
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
  return ts_ntp_sockets_describe (&self->sockets);
}

/**
 * ts_ntp_responder_get_counters:
 * @self: a responder
 *
 * Returns: (transfer none): what it has done, to be read with ts_counters_accumulate()
 */
const TsCounters *
ts_ntp_responder_get_counters (TsNtpResponder *self)
{
  return &self->counters;
}
