/* Fuzz target of ts-tcp-probe and what it is made of: whatever a server answers, in frames or not.
 *
 * The input is a byte of flags and what the server does (fuzz-probe.h).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-probe.h"

#include "fuzz-probe.h"
#include "fuzz-target.h"
#include "fuzz-witness.h"

enum
{
  IS_FRAMED_ONLY = 1,
  IS_CLASSIC_ONLY = 2,
  IS_WITNESSED = 4,
  IS_IMPATIENT = 8,
  IS_CANCELLED = 16,
};

/* An impatient client's timeout, which is shorter than the server waits. */
#define SHORT_NS (2 * TS_NS_PER_MS)

/* Begins an exchange, and gives it up at once. */
static void
begin_in_vain (TsProbe *probe)
{
  g_autoptr (GCancellable) end = g_cancellable_new ();
  FuzzServer vain = { 0 };

  ts_probe_exchange_async (probe, end, fuzz_got_exchange, &vain);
  g_cancellable_cancel (end);
  while (!vain.is_done)
    g_main_context_iteration (NULL, TRUE);
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
  if ((flags & IS_CANCELLED) != 0)
    begin_in_vain (probe);
  fuzz_exchange_all (&server, probe);
  g_assert_cmpint (ts_probe_get_min_interval_ns (probe), >, 0);
  g_assert_finalize_object (probe);
  fuzz_server_free (&server);
  return 0;
}
