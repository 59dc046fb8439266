/* Columns of whole numbers as few bytes.
 *
 * Measured numbers change by little from row to row, but by an unforeseeable little, so that a general compressor finds
 * nothing in them. Each column is therefore written as what is left of it when the foreseeable part is taken away. How
 * large that is costs the fewer bits the more often it was as large before; its lowest bits are noise, and written as they
 * are.
 *
 *     byte 0                  2, the version of this form
 *     bytes 1 to 3            the number of rows, big-endian as all
 *     byte 4                  the number of columns
 *     bytes 5 to 7            the number n of bytes that code the choices
 *     n bytes                 the choices of all columns
 *     then, bit by bit        the plain bits of all columns; zero bits up to the next whole byte
 *     the last four bytes     CRC-32 (IEEE 802.3) of all bytes before and of the tag in eight bytes
 *
 * The tag is not written: it says where the bytes belong, so that they are not taken for others.
 *
 * A column begins with plain bits:
 *
 *     1 bit          whether all of the column is zero, and then this is all
 *     1 bit          whether it holds differences: each number less the one before
 *     [number]       the first of the column, if it holds differences
 *     number         the base, which is subtracted from what the column holds: its median
 *     7 bits         a length that what is left rarely exceeds, in bits without its sign; 0: all that is left is zero, and
 *                    not written
 *
 * where a *number* is 7 bits with its length n, and n bits, and is made positive first (0, −1, 1, −2 … become 0, 1, 2,
 * 3 …). Then comes what is left of each row, but for the first if the column holds differences:
 *
 *     a choice       whether it is zero, and then this is all; one chance if the one before was zero, another if not
 *     a choice       whether it is the same as the last one that was not zero, and then this is all
 *     a choice       whether it is longer than usual, and then it comes as a number, and this is all
 *     a choice       whether it is negative
 *     choices        from the usual length downward to 2: whether it is shorter, until it is not; a chance for each sign and
 *                    length
 *     choices        up to two bits after the highest one; a chance for each length and bits before
 *     plain bits     the bits that remain
 *
 * A *choice* is a yes or a no that an arithmetic coder writes: the interval from low to high, 32 bits each, is divided
 * after low + (high − low) · chance / 65536, and yes is the part below. As soon as both ends begin with the same byte, that
 * is written. A *chance* is that of yes, and is different for each column. The first three of the list begin at a sixteenth,
 * because they are mostly no in columns of noise, and the others at a half; the nth choice that is made by
 * it moves it by one part of n + 2, at most 257, toward what was chosen. All sums wrap around, so that every number comes
 * back.
 *
 * Writing and reading are the same steps: code_…() writes what it is given, or ignores that and returns what it reads.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/pack/ts-packing.h"

#include <string.h>

#define VERSION      2
#define HEAD_SIZE    8
#define CRC_SIZE     4
#define LENGTH_BITS  7
#define MAX_LENGTH   64
#define N_LEADING    2   /* bits after the highest one that are choices */
#define MAX_CHOICES  255 /* that a chance remembers */
#define RARE         64  /* one of so many is longer than usual at most */
#define SIXTEENTH    (65536 / 16 - 32768)

G_DEFINE_QUARK (ts-packing-error-quark, ts_packing_error)

/* How probable a yes is: @lean is above a half, of 65536. */
typedef struct
{
  gint16 lean;
  guint16 n_choices;
} Chance;

/* What is known about what is left of a column. */
typedef struct
{
  Chance is_zero[2];
  Chance is_same;
  Chance is_long;
  Chance is_negative;
  Chance is_shorter[2][MAX_LENGTH + 1];
  Chance is_set[MAX_LENGTH + 1][1 << N_LEADING];
  gboolean was_zero;
  guint64 last; /* that was not zero; 0 before the first */
} Model;

/* Writes if it has @choices, and else reads. */
typedef struct
{
  GByteArray *choices; /* (nullable) */
  GByteArray *plain;   /* (nullable) */
  guint32 bits;
  guint n_bits;        /* of @bits, fewer than 8 between calls */

  const guint8 *data;
  gsize n_choice_bytes;
  gsize choice_place;
  gsize n_plain_bits;
  gsize plain_place;
  guint32 seen;        /* what was read of the choices, as low and high */
  gboolean is_over;    /* whether more was asked for than there is */

  guint32 low, high;
} Coder;

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

