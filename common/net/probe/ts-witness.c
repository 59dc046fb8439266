/* Sees the bytes of exchanges, to keep them as evidence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/probe/ts-witness.h"

#include "measure/ts-time.h"

/* Each seal costs the server a signature, but what is not sealed when a connection breaks is not proven. */
#define SEAL_INTERVAL_NS TS_NS_PER_S

typedef struct
{
  guint n_connections;
  gboolean seals_each;
} TsWitnessPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TsWitness, ts_witness, G_TYPE_OBJECT)

static void
ts_witness_class_init (TsWitnessClass *klass)
{
}

static void
ts_witness_init (TsWitness *self)
{
}

/**
 * ts_witness_connect:
 * @self: a witness
 * @about: a connection on which an answer has come
 *
 * Returns: its number, from 1 on
 */
guint
ts_witness_connect (TsWitness *self,
                    const TsWitnessConnection *about)
{
  TsWitnessPrivate *own = ts_witness_get_instance_private (self);

  TS_WITNESS_GET_CLASS (self)->connected (self, ++own->n_connections, about);
  return own->n_connections;
}

/**
 * ts_witness_exchange:
 * @self: a witness
 * @exchange: a valid exchange that has just ended
 */
void
ts_witness_exchange (TsWitness *self,
                     const TsWitnessExchange *exchange)
{
  TS_WITNESS_GET_CLASS (self)->exchanged (self, exchange);
}

/**
 * ts_witness_seal:
 * @self: a witness
 * @connection: the number of a connection
 * @request: the request for the seal
 * @seal: the seal as it came, not verified
 */
void
ts_witness_seal (TsWitness *self,
                 guint connection,
                 const guint8 request[TS_FRAME_SIZE],
                 const guint8 seal[TS_SEAL_SIZE])
{
  TS_WITNESS_GET_CLASS (self)->sealed (self, connection, request, seal);
}

/**
 * ts_witness_seal_each:
 * @self: a witness
 *
 * From now on each exchange is to be sealed, because the last one is near.
 */
void
ts_witness_seal_each (TsWitness *self)
{
  ((TsWitnessPrivate *) ts_witness_get_instance_private (self))->seals_each = TRUE;
}

/**
 * ts_witness_wants_seal:
 * @self: a witness
 * @since_last_ns: how long ago the last seal of a connection was; negative: it has none
 *
 * Returns: whether to ask for a seal now
 */
gboolean
ts_witness_wants_seal (TsWitness *self,
                       gint64 since_last_ns)
{
  TsWitnessPrivate *own = ts_witness_get_instance_private (self);

  return own->seals_each || since_last_ns < 0 || since_last_ns >= SEAL_INTERVAL_NS;
}
