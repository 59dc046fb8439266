/* A witness that only asks for seals, and looks at what it is told.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/probe/ts-witness.h"
#include "wire/ts-seal.h"

#define FUZZ_TYPE_WITNESS (fuzz_witness_get_type ())
G_DECLARE_FINAL_TYPE (FuzzWitness, fuzz_witness, FUZZ, WITNESS, TsWitness)

struct _FuzzWitness
{
  TsWitness parent_instance;
};

G_DEFINE_FINAL_TYPE (FuzzWitness, fuzz_witness, TS_TYPE_WITNESS)

static inline void
fuzz_witness_connected (TsWitness *self,
                        guint connection,
                        const TsWitnessConnection *about)
{
  g_assert_nonnull (about->target);
}

static inline void
fuzz_witness_exchanged (TsWitness *self,
                        const TsWitnessExchange *exchange)
{
  g_assert_cmpuint (exchange->request_length, >, 0);
  g_assert_cmpuint (exchange->answer_length, >, 0);
}

static inline void
fuzz_witness_sealed (TsWitness *self,
                     guint connection,
                     const guint8 request[TS_FRAME_SIZE],
                     const guint8 bytes[TS_SEAL_SIZE])
{
  TsSeal seal;

  g_assert_cmpint (ts_seal_decode (bytes, TS_SEAL_SIZE, &seal, NULL), ==, TS_DECODED_COMPLETE);
}

static inline void
fuzz_witness_class_init (FuzzWitnessClass *klass)
{
  TsWitnessClass *witness_class = TS_WITNESS_CLASS (klass);

  witness_class->connected = fuzz_witness_connected;
  witness_class->exchanged = fuzz_witness_exchanged;
  witness_class->sealed = fuzz_witness_sealed;
}

static inline void
fuzz_witness_init (FuzzWitness *self)
{
  ts_witness_seal_each (TS_WITNESS (self));
}
