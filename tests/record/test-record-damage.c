/* Tests that a file that is cut, has a flipped bit, or has no room never gives a wrong record and never stops a recorder.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test-recording.h"

#define N_RECORDS 1500

/* A recording of two servers, with pages and tails, as bytes. */
typedef struct
{
  TestFile file;
  GArray *records[2];
  char *database, *log;
  gsize database_length, log_length;
  char *copy, *copy_log;
} Fixture;

static const char *const addresses[] = { "one.example", "two.example" };

static void
set_up (Fixture *self,
        gconstpointer data)
{
  g_autofree char *log_path = NULL;
  guint numbers[2];

  test_file_init (&self->file);
  for (guint i = 0; i < 2; i++)
    {
      self->records[i] = g_array_new (FALSE, TRUE, sizeof (TsRecord));
      numbers[i] = ts_recorder_begin (self->file.recorder, addresses[i], addresses[i], TRUE);
    }
  for (guint i = 0; i < 2; i++)
    {
      TestSeries series;

      test_series_init (&series, i + 20, TS_NS_PER_S / 10);
      series.is_plain = TRUE;
      series.offset_ns *= i + 1;
      for (guint n = 0; n < N_RECORDS; n++)
        test_file_add (&self->file, numbers[i], &series, self->records[i]);
      test_series_clear (&series);
    }
  g_assert_true (ts_recorder_flush (self->file.recorder));
  self->copy = g_build_filename (self->file.folder, "copy.db", NULL);
  self->copy_log = g_strconcat (self->copy, "-wal", NULL);
  log_path = g_strconcat (self->file.path, "-wal", NULL);
  if (data != NULL)
    ts_recorder_stop (self->file.recorder);
  else
    g_assert_true (g_file_get_contents (log_path, &self->log, &self->log_length, NULL));
  g_assert_true (g_file_get_contents (self->file.path, &self->database, &self->database_length, NULL));
}

static void
tear_down (Fixture *self,
           gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    g_array_unref (self->records[i]);
  test_file_clear (&self->file);
  g_free (self->database);
  g_free (self->log);
  g_free (self->copy);
  g_free (self->copy_log);
}

