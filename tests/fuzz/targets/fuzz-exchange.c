/* Fuzz target of ts-exchange: four instants of which a peer chose two.
 *
 * The input is t1, t2, t3, t4 and a precision, each 8 bytes big-endian; the precision is taken modulo what a
 * classic answer can have. What follows is by how much this computer's clocks went on meanwhile: the realtime clock, the
 * boot-time clock and the oscillator, 5 bytes each; and what a recording says of them, 8 bytes each.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-exchange.h"

#include "fuzz-input.h"
#include "fuzz-target.h"
#include "measure/ts-time.h"

/* Clocks that are neither set nor asleep say so, and what they say is within what they were read to. */
static void
check_clocks (FuzzInput *input,
              gint64 real_ns)
{
  const TsClockReading before = { real_ns, TS_NS_PER_S, TS_NS_PER_S, 100 };
  const gint64 real_passed_ns = (gint64) fuzz_input_number (input, 5);
  const gint64 boot_passed_ns = (gint64) fuzz_input_number (input, 5);
  const gint64 raw_passed_ns = (gint64) fuzz_input_number (input, 5);
  const TsClockReading after = {
    real_ns + real_passed_ns, TS_NS_PER_S + boot_passed_ns, TS_NS_PER_S + raw_passed_ns, 100,
  };
  g_autoptr (GError) error = NULL;

  if (ts_exchange_check_clocks (&before, &after, &error))
    {
      g_assert_no_error (error);
      g_assert_cmpint (ABS (real_passed_ns - boot_passed_ns), <, TS_NS_PER_MS);
      return;
    }
  g_assert_true (g_error_matches (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_STEPPED) ||
                 g_error_matches (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_SUSPENDED));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

/* Readings that pass can be compared: no difference of them overflows. */
static void
check_readings (FuzzInput *input,
                TsSample *sample)
{
  g_autoptr (GError) error = NULL;
  gint64 size_ns;

  sample->sent_reading.real_ns = sample->exchange.t1_ns + (gint64) fuzz_input_number (input, 3);
  sample->sent_reading.boot_ns = sample->sent_reading.raw_ns = TS_NS_PER_S;
  sample->reading.real_ns = (gint64) fuzz_input_number (input, 8);
  sample->reading.boot_ns = (gint64) fuzz_input_number (input, 8);
  sample->reading.raw_ns = (gint64) fuzz_input_number (input, 8);
  sample->reading.width_ns = (gint64) fuzz_input_number (input, 8);
  sample->previous_t3_ns = (gint64) fuzz_input_number (input, 8);
  if (ts_sample_check (sample, &error))
    ts_clock_reading_compare (&sample->sent_reading, &sample->reading, &size_ns);
  else
    g_assert_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_WILD_INSTANT);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzInput input = { data, size };
  g_autoptr (GError) error = NULL;
  TsExchange exchange;
  TsSample sample;

  exchange.t1_ns = (gint64) fuzz_input_number (&input, 8);
  exchange.t2_ns = (gint64) fuzz_input_number (&input, 8);
  exchange.t3_ns = (gint64) fuzz_input_number (&input, 8);
  exchange.t4_ns = (gint64) fuzz_input_number (&input, 8);
  exchange.precision_ns = (gint64) (fuzz_input_number (&input, 8) % (TS_NS_PER_S / 10 + 1));

  if (!ts_sample_derive (&sample, &exchange, &error))
    {
      g_assert_true (error != NULL && error->domain == TS_EXCHANGE_ERROR);
      return 0;
    }
  g_assert_no_error (error);
  check_clocks (&input, exchange.t1_ns);
  g_assert_cmpint (sample.delay_ns, >=, 0);
  g_assert_cmpint (sample.proven_min_ns, <=, sample.offset_ns);
  g_assert_cmpint (sample.offset_ns, <=, sample.proven_max_ns);
  g_assert_cmpint (sample.proven_max_ns - sample.proven_min_ns, >=, sample.delay_ns);
  g_assert_cmpint (sample.proven_max_ns - sample.proven_min_ns, <=, sample.delay_ns + 2 * exchange.precision_ns);
  g_assert_cmpuint (sample.max_error_ns, ==, TS_MAX_ERROR_UNKNOWN);
  check_readings (&input, &sample);
  return 0;
}
