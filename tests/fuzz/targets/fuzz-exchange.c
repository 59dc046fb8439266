/* Fuzz target of ts-exchange: four instants of which a peer chose two.
 *
 * The input is t1, t2, t3, t4 and a precision, each 8 bytes big-endian; the precision is taken modulo what a
 * classic answer can have.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-exchange.h"

#include "fuzz-target.h"
#include "measure/ts-time.h"

static gint64
read_int64 (const uint8_t *bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < 8; i++)
    value = value << 8 | bytes[i];
  return (gint64) value;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autoptr (GError) error = NULL;
  TsExchange exchange;
  TsSample sample;

  if (size < 40)
    return 0;
  exchange = (TsExchange) {
    .t1_ns = read_int64 (data),
    .t2_ns = read_int64 (data + 8),
    .t3_ns = read_int64 (data + 16),
    .t4_ns = read_int64 (data + 24),
    .precision_ns = (gint64) ((guint64) read_int64 (data + 32) % (TS_NS_PER_S / 10 + 1)),
  };

  if (!ts_sample_derive (&sample, &exchange, &error))
    {
      g_assert_true (error != NULL && error->domain == TS_EXCHANGE_ERROR);
      return 0;
    }
  g_assert_no_error (error);
  g_assert_cmpint (sample.delay_ns, >=, 0);
  g_assert_cmpint (sample.proven_min_ns, <=, sample.offset_ns);
  g_assert_cmpint (sample.offset_ns, <=, sample.proven_max_ns);
  g_assert_cmpint (sample.proven_max_ns - sample.proven_min_ns, >=, sample.delay_ns);
  g_assert_cmpint (sample.proven_max_ns - sample.proven_min_ns, <=, sample.delay_ns + 2 * exchange.precision_ns);
  g_assert_cmpuint (sample.max_error_ns, ==, TS_MAX_ERROR_UNKNOWN);
  return 0;
}
