/* What an NTP server answers, and whom: no socket, no clock, no thread.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer/ts-ntp-answer.h"

#include "measure/ts-time.h"

/* How often an address over its limit gets a kiss. Of addresses that share a slot, only one gets it. */
#define KISS_INTERVAL_NS TS_NS_PER_S

/* The finest precision that is stated: 2⁻²⁹ s is 1.9 ns. */
#define MIN_PRECISION (-29)

/* From stratum 2 on the reference is an IPv4 address, which clients compare with their own to find loops. Ours is this
 * computer's clock, for which ntpd and chronyd use 127.127.1.x. */
#define REFERENCE_ID_LOCAL   0x7f7f0101u
#define REFERENCE_ID_LOCAL_1 TS_NTP_REFERENCE_ID ('L', 'O', 'C', 'L')

/**
 * ts_ntp_answer_describe:
 * @answer: (inout): gets leap, stratum, root delay, root dispersion and reference id
 * @quality: what the kernel knows about the clock
 * @local_stratum: the stratum that the operator vouches for, 1 to 15; 0: none
 *
 * The kernel tells whether the clock is synchronized, and a bound on its error, but neither to what nor through how
 * many servers. So a synchronized clock gets @local_stratum, or otherwise %TS_NTP_STRATUM_OF_SYNCHRONIZED, which is
 * hardly ever less than the truth and yields to every server that knows better. The whole bound goes into the root
 * dispersion, so that the root distance, which clients compute as half the root delay plus the root dispersion, is the
 * bound.
 *
 * A clock that is not synchronized is reported as such (leap 3, which clients refuse), unless @local_stratum is set.
 * Then the clock itself is the reference, and its distance from itself is 0.
 */
