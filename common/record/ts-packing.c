/* Columns of whole numbers as few bytes.
 *
 * Measured numbers change by little from row to row, but by an unforeseeable little, so that a general compressor finds
 * nothing in them. Each column is therefore written as what is left of it when the foreseeable part is taken away:
 *
 *     byte 0                  1, the version of this form
 *     bytes 1 to 3            the number of rows, big-endian
 *     byte 4                  the number of columns
 *     then, bit by bit        the columns, one after the other; zero bits up to the next whole byte
 *     the last four bytes     CRC-32 (IEEE 802.3) of all bytes before and of the tag in eight bytes, big-endian as all
 *
 * The tag is not written: it says where the bytes belong, so that they are not taken for others.
 *
 * A column is
 *
 *     1 bit          whether it holds differences: each number less the one before
 *     1 bit          whether all that is left is zero, and not written
 *     [number]       the first of the column, if it holds differences
 *     number         the base, which is subtracted from what the column holds: its median
 *     1 bit          whether zeros are counted, because most that is left is zero
 *     6 bits         k, the number of low bits
 *     remainders     of each row, but for the first if the column holds differences
 *
 * where a *number* is 7 bits with its length n in bits, and n bits. What is left is made positive first (0, −1, 1, −2 …
 * become 0, 1, 2, 3 …), so that small remains small. A *remainder* r is r >> k as that many ones and a zero, and the low
 * k bits of r (Rice's code); from 24 ones on it is those and r as a number. If zeros are counted, each r that is not zero
 * comes as a *count* of the zeros before it and r − 1; the count of those after the last one ends the column. A count c is
 * as many zero bits as c + 1 has bits but for one, and c + 1 (Elias's gamma code). All sums wrap around, so that every
 * number comes back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-packing.h"

#include <stdlib.h>
#include <string.h>

#define VERSION     1
#define HEAD_SIZE   5
#define CRC_SIZE    4
#define MAX_ONES    24
#define LENGTH_BITS 7
#define K_BITS      6

G_DEFINE_QUARK (ts-packing-error-quark, ts_packing_error)

typedef struct
{
  GByteArray *bytes;
  guint32 bits;
  guint n_bits; /* of @bits, fewer than 8 between calls */
} Writer;

typedef struct
{
  const guint8 *data;
  gsize n_bits;
  gsize place;
  gboolean is_over; /* whether more was asked for than there is */
} Reader;

/* How a column is written. */
typedef struct
{
  gboolean has_differences;
  gboolean counts_zeros;
  guint64 base;
  guint k;
  guint64 n_bits; /* of all remainders */
  gsize n_left;
  guint64 *left; /* (array length=n_left): what is written, made positive */
} Plan;

static guint64
fold (guint64 value)
{
  return value << 1 ^ (guint64) -(gint64) (value >> 63);
}

static guint64
unfold (guint64 folded)
{
  return folded >> 1 ^ (guint64) -(gint64) (folded & 1);
}

static guint
count_bits (guint64 value)
{
  return value == 0 ? 0 : 64 - (guint) __builtin_clzll (value);
}

static guint32
get_crc (const guint8 *data,
         gsize length,
         guint64 tag)
{
  /* For four bits at a time. */
  static const guint32 table[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
    0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
    0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
  };
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < length + sizeof tag; i++)
    {
      crc ^= i < length ? data[i] : (guint8) (tag >> (56 - 8 * (i - length)));
      crc = crc >> 4 ^ table[crc & 15];
      crc = crc >> 4 ^ table[crc & 15];
    }
  return crc ^ 0xffffffff;
}

static void
write_bits (Writer *writer,
            guint64 value,
            guint n_bits)
{
  while (n_bits > 0)
    {
      guint n = MIN (n_bits, 8 - writer->n_bits);
      guint8 byte;

      n_bits -= n;
      writer->bits = writer->bits << n | ((guint32) (value >> n_bits) & ((1u << n) - 1));
      writer->n_bits += n;
      if (writer->n_bits < 8)
        return;
      byte = (guint8) writer->bits;
      g_byte_array_append (writer->bytes, &byte, 1);
      writer->bits = writer->n_bits = 0;
    }
}

