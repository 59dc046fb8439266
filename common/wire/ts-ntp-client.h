/* NTP requests, and which answers are accepted.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "wire/ts-answer.h"
#include "wire/ts-ntp-packet.h"

G_BEGIN_DECLS

/**
 * TS_NTP_PIVOT_NS:
 *
 * 2026-11-23, the day of this release: NTP's stamps are read correctly from 1958 until 2094 (RFC 5905 §6), without the
 * clock of this computer, which may be wrong. To be updated in every release.
 */
#define TS_NTP_PIVOT_NS (G_GINT64_CONSTANT (1795392000) * G_GINT64_CONSTANT (1000000000))

/**
 * TsNtpRequest:
 * @nonce: the random number in its transmit field, never 0
 * @is_answered: whether an answer was taken, because only one is taken
 *
 * A request that waits for its answer.
 */
typedef struct
{
  TsNtpStamp nonce;
  gboolean is_answered;
} TsNtpRequest;

/**
 * TsNtpCheck:
 * @TS_NTP_CHECKS_PASSED: it is an answer that can be used
 * @TS_NTP_CHECK_LENGTH: it is a header, followed by whole words of four bytes (RFC 5905 §7.3, RFC 7822)
 * @TS_NTP_CHECK_MODE: it is a server's answer
 * @TS_NTP_CHECK_VERSION: its version is 3 or 4, which have the same header
 * @TS_NTP_CHECK_ORIGIN: it answers this request, because only those who saw the request know its number
 * @TS_NTP_CHECK_DUPLICATE: it is the first answer
 * @TS_NTP_CHECK_KISS: the server does not ask to be left alone (RFC 5905 §7.4): DENY, RSTR or RATE
 * @TS_NTP_CHECK_LEAP: the server's clock is synchronized
 * @TS_NTP_CHECK_STRATUM: the server is from 1 to 15 steps away from a reference
 * @TS_NTP_CHECK_ZERO: the stamps that we need are there
 * @TS_NTP_CHECK_ORDER: the answer did not leave before the request came
 * @TS_NTP_CHECK_DISTANCE: the server is not too far from its reference to be trusted
 * @TS_NTP_CHECK_REFERENCE_AHEAD: its clock was last set before it answered (RFC 5905 appendix A.5.1.1)
 * @TS_NTP_CHECK_REFERENCE_AGE: its clock was set not too long ago
 *
 * The checks that an answer has to pass, in this order. The value names the check that an answer fails.
 */
typedef enum
{
  TS_NTP_CHECKS_PASSED = 0,
  TS_NTP_CHECK_LENGTH = 1,
  TS_NTP_CHECK_MODE = 2,
  TS_NTP_CHECK_VERSION = 3,
  TS_NTP_CHECK_ORIGIN = 4,
  TS_NTP_CHECK_DUPLICATE = 5,
  TS_NTP_CHECK_KISS = 6,
  TS_NTP_CHECK_LEAP = 7,
  TS_NTP_CHECK_STRATUM = 8,
  TS_NTP_CHECK_ZERO = 9,
  TS_NTP_CHECK_ORDER = 10,
  TS_NTP_CHECK_DISTANCE = 11,
  TS_NTP_CHECK_REFERENCE_AHEAD = 12,
  TS_NTP_CHECK_REFERENCE_AGE = 13,
} TsNtpCheck;

void       ts_ntp_request_encode          (const TsNtpRequest  *request,
                                           guint8               bytes[TS_NTP_PACKET_SIZE]);
TsNtpCheck ts_ntp_request_check           (TsNtpRequest        *request,
                                           const guint8        *bytes,
                                           gsize                length,
                                           TsNtpPacket         *answer);
gboolean   ts_ntp_check_is_ignored        (TsNtpCheck           check);
char      *ts_ntp_check_explain           (TsNtpCheck           check,
                                           const TsNtpPacket   *answer);
gboolean   ts_ntp_answer_to_sample        (const TsNtpPacket   *answer,
                                           gint64               pivot_ns,
                                           gint64               precision_ns,
                                           const TsLocalStamps *stamps,
                                           TsSample            *sample,
                                           GError             **error);
guint64    ts_ntp_answer_get_max_error_ns (const TsNtpPacket   *answer,
                                           gint64               precision_ns);

G_END_DECLS
