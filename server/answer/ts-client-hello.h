/* Reads what a TLS client offers in its ClientHello.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The size of a record's type, version and length (RFC 8446 section 5.1), and of an alert record. */
#define TS_TLS_RECORD_HEADER_SIZE 5
#define TS_TLS_ALERT_SIZE         7

/**
 * TsTlsAlert:
 * @TS_TLS_ALERT_NONE: nothing is wrong
 * @TS_TLS_ALERT_DECODE_ERROR: it is not a ClientHello
 * @TS_TLS_ALERT_PROTOCOL_VERSION: it offers nothing later than TLS 1.1
 * @TS_TLS_ALERT_NO_APPLICATION_PROTOCOL: it does not offer the protocol that is spoken here
 *
 * The alerts of RFC 8446 section 6 and RFC 7301 section 3.2 that end a handshake before it has begun.
 */
typedef enum
{
  TS_TLS_ALERT_NONE = 0,
  TS_TLS_ALERT_DECODE_ERROR = 50,
  TS_TLS_ALERT_PROTOCOL_VERSION = 70,
  TS_TLS_ALERT_NO_APPLICATION_PROTOCOL = 120,
} TsTlsAlert;

TsTlsAlert ts_client_hello_judge (const guint8 *record,
                                  gsize         length,
                                  const char   *protocol);
void       ts_tls_alert_encode   (TsTlsAlert    alert,
                                  guint8        record[TS_TLS_ALERT_SIZE]);

G_END_DECLS