static void
write_number (Writer *writer,
              guint64 value)
{
  guint n_bits = count_bits (value);

  write_bits (writer, n_bits, LENGTH_BITS);
  write_bits (writer, value, n_bits);
}

static void
write_remainder (Writer *writer,
                 guint64 remainder,
                 guint k)
{
  guint64 n_ones = remainder >> k;

  if (n_ones >= MAX_ONES)
    {
      write_bits (writer, (1u << MAX_ONES) - 1, MAX_ONES);
      write_number (writer, remainder);
      return;
    }
  write_bits (writer, ((1u << n_ones) - 1) << 1, (guint) n_ones + 1);
  write_bits (writer, remainder, k);
}

static void
write_count (Writer *writer,
             guint64 count)
{
  guint n_bits = count_bits (count + 1);

  write_bits (writer, 0, n_bits - 1);
  write_bits (writer, count + 1, n_bits);
}

static guint64
count_remainder_bits (guint64 remainder,
                      guint k)
{
  guint64 n_ones = remainder >> k;

  return n_ones >= MAX_ONES ? MAX_ONES + LENGTH_BITS + count_bits (remainder) : n_ones + 1 + k;
}

static guint64
count_all_bits (const Plan *plan,
                gboolean counts_zeros,
                guint k)
{
  guint64 n_bits = 0, n_zeros = 0;

  for (gsize i = 0; i < plan->n_left; i++)
    if (!counts_zeros)
      n_bits += count_remainder_bits (plan->left[i], k);
    else if (plan->left[i] == 0)
      n_zeros++;
    else
      {
        n_bits += 2 * count_bits (n_zeros + 1) - 1 + count_remainder_bits (plan->left[i] - 1, k);
        n_zeros = 0;
      }
  return n_zeros > 0 ? n_bits + 2 * count_bits (n_zeros + 1) - 1 : n_bits;
}

