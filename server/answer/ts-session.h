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
 * @clock: the clock that stamps the answers
 * @server_id: the number of the server, for every frame
 * @throttle: (nullable): limits how much an address may have
 * @counters: (nullable): the counters of the thread that serves
 * @key: (nullable): the key that signs seals
 * @quality: the quality of @clock, which the thread that serves keeps up to date
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
 * @requested_ns: when the request of a classic client came, or the connection if nothing has come
 * @previous_transmit_ns: when the kernel sent the previous answer; 0: not known
 * @address: (nullable): the throttle's entry of the client's address
 * @bucket: the bucket of this connection's requests
 * @partial: (nullable) (array fixed-size=64): the beginning of an unfinished request
 * @transcript: (nullable): the transcript of the exchanges whose requests asked for one
 * @length: how many bytes of @partial there are
 * @form: a #TsWireForm: what the client speaks, as far as that is known
 * @refusal: a #TsRefusalReason for the first request; 0: none
 * @is_inside_tls: whether it is inside TLS
 * @wants_previous_transmit: whether the latest request asked for @previous_transmit_ns
 * @has_sealed: whether a seal was sent after the latest answer
 *
 * It is small, because many sessions may be waiting.
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
