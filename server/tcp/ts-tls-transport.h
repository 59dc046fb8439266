/* TLS under a connection: its handshake, and the bytes inside it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/stamped/ts-stamped-socket.h"

G_BEGIN_DECLS

typedef struct _TsTlsTransport TsTlsTransport;

/**
 * TsTlsGreeting:
 * @TS_TLS_GREETING_UNFINISHED: the ClientHello is not whole, and there is nothing more to read now
 * @TS_TLS_GREETING_WHOLE: the ClientHello is whole
 * @TS_TLS_GREETING_BAD: what came is no ClientHello, or the client has gone
 */
typedef enum
{
  TS_TLS_GREETING_UNFINISHED,
  TS_TLS_GREETING_WHOLE,
  TS_TLS_GREETING_BAD,
} TsTlsGreeting;

/**
 * TsTlsHandshakeDone:
 * @owner: what ts_tls_transport_shake_hands() was given as @owner
 * @user_data: what it was given as @user_data
 * @is_served: whether the client speaks TLS 1.2 or later and Time Sync's protocol
 */
typedef void (*TsTlsHandshakeDone) (gpointer owner,
                                    gpointer user_data,
                                    gboolean is_served);

TsTlsTransport *ts_tls_transport_new               (int                    fd,
                                                    GTlsCertificate       *certificate,
                                                    TsClock               *clock,
                                                    const guint8          *bytes,
                                                    gsize                  length,
                                                    const TsReceiveStamp  *stamp);
void            ts_tls_transport_free              (TsTlsTransport        *self);
TsTlsGreeting   ts_tls_transport_read_client_hello (TsTlsTransport        *self);
gboolean        ts_tls_transport_turn_away         (TsTlsTransport        *self);
gboolean        ts_tls_transport_shake_hands       (TsTlsTransport        *self,
                                                    TsTlsHandshakeDone     done,
                                                    gpointer               owner,
                                                    gpointer               user_data);
void            ts_tls_transport_cancel            (TsTlsTransport        *self);
gint64          ts_tls_transport_get_waited_ns     (TsTlsTransport        *self);
gssize          ts_tls_transport_receive           (TsTlsTransport        *self,
                                                    guint8                *buffer,
                                                    gsize                  size,
                                                    TsReceiveStamp        *stamp);
gssize          ts_tls_transport_send              (TsTlsTransport        *self,
                                                    const guint8          *bytes,
                                                    gsize                  length);
void            ts_tls_transport_shut_down         (TsTlsTransport        *self);

G_END_DECLS
