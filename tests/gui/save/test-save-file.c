/* ts-save: a file becomes whole, or nothing changes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-file.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define PART_SIZE  100000
#define N_PARTS    20
#define WHOLE_SIZE (PART_SIZE * N_PARTS)

typedef struct
{
  char *folder;
  GFile *file;
  GCancellable *cancellable;
  guint n_parts;   /* given so far */
  guint cancel_at; /* at which of them, counted from 1; 0: none; above N_PARTS: after all of them */
  gboolean is_freed;
  gboolean is_over;
  gboolean is_saved;
  GError *error;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  g_autofree char *path = NULL;
  GError *error = NULL;

  fixture->folder = g_dir_make_tmp ("timesync-save-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (fixture->folder, "a.csv", NULL);
  fixture->file = g_file_new_for_path (path);
  fixture->cancellable = g_cancellable_new ();
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_file_delete (fixture->file, NULL, NULL);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_clear_object (&fixture->file);
  g_clear_object (&fixture->cancellable);
  g_clear_error (&fixture->error);
  g_free (fixture->folder);
}

static gboolean
next (gpointer source,
      GString *part)
{
  Fixture *fixture = source;

  g_assert_cmpuint (part->len, ==, 0);
  if (fixture->n_parts == N_PARTS)
    {
      if (fixture->cancel_at > N_PARTS)
        g_cancellable_cancel (fixture->cancellable);
      return FALSE;
    }
  g_string_set_size (part, PART_SIZE);
  memset (part->str, 'a' + (int) fixture->n_parts, PART_SIZE);
  if (++fixture->n_parts == fixture->cancel_at)
    g_cancellable_cancel (fixture->cancellable);
  return TRUE;
}

static void
free_source (gpointer source)
{
  ((Fixture *) source)->is_freed = TRUE;
}

static void
did_save (GObject *file,
          GAsyncResult *result,
          gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->is_saved = ts_save_file_finish (G_FILE (file), result, &fixture->error);
  g_assert_true (fixture->is_saved == (fixture->error == NULL));
  fixture->is_over = TRUE;
}

static void
save (Fixture *fixture)
{
  ts_save_file_async (fixture->file, next, fixture, free_source, fixture->cancellable, did_save, fixture);
  while (!fixture->is_over || !fixture->is_freed)
    g_main_context_iteration (NULL, TRUE);
}

/* What there is besides the file would be a remnant. */
static void
assert_files (Fixture *fixture,
              guint expected)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpuint (n, ==, expected);
}

static void
assert_whole (Fixture *fixture)
{
  g_autofree char *content = NULL;
  gsize length;

  g_assert_no_error (fixture->error);
  g_assert_true (g_file_load_contents (fixture->file, NULL, &content, &length, NULL, NULL));
  g_assert_cmpuint (length, ==, WHOLE_SIZE);
  for (gsize i = 0; i < length; i++)
    if (content[i] != 'a' + (int) (i / PART_SIZE))
      g_error ("byte %zu is wrong", i);
  assert_files (fixture, 1);
}

