/* One attempt to get an answer over TCP, on a connection that was kept or on a new one.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/tcp/ts-tcp-query.h"

G_BEGIN_DECLS

/**
 * TsTcpServer:
 * @target: the server; its scheme says whether over TLS
 * @timeout_ns: how long each step may take: looking the name up and connecting, the TLS handshake, the answer
 * @clock: the clock that stamps
 * @trust: (nullable): the certificates to trust; %NULL: those that the system trusts
 * @witness: (nullable): the witness of each exchange
 * @is_unsealable: whether the server is known to seal nothing
 * @only: %TS_PROTOCOL_FRAMED or %TS_PROTOCOL_CLASSIC: the only protocol to speak; %TS_PROTOCOL_UNKNOWN: what the server
 *   offers
 *
 * What the attempts of a probe have in common.
 */
typedef struct
{
  const TsAddress *target;
  gint64 timeout_ns;
  TsClock *clock;
  GTlsDatabase *trust;
  TsWitness *witness;
  gboolean is_unsealable;
  TsProtocol only;
} TsTcpServer;

typedef struct _TsTcpAttempt TsTcpAttempt;

/**
 * TsTcpAttemptFunc:
 * @attempt: the attempt, which has ended
 * @answer: (nullable): the answer
 * @error: (nullable) (transfer full): why there is none, as in ts_probe_exchange_finish()
 * @user_data: as given to the function that began the attempt
 *
 * Is called once, from the main context, and may free @attempt.
 */
typedef void (*TsTcpAttemptFunc) (TsTcpAttempt      *attempt,
                                  const TsTcpAnswer *answer,
                                  GError            *error,
                                  gpointer           user_data);

TsTcpAttempt    *ts_tcp_attempt_connect          (const TsTcpServer *server,
                                                  GMainContext      *context,
                                                  TsTcpAttemptFunc   ended,
                                                  gpointer           user_data);
TsTcpAttempt    *ts_tcp_attempt_reuse            (const TsTcpServer *server,
                                                  TsTcpConnection   *connection,
                                                  GMainContext      *context,
                                                  TsTcpAttemptFunc   ended,
                                                  gpointer           user_data);
void             ts_tcp_attempt_free             (TsTcpAttempt      *self);
TsTcpConnection *ts_tcp_attempt_steal_connection (TsTcpAttempt      *self);
gint64           ts_tcp_attempt_get_retry_after_ns (TsTcpAttempt    *self);
const char      *ts_tcp_attempt_get_remote       (TsTcpAttempt      *self);

G_END_DECLS
