/* A probe's connection to a Time Sync server, over TCP or TLS.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "wire/ts-address.h"
#include "net/clock/ts-clock.h"
#include "measure/ts-exchange.h"
#include "net/probe/ts-probe.h"
#include "net/probe/ts-witness.h"
#include "net/stamped/ts-stamped-stream.h"

G_BEGIN_DECLS

/**
 * TsTcpConnection:
 * @clock: the clock that stamps
 * @socket: the TCP connection
 * @stream: (nullable): the stream to read and write: @socket, or TLS over it; %NULL before the TLS handshake
 * @only: as in #TsTcpServer
 * @is_secure: whether nothing is sent without TLS
 * @previous: the last exchange on it; all 0: none
 * @n_retransmitted: how many segments were retransmitted until then
 * @witness: (nullable): the witness of each exchange
 * @remote: (nullable): "address:port" of the other end
 * @witness_number: the number of the connection, from @witness; 0: none so far
 * @is_sealable: whether the server is asked to keep a transcript
 * @sealed_ns: when the server last sealed the transcript, by the monotonic clock; 0: never
 * @retry_after_ms: for how long the server does not want to be asked, by its refusal; 0: it did not refuse
 */
typedef struct
{
  TsClock *clock;
  TsStampedStream *socket;
  GIOStream *stream;
  TsProtocol only;
  gboolean is_secure;
  TsExchange previous;
  guint n_retransmitted;
  TsWitness *witness;
  char *remote;
  guint witness_number;
  gboolean is_sealable;
  gint64 sealed_ns;
  guint32 retry_after_ms;
} TsTcpConnection;

GSocketClient   *ts_tcp_connection_new_client       (void);
char            *ts_tcp_connection_format_remote    (GSocketConnection      *connected);
TsTcpConnection *ts_tcp_connection_new              (GSocketConnection      *connected,
                                                     gboolean                is_secure,
                                                     TsClock                *clock,
                                                     GError                **error);
void             ts_tcp_connection_free             (TsTcpConnection        *self);
void             ts_tcp_connection_set_witness      (TsTcpConnection        *self,
                                                     TsWitness              *witness,
                                                     const char             *remote,
                                                     gboolean                is_sealable);
void             ts_tcp_connection_tell_exchange    (TsTcpConnection        *self,
                                                     const TsAddress        *target,
                                                     const char             *protocol,
                                                     TsWitnessExchange      *exchange);
gboolean         ts_tcp_connection_wants_seal       (const TsTcpConnection  *self);
gboolean         ts_tcp_connection_start_tls        (TsTcpConnection        *self,
                                                     const TsAddress        *target,
                                                     GTlsDatabase           *trust,
                                                     GError                **error);
void             ts_tcp_connection_handshake_async  (TsTcpConnection        *self,
                                                     GCancellable           *cancellable,
                                                     GAsyncReadyCallback     callback,
                                                     gpointer                user_data);
gboolean         ts_tcp_connection_handshake_finish (TsTcpConnection        *self,
                                                     const TsAddress        *target,
                                                     GAsyncResult           *result,
                                                     GError                **error);
void             ts_tcp_connection_handshake_abandon (TsTcpConnection       *self,
                                                     GAsyncResult           *result);
gboolean         ts_tcp_connection_is_quiet         (const TsTcpConnection  *self);

G_END_DECLS
