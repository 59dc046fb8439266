/* Fuzz target of ts-tcp-probe and what it is made of: whatever a server answers, in frames or not.
 *
 * The input is a byte of flags and what the server does (fuzz-probe.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-probe.h"

#include "fuzz-probe.h"
#include "fuzz-target.h"

enum
{
  IS_FRAMED_ONLY = 1,
  IS_CLASSIC_ONLY = 2,
  IS_WITNESSED = 4,
  IS_IMPATIENT = 8,
};

/* An impatient client's timeout, which is shorter than the server waits. */
#define SHORT_NS (2 * TS_NS_PER_MS)

/* A witness that only asks for seals. */
#define FUZZ_TYPE_WITNESS (fuzz_witness_get_type ())
G_DECLARE_FINAL_TYPE (FuzzWitness, fuzz_witness, FUZZ, WITNESS, TsWitness)

struct _FuzzWitness
{
  TsWitness parent_instance;
};

G_DEFINE_FINAL_TYPE (FuzzWitness, fuzz_witness, TS_TYPE_WITNESS)

static void
fuzz_witness_connected (TsWitness *self,
                        guint connection,
                        const TsWitnessConnection *about)
{
  g_assert_nonnull (about->target);
}

static void
fuzz_witness_exchanged (TsWitness *self,
                        const TsWitnessExchange *exchange)
{
  g_assert_cmpuint (exchange->request_length, >, 0);
  g_assert_cmpuint (exchange->answer_length, >, 0);
}

static void
fuzz_witness_sealed (TsWitness *self,
                     guint connection,
                     const guint8 request[TS_FRAME_SIZE],
                     const guint8 bytes[TS_SEAL_SIZE])
{
  TsSeal seal;

  g_assert_cmpint (ts_seal_decode (bytes, TS_SEAL_SIZE, &seal, NULL), ==, TS_DECODED_COMPLETE);
}

static void
fuzz_witness_class_init (FuzzWitnessClass *klass)
{
  TsWitnessClass *witness_class = TS_WITNESS_CLASS (klass);

  witness_class->connected = fuzz_witness_connected;
  witness_class->exchanged = fuzz_witness_exchanged;
  witness_class->sealed = fuzz_witness_sealed;
}

static void
fuzz_witness_init (FuzzWitness *self)
{
  ts_witness_seal_each (TS_WITNESS (self));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzServer server = { .input = { data, size } };
  guint8 flags = fuzz_input_byte (&server.input);
  g_autoptr (TsClock) clock = ts_clock_new_fake (FUZZ_NOW_NS);
  g_autoptr (TsWitness) witness = g_object_new (FUZZ_TYPE_WITNESS, NULL);
  g_autoptr (TsAddress) target = NULL;
  g_autofree char *text = NULL;
  TsProbe *probe;

  fuzz_server_open (&server);
  text = ts_address_join ("127.0.0.1", server.port);
  target = ts_address_parse (text, NULL);
  probe = ts_tcp_probe_new (target, (flags & IS_IMPATIENT) != 0 ? SHORT_NS : 5 * TS_NS_PER_S, clock, NULL);
  if ((flags & IS_FRAMED_ONLY) != 0)
    ts_tcp_probe_speak_only (TS_TCP_PROBE (probe), TS_PROTOCOL_FRAMED);
  else if ((flags & IS_CLASSIC_ONLY) != 0)
    ts_tcp_probe_speak_only (TS_TCP_PROBE (probe), TS_PROTOCOL_CLASSIC);
  if ((flags & IS_WITNESSED) != 0)
    ts_probe_set_witness (probe, witness);
  fuzz_exchange_all (&server, probe);
  g_assert_finalize_object (probe);
  fuzz_server_free (&server);
  return 0;
}
