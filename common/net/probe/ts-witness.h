/* Sees the bytes of exchanges, to keep them as evidence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "wire/ts-address.h"
#include "wire/ts-answer.h"
#include "wire/ts-seal.h"

G_BEGIN_DECLS

/**
 * TsWitnessConnection:
 * @target: the server, as the user typed it
 * @remote: (nullable): "address:port"
 * @protocol: the protocol's name, from ts_protocol_get_name()
 * @certificate: (nullable): the server's certificate with its chain, if the connection is secure
 *
 * A connection, or the socket of an exchange by NTP.
 */
typedef struct
{
  const TsAddress *target;
  const char *remote;
  const char *protocol;
  GTlsCertificate *certificate;
} TsWitnessConnection;

/**
 * TsWitnessExchange:
 * @connection: what ts_witness_connect() returned
 * @request: (array length=request_length): the request as it was sent
 * @request_length: how many bytes the request has
 * @answer: (array length=answer_length): the answer as it came
 * @answer_length: how many bytes the answer has
 * @stamps: our end
 * @sample: the sample that it gave
 *
 * A valid exchange.
 */
typedef struct
{
  guint connection;
  const guint8 *request;
  gsize request_length;
  const guint8 *answer;
  gsize answer_length;
  const TsLocalStamps *stamps;
  const TsSample *sample;
} TsWitnessExchange;

#define TS_TYPE_WITNESS (ts_witness_get_type ())
G_DECLARE_DERIVABLE_TYPE (TsWitness, ts_witness, TS, WITNESS, GObject)

/**
 * TsWitnessClass:
 * @connected: called when there is a connection, with its number
 * @exchanged: called after a valid exchange
 * @sealed: called when the server has sealed a connection, with the request and the %TS_SEAL_SIZE bytes that came
 */
struct _TsWitnessClass
{
  GObjectClass parent_class;

  void (*connected) (TsWitness                 *self,
                     guint                      connection,
                     const TsWitnessConnection *about);
  void (*exchanged) (TsWitness                 *self,
                     const TsWitnessExchange   *exchange);
  void (*sealed)    (TsWitness                 *self,
                     guint                      connection,
                     const guint8               request[TS_FRAME_SIZE],
                     const guint8               seal[TS_SEAL_SIZE]);
};

guint    ts_witness_connect    (TsWitness                 *self,
                                const TsWitnessConnection *about);
void     ts_witness_exchange   (TsWitness                 *self,
                                const TsWitnessExchange   *exchange);
void     ts_witness_seal       (TsWitness                 *self,
                                guint                      connection,
                                const guint8               request[TS_FRAME_SIZE],
                                const guint8               seal[TS_SEAL_SIZE]);
void     ts_witness_seal_each  (TsWitness                 *self);
gboolean ts_witness_wants_seal (TsWitness                 *self,
                                gint64                     since_last_ns);

G_END_DECLS
