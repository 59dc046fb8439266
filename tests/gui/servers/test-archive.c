/* Tests what is recorded of the servers of the list, and how their past comes back.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-archive.h"

#include <glib/gstdio.h>

#include "measure/ts-time.h"
#include "page/ts-page-past.h"
#include "record/ts-record-sql.h"
#include "recording/ts-record-file.h"
#include "test-fake-probe.h"

#define NOW_NS (1700000000 * TS_NS_PER_S)
#define DAY_NS (86400 * TS_NS_PER_S)

typedef struct
{
  GSettings *settings;
  TsClock *clock;
  char *folder;
  char *path;
  FakeProbe *probe;
  TsMonitor *monitor;
  TsEnsemble *ensemble;
  TsArchive *archive;
  TsChartModel *model;
  TsPagePast *past;
} Fixture;

static void
await_reading (Fixture *self)
{
  while (ts_page_past_is_reading (self->past))
    g_main_context_iteration (NULL, TRUE);
}

/* As the program starts. */
static void
start (Fixture *self)
{
  self->probe = fake_probe_new ();
  self->monitor = ts_monitor_new (TS_PROBE (self->probe), self->clock);
  self->ensemble = ts_ensemble_new ();
  ts_ensemble_append (self->ensemble, self->monitor);
  self->archive = ts_archive_new (self->settings, self->clock, self->ensemble, self->path);
  self->model = ts_chart_model_new ();
  ts_chart_model_set_history (self->model, ts_monitor_get_history (self->monitor));
  self->past = ts_page_past_new (self->model, self->archive);
  ts_monitor_start (self->monitor);
}

static void
stop (Fixture *self)
{
  ts_monitor_stop (self->monitor);
  fake_probe_lose (self->probe);
  await_reading (self);
  ts_archive_stop (self->archive);
  ts_chart_model_set_history (self->model, NULL);
  g_assert_finalize_object (g_steal_pointer (&self->past));
  /* The thread that read may be about to let go of it. */
  g_object_add_weak_pointer (G_OBJECT (self->archive), (gpointer *) &self->archive);
  g_object_unref (self->archive);
  while (g_atomic_pointer_get (&self->archive) != NULL)
    g_thread_yield ();
  g_assert_finalize_object (g_steal_pointer (&self->model));
  g_object_unref (self->ensemble);
  g_assert_finalize_object (g_steal_pointer (&self->monitor));
  g_object_unref (self->probe);
}

static void
set_up (Fixture *self,
        gconstpointer data)
{
  self->settings = g_settings_new ("org.timesync.TimeSync");
  self->clock = ts_clock_new_fake (NOW_NS);
  self->folder = g_dir_make_tmp ("timesync-archive-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "timesync", "history.db", NULL);
  start (self);
}

static void
tear_down (Fixture *self,
           gconstpointer data)
{
  const char *const names[] = { "history.db", "history.db-wal", "history.db-shm", "history.db.lock", "" };

  stop (self);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, "timesync", names[i], NULL);

      g_remove (path);
    }
  g_rmdir (self->folder);
  g_settings_reset (self->settings, "record-history");
  g_object_unref (self->settings);
  g_object_unref (self->clock);
  g_free (self->folder);
  g_free (self->path);
}

/* Every seventh exchange is lost. */
static void
measure (Fixture *self,
         guint n)
{
  for (guint i = 0; i < n; i++)
    {
      gint64 now_ns = ts_clock_get_now_ns (self->clock);
      TsExchange exchange = { now_ns, now_ns + 500000, now_ns + 600000, now_ns + 1000000, 0 };

      if (self->probe->task == NULL)
        ts_monitor_retry (self->monitor);
      ts_clock_advance (self->clock, TS_NS_PER_MS);
      if (i % 7 == 6)
        fake_probe_lose (self->probe);
      else
        fake_probe_answer (self->probe, &exchange);
      ts_clock_advance (self->clock, TS_NS_PER_S);
    }
}