static void
write_copy (Fixture *self,
            gsize database_length,
            gsize log_length)
{
  g_autofree char *index = g_strconcat (self->copy, "-shm", NULL);

  g_remove (index);
  g_remove (self->copy_log);
  g_assert_true (g_file_set_contents_full (self->copy, self->database, (gssize) database_length,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  if (log_length > 0)
    g_assert_true (g_file_set_contents_full (self->copy_log, self->log, (gssize) log_length, G_FILE_SET_CONTENTS_NONE, 0600,
                                             NULL));
}

typedef struct
{
  GArray *expected;
  guint place;
  guint n;
} Check;

/* Each record has to be one that was written, in the same order. */
static gboolean
check_block (const TsRecordedBlock *block,
             gpointer user_data)
{
  Check *check = user_data;

  for (guint i = 0; i < block->records->len; i++)
    {
      const TsRecord *record = &g_array_index (block->records, TsRecord, i);

      while (check->place < check->expected->len &&
             g_array_index (check->expected, TsRecord, check->place).at_ns != record->at_ns)
        check->place++;
      g_assert_cmpuint (check->place, <, check->expected->len);
      test_assert_same_record (record, &g_array_index (check->expected, TsRecord, check->place));
      check->n++;
    }
  return TRUE;
}

/* Returns: how many records could be read; all of them are right */
static guint
check_copy (Fixture *self)
{
  g_autoptr (TsRecording) recording = ts_recording_open (self->copy, NULL);
  g_autoptr (GPtrArray) servers = recording != NULL ? ts_recording_list_servers (recording, NULL) : NULL;
  guint n = 0, n_damaged;

  for (guint i = 0; servers != NULL && i < servers->len; i++)
    {
      const TsRecordedServer *server = servers->pdata[i];
      g_autoptr (GArray) rollups = ts_recording_read_rollups (recording, server, 2, 0, G_MAXINT64, NULL);
      g_autoptr (GPtrArray) events = ts_recording_read_events (recording, server, 0, G_MAXINT64, NULL);
      Check check = { .expected = self->records[server->id == 2] };

      ts_recording_read (recording, server, 0, G_MAXINT64, check_block, &check, &n_damaged, NULL);
      n += check.n;
    }
  return n;
}

/* Whatever happened to the file, the next recorder records into it, or into another one in its place. */
static void
check_recorder (Fixture *self)
{
  TsRecorderSettings settings = { .path = self->copy, .is_own = TRUE };
  TsRecorder *recorder = ts_recorder_new (&settings, self->file.clock);
  TestFile copy = { .path = self->copy, .clock = self->file.clock, .recorder = recorder };
  TestSeries series;
  g_autoptr (GArray) records = g_array_new (FALSE, TRUE, sizeof (TsRecord));
  g_autoptr (GArray) read = NULL;
  guint number = ts_recorder_begin (recorder, "new.example", "new.example", TRUE);

  test_series_init (&series, 4, TS_NS_PER_S / 100);
  series.is_plain = TRUE;
  for (guint n = 0; n < 700; n++)
    test_file_add (&copy, number, &series, records);
  g_assert_true (ts_recorder_flush (recorder));
  g_object_unref (recorder);
  read = test_file_read (&copy, "new.example");
  test_assert_same_records (read, records);
  test_series_clear (&series);
}

static void
test_cut_anywhere (Fixture *self,
                   gconstpointer data)
{
  guint n_most = 0;

  for (gsize length = 0; length < self->database_length; length += (gsize) g_test_rand_int_range (1, 3000))
    {
      write_copy (self, length, 0);
      n_most = MAX (n_most, check_copy (self));
      if (g_test_rand_int_range (0, 10) == 0)
        check_recorder (self);
    }
  g_test_message ("at most %u of %u records", n_most, 2 * N_RECORDS);
  write_copy (self, self->database_length, 0);
  g_assert_cmpuint (check_copy (self), ==, 2 * N_RECORDS);
}

/* What was committed before the cut is there. */
static void
test_log_cut_anywhere (Fixture *self,
                       gconstpointer data)
{
  guint n_before = 0;

  for (gsize length = 0; length <= self->log_length; length += (gsize) g_test_rand_int_range (1, 20000))
    {
      guint n;

      write_copy (self, self->database_length, length);
      n = check_copy (self);
      g_assert_cmpuint (n, >=, n_before);
      n_before = n;
    }
  write_copy (self, self->database_length, self->log_length);
  g_assert_cmpuint (check_copy (self), ==, 2 * N_RECORDS);
  check_recorder (self);
  write_copy (self, self->database_length, self->log_length / 2);
  check_recorder (self);
}

static void
test_flipped_bit_in_any_page (Fixture *self,
                              gconstpointer data)
{
  const gsize page_size = 1024;

  for (gsize page = 0; page < self->database_length / page_size; page++)
    for (int i = 0; i < 2; i++)
      {
        /* The first bytes of a page say what all others are, so that they get one of the two. */
        gsize bit = page * page_size * 8 + (gsize) g_test_rand_int_range (0, i < 1 ? 1000 : (int) page_size * 8);

        self->database[bit / 8] ^= (char) (1 << bit % 8);
        write_copy (self, self->database_length, 0);
        check_copy (self);
        if (i == 0 && page % 4 == 0)
          check_recorder (self);
        self->database[bit / 8] ^= (char) (1 << bit % 8);
      }
}

static void
write_text (const char *path,
            const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  if (fd < 0 || write (fd, text, strlen (text)) < 0)
    _exit (77);
  close (fd);
}

/* Becomes root of a user namespace of its own, with a file system of a megabyte. */
static void
mount_small (const char *folder)
{
  g_autofree char *users = g_strdup_printf ("0 %d 1", (int) geteuid ());
  g_autofree char *groups = g_strdup_printf ("0 %d 1", (int) getegid ());

  if (unshare (CLONE_NEWUSER | CLONE_NEWNS) != 0)
    _exit (77);
  write_text ("/proc/self/setgroups", "deny");
  write_text ("/proc/self/uid_map", users);
  write_text ("/proc/self/gid_map", groups);
  if (mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount ("small", folder, "tmpfs", 0, "size=1m") != 0)
    _exit (77);
}

/* Fills the disk until the recorder says so, makes room, and finds in the file what fitted, and that the rest was dropped
 * or came later. */
static void
record_until_full (const char *folder)
{
  TestFile file = { .path = g_build_filename (folder, "history.db", NULL), .clock = ts_clock_new_fake (TEST_START_NS) };
  g_autofree char *filler = g_build_filename (folder, "filler", NULL);
  g_autofree char *block = g_malloc0 (600 * 1024);
  TsRecorderSettings settings = { .path = file.path };
  TestSeries series;
  guint number, n = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) records = g_array_new (FALSE, TRUE, sizeof (TsRecord));
  g_autoptr (GArray) read = NULL;

  g_assert_true (g_file_set_contents (filler, block, 600 * 1024, NULL));
  file.recorder = ts_recorder_new (&settings, file.clock);
  number = ts_recorder_begin (file.recorder, "host", "host", TRUE);
  test_series_init (&series, 4, TS_NS_PER_S / 100);
  series.is_plain = TRUE;
  do
    test_file_add (&file, number, &series, records);
  while (++n % 100 != 0 || ts_recorder_flush (file.recorder));
  error = ts_recorder_get_error (file.recorder);
  g_assert_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_FULL);
  for (guint i = 0; i < 500; i++)
    test_file_add (&file, number, &series, records);
  g_remove (filler);
  g_assert_true (ts_recorder_flush (file.recorder));
  g_object_unref (file.recorder);
  read = test_file_read (&file, "host");
  test_assert_same_records (read, records);
  _exit (0);
}

static void
test_full_disk (void)
{
  g_autofree char *folder = g_dir_make_tmp ("timesync-full-XXXXXX", NULL);
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      mount_small (folder);
      record_until_full (folder);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_rmdir (folder);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    g_test_skip ("a file system of one's own needs a user namespace");
  else
    g_assert_cmpint (status, ==, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* First, because a thread must not be there when the process forks. */
  g_test_add_func ("/record-damage/full-disk", test_full_disk);
  g_test_add ("/record-damage/cut-anywhere", Fixture, "closed", set_up, test_cut_anywhere, tear_down);
  g_test_add ("/record-damage/log-cut-anywhere", Fixture, NULL, set_up, test_log_cut_anywhere, tear_down);
  g_test_add ("/record-damage/flipped-bit-in-any-page", Fixture, "closed", set_up, test_flipped_bit_in_any_page, tear_down);
  return g_test_run ();
}
