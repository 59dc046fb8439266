/* Runs a fuzz target without libFuzzer: over its corpus, and a seeded, bounded set of mutations of it.
 *
 * The arguments are the folder of the corpus and how many mutations each of its files gets. One test per file: the file
 * itself, its beginnings, of which there are no more than mutations, and mutations drawn from GLib's test seed, so that
 * --seed repeats a failure.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "fuzz-target.h"

#define MAX_EDITS 6
#define MAX_SIZE  1024

typedef struct
{
  char *name;
  guint8 *bytes;
  gsize size;
} Seed;

static GPtrArray *seeds;
static guint n_mutations;

static void
seed_free (gpointer data)
{
  Seed *seed = data;

  g_free (seed->name);
  g_free (seed->bytes);
  g_free (seed);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(Seed *const *) a)->name, (*(Seed *const *) b)->name);
}

/* Runs the target on a copy of the exact size, so that a sanitizer sees each byte read beyond it. */
static void
run (const guint8 *bytes,
     gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, size);

  g_assert_cmpint (LLVMFuzzerTestOneInput (copy, size), ==, 0);
}

static gsize
random_below (gsize limit)
{
  return (gsize) g_test_rand_int_range (0, (gint32) limit);
}

/* One edit of a kind that parsers trip over. */
static void
edit (GByteArray *bytes)
{
  static const guint8 telling[] = { 0x00, 0x01, 0x7f, 0x80, 0xff, '.', ':', '[',
                                    ']', '%', '/', '-', '0', '9', ' ', '\n' };
  const Seed *other = g_ptr_array_index (seeds, random_below (seeds->len));
  gsize at = random_below (bytes->len + 1);
  gsize n_bytes = random_below (16) + 1;
  guint8 byte = g_test_rand_bit () ? telling[random_below (G_N_ELEMENTS (telling))] : (guint8) random_below (256);

  switch (random_below (6))
    {
    case 0: /* flip a bit */
      if (at < bytes->len)
        bytes->data[at] ^= (guint8) (1 << random_below (8));
      break;
    case 1: /* set a byte */
      if (at < bytes->len)
        bytes->data[at] = byte;
      break;
    case 2: /* insert a run of a byte */
      g_byte_array_set_size (bytes, bytes->len + (guint) n_bytes);
      memmove (bytes->data + at + n_bytes, bytes->data + at, bytes->len - n_bytes - at);
      memset (bytes->data + at, byte, n_bytes);
      break;
    case 3: /* leave some out */
      if (at < bytes->len)
        g_byte_array_remove_range (bytes, (guint) at, (guint) MIN (n_bytes, bytes->len - at));
      break;
    case 4: /* cut off */
      g_byte_array_set_size (bytes, (guint) at);
      break;
    default: /* go on as another seed does */
      at = MIN (at, other->size);
      g_byte_array_set_size (bytes, (guint) at);
      if (other->size > at)
        g_byte_array_append (bytes, other->bytes + at, (guint) (other->size - at));
      break;
    }
}

static void
test_seed (gconstpointer data)
{
  const Seed *seed = data;
  gsize step = seed->size / n_mutations + 1;

  for (gsize size = step; size < seed->size; size += step)
    run (seed->bytes, size);
  run (seed->bytes, seed->size);

  for (guint i = 0; i < n_mutations; i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_byte_array_append (bytes, seed->bytes, (guint) seed->size);
      for (gsize n_edits = random_below (MAX_EDITS) + 1; n_edits > 0 && bytes->len < MAX_SIZE; n_edits--)
        edit (bytes);
      run (bytes->data, bytes->len);
    }
}

static void
test_nothing (void)
{
  run ((const guint8 *) "", 0);
}

static void
read_seeds (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      Seed *seed = g_new0 (Seed, 1);

      seed->name = g_strdup (name);
      g_file_get_contents (path, (char **) &seed->bytes, &seed->size, &error);
      g_assert_no_error (error);
      g_ptr_array_add (seeds, seed);
    }
  g_ptr_array_sort (seeds, compare_names);
  g_assert_cmpuint (seeds->len, >, 0);
}

int
main (int argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  if (argc != 3 || (n_mutations = (guint) g_ascii_strtoull (argv[2], NULL, 10)) == 0)
    g_error ("Usage: %s CORPUS MUTATIONS", argv[0]);

  seeds = g_ptr_array_new_with_free_func (seed_free);
  read_seeds (argv[1]);
  g_test_add_func ("/fuzz/nothing", test_nothing);
  for (guint i = 0; i < seeds->len; i++)
    {
      const Seed *seed = g_ptr_array_index (seeds, i);
      g_autofree char *path = g_strconcat ("/fuzz/", seed->name, NULL);

      g_test_add_data_func (path, seed, test_seed);
    }
  status = g_test_run ();
  g_ptr_array_unref (seeds);
  return status;
}