void
ts_ntp_answer_describe (TsNtpPacket *answer,
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

/**
 * ts_ntp_answer_precision:
 * @least_step_ns: the time that it takes to read the clock, or its resolution if that is more; at least 1
 *
 * Returns: log₂ of the least power of two, in seconds, that is not less than this (RFC 5905 §7.3), from −29 to 0
 */
gint8
ts_ntp_answer_precision (gint64 least_step_ns)
{
  gint8 precision = 0;

  while (precision > MIN_PRECISION && least_step_ns << (1 - precision) <= TS_NS_PER_S)
    precision--;
  return precision;
}

/**
 * ts_ntp_answer_is_due:
 * @request: the header of a datagram
 * @length: the length of the whole datagram
 *
 * Extension fields and MACs are a multiple of four bytes long. An answer is never answered. Windows asks in symmetric
 * active mode by default.
 *
 * Returns: whether it is a request of a client or of a symmetric active peer, of a version from 1 to 4
 */
gboolean
ts_ntp_answer_is_due (const TsNtpPacket *request,
                      gsize length)
{
  return (request->mode == TS_NTP_MODE_CLIENT || request->mode == TS_NTP_MODE_SYMMETRIC_ACTIVE) &&
         request->version >= 1 && request->version <= TS_NTP_VERSION && length % 4 == 0;
}

/**
 * ts_ntp_answer_may_go_v4:
 * @peer: who asked
 * @info: what the kernel says of the request: where it was sent
 * @own_port: of the socket that it came to, in the host's order
 *
 * An answer to port 0 cannot be sent, an answer to ourselves could be the first of many, and a request that was sent to
 * many must not be answered by all of them.
 *
 * Returns: whether an answer may be sent
 */
gboolean
ts_ntp_answer_may_go_v4 (const struct sockaddr_in *peer,
                         const struct in_pktinfo *info,
                         guint16 own_port)
{
  guint16 port = ntohs (peer->sin_port);

  return port != 0 && info->ipi_spec_dst.s_addr == info->ipi_addr.s_addr &&
         (port != own_port || peer->sin_addr.s_addr != info->ipi_addr.s_addr);
}

/**
 * ts_ntp_answer_may_go_v6:
 * @peer: who asked
 * @info: what the kernel says of the request: where it was sent
 * @own_port: of the socket that it came to, in the host's order
 *
 * Returns: whether an answer may be sent; see ts_ntp_answer_may_go_v4()
 */
gboolean
ts_ntp_answer_may_go_v6 (const struct sockaddr_in6 *peer,
                         const struct in6_pktinfo *info,
                         guint16 own_port)
{
  guint16 port = ntohs (peer->sin6_port);

  return port != 0 && !IN6_IS_ADDR_MULTICAST (&info->ipi6_addr) &&
         (port != own_port || !IN6_ARE_ADDR_EQUAL (&peer->sin6_addr, &info->ipi6_addr));
}

/**
 * ts_ntp_answer_make:
 * @answer: (out): an answer without the instants that ts_ntp_answer_depart() sets
 * @template: what every answer says about the clock, from ts_ntp_answer_describe(), and its precision
 * @request: the request, which is answered in its version and in the mode that belongs to its mode
 * @receive_ns: when the request came, by the clock
 */
void
ts_ntp_answer_make (TsNtpPacket *answer,
                    const TsNtpPacket *template,
                    const TsNtpPacket *request,
                    gint64 receive_ns)
{
  *answer = *template;
  answer->version = request->version;
  answer->mode =
    request->mode == TS_NTP_MODE_SYMMETRIC_ACTIVE ? TS_NTP_MODE_SYMMETRIC_PASSIVE : TS_NTP_MODE_SERVER;
  answer->poll = request->poll;
  answer->origin = request->transmit;
  answer->receive = ts_ntp_stamp_from_ns (receive_ns);
}

/**
 * ts_ntp_answer_make_kiss:
 * @answer: (inout): an answer from ts_ntp_answer_make()
 *
 * Makes it the kiss of death that tells a client to ask less often (RFC 5905 §7.4, RATE).
 */
void
ts_ntp_answer_make_kiss (TsNtpPacket *answer)
{
  answer->leap = TS_LEAP_UNKNOWN;
  answer->stratum = TS_NTP_STRATUM_KISS;
  answer->reference_id = TS_NTP_KISS_RATE;
}

/**
 * ts_ntp_answer_depart:
 * @answer: (inout): an answer that is about to be sent
 * @template_ns: when the kernel was asked about the clock, by the clock
 * @now_ns: the clock now
 *
 * Sets the instants of departure and of reference. An answer without a stratum has no reference. The reference is never
 * after the departure, even if the clock was set back in between.
 */
void
ts_ntp_answer_depart (TsNtpPacket *answer,
                      gint64 template_ns,
                      gint64 now_ns)
{
  answer->transmit = ts_ntp_stamp_from_ns (now_ns);
  answer->reference =
    answer->stratum != TS_NTP_STRATUM_KISS ? ts_ntp_stamp_from_ns (MIN (template_ns, now_ns)) : 0;
}

static guint
kiss_slot (const TsNtpKisses *self,
           const TsNtpAddress *peer)
{
  /* An IPv6 address counts as its /64. */
  const guint8 *bytes = peer->any.sa_family == AF_INET6 ? peer->v6.sin6_addr.s6_addr
                                                        : (const guint8 *) &peer->v4.sin_addr;
  gsize n_bytes = peer->any.sa_family == AF_INET6 ? 8 : 4;
  guint32 hash = self->seed;

  for (gsize i = 0; i < n_bytes; i++)
    hash = (hash ^ bytes[i]) * 16777619u;
  return (hash ^ hash >> 15) % TS_NTP_N_KISS_SLOTS;
}

/**
 * ts_ntp_kisses_admit:
 * @self: the latest kisses
 * @peer: an address over its limit
 * @now_ns: the monotonic clock
 *
 * Returns: whether to send the address a kiss now, which is at most once a second; otherwise it gets nothing
 */
gboolean
ts_ntp_kisses_admit (TsNtpKisses *self,
                     const TsNtpAddress *peer,
                     gint64 now_ns)
{
  gint64 *next_at_ns = &self->next_at_ns[kiss_slot (self, peer)];

  if (now_ns < *next_at_ns)
    return FALSE;
  *next_at_ns = now_ns + KISS_INTERVAL_NS;
  return TRUE;
}