static guint64
get_size (guint64 value)
{
  return value >> 63 ? -value : value;
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
write_bits (Coder *coder,
            guint64 value,
            guint n_bits)
{
  while (n_bits > 0)
    {
      guint n = MIN (n_bits, 8 - coder->n_bits);
      guint8 byte;

      n_bits -= n;
      coder->bits = coder->bits << n | ((guint32) (value >> n_bits) & ((1u << n) - 1));
      coder->n_bits += n;
      if (coder->n_bits < 8)
        return;
      byte = (guint8) coder->bits;
      g_byte_array_append (coder->plain, &byte, 1);
      coder->bits = coder->n_bits = 0;
    }
}

static guint64
read_bits (Coder *coder,
           guint n_bits)
{
  guint64 value = 0;

  if (n_bits > 64 || n_bits > coder->n_plain_bits - coder->plain_place)
    {
      coder->is_over = TRUE;
      coder->plain_place = coder->n_plain_bits;
      return 0;
    }
  while (n_bits > 0)
    {
      guint n_free = 8 - (guint) (coder->plain_place % 8);
      guint n = MIN (n_bits, n_free);

      value = value << n | (coder->data[coder->plain_place / 8] >> (n_free - n) & ((1u << n) - 1));
      coder->plain_place += n;
      n_bits -= n;
    }
  return value;
}

static guint64
code_bits (Coder *coder,
           guint64 value,
           guint n_bits)
{
  if (coder->plain == NULL)
    return read_bits (coder, n_bits);
  write_bits (coder, value, n_bits);
  return value;
}

static guint64
code_number (Coder *coder,
             guint64 value)
{
  guint64 folded = fold (value);
  guint n_bits = (guint) code_bits (coder, count_bits (folded), LENGTH_BITS);

  return unfold (code_bits (coder, folded, n_bits));
}

/* Beyond the end there are zeros. */
static guint8
read_choice_byte (Coder *coder)
{
  return coder->choice_place < coder->n_choice_bytes ? coder->data[coder->choice_place++] : 0;
}

static void
write_choice_byte (Coder *coder,
                   guint8 byte)
{
  g_byte_array_append (coder->choices, &byte, 1);
}

static void
learn (Chance *chance,
       gboolean is_yes)
{
  int target = is_yes ? G_MAXINT16 : G_MININT16;

  chance->n_choices = MIN (chance->n_choices + 1, MAX_CHOICES);
  chance->lean = (gint16) (chance->lean + (target - chance->lean) / (chance->n_choices + 2));
}

static gboolean
code_choice (Coder *coder,
             Chance *chance,
             gboolean is_yes)
{
  guint64 range = coder->high - coder->low;
  guint32 middle = coder->low + (guint32) (range * (guint64) (chance->lean - G_MININT16) >> 16);

  if (coder->choices == NULL)
    is_yes = coder->seen <= middle;
  if (is_yes)
    coder->high = middle;
  else
    coder->low = middle + 1;
  learn (chance, is_yes);
  for (; (coder->low ^ coder->high) >> 24 == 0; coder->low <<= 8, coder->high = coder->high << 8 | 0xff)
    if (coder->choices != NULL)
      write_choice_byte (coder, (guint8) (coder->high >> 24));
    else
      coder->seen = coder->seen << 8 | read_choice_byte (coder);
  return is_yes;
}

/* Of something that is neither zero nor as before nor longer than @usual. */
static guint64
code_size (Coder *coder,
           Model *model,
           guint usual,
           guint64 left)
{
  guint64 size = get_size (left), coded = 1;
  guint length = count_bits (size), n_below = usual, n_leading;
  gboolean is_negative = code_choice (coder, &model->is_negative, left >> 63);

  while (n_below > 1 && code_choice (coder, &model->is_shorter[is_negative][n_below], length < n_below))
    n_below--;
  length = n_below--;
  for (n_leading = MIN (n_below, N_LEADING); n_leading > 0; n_leading--)
    {
      n_below--;
      coded = coded << 1 | (guint64) code_choice (coder, &model->is_set[length][coded], size >> n_below & 1);
    }
  if (n_below > 0)
    coded = coded << n_below | code_bits (coder, size & ((G_GUINT64_CONSTANT (1) << n_below) - 1), n_below);
  return is_negative ? -coded : coded;
}

static guint64
code_left (Coder *coder,
           Model *model,
           guint usual,
           guint64 left)
{
  model->was_zero = code_choice (coder, &model->is_zero[model->was_zero], left == 0);
  if (model->was_zero)
    return 0;
  if (!code_choice (coder, &model->is_same, left == model->last))
    model->last = code_choice (coder, &model->is_long, count_bits (get_size (left)) > usual)
                    ? code_number (coder, left)
                    : code_size (coder, model, usual, left);
  return model->last;
}

static gboolean
is_all_zero (const gint64 *column,
             gsize n_rows)
{
  gsize n = 0;

  while (n < n_rows && column[n] == 0)
    n++;
  return n == n_rows;
}

/* @column: (inout): what is written, or zeros where to put what is read
 * @base: what is subtracted, and @usual: a length that what is left rarely exceeds; if it is written, as @has_differences */
static void
code_column (Coder *coder,
             gint64 *column,
             gsize n_rows,
             gboolean has_differences,
             guint64 base,
             guint usual)
{
  Model model = { .is_zero = { { .lean = SIXTEENTH }, { .lean = SIXTEENTH } },
                  .is_same.lean = SIXTEENTH,
                  .is_long.lean = SIXTEENTH };
  guint64 before = 0;

  if (code_bits (coder, is_all_zero (column, n_rows), 1) == 1)
    return;
  has_differences = code_bits (coder, has_differences, 1) == 1;
  if (has_differences)
    column[0] = (gint64) (before = code_number (coder, (guint64) column[0]));
  base = code_number (coder, base);
  usual = (guint) code_bits (coder, usual, LENGTH_BITS);
  usual = MIN (usual, MAX_LENGTH);
  for (gsize i = has_differences ? 1 : 0; i < n_rows && !coder->is_over; i++)
    {
      guint64 origin = before + base;
      guint64 left = usual > 0 ? code_left (coder, &model, usual, (guint64) column[i] - origin) : 0;

      column[i] = (gint64) (origin + left);
      if (has_differences)
        before = (guint64) column[i];
    }
}

/* Returns: the number that is in the middle of them all, as signed ones; they are put into another order */
static gint64
find_median (gint64 *values,
             gsize n_values)
{
  gsize first = 0, last = n_values - 1, middle = n_values / 2;

  while (first < last)
    {
      gint64 pivot = values[first + (last - first) / 2];
      gsize i = first - 1, j = last + 1;

      for (;;)
        {
          gint64 value;

          do
            i++;
          while (values[i] < pivot);
          do
            j--;
          while (values[j] > pivot);
          if (i >= j)
            break;
          value = values[i];
          values[i] = values[j];
          values[j] = value;
        }
      if (middle <= j)
        last = j;
      else
        first = j + 1;
    }
  return values[middle];
}

/* @held: (array length=n_held): what a column would hold; put into another order
 * @usual: (out): a length that what would be left rarely exceeds
 * @n_bits: (out): how long all of it would be together
 *
 * Returns: the base of it */
static guint64
find_base (gint64 *held,
           gsize n_held,
           guint *usual,
           guint64 *n_bits)
{
  guint64 base = n_held > 0 ? (guint64) find_median (held, n_held) : 0;
  gsize n_of_length[MAX_LENGTH + 1] = { 0 }, n_longer = 0;

  *n_bits = 0;
  for (gsize i = 0; i < n_held; i++)
    {
      guint length = count_bits (get_size ((guint64) held[i] - base));

      n_of_length[length]++;
      *n_bits += length;
    }
  *usual = *n_bits > 0 ? MAX_LENGTH : 0;
  while (*usual > 1 && (n_longer += n_of_length[*usual]) <= n_held / RARE)
    --*usual;
  return base;
}

static void
write_column (Coder *coder,
              const gint64 *column,
              gsize n_rows)
{
  g_autofree gint64 *held = g_memdup2 (column, n_rows * sizeof *column);
  guint usual[2];
  guint64 base[2], n_bits[2];
  gboolean has_differences;

  base[FALSE] = find_base (held, n_rows, &usual[FALSE], &n_bits[FALSE]);
  for (gsize i = 0; i + 1 < n_rows; i++)
    held[i] = (gint64) ((guint64) column[i + 1] - (guint64) column[i]);
  base[TRUE] = find_base (held, n_rows - 1, &usual[TRUE], &n_bits[TRUE]);
  has_differences = n_bits[TRUE] < n_bits[FALSE];
  memcpy (held, column, n_rows * sizeof *column);
  code_column (coder, held, n_rows, has_differences, base[has_differences], usual[has_differences]);
}

/* As few bytes as still say where between low and high the end is, as zeros follow them. */
static void
end_choices (Coder *coder)
{
  if (coder->low > 0)
    write_choice_byte (coder, (guint8) ((coder->low >> 24) + 1));
  while (coder->choices->len > 0 && coder->choices->data[coder->choices->len - 1] == 0)
    g_byte_array_set_size (coder->choices, coder->choices->len - 1);
}

static void
put_be32 (guint8 *bytes,
          guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (bytes, &value, sizeof value);
}

static guint32
get_be32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_BE (value);
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
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (GByteArray) choices = g_byte_array_new ();
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  Coder coder = { .choices = choices, .plain = plain, .high = G_MAXUINT32 };
  guint8 head[HEAD_SIZE] = { VERSION, (guint8) (n_rows >> 16), (guint8) (n_rows >> 8), (guint8) n_rows, (guint8) n_columns };
  guint8 crc[CRC_SIZE];

  g_return_val_if_fail (n_rows > 0 && n_rows <= TS_PACKING_MAX_ROWS, bytes);
  g_return_val_if_fail (n_columns > 0 && n_columns <= TS_PACKING_MAX_COLUMNS, bytes);

  for (gsize i = 0; i < n_columns; i++)
    write_column (&coder, values + i * n_rows, n_rows);
  end_choices (&coder);
  write_bits (&coder, 0, (8 - coder.n_bits) % 8);
  put_be32 (head + HEAD_SIZE - 4, (guint32) n_columns << 24 | choices->len);
  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, choices->data, choices->len);
  g_byte_array_append (bytes, plain->data, plain->len);
  put_be32 (crc, get_crc (bytes->data, bytes->len, tag));
  g_byte_array_append (bytes, crc, sizeof crc);
  return bytes;
}

