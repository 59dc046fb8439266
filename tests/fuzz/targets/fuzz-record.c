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
read_as (guint8 what,
         const guint8 *bytes,
         gsize length)
{
  gsize n_columns = what % TS_PACKING_MAX_COLUMNS + 1, n_rows = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other_error = NULL;
  g_autofree gint64 *values = ts_packing_read (bytes, length, n_columns, TAG, &n_rows, &error);
  g_autoptr (GArray) records = ts_records_unpack (bytes, length, TAG, &other_error);

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
    check_records (records);
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
