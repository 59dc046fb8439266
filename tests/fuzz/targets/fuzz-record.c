/* Fuzz target of ts-packing and of how records, summaries and the words of a recording are read: a page of a recording
 * that is damaged, or that somebody else wrote.
 *
 * The input is a byte that says what it is taken for, and the packed bytes. Their check sum is made right, so that what
 * lies behind it is reached.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/pack/ts-record.h"

#include <string.h>

#include "fuzz-input.h"
#include "fuzz-target.h"
#include "record/pack/ts-packing.h"
#include "record/pack/ts-rollup.h"

#define TAG G_GUINT64_CONSTANT (0x0102030405)

/* CRC-32 of IEEE 802.3, as ts-packing has it, over the bytes and the tag. */
static guint32
get_crc (const guint8 *bytes,
         gsize length)
{
  guint32 crc = G_MAXUINT32;

  for (gsize i = 0; i < length + sizeof (guint64); i++)
    {
      crc ^= i < length ? bytes[i] : (guint8) (TAG >> (56 - 8 * (i - length)));
      for (guint bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
  return ~crc;
}

/* What was read is written and read again as the very same. */
static void
check_records (const GArray *records)
{
  g_autoptr (GByteArray) packed =
    ts_records_pack ((const TsRecord *) (gconstpointer) records->data, records->len, TRUE, TAG);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) again = ts_records_unpack (packed->data, packed->len, TAG, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, records->len);
  for (guint i = 0; i < records->len; i++)
    {
      const TsRecord *a = &g_array_index (records, TsRecord, i), *b = &g_array_index (again, TsRecord, i);

      g_assert_cmpint (a->at_ns, ==, b->at_ns);
      g_assert_cmpint (a->kind, ==, b->kind);
      g_assert_cmpint (a->sample.exchange.t1_ns, ==, b->sample.exchange.t1_ns);
      ts_record_to_entry (a);
    }
}

static void
check_rollups (const GArray *rollups)
{
  g_autoptr (GByteArray) packed = ts_rollups_pack ((const TsRollup *) (gconstpointer) rollups->data, rollups->len, TAG);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) again = ts_rollups_unpack (packed->data, packed->len, TAG, &error);
  TsRollup all = g_array_index (rollups, TsRollup, 0);

  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, rollups->len);
  for (guint i = 0; i < rollups->len; i++)
    {
      const TsRollup *a = &g_array_index (rollups, TsRollup, i), *b = &g_array_index (again, TsRollup, i);

      g_assert_cmpint (a->begin_ns, ==, b->begin_ns);
      g_assert_cmpint (a->end_ns, ==, b->end_ns);
      g_assert_cmpint (a->certain_max_ns, ==, b->certain_max_ns);
      g_assert_cmpint (a->best.proven_min_ns, ==, b->best.proven_min_ns);
      ts_rollup_get_certain_ns (a);
      ts_rollup_to_entry (a);
      if (i > 0 && ts_rollup_can_take (&all, a))
        ts_rollup_take (&all, a);
    }
  g_assert_cmpint (all.begin_ns, <=, all.end_ns);
}

/* What the records come to has all of them. */
static void
check_summaries (const GArray *records)
{
  g_autoptr (GArray) rollups = ts_rollups_of ((const TsRecord *) (gconstpointer) records->data, records->len);
  gint64 n_samples = 0;

  for (guint i = 0; i < records->len; i++)
    n_samples += g_array_index (records, TsRecord, i).kind == TS_ENTRY_SAMPLE;
  for (guint i = 0; i < rollups->len; i++)
    n_samples -= g_array_index (rollups, TsRollup, i).n_samples;
  g_assert_cmpint (n_samples, ==, 0);
}

static void
read_as (guint8 what,
         const guint8 *bytes,
         gsize length)
{
  gsize n_columns = what % TS_PACKING_MAX_COLUMNS + 1, n_rows = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autofree gint64 *values = ts_packing_read (bytes, length, n_columns, TAG, &n_rows, &error);
  g_autoptr (GArray) records = ts_records_unpack (bytes, length, TAG, &other_error);
  g_autoptr (GArray) rollups = ts_rollups_unpack (bytes, length, TAG, NULL);

  g_assert_true ((values == NULL) == (error != NULL));
  g_assert_true ((records == NULL) == (other_error != NULL));
  if (values != NULL)
    {
      g_autoptr (GByteArray) packed = ts_packing_write (values, n_rows, n_columns, TAG);
      gsize n_again = 0;
      g_autofree gint64 *again = ts_packing_read (packed->data, packed->len, n_columns, TAG, &n_again, NULL);

      g_assert_nonnull (again);
      g_assert_cmpmem (again, n_again * n_columns * sizeof *again, values, n_rows * n_columns * sizeof *values);
    }
  if (records != NULL)
    {
      check_records (records);
      check_summaries (records);
    }
  if (rollups != NULL)
    check_rollups (rollups);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzInput input = { data, size };
  guint8 what = fuzz_input_byte (&input);
  g_autofree guint8 *bytes = g_memdup2 (input.data, input.size);
  guint32 crc;

  read_as (what, bytes, input.size);
  if (input.size < sizeof crc)
    return 0;
  crc = GUINT32_TO_BE (get_crc (bytes, input.size - sizeof crc));
  memcpy (bytes + input.size - sizeof crc, &crc, sizeof crc);
  read_as (what, bytes, input.size);
  return 0;
}
