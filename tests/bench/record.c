/* What recording costs, and what a file of it is like: bytes, writing, processor time, replay. The samples come by a clock
 * that does not wait, and each has all that its server tells.
 *
 * usage: bench-record writing SECONDS           ten servers at 10 Hz
 *        bench-record file WORLD SECONDS        the bytes of a server at 10 Hz, in a world of test-records.h
 *        bench-record day SECONDS               the same in the first of them, and what reading it costs
 *        bench-record month FILE BEGIN SECONDS  makes a file of a server at 1 Hz, from BEGIN on (seconds since 1970)
 *
 * Prints a line of JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <sys/resource.h>

#include "../record/test-recording.h"
#include "past/ts-past.h"
#include "record/ts-replay.h"

#define RATE 10

enum
{
  EXIT_USAGE = 2,
};

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
        TestWorld world,
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
      series[i].world = world;
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
  cpu_s = record (&file, 10, TEST_WORLD_KEPT, n_seconds);
  ts_recorder_stop (file.recorder);
  g_print ("{\"written_mb\": %.3f, \"cpu_percent\": %.4f}\n",
           (double) (get_written () - before) * 3600 / (double) n_seconds / 1e6, 100 * cpu_s / (double) n_seconds);
  test_file_clear (&file);
}

/* Records a server and closes the file. Returns: its bytes a sample */
static double
record_file (TestFile *file,
             TestWorld world,
             gint64 n_seconds)
{
  GStatBuf status;

  test_file_init (file);
  record (file, 1, world, n_seconds);
  ts_recorder_stop (file->recorder);
  g_assert_cmpint (g_stat (file->path, &status), ==, 0);
  return (double) status.st_size / (double) (n_seconds * RATE);
}

static void
bench_file (TestWorld world,
            gint64 n_seconds)
{
  TestFile file;

  g_print ("{\"bytes\": %.3f}\n", record_file (&file, world, n_seconds));
  test_file_clear (&file);
}

typedef struct
{
  TsReplay *replay;
  GArray *records, *estimates;
  TsEstimator *bare;
  double bare_s;
  guint n_samples;
  guint n_other;
} Replayed;

/* The floor of a replay: the estimator, over samples that are in memory. */
static void
estimate_block (Replayed *self,
                const GArray *records)
{
  double before_s = get_cpu_s ();

  for (guint i = 0; i < records->len; i++)
    {
      const TsRecord *record = &g_array_index (records, TsRecord, i);
      TsEstimate estimate;

      if (record->kind != TS_ENTRY_SAMPLE)
        continue;
      ts_estimator_add (self->bare, &record->sample, NULL);
      ts_estimator_get (self->bare, record->sample.exchange.t4_ns, &estimate);
    }
  self->bare_s += get_cpu_s () - before_s;
}

static gboolean
replay_block (const TsRecordedBlock *block,
              gpointer user_data)
{
  Replayed *self = user_data;

  self->n_other += !ts_replay_add_block (self->replay, block, self->records, self->estimates);
  for (guint i = 0; i < self->records->len; i++)
    self->n_samples += g_array_index (self->records, TsRecord, i).kind == TS_ENTRY_SAMPLE;
  estimate_block (self, block->records);
  return TRUE;
}

static void
bench_day (gint64 n_seconds)
{
  TestFile file;
  double bytes = record_file (&file, TEST_WORLD_KEPT, n_seconds), before_s, past_s;
  g_autoptr (TsRecording) recording = ts_recording_open (file.path, NULL);
  g_autoptr (GPtrArray) servers = ts_recording_list_servers (recording, NULL);
  g_autoptr (GArray) past = NULL;
  Replayed replayed = {
    .replay = ts_replay_new (),
    .records = g_array_new (FALSE, FALSE, sizeof (TsRecord)),
    .estimates = g_array_new (FALSE, FALSE, sizeof (TsEstimate)),
    .bare = ts_estimator_new (),
  };
  guint n_damaged;

  before_s = get_cpu_s ();
  past = ts_past_read (recording, servers->pdata[0], G_MAXINT64, NULL);
  past_s = get_cpu_s () - before_s;
  before_s = get_cpu_s ();
  ts_recording_read (recording, servers->pdata[0], 0, G_MAXINT64, replay_block, &replayed, &n_damaged, NULL);
  g_print ("{\"bytes\": %.3f, \"past_entries\": %u, \"past_s\": %.6f, \"samples\": %u"
           ", \"replay_s\": %.3f, \"bare_s\": %.3f, \"other_blocks\": %u}\n",
           bytes, past->len, past_s, replayed.n_samples, get_cpu_s () - before_s - replayed.bare_s, replayed.bare_s,
           replayed.n_other);
  ts_estimator_free (replayed.bare);
  ts_replay_free (replayed.replay);
  g_array_unref (replayed.records);
  g_array_unref (replayed.estimates);
  test_file_clear (&file);
}

static void
make_month (const char *path,
            gint64 begin_s,
            gint64 n_seconds)
{
  TsRecorderSettings settings = { .path = path };
  g_autoptr (TsClock) clock = ts_clock_new_fake (begin_s * TS_NS_PER_S);
  TsRecorder *recorder = ts_recorder_new (&settings, clock);
  guint number = ts_recorder_begin (recorder, "server.example", "server.example", TRUE);
  TestSeries series;

  test_series_init (&series, 1, TS_NS_PER_S);
  series.at_ns = begin_s * TS_NS_PER_S;
  while (series.at_ns < (begin_s + n_seconds) * TS_NS_PER_S)
    {
      TsRecord record = test_series_next (&series);

      ts_clock_advance (clock, MAX (record.at_ns - ts_clock_get_now_ns (clock), 0));
      ts_recorder_add (recorder, number, &record);
      if (series.n % 1000 == 0)
        ts_recorder_flush (recorder);
    }
  test_series_clear (&series);
  g_print ("{\"records\": %u}\n", series.n);
  g_object_unref (recorder);
}

int
main (int argc,
      char **argv)
{
  gint64 n_seconds = argc > 2 ? g_ascii_strtoll (argv[argc - 1], NULL, 10) : 0;

  if (n_seconds > 0 && argc == 3 && g_str_equal (argv[1], "writing"))
    bench_writing (n_seconds);
  else if (n_seconds > 0 && argc == 4 && g_str_equal (argv[1], "file"))
    bench_file ((TestWorld) CLAMP (atoi (argv[2]), 0, TEST_N_WORLDS - 1), n_seconds);
  else if (n_seconds > 0 && argc == 3 && g_str_equal (argv[1], "day"))
    bench_day (n_seconds);
  else if (n_seconds > 0 && argc == 5 && g_str_equal (argv[1], "month"))
    make_month (argv[2], g_ascii_strtoll (argv[3], NULL, 10), n_seconds);
  else
    {
      g_printerr ("usage: bench-record writing SECONDS | file WORLD SECONDS | day SECONDS | month FILE BEGIN SECONDS\n");
      return EXIT_USAGE;
    }
  return EXIT_SUCCESS;
}