static int
compare_numbers (const void *a,
                 const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* Finds the k that takes fewest bits: it lies between those that the median and the mean ask for. */
static void
choose_code (Plan *plan)
{
  g_autofree guint64 *sorted = g_memdup2 (plan->left, plan->n_left * sizeof *plan->left);
  double sum = 0;
  guint from, to;

  /* As signed numbers, which is good enough: what is above 2^63 is rare, and written as a number. */
  qsort (sorted, plan->n_left, sizeof *sorted, compare_numbers);
  for (gsize i = 0; i < plan->n_left; i++)
    sum += (double) plan->left[i];
  from = count_bits (sorted[plan->n_left / 2]);
  to = count_bits ((guint64) MIN (sum / (double) plan->n_left, 9e18));
  from = MIN (from, to) > 2 ? MIN (from, to) - 2 : 0;
  to = MIN (MAX (to, count_bits (sorted[plan->n_left / 2])) + 1, 62);
  plan->n_bits = G_MAXUINT64;
  for (guint k = from; k <= to; k++)
    for (int counts_zeros = 0; counts_zeros < 2; counts_zeros++)
      {
        guint64 n_bits = count_all_bits (plan, counts_zeros, k);

        if (n_bits >= plan->n_bits)
          continue;
        plan->n_bits = n_bits;
        plan->k = k;
        plan->counts_zeros = counts_zeros;
      }
}

static Plan
make_plan (const gint64 *column,
           gsize n_rows,
           gboolean has_differences)
{
  gsize n_left = has_differences ? n_rows - 1 : n_rows;
  Plan plan = { .has_differences = has_differences, .n_left = n_left, .left = g_new (guint64, MAX (n_left, 1)) };
  gboolean is_constant = TRUE;

  for (gsize i = 0; i < n_left; i++)
    plan.left[i] = has_differences ? (guint64) column[i + 1] - (guint64) column[i] : (guint64) column[i];
  if (n_left > 0)
    {
      g_autofree guint64 *sorted = g_memdup2 (plan.left, n_left * sizeof *plan.left);

      qsort (sorted, n_left, sizeof *sorted, compare_numbers);
      plan.base = sorted[n_left / 2];
    }
  for (gsize i = 0; i < n_left; i++)
    {
      plan.left[i] = fold (plan.left[i] - plan.base);
      is_constant = is_constant && plan.left[i] == 0;
    }
  if (!is_constant)
    choose_code (&plan);
  return plan;
}

static void
write_remainders (Writer *writer,
                  const Plan *plan)
{
  guint64 n_zeros = 0;

  for (gsize i = 0; i < plan->n_left; i++)
    if (!plan->counts_zeros)
      write_remainder (writer, plan->left[i], plan->k);
    else if (plan->left[i] == 0)
      n_zeros++;
    else
      {
        write_count (writer, n_zeros);
        write_remainder (writer, plan->left[i] - 1, plan->k);
        n_zeros = 0;
      }
  if (n_zeros > 0)
    write_count (writer, n_zeros);
}

static void
write_column (Writer *writer,
              const gint64 *column,
              gsize n_rows)
{
  Plan plans[2] = { make_plan (column, n_rows, FALSE), make_plan (column, n_rows, TRUE) };
  const Plan *plan = plans[1].n_bits < plans[0].n_bits ? &plans[1] : &plans[0];

  write_bits (writer, plan->has_differences, 1);
  write_bits (writer, plan->n_bits == 0, 1);
  if (plan->has_differences)
    write_number (writer, fold ((guint64) column[0]));
  write_number (writer, fold (plan->base));
  if (plan->n_bits > 0)
    {
      write_bits (writer, plan->counts_zeros, 1);
      write_bits (writer, plan->k, K_BITS);
      write_remainders (writer, plan);
    }
  g_free (plans[0].left);
  g_free (plans[1].left);
}

/**
 * ts_packing_write:
 * @values: (array): the numbers, column after column
 * @n_rows: how many are in a column, from 1 to %TS_PACKING_MAX_ROWS
 * @n_columns: how many columns there are, from 1 to %TS_PACKING_MAX_COLUMNS
 * @tag: what the reader has to know
 *
 * Returns: (transfer full): the bytes from which ts_packing_read() makes the same numbers
 */
GByteArray *
ts_packing_write (const gint64 *values,
                  gsize n_rows,
                  gsize n_columns,
                  guint64 tag)
{
  const guint8 head[HEAD_SIZE] = {
    VERSION, (guint8) (n_rows >> 16), (guint8) (n_rows >> 8), (guint8) n_rows, (guint8) n_columns,
  };
  Writer writer = { .bytes = g_byte_array_new () };
  guint32 crc;

  g_return_val_if_fail (n_rows > 0 && n_rows <= TS_PACKING_MAX_ROWS, writer.bytes);
  g_return_val_if_fail (n_columns > 0 && n_columns <= TS_PACKING_MAX_COLUMNS, writer.bytes);

  g_byte_array_append (writer.bytes, head, sizeof head);
  for (gsize i = 0; i < n_columns; i++)
    write_column (&writer, values + i * n_rows, n_rows);
  write_bits (&writer, 0, (8 - writer.n_bits) % 8);
  crc = GUINT32_TO_BE (get_crc (writer.bytes->data, writer.bytes->len, tag));
  g_byte_array_append (writer.bytes, (const guint8 *) &crc, CRC_SIZE);
  return writer.bytes;
}

static guint64
read_bits (Reader *reader,
           guint n_bits)
{
  guint64 value = 0;

  if (n_bits > 64 || n_bits > reader->n_bits - reader->place)
    {
      reader->is_over = TRUE;
      reader->place = reader->n_bits;
      return 0;
    }
  while (n_bits > 0)
    {
      guint n_free = 8 - (guint) (reader->place % 8);
      guint n = MIN (n_bits, n_free);

      value = value << n | (reader->data[reader->place / 8] >> (n_free - n) & ((1u << n) - 1));
      reader->place += n;
      n_bits -= n;
    }
  return value;
}

static guint64
read_number (Reader *reader)
{
  return read_bits (reader, (guint) read_bits (reader, LENGTH_BITS));
}

static guint64
read_remainder (Reader *reader,
                guint k)
{
  guint n_ones = 0;

  while (n_ones < MAX_ONES && read_bits (reader, 1) == 1)
    n_ones++;
  if (n_ones == MAX_ONES)
    return read_number (reader);
  return (guint64) n_ones << k | read_bits (reader, k);
}

static guint64
read_count (Reader *reader)
{
  guint n_bits = 1;

  while (n_bits < 64 && read_bits (reader, 1) == 0 && !reader->is_over)
    n_bits++;
  return (G_GUINT64_CONSTANT (1) << (n_bits - 1) | read_bits (reader, n_bits - 1)) - 1;
}

static void
read_column (Reader *reader,
             gint64 *column,
             gsize n_rows)
{
  gboolean has_differences = read_bits (reader, 1) == 1;
  gboolean is_constant = read_bits (reader, 1) == 1;
  guint64 before = 0, base, n_zeros = 0;
  gboolean counts_zeros = FALSE;
  guint k = 0;

  if (has_differences)
    before = unfold (read_number (reader));
  base = unfold (read_number (reader));
  if (!is_constant)
    {
      counts_zeros = read_bits (reader, 1) == 1;
      k = (guint) read_bits (reader, K_BITS);
      n_zeros = counts_zeros ? read_count (reader) : 0;
    }
  for (gsize i = 0; i < n_rows && !reader->is_over; i++)
    {
      guint64 left = 0;

      if (has_differences && i == 0)
        {
          column[0] = (gint64) before;
          continue;
        }
      if (!is_constant && !counts_zeros)
        left = read_remainder (reader, k);
      else if (!is_constant && n_zeros-- == 0)
        {
          left = read_remainder (reader, k) + 1;
          n_zeros = i + 1 < n_rows ? read_count (reader) : 0;
        }
      before = (has_differences ? before : 0) + base + unfold (left);
      column[i] = (gint64) before;
    }
}

/**
 * ts_packing_read:
 * @data: (array length=length): bytes of ts_packing_write()
 * @length: how many there are
 * @n_columns: how many columns are expected
 * @tag: as it was written with
 * @n_rows: (out): how many numbers are in a column
 * @error: return location for a %TS_PACKING_ERROR
 *
 * Returns: (transfer full) (nullable): the numbers, column after column; %NULL unless @data is whole and
 *   has that tag
 */
gint64 *
ts_packing_read (const guint8 *data,
                 gsize length,
                 gsize n_columns,
                 guint64 tag,
                 gsize *n_rows,
                 GError **error)
{
  g_autofree gint64 *values = NULL;
  gsize n = length < HEAD_SIZE + CRC_SIZE ? 0 : (gsize) data[1] << 16 | (gsize) data[2] << 8 | data[3];
  Reader reader = { .data = data };
  guint32 crc;

  if (n == 0 || n > TS_PACKING_MAX_ROWS || data[0] != VERSION || data[4] != n_columns)
    {
      g_set_error (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED,
                   "%" G_GSIZE_FORMAT " bytes do not begin as packed numbers do", length);
      return NULL;
    }
  memcpy (&crc, data + length - CRC_SIZE, CRC_SIZE);
  if (GUINT32_FROM_BE (crc) != get_crc (data, length - CRC_SIZE, tag))
    {
      g_set_error (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED,
                   "%" G_GSIZE_FORMAT " packed bytes are not those that were written", length);
      return NULL;
    }
  reader.place = 8 * HEAD_SIZE;
  reader.n_bits = 8 * (length - CRC_SIZE);
  values = g_new0 (gint64, n * n_columns);
  for (gsize i = 0; i < n_columns; i++)
    read_column (&reader, values + i * n, n);
  if (reader.is_over)
    {
      g_set_error (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED,
                   "%" G_GSIZE_FORMAT " packed bytes end too early", length);
      return NULL;
    }
  *n_rows = n;
  return g_steal_pointer (&values);
}