/* Returns: whether a past came, after the file was read */
static gboolean
read_past (Fixture *self)
{
  ts_archive_flush (self->archive);
  ts_page_past_set_monitor (self->past, self->monitor);
  await_reading (self);
  return ts_page_past_is_there (self->past);
}

static gsize
count_shown (Fixture *self,
             TsEntryKind kind)
{
  const TsHistory *history = ts_chart_model_get_history (self->model);
  gsize n = 0;

  for (gsize i = 0; i < ts_history_get_length (history); i++)
    n += ts_history_get (history, i)->kind == kind;
  return n;
}

static void
start_again (Fixture *self)
{
  stop (self);
  ts_clock_advance (self->clock, 2 * DAY_NS);
  start (self);
}

static void
test_past_is_there_again (Fixture *self,
                          gconstpointer data)
{
  g_assert_false (read_past (self));
  measure (self, 70);
  start_again (self);
  measure (self, 3);
  g_assert_true (read_past (self));
  g_assert_cmpuint (count_shown (self, TS_ENTRY_SAMPLE), ==, 60 + 3);
  g_assert_cmpuint (count_shown (self, TS_ENTRY_LOST), ==, 10);
  g_assert_cmpuint (count_shown (self, TS_ENTRY_NOT_RECORDED), ==, 1);
  measure (self, 5);
  ts_page_past_update (self->past);
  g_assert_cmpuint (count_shown (self, TS_ENTRY_SAMPLE), ==, 60 + 8);
  /* The list is measured for itself: what is recorded does not count there. */
  g_assert_cmpuint (ts_history_get_length (ts_monitor_get_history (self->monitor)), ==, 8);
}

static void
test_what_was_not_recorded_is_drawn (Fixture *self,
                                     gconstpointer data)
{
  const TsChartSeries *series;
  const TsChartGap *gap;
  g_autofree char *words = NULL;

  measure (self, 5);
  start_again (self);
  measure (self, 5);
  g_assert_true (read_past (self));
  ts_chart_model_set_range (self->model, TS_CHART_RANGE_ALL);
  ts_chart_model_update (self->model, ts_clock_get_now_ns (self->clock));
  series = ts_chart_model_get_series (self->model);
  g_assert_cmpuint (series->gaps->len, ==, 1);
  gap = &g_array_index (series->gaps, TsChartGap, 0);
  g_assert_cmpint (gap->last_kind, ==, TS_ENTRY_NOT_RECORDED);
  g_assert_cmpint (gap->n_lost, ==, 0);
  words = ts_chart_format_gap (gap);
  g_assert_true (g_str_has_prefix (words, "Not recorded, "));
  g_assert_false (gap->lasts);
}

/* Also if the past is read before anything new is measured, as when the program starts. */
static void
test_past_is_not_joined (Fixture *self,
                         gconstpointer data)
{
  const TsHistory *history;
  gsize length;

  measure (self, 5);
  start_again (self);
  g_assert_true (read_past (self));
  measure (self, 5);
  ts_page_past_update (self->past);
  history = ts_chart_model_get_history (self->model);
  length = ts_history_get_length (history);
  g_assert_cmpuint (length, ==, 5 + 1 + 5);
  g_assert_cmpint (ts_history_get (history, 5)->kind, ==, TS_ENTRY_NOT_RECORDED);
  /* Nor with what the file says of it. */
  g_assert_true (read_past (self));
  g_assert_cmpuint (count_shown (self, TS_ENTRY_NOT_RECORDED), ==, 1);
}

static void
show_span (Fixture *self,
           gint64 begin_ns,
           gint64 end_ns)
{
  ts_chart_model_update (self->model, ts_clock_get_now_ns (self->clock));
  ts_chart_model_show_span (self->model, begin_ns, end_ns);
}