static gsize
get_n_choice_bytes (const guint8 *data)
{
  return get_be32 (data + HEAD_SIZE - 4) & 0xffffff;
}

/* Returns: the number of rows, or 0 unless @data begins as packed numbers do */
static gsize
read_head (const guint8 *data,
           gsize length,
           gsize n_columns)
{
  gsize n_rows;

  if (length < HEAD_SIZE + CRC_SIZE || data[0] != VERSION || data[4] != n_columns ||
      get_n_choice_bytes (data) > length - HEAD_SIZE - CRC_SIZE)
    return 0;
  n_rows = (gsize) data[1] << 16 | (gsize) data[2] << 8 | data[3];
  return n_rows <= TS_PACKING_MAX_ROWS ? n_rows : 0;
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
  gsize n = read_head (data, length, n_columns);
  Coder coder = { .data = data, .choice_place = HEAD_SIZE, .high = G_MAXUINT32 };

  if (n == 0)
    {
      g_set_error (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED,
                   "%" G_GSIZE_FORMAT " bytes do not begin as packed numbers do", length);
      return NULL;
    }
  if (get_be32 (data + length - CRC_SIZE) != get_crc (data, length - CRC_SIZE, tag))
    {
      g_set_error (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED,
                   "%" G_GSIZE_FORMAT " packed bytes are not those that were written", length);
      return NULL;
    }
  coder.n_choice_bytes = HEAD_SIZE + get_n_choice_bytes (data);
  coder.plain_place = 8 * coder.n_choice_bytes;
  coder.n_plain_bits = 8 * (length - CRC_SIZE);
  for (int i = 0; i < 4; i++)
    coder.seen = coder.seen << 8 | read_choice_byte (&coder);
  values = g_new0 (gint64, n * n_columns);
  for (gsize i = 0; i < n_columns; i++)
    code_column (&coder, values + i * n, n, FALSE, 0, 0);
  if (coder.is_over)
    {
      g_set_error (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED,
                   "%" G_GSIZE_FORMAT " packed bytes end too early", length);
      return NULL;
    }
  *n_rows = n;
  return g_steal_pointer (&values);
}
