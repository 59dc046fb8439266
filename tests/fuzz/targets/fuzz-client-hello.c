/* Fuzz target of ts-client-hello: the first record of whoever begins like a TLS client.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer/ts-client-hello.h"

#include "fuzz-target.h"
#include "wire/ts-wire.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  TsTlsAlert alert;
  guint8 encoded[TS_TLS_ALERT_SIZE];

  /* Whoever calls it has read a whole record. */
  if (size < TS_TLS_RECORD_HEADER_SIZE)
    return 0;
  alert = ts_client_hello_judge (data, size, TS_TLS_PROTOCOL);
  g_assert_true (alert == TS_TLS_ALERT_NONE || alert == TS_TLS_ALERT_DECODE_ERROR ||
                 alert == TS_TLS_ALERT_PROTOCOL_VERSION || alert == TS_TLS_ALERT_NO_APPLICATION_PROTOCOL);
  ts_tls_alert_encode (alert, encoded);
  g_assert_cmpint (encoded[TS_TLS_ALERT_SIZE - 1], ==, alert);
  return 0;
}