/* What is in view is read once, also if the view reaches beyond the past. */
static void
test_part_in_view (Fixture *self,
                   gconstpointer data)
{
  gint64 begin_ns = ts_clock_get_now_ns (self->clock), end_ns;
  gsize n_coarse;

  measure (self, 7000);
  end_ns = ts_clock_get_now_ns (self->clock);
  start_again (self);
  measure (self, 3);
  g_assert_true (read_past (self));
  n_coarse = count_shown (self, TS_ENTRY_SAMPLE);
  g_assert_cmpuint (n_coarse, <, 5000);
  show_span (self, begin_ns, begin_ns + 600 * TS_NS_PER_S);
  g_assert_true (ts_page_past_is_reading (self->past));
  await_reading (self);
  g_assert_cmpuint (count_shown (self, TS_ENTRY_SAMPLE), >=, n_coarse + 900);
  show_span (self, begin_ns + TS_NS_PER_S, begin_ns + 601 * TS_NS_PER_S);
  g_assert_false (ts_page_past_is_reading (self->past));

  show_span (self, end_ns - 100 * TS_NS_PER_S, end_ns + 100 * TS_NS_PER_S);
  g_assert_true (ts_page_past_is_reading (self->past));
  await_reading (self);
  show_span (self, end_ns - 90 * TS_NS_PER_S, end_ns + 110 * TS_NS_PER_S);
  g_assert_false (ts_page_past_is_reading (self->past));
}

/* What happens to this computer while the window is open is a tick too. */
static void
test_events (Fixture *self,
             gconstpointer data)
{
  const char *sql = "INSERT INTO event (server, kind, at_ns, end_ns, value, text) VALUES (0, 3, ?1, ?1, 0, 'hpet')";
  gint64 now_ns;
  sqlite3 *db = NULL;
  sqlite3_stmt *statement;

  measure (self, 5);
  g_assert_false (read_past (self));
  now_ns = ts_clock_get_now_ns (self->clock);
  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  statement = ts_record_sql_prepare (db, sql, NULL);
  sqlite3_bind_int64 (statement, 1, now_ns - TS_NS_PER_S);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  ts_page_past_update (self->past);
  g_assert_false (ts_page_past_is_reading (self->past));
  ts_clock_advance (self->clock, 60 * TS_NS_PER_S);
  ts_page_past_update (self->past);
  await_reading (self);
  ts_chart_model_update (self->model, ts_clock_get_now_ns (self->clock));
  g_assert_cmpuint (ts_chart_model_get_series (self->model)->events->len, ==, 1);
  g_assert_cmpint (ts_chart_model_get_past_ns (self->model), ==, 0);
}

static void
test_preference (Fixture *self,
                 gconstpointer data)
{
  measure (self, 5);
  g_settings_set_boolean (self->settings, "record-history", FALSE);
  measure (self, 5);
  g_settings_set_boolean (self->settings, "record-history", TRUE);
  measure (self, 5);
  start_again (self);
  g_assert_true (read_past (self));
  g_assert_cmpuint (count_shown (self, TS_ENTRY_SAMPLE), ==, 10);
  g_assert_cmpuint (count_shown (self, TS_ENTRY_NOT_RECORDED), >=, 1);
}

static void
test_deletion_can_be_undone (Fixture *self,
                             gconstpointer data)
{
  g_autofree char *address = ts_monitor_get_address (self->monitor);

  measure (self, 14);
  start_again (self);
  ts_archive_flush (self->archive);
  ts_archive_hide (self->archive, address);
  g_assert_false (read_past (self));
  ts_archive_unhide (self->archive, address);
  g_assert_true (read_past (self));
  g_assert_cmpuint (count_shown (self, TS_ENTRY_SAMPLE), ==, 12);
}

/* A server that is removed and brought back is recorded once. */
static void
test_server_that_comes_back (Fixture *self,
                             gconstpointer data)
{
  measure (self, 3);
  ts_ensemble_remove (self->ensemble, 0);
  ts_ensemble_append (self->ensemble, self->monitor);
  measure (self, 3);
  start_again (self);
  g_assert_true (read_past (self));
  g_assert_cmpuint (count_shown (self, TS_ENTRY_SAMPLE), ==, 6);
}

