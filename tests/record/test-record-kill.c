/* Tests that a recorder that is killed at any instant leaves a whole file that lacks at most the last second.
 *
 * A child records at full speed by a clock of its own, so that each of its milliseconds seals pages, deletes what is too
 * old and gives room back. After each record that is known to be in the file it says so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test-recording.h"

#define N_KILLS      200
#define INTERVAL_NS  (TS_NS_PER_S / 10)
#define KEEP_NS      (300 * TS_NS_PER_S)

/* What parent and child share. */
typedef struct
{
  gint64 next_ns;      /* our clock of the next record */
  gint64 pushed_ns;    /* of the last record that the recorder was given */
  gint64 committed_ns; /* of the last one that is known to be in the file */
  gint n_rounds;       /* of the child that runs now */
} Shared;

static TsRecord
make_record (gint64 at_ns)
{
  TsRecord record = { .at_ns = at_ns, .kind = TS_ENTRY_SAMPLE };
  gint64 t1_ns = at_ns - 1000000 - at_ns % 9973;
  TsExchange exchange = { t1_ns, t1_ns + 300000 + at_ns % 7919, t1_ns + 400000 + at_ns % 7919, at_ns, 0 };

  g_assert_true (ts_sample_derive (&record.sample, &exchange, NULL));
  record.now_min_ns = record.sample.proven_min_ns;
  record.now_max_ns = record.sample.proven_max_ns;
  record.estimate_ns = record.sample.offset_ns;
  return record;
}

/* Never returns. A second's records at a time, as one commit takes them. */
static void
record_for_ever (const char *path,
                 Shared *shared)
{
  TsRecorderSettings settings = { .path = path, .retention = { .keep_ns = KEEP_NS, .exact_ns = KEEP_NS / 2 } };
  TsClock *clock = ts_clock_new_fake (shared->next_ns);
  TsRecorder *recorder = ts_recorder_new (&settings, clock);
  guint number = ts_recorder_begin (recorder, "host", "host", TRUE);

  for (;; shared->n_rounds++)
    {
      for (int i = 0; i < 200; i++)
        {
          TsRecord record = make_record (shared->next_ns);

          ts_recorder_add (recorder, number, &record);
          shared->pushed_ns = record.at_ns;
          shared->next_ns += INTERVAL_NS;
          ts_clock_advance (clock, INTERVAL_NS);
        }
      if (ts_recorder_flush (recorder))
        shared->committed_ns = shared->pushed_ns;
    }
}

/* Kills it at a random instant, but not before it has begun. */
static void
kill_one (const char *path,
          Shared *shared)
{
  pid_t pid;
  int status;

  shared->n_rounds = 0;
  pid = fork ();
  if (pid == 0)
    record_for_ever (path, shared);
  while (g_atomic_int_get (&shared->n_rounds) == 0 && waitpid (pid, &status, WNOHANG) == 0)
    g_thread_yield ();
  g_usleep ((gulong) g_test_rand_int_range (0, 15000));
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
}

typedef struct
{
  gint64 first_ns;
  gint64 last_ns;
} Span;

/* All records are there, without a hole but where a child ended. */
static gboolean
check_block (const TsRecordedBlock *block,
             gpointer user_data)
{
  Span *span = user_data;

  for (guint i = 0; i < block->records->len; i++)
    {
      const TsRecord *record = &g_array_index (block->records, TsRecord, i);
      TsRecord expected = make_record (record->at_ns);

      test_assert_same_record (record, &expected);
      g_assert_cmpint (record->at_ns, >, span->last_ns);
      if (i > 0)
        g_assert_cmpint (record->at_ns, ==, span->last_ns + INTERVAL_NS);
      if (span->first_ns == 0)
        span->first_ns = record->at_ns;
      span->last_ns = record->at_ns;
    }
  return TRUE;
}

static void
check_file (const char *path,
            const Shared *shared)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsRecording) recording = ts_recording_open (path, &error);
  g_autoptr (GPtrArray) servers = NULL;
  Span span = { 0 };
  guint n_damaged;

  g_assert_no_error (error);
  servers = ts_recording_list_servers (recording, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (servers->len, ==, 1);
  g_assert_true (ts_recording_read (recording, servers->pdata[0], 0, G_MAXINT64, check_block, &span, &n_damaged, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_damaged, ==, 0);
  g_assert_cmpint (span.last_ns, >=, shared->committed_ns);
}

static void
check_integrity (const char *path)
{
  sqlite3 *db;
  sqlite3_stmt *statement;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "PRAGMA integrity_check", -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpstr ((const char *) sqlite3_column_text (statement, 0), ==, "ok");
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

static void
test_killed_at_any_instant (void)
{
  g_autofree char *folder = g_dir_make_tmp ("timesync-kill-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "history.db", NULL);
  Shared *shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

  g_assert_true (shared != MAP_FAILED);
  shared->next_ns = TEST_START_NS;
  for (int i = 0; i < N_KILLS; i++)
    {
      kill_one (path, shared);
      check_file (path, shared);
      if (i % 20 == 0)
        check_integrity (path);
    }
  check_integrity (path);
  g_assert_cmpint (shared->next_ns, >, TEST_START_NS + 3 * KEEP_NS);
  munmap (shared, sizeof *shared);
  test_remove_folder (folder);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/record-kill/killed-at-any-instant", test_killed_at_any_instant);
  return g_test_run ();
}