static void
write_old (Fixture *fixture)
{
  GError *error = NULL;

  g_file_replace_contents (fixture->file, "old", 3, NULL, FALSE, 0, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_old (Fixture *fixture)
{
  g_autofree char *content = NULL;

  g_assert_true (g_file_load_contents (fixture->file, NULL, &content, NULL, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  assert_files (fixture, 1);
}

static void
test_new (Fixture *fixture,
          gconstpointer data)
{
  save (fixture);
  assert_whole (fixture);
}

static void
test_replaces (Fixture *fixture,
               gconstpointer data)
{
  write_old (fixture);
  save (fixture);
  assert_whole (fixture);
}

/* A link gives way to the file, and what it led to is left alone. */
static void
test_replaces_link (Fixture *fixture,
                    gconstpointer data)
{
  g_autofree char *target = g_build_filename (fixture->folder, "target", NULL);
  g_autofree char *content = NULL;

  g_assert_true (g_file_set_contents (target, "old", 3, NULL));
  g_assert_cmpint (symlink (target, g_file_peek_path (fixture->file)), ==, 0);
  save (fixture);
  g_assert_true (g_file_get_contents (target, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_unlink (target);
  assert_whole (fixture);
}

/* Before anything, in the middle, when all but the last piece was written, and when all was. */
static const guint cancel_at[] = { 0, 1, N_PARTS / 2, N_PARTS, N_PARTS + 1 };

static void
test_cancelled (Fixture *fixture,
                gconstpointer data)
{
  gboolean is_old = GPOINTER_TO_INT (data);

  for (gsize i = 0; i < G_N_ELEMENTS (cancel_at); i++)
    {
      if (is_old)
        write_old (fixture);
      g_cancellable_reset (fixture->cancellable);
      fixture->n_parts = 0;
      fixture->is_over = fixture->is_freed = FALSE;
      fixture->cancel_at = cancel_at[i];
      if (cancel_at[i] == 0)
        g_cancellable_cancel (fixture->cancellable);
      save (fixture);
      g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&fixture->error);
      if (is_old)
        assert_old (fixture);
      else
        assert_files (fixture, 0);
    }
}

static void
test_folder_is_missing (Fixture *fixture,
                        gconstpointer data)
{
  GFile *file = fixture->file;

  fixture->file = g_file_get_child (file, "b.csv");
  save (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  assert_files (fixture, 0);
  g_object_unref (file);
}

static void
test_folder_is_not_writable (Fixture *fixture,
                             gconstpointer data)
{
  uid_t usual = geteuid ();

  g_assert_cmpint (g_chmod (fixture->folder, 0555), ==, 0);
  /* Root may write everywhere. */
  if (usual == 0)
    g_assert_cmpint (seteuid (65534), ==, 0);
  save (fixture);
  g_assert_cmpint (seteuid (usual), ==, 0);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (strstr (fixture->error->message, "a.csv"));
  g_chmod (fixture->folder, 0700);
  assert_files (fixture, 0);
}

static void
test_is_a_folder (Fixture *fixture,
                  gconstpointer data)
{
  g_assert_true (g_file_make_directory (fixture->file, NULL, NULL));
  save (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  assert_files (fixture, 1);
}

/* A device, of which root could write over the very name. */
static void
test_is_a_device (Fixture *fixture,
                  gconstpointer data)
{
  g_set_object (&fixture->file, NULL);
  fixture->file = g_file_new_for_path ("/dev/full");
  save (fixture);
  g_assert_nonnull (fixture->error);
  g_assert_cmpint (g_file_query_file_type (fixture->file, 0, NULL), ==, G_FILE_TYPE_SPECIAL);
  g_assert_cmpuint (fixture->n_parts, ==, 0);
  g_clear_object (&fixture->file);
  fixture->file = g_file_new_build_filename (fixture->folder, "a.csv", NULL);
}

/* As if the disk were full after 300 kB. */
static void
test_no_room (Fixture *fixture,
              gconstpointer data)
{
  gboolean is_old = GPOINTER_TO_INT (data);
  struct rlimit before, limit;

  if (is_old)
    write_old (fixture);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = (struct rlimit) { 3 * PART_SIZE, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  save (fixture);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_nonnull (fixture->error);
  g_assert_false (g_error_matches (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_assert_cmpuint (fixture->n_parts, ==, 4);
  if (is_old)
    assert_old (fixture);
  else
    assert_files (fixture, 0);
}

static gboolean
count_turn (gpointer user_data)
{
  ++*(guint *) user_data;
  return G_SOURCE_CONTINUE;
}

/* Whoever else waits has a turn between any two pieces, and does not wait for the disk. */
static void
test_main_loop_turns (Fixture *fixture,
                      gconstpointer data)
{
  guint n_turns = 0;
  guint id = g_idle_add_full (G_PRIORITY_LOW, count_turn, &n_turns, NULL);

  save (fixture);
  g_source_remove (id);
  g_assert_cmpuint (n_turns, >=, N_PARTS);
  assert_whole (fixture);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/save/new", Fixture, NULL, set_up, test_new, tear_down);
  g_test_add ("/save/replaces", Fixture, NULL, set_up, test_replaces, tear_down);
  g_test_add ("/save/replaces-link", Fixture, NULL, set_up, test_replaces_link, tear_down);
  g_test_add ("/save/cancelled/new", Fixture, GINT_TO_POINTER (FALSE), set_up, test_cancelled, tear_down);
  g_test_add ("/save/cancelled/old", Fixture, GINT_TO_POINTER (TRUE), set_up, test_cancelled, tear_down);
  g_test_add ("/save/folder-is-missing", Fixture, NULL, set_up, test_folder_is_missing, tear_down);
  g_test_add ("/save/folder-is-not-writable", Fixture, NULL, set_up, test_folder_is_not_writable, tear_down);
  g_test_add ("/save/is-a-folder", Fixture, NULL, set_up, test_is_a_folder, tear_down);
  g_test_add ("/save/is-a-device", Fixture, NULL, set_up, test_is_a_device, tear_down);
  g_test_add ("/save/no-room/new", Fixture, GINT_TO_POINTER (FALSE), set_up, test_no_room, tear_down);
  g_test_add ("/save/no-room/old", Fixture, GINT_TO_POINTER (TRUE), set_up, test_no_room, tear_down);
  g_test_add ("/save/main-loop-turns", Fixture, NULL, set_up, test_main_loop_turns, tear_down);
  return g_test_run ();
}