static void
note_change (gboolean *is_changed)
{
  *is_changed = TRUE;
}

static void
test_problem_is_told (Fixture *self,
                      gconstpointer data)
{
  g_autoptr (TsArchive) second = NULL;
  g_autofree char *problem = NULL;
  gboolean is_changed = FALSE;

  /* Their threads would race for the file otherwise. */
  ts_archive_flush (self->archive);
  second = ts_archive_new (self->settings, self->clock, self->ensemble, self->path);
  g_signal_connect_swapped (second, "changed", G_CALLBACK (note_change), &is_changed);
  ts_archive_flush (second);
  while (!is_changed)
    g_main_context_iteration (NULL, TRUE);
  problem = ts_archive_describe_problem (second);
  g_assert_nonnull (problem);
  g_assert_null (ts_archive_describe_problem (self->archive));
}

/* As a file that somebody opens, while it is written. */
static void
test_file_is_opened (Fixture *self,
                     gconstpointer data)
{
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;
  const TsRecordFileSeries *series;
  gint64 begin_ns, end_ns;
  sqlite3 *db;

  measure (self, 100);
  ts_archive_flush (self->archive);
  all = ts_record_file_read (self->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 1);
  series = all->pdata[0];
  g_assert_true (series->is_database);
  g_assert_cmpuint (series->entries->len, ==, 100);
  g_assert_cmpint (series->begin_ns, ==, g_array_index (series->entries, TsHistoryEntry, 0).at_ns);
  g_assert_cmpint (series->end_ns, ==, g_array_index (series->entries, TsHistoryEntry, 99).at_ns);

  /* When only roll-ups are left, it is still told when the first exchange and the last one were. */
  start_again (self);
  ts_archive_flush (self->archive);
  g_ptr_array_unref (all);
  all = ts_record_file_read (self->path, &error);
  g_assert_no_error (error);
  series = all->pdata[0];
  begin_ns = series->begin_ns;
  end_ns = series->end_ns;
  g_assert_cmpint (sqlite3_open (self->path, &db), ==, SQLITE_OK);
  g_assert_true (ts_record_sql_run (db, "DELETE FROM page", NULL));
  sqlite3_close (db);
  g_ptr_array_unref (all);
  all = ts_record_file_read (self->path, &error);
  g_assert_no_error (error);
  series = all->pdata[0];
  g_assert_cmpuint (series->entries->len, <, 10);
  g_assert_cmpint (series->begin_ns, ==, begin_ns);
  g_assert_cmpint (series->end_ns, ==, end_ns);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/archive/past-is-there-again", Fixture, NULL, set_up, test_past_is_there_again, tear_down);
  g_test_add ("/archive/what-was-not-recorded-is-drawn", Fixture, NULL, set_up, test_what_was_not_recorded_is_drawn,
              tear_down);
  g_test_add ("/archive/past-is-not-joined", Fixture, NULL, set_up, test_past_is_not_joined, tear_down);
  g_test_add ("/archive/part-in-view", Fixture, NULL, set_up, test_part_in_view, tear_down);
  g_test_add ("/archive/events", Fixture, NULL, set_up, test_events, tear_down);
  g_test_add ("/archive/preference", Fixture, NULL, set_up, test_preference, tear_down);
  g_test_add ("/archive/deletion-can-be-undone", Fixture, NULL, set_up, test_deletion_can_be_undone, tear_down);
  g_test_add ("/archive/server-that-comes-back", Fixture, NULL, set_up, test_server_that_comes_back, tear_down);
  g_test_add ("/archive/problem-is-told", Fixture, NULL, set_up, test_problem_is_told, tear_down);
  g_test_add ("/archive/file", Fixture, NULL, set_up, test_file_is_opened, tear_down);
  return g_test_run ();
}
