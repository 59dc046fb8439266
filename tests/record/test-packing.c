/* Tests that numbers come back from few bytes, and that damaged bytes are seen.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/pack/ts-packing.h"

/* What is around the columns, with a byte that codes all choices of one. */
#define N_AROUND 13

static void
assert_comes_back (const gint64 *values,
                   gsize n_rows,
                   gsize n_columns,
                   gsize max_bytes)
{
  g_autoptr (GByteArray) bytes = ts_packing_write (values, n_rows, n_columns, 7);
  g_autoptr (GError) error = NULL;
  gsize n_read;
  g_autofree gint64 *read = ts_packing_read (bytes->data, bytes->len, n_columns, 7, &n_read, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n_read, ==, n_rows);
  g_assert_cmpmem (read, n_rows * n_columns * sizeof *read, values, n_rows * n_columns * sizeof *values);
  g_assert_cmpuint (bytes->len, <=, max_bytes);
}

static void
test_named_columns (void)
{
  const gint64 extremes[] = { G_MAXINT64, G_MININT64, 0, -1, G_MAXINT64, G_MININT64, 1, G_MININT64 };
  gint64 constant[1000], steady[1000], sparse[1000];

  for (int i = 0; i < 1000; i++)
    {
      constant[i] = G_GINT64_CONSTANT (1790000000123456789);
      steady[i] = constant[i] + i * G_GINT64_CONSTANT (100000000);
      sparse[i] = i / 100 * 500000;
    }
  for (gsize n = 1; n <= G_N_ELEMENTS (extremes); n++)
    assert_comes_back (extremes, n, 1, N_AROUND + 3 + n * 20);
  assert_comes_back (extremes, 4, 2, 200);
  assert_comes_back (constant, 1000, 1, N_AROUND + 10);
  assert_comes_back (steady, 1000, 1, N_AROUND + 10 + 8);
  assert_comes_back (sparse, 1000, 1, N_AROUND + 10 + 1000 / 8 + 9 * 6);
}

/* Numbers below 2^12 take little more than 12 bits each, and a wild one among them costs only itself. */
static void
test_random_columns (void)
{
  gint64 values[3 * 600];

  for (int round = 0; round < 50; round++)
    {
      int bits = g_test_rand_int_range (0, 63);

      for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
        values[i] = (gint64) (((guint64) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ()) >> (63 - bits));
      assert_comes_back (values, 600, 3, N_AROUND + 3 * (600 * (gsize) (bits + 3) / 8 + 30));
    }
  for (gsize i = 0; i < 600; i++)
    values[i] = g_test_rand_int_range (0, 4096);
  values[300] = G_MININT64;
  assert_comes_back (values, 600, 1, N_AROUND + 30 + 600 * 14 / 8 + 20);
}

static GByteArray *
make_bytes (void)
{
  gint64 values[2 * 20];

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    values[i] = g_test_rand_int_range (-100000, 100000);
  return ts_packing_write (values, 20, 2, 7);
}

static void
assert_refused (const guint8 *data,
                gsize length)
{
  g_autoptr (GError) error = NULL;
  gsize n_rows;

  g_assert_null (ts_packing_read (data, length, 2, 7, &n_rows, &error));
  g_assert_error (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED);
}

/* Each length is copied, so that the address sanitizer sees a read beyond it. */
static void
test_every_cut (void)
{
  g_autoptr (GByteArray) bytes = make_bytes ();

  for (gsize length = 0; length < bytes->len; length++)
    {
      g_autofree guint8 *cut = g_memdup2 (bytes->data, MAX (length, 1));

      assert_refused (cut, length);
    }
}

static void
test_every_flipped_bit (void)
{
  g_autoptr (GByteArray) bytes = make_bytes ();

  for (gsize bit = 0; bit < 8 * (gsize) bytes->len; bit++)
    {
      bytes->data[bit / 8] ^= (guint8) (1 << bit % 8);
      assert_refused (bytes->data, bytes->len);
      bytes->data[bit / 8] ^= (guint8) (1 << bit % 8);
    }
}

static void
test_other_columns_are_refused (void)
{
  g_autoptr (GByteArray) bytes = ts_packing_write ((const gint64[]) { 1, 2, 3 }, 1, 3, 7);

  assert_refused (bytes->data, bytes->len);
}

static void
test_other_tag_is_refused (void)
{
  for (int bit = 0; bit < 64; bit++)
    {
      g_autoptr (GByteArray) bytes = ts_packing_write ((const gint64[]) { 1, 2 }, 1, 2, 7 ^ G_GUINT64_CONSTANT (1) << bit);

      assert_refused (bytes->data, bytes->len);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/packing/named-columns", test_named_columns);
  g_test_add_func ("/packing/random-columns", test_random_columns);
  g_test_add_func ("/packing/every-cut", test_every_cut);
  g_test_add_func ("/packing/every-flipped-bit", test_every_flipped_bit);
  g_test_add_func ("/packing/other-columns-are-refused", test_other_columns_are_refused);
  g_test_add_func ("/packing/other-tag-is-refused", test_other_tag_is_refused);
  return g_test_run ();
}
