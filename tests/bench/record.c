/* What recording costs, and what a day of it is like: bytes, writing, processor time, replay.
 *
 * A day at 10 Hz comes from a clock that does not wait. Paths have 20 ms each way and 0.2 ms of jitter; every sample has
 * all that a kept connection to a Time Sync server tells.
 *
 * usage: bench-record [SECONDS]: how much of the day, 86400 by default
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <sys/resource.h>

#include "../record/test-recording.h"
#include "past/ts-past.h"
#include "record/ts-replay.h"

#define RATE 10

static double
get_cpu_s (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Returns: how many bytes this process has had written to the disk, or -1 */
static gint64
get_written (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/io", &text, NULL, NULL) || (line = strstr (text, "\nwrite_bytes: ")) == NULL)
    return -1;
  return g_ascii_strtoll (line + strlen ("\nwrite_bytes: "), NULL, 10);
}

/* Records servers at 10 Hz, a second of each at a time. Returns: the processor time without that of making the samples */
static double
record (TestFile *file,
        guint n_servers,
        gint64 n_seconds)
{
  g_autofree TestSeries *series = g_new (TestSeries, n_servers);
  g_autofree guint *numbers = g_new (guint, n_servers);
  g_autofree TsRecord *records = g_new (TsRecord, n_servers * RATE);
  double cpu_s = 0;

  for (guint i = 0; i < n_servers; i++)
    {
      g_autofree char *address = g_strdup_printf ("server-%u.example", i);

      test_series_init (&series[i], i, TS_NS_PER_S / RATE);
      series[i].is_plain = n_servers > 1;
      numbers[i] = ts_recorder_begin (file->recorder, address, address, TRUE);
    }
  for (gint64 second = 0; second < n_seconds; second++)
    {
      double before_s;

      for (guint i = 0; i < n_servers * RATE; i++)
        records[i] = test_series_next (&series[i % n_servers]);
      before_s = get_cpu_s ();
      for (guint i = 0; i < n_servers * RATE; i++)
        ts_recorder_add (file->recorder, numbers[i % n_servers], &records[i]);
      ts_clock_advance (file->clock, TS_NS_PER_S);
      ts_recorder_flush (file->recorder);
      cpu_s += get_cpu_s () - before_s;
    }
  for (guint i = 0; i < n_servers; i++)
    test_series_clear (&series[i]);
  return cpu_s;
}

static void
bench_writing (gint64 n_seconds)
{
  TestFile file;
  gint64 before = get_written ();
  double cpu_s;

  test_file_init (&file);
  cpu_s = record (&file, 10, n_seconds);
  ts_recorder_stop (file.recorder);
  g_print ("ten servers at 10 Hz: %.1f MB written an hour, %.2f %% of a core\n",
           (double) (get_written () - before) * 3600 / (double) n_seconds / 1e6, 100 * cpu_s / (double) n_seconds);
  test_file_clear (&file);
}

typedef struct
{
  TsReplay *replay;
  GArray *records, *estimates;
  guint n_other;
} Replayed;

static gboolean
replay_block (const TsRecordedBlock *block,
              gpointer user_data)
{
  Replayed *self = user_data;

  self->n_other += !ts_replay_add_block (self->replay, block, self->records, self->estimates);
  return TRUE;
}

static void
bench_reading (TestFile *file)
{
  g_autoptr (TsRecording) recording = ts_recording_open (file->path, NULL);
  g_autoptr (GPtrArray) servers = ts_recording_list_servers (recording, NULL);
  g_autoptr (GArray) past = NULL;
  Replayed replayed = {
    .replay = ts_replay_new (),
    .records = g_array_new (FALSE, FALSE, sizeof (TsRecord)),
    .estimates = g_array_new (FALSE, FALSE, sizeof (TsEstimate)),
  };
  double before_s = get_cpu_s ();
  guint n_damaged;

  past = ts_past_read (recording, servers->pdata[0], G_MAXINT64, NULL);
  g_print ("what a chart reads of it: %u entries in %.1f ms\n", past->len, 1e3 * (get_cpu_s () - before_s));
  before_s = get_cpu_s ();
  ts_recording_read (recording, servers->pdata[0], 0, G_MAXINT64, replay_block, &replayed, &n_damaged, NULL);
  g_print ("replay: %" G_GUINT64_FORMAT " samples in %.1f s, %u blocks differ\n", ts_replay_get_n_samples (replayed.replay),
           get_cpu_s () - before_s, replayed.n_other);
  ts_replay_free (replayed.replay);
  g_array_unref (replayed.records);
  g_array_unref (replayed.estimates);
}

static void
bench_day (gint64 n_seconds)
{
  TestFile file;
  GStatBuf status;

  test_file_init (&file);
  record (&file, 1, n_seconds);
  ts_recorder_stop (file.recorder);
  g_assert_cmpint (g_stat (file.path, &status), ==, 0);
  g_print ("a day of one server at 10 Hz: %.1f bytes a sample\n", (double) status.st_size / (double) (n_seconds * RATE));
  bench_reading (&file);
  test_file_clear (&file);
}

int
main (int argc,
      char **argv)
{
  gint64 n_seconds = argc > 1 ? g_ascii_strtoll (argv[1], NULL, 10) : 86400;

  bench_writing (MIN (n_seconds, 3600));
  bench_day (n_seconds);
  return EXIT_SUCCESS;
}
