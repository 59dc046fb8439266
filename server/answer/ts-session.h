/* One client's connection as a state machine: bytes in, answers out, no I/O.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/clock/ts-clock.h"
#include "net/clock/ts-clock-quality.h"
#include "report/ts-counters.h"
#include "net/stamped/ts-stamped-socket.h"
#include "limit/ts-throttle.h"
#include "seal/ts-seal-key.h"
#include "wire/ts-seal.h"

G_BEGIN_DECLS

/**
 * TsSessionService:
 * @clock: stamps the answers
 * @server_id: goes into every frame
 * @throttle: (nullable): what an address may have
 * @counters: (nullable): of the thread that serves
 * @key: (nullable): signs seals
 * @quality: of @clock; kept fresh by the thread that serves
 *
 * What all sessions of a thread share.
 */
typedef struct
{
  TsClock *clock;
  guint64 server_id;
  TsThrottle *throttle;
  TsCounters *counters;
  TsSealKey *key;
  TsClockQuality quality;
} TsSessionService;

/**
 * TsSession:
 * @requested_ns: when the request of a classic client came, or the connection while nothing has
 * @previous_transmit_ns: when the kernel sent the previous answer; 0: not known
 * @address: (nullable): of the client, in the throttle
 * @bucket: of the requests of this connection
 * @partial: (nullable) (array fixed-size=64): the beginning of an unfinished request
 * @transcript: (nullable): of the exchanges whose requests asked for that
 * @length: how many bytes of @partial there are
 * @form: a #TsWireForm: what the client speaks, as far as it is known
 * @refusal: a #TsRefusalReason for the first request; 0: none
 * @is_inside_tls: whether a TLS session carries it
 * @wants_previous_transmit: whether the latest request asked for that
 * @has_sealed: whether a seal was sent after the latest answer
 *
 * There may be many that wait, so it is small.
 */
typedef struct
{
  gint64 requested_ns;
  gint64 previous_transmit_ns;
  TsThrottleEntry *address;
  TsBucket bucket;
  guint8 *partial;
  TsTranscript *transcript;
  guint8 length;
  guint8 form;
  guint8 refusal;
  gboolean is_inside_tls : 1;
  gboolean wants_previous_transmit : 1;
  gboolean has_sealed : 1;
} TsSession;

void     ts_session_init         (TsSession              *session,
                                  gint64                  accepted_ns);
void     ts_session_clear        (TsSession              *session);
gboolean ts_session_receive      (TsSession              *session,
                                  const TsSessionService *service,
                                  const guint8           *bytes,
                                  gsize                   length,
                                  const TsReceiveStamp   *stamp,
                                  GByteArray             *answers);
void     ts_session_end_of_input (TsSession              *session,
                                  const TsSessionService *service,
                                  GByteArray             *answers);
void     ts_session_refuse       (TsSession              *session,
                                  const TsSessionService *service,
                                  TsRefusalReason         reason,
                                  GByteArray             *answers);

G_END_DECLS
