/* Fuzz target of ts-ntp-answer: whatever comes to the NTP port, and from wherever it says it comes.
 *
 * The input is a byte of flags, 16 bytes for an address, and the datagram.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer/ts-ntp-answer.h"

#include <string.h>

#include "fuzz-input.h"
#include "fuzz-target.h"
#include "measure/ts-time.h"

#define NOW_NS (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S)
#define PORT   123

enum
{
  IS_SYNCHRONIZED = 1,
  HAS_STRATUM = 2,
  IS_KISS = 4,
};

static void
check_answer (const TsNtpPacket *request,
              guint8 flags)
{
  const TsClockQuality quality = {
    .is_synchronized = (flags & IS_SYNCHRONIZED) != 0,
    .max_error_ns = (guint64) flags << 24,
    .leap = flags >> 3 & 3,
  };
  guint8 bytes[TS_NTP_PACKET_SIZE];
  TsNtpPacket template = { .precision = ts_ntp_answer_precision (flags) }, answer, again;

  ts_ntp_answer_describe (&template, &quality, (flags & HAS_STRATUM) != 0 ? 5 : 0);
  ts_ntp_answer_make (&answer, &template, request, NOW_NS - 1000);
  if ((flags & IS_KISS) != 0)
    ts_ntp_answer_make_kiss (&answer);
  ts_ntp_answer_depart (&answer, NOW_NS - 3 * TS_NS_PER_S, NOW_NS);
  ts_ntp_packet_encode (&answer, bytes);
  g_assert_true (ts_ntp_packet_decode (bytes, sizeof bytes, &again, NULL));
  g_assert_cmpint (again.mode, ==, answer.mode);
  g_assert_cmphex (again.origin, ==, request->transmit);
  g_assert_cmpint (again.mode, !=, TS_NTP_MODE_CLIENT);
  /* An answer is never answered. */
  g_assert_false (ts_ntp_answer_is_due (&again, sizeof bytes));
}

static void
check_address (FuzzInput *input,
               guint8 flags)
{
  TsNtpAddress v4 = { .v4 = { .sin_family = AF_INET, .sin_port = htons ((guint16) (flags * 3)) } };
  TsNtpAddress v6 = { .v6 = { .sin6_family = AF_INET6, .sin6_port = v4.v4.sin_port } };
  struct in_pktinfo info4 = { 0 };
  struct in6_pktinfo info6 = { 0 };
  TsNtpKisses kisses = { .seed = flags };
  g_autoptr (GBytes) bytes = fuzz_input_take (input, sizeof v6.v6.sin6_addr);
  gsize n;
  gconstpointer address = g_bytes_get_data (bytes, &n);

  if (n > 0)
    memcpy (&v6.v6.sin6_addr, address, n);
  memcpy (&v4.v4.sin_addr, &v6.v6.sin6_addr, sizeof v4.v4.sin_addr);
  memcpy (&info4.ipi_addr, v6.v6.sin6_addr.s6_addr + 4, sizeof info4.ipi_addr);
  memcpy (&info4.ipi_spec_dst, v6.v6.sin6_addr.s6_addr + 8, sizeof info4.ipi_spec_dst);
  info6.ipi6_addr = v6.v6.sin6_addr;
  ts_ntp_answer_may_go_v4 (&v4.v4, &info4, PORT);
  ts_ntp_answer_may_go_v6 (&v6.v6, &info6, PORT);
  /* One kiss for a while, whoever it is. */
  g_assert_true (ts_ntp_kisses_admit (&kisses, &v4, NOW_NS));
  g_assert_false (ts_ntp_kisses_admit (&kisses, &v4, NOW_NS));
  ts_ntp_kisses_admit (&kisses, &v6, NOW_NS);
  g_assert_false (ts_ntp_kisses_admit (&kisses, &v6, NOW_NS));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzInput input = { data, size };
  guint8 flags = fuzz_input_byte (&input);
  TsNtpPacket request;

  check_address (&input, flags);
  if (!ts_ntp_packet_decode (input.data, input.size, &request, NULL))
    return 0;
  if (ts_ntp_answer_is_due (&request, input.size))
    check_answer (&request, flags);
  return 0;
}
