/* TsSaver, its dialogs, and the progress that it shows.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-saver.h"

#include <glib/gstdio.h>
#include <string.h>

#include "net/ts-probe-factory.h"
#include "page/ts-page-past.h"
#include "record/ts-record-sql.h"
#include "record/ts-recorder.h"
#include "record/ts-rows.h"
#include "save/ts-evidence-saver.h"
#include "save/ts-save-choice.h"
#include "save/ts-save-progress.h"
#include "servers/ts-archive.h"
#include "servers/ts-known-keys.h"
#include "words/ts-format.h"

#include "test-fake-probe.h"
#include "test-file-chooser.h"
#include "test-key.h"
#include "test-real-server.h"
#include "test-records.h"

#define EXIT_SKIPPED 77

typedef struct
{
  GtkWindow *window;
  TsChartModel *model;
  GSettings *settings;
  TsEnsemble *ensemble;
  TsOverlays *overlays;
  TsSaver *saver;
  TsMonitor *monitor;
  char *folder;
  GFile *file;
  TsArchive *archive; /* (nullable) */
} Fixture;

static TsMonitor *
make_monitor (void)
{
  g_autoptr (TsAddress) address = ts_address_parse ("192.0.2.17", NULL);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsProbe) probe = ts_probe_new (address, G_GINT64_CONSTANT (1000000000), clock);

  return ts_monitor_new (probe, clock);
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  GtkWidget *toasts = adw_toast_overlay_new ();
  GtkWidget *chart;

  fixture->window = GTK_WINDOW (adw_window_new ());
  fixture->model = ts_chart_model_new ();
  chart = g_object_new (TS_TYPE_CHART, "model", fixture->model, NULL);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), chart);
  adw_window_set_content (ADW_WINDOW (fixture->window), toasts);
  fixture->monitor = make_monitor ();
  ts_chart_model_set_history (fixture->model, ts_monitor_get_history (fixture->monitor));
  gtk_window_present (fixture->window);
  fixture->settings = g_settings_new ("org.timesync.TimeSync");
  fixture->ensemble = ts_ensemble_new ();
  fixture->overlays = ts_overlays_new (fixture->ensemble, fixture->settings);
  fixture->saver = ts_saver_new (fixture->window, ADW_TOAST_OVERLAY (toasts), TS_CHART (chart));
  fixture->folder = g_dir_make_tmp ("timesync-saver-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->file = g_file_new_build_filename (fixture->folder, "<a> & b.csv", NULL);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  if (fixture->saver != NULL)
    {
      ts_saver_close (fixture->saver);
      g_assert_finalize_object (fixture->saver);
    }
  ts_chart_model_set_history (fixture->model, NULL);
  gtk_window_destroy (fixture->window);
  g_assert_finalize_object (fixture->model);
  g_assert_finalize_object (fixture->monitor);
  g_assert_finalize_object (fixture->overlays);
  g_assert_finalize_object (fixture->ensemble);
  g_settings_reset (fixture->settings, "overlaid-servers");
  g_object_unref (fixture->settings);
  g_file_delete (fixture->file, NULL, NULL);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_clear_object (&fixture->file);
  g_free (fixture->folder);
}

/* Returns: (transfer none) (nullable): the first label with @part in its text */
static GtkWidget *
find_label (GtkWidget *parent,
            const char *part)
{
  if (GTK_IS_LABEL (parent) && strstr (gtk_label_get_text (GTK_LABEL (parent)), part) != NULL)
    return parent;
  for (GtkWidget *child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, part);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Returns: (transfer none) (nullable): a window of @type that is shown */
static GtkWindow *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type) && gtk_widget_get_mapped (GTK_WIDGET (window)))
        return window;
    }
  return NULL;
}

static GtkWindow *
await_window (GType type)
{
  GtkWindow *window;

  while ((window = find_window (type)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return window;
}

static void
await_label (GtkWindow *window,
             const char *part)
{
  while (find_label (GTK_WIDGET (window), part) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
await_rest (Fixture *fixture)
{
  while (ts_saver_is_busy (fixture->saver))
    g_main_context_iteration (NULL, TRUE);
}

static TsSaveSource *
make_source (Fixture *fixture)
{
  g_autoptr (GArray) overlays = ts_overlays_list (fixture->overlays, fixture->monitor);

  return ts_save_source_new (fixture->monitor, overlays,
                             fixture->archive != NULL ? ts_archive_get_path (fixture->archive) : NULL);
}

static void
save (Fixture *fixture,
      TsSaveFormat format,
      const TsChartSpan *span,
      GFile *file)
{
  g_autoptr (TsSaveSource) source = make_source (fixture);

  ts_saver_save (fixture->saver, source, format, span, file);
}

static char *
load (GFile *file)
{
  char *content = NULL;
  GError *error = NULL;

  g_file_load_contents (file, NULL, &content, NULL, NULL, &error);
  g_assert_no_error (error);
  return content;
}

static void
test_every_format (Fixture *fixture,
                   gconstpointer data)
{
  const struct
  {
    TsSaveFormat format;
    const char *begin;
  } cases[] = {
    { TS_SAVE_CSV, "time,kind," },
    { TS_SAVE_JSON, "{\"host\":\"192.0.2.17\"," },
    { TS_SAVE_JSON_LINES, "" },
    { TS_SAVE_PNG, "\x89PNG" },
    { TS_SAVE_SVG, "<?xml" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *content = NULL;

      save (fixture, cases[i].format, NULL, fixture->file);
      g_assert_true (ts_saver_is_busy (fixture->saver));
      await_rest (fixture);
      content = load (fixture->file);
      g_assert_true (g_str_has_prefix (content, cases[i].begin));
    }
  await_label (fixture->window, "Saved “<a> & b.csv”");
}

#define N_RECORDED 2000

/* Records exchanges, which no window measures any more. */
static void
record (const char *path,
        const char *address,
        TestSeries *series)
{
  const TsRecorderSettings settings = { .path = path, .is_own = TRUE };
  g_autoptr (TsClock) clock = ts_clock_new_fake (series->at_ns);
  g_autoptr (TsRecorder) recorder = ts_recorder_new (&settings, clock);
  guint number = ts_recorder_begin (recorder, address, address, TRUE);

  for (guint i = 0; i < N_RECORDED; i++)
    {
      TsRecord record = test_series_next (series);

      ts_recorder_add (recorder, number, &record);
    }
  ts_recorder_stop (recorder);
}

static void
set_up_recorded (Fixture *fixture,
                 gconstpointer address)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autofree char *path = NULL;
  TestSeries series;

  set_up (fixture, address);
  path = g_build_filename (fixture->folder, "history.db", NULL);
  test_series_init (&series, 7, TS_NS_PER_S);
  series.at_ns = ts_clock_get_now_ns (clock) - 86400 * TS_NS_PER_S;
  record (path, address, &series);
  test_series_clear (&series);
  g_settings_set_boolean (fixture->settings, "record-history", FALSE);
  fixture->archive = ts_archive_new (fixture->settings, clock, fixture->ensemble, path);
}

static void
tear_down_recorded (Fixture *fixture,
                    gconstpointer data)
{
  const char *const names[] = { "history.db", "history.db-wal", "history.db-shm", "history.db.lock" };

  g_clear_object (&fixture->archive);
  g_settings_reset (fixture->settings, "record-history");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);

      g_remove (path);
    }
  tear_down (fixture, data);
}

/* What is saved may be opened again, and has every exchange of its range, also of one that the window never measured. */
static void
test_recorded_range (Fixture *fixture,
                     gconstpointer data)
{
  const TsSaveFormat formats[] = { TS_SAVE_CSV, TS_SAVE_JSON_LINES };
  g_autofree char *path = g_file_get_path (fixture->file);
  guint64 n_all = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autoptr (GPtrArray) all = NULL;
      g_autoptr (GPtrArray) part = NULL;
      g_autoptr (GError) error = NULL;
      const TsRowsSummary *summary;
      TsChartSpan span;

      save (fixture, formats[i], NULL, fixture->file);
      await_rest (fixture);
      all = ts_rows_read (path, NULL, G_MININT64, G_MAXINT64, NULL, NULL, &error);
      g_assert_no_error (error);
      summary = all->pdata[0];
      n_all = summary->n_samples + summary->n_others;
      g_assert_cmpuint (n_all, ==, N_RECORDED);

      span = (TsChartSpan) { .begin_ns = summary->begin_ns + 100 * TS_NS_PER_S, .end_ns = summary->begin_ns + 200 * TS_NS_PER_S };
      save (fixture, formats[i], &span, fixture->file);
      await_rest (fixture);
      part = ts_rows_read (path, NULL, G_MININT64, G_MAXINT64, NULL, NULL, &error);
      g_assert_no_error (error);
      summary = part->pdata[0];
      g_assert_cmpint (summary->begin_ns, >=, span.begin_ns);
      g_assert_cmpint (summary->end_ns, <=, span.end_ns);
      g_assert_cmpuint (summary->n_samples + summary->n_others, >, 90);
      g_assert_cmpuint (summary->n_samples + summary->n_others, <, 110);
    }
}

static void
test_recorded_json (Fixture *fixture,
                    gconstpointer data)
{
  g_autofree char *content = NULL;
  g_auto (GStrv) rows = NULL;

  save (fixture, TS_SAVE_JSON, NULL, fixture->file);
  await_rest (fixture);
  content = load (fixture->file);
  rows = g_strsplit (content, ",\n", -1);
  g_assert_cmpuint (g_strv_length (rows), ==, N_RECORDED);
  g_assert_true (g_str_has_suffix (content, "}\n]}\n"));
}

/* Exchanges that are no longer kept cannot be saved, and a dialog says so. */
static void
test_recorded_but_thinned (Fixture *fixture,
                           gconstpointer data)
{
  const TsRecorderSettings settings = { .path = ts_archive_get_path (fixture->archive), .retention = { .exact_ns = TS_NS_PER_S } };
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsClock) later = ts_clock_new_fake (ts_clock_get_now_ns (clock) + 1000 * TS_NS_PER_S);
  g_autoptr (TsRecorder) recorder = ts_recorder_new (&settings, later);
  g_autofree char *content = NULL, *count = NULL, *ending = NULL;
  GtkWindow *dialog;

  g_assert_true (ts_recorder_flush (recorder));
  ts_clock_advance (later, 11 * TS_NS_PER_S);
  g_assert_true (ts_recorder_flush (recorder));
  ts_recorder_stop (recorder);
  save (fixture, TS_SAVE_CSV, NULL, fixture->file);
  await_rest (fixture);
  count = ts_format_count (N_RECORDED);
  ending = g_strdup_printf (", which are no longer kept (%s).", count);
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  await_label (dialog, "Saved “<a> & b.csv”");
  await_label (dialog, ending);
  gtk_window_destroy (dialog);
  content = load (fixture->file);
  g_assert_true (g_str_has_suffix (content, ",event\r\n"));
}

/* What the estimator states without the beginning of a session is not what was stated when it was measured, and the dialog says so. */
static void
test_recorded_without_beginning (Fixture *fixture,
                                 gconstpointer data)
{
  GtkWindow *dialog;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (ts_archive_get_path (fixture->archive), &db), ==, SQLITE_OK);
  g_assert_true (ts_record_sql_run (db, "UPDATE session SET is_fresh = 0", NULL));
  sqlite3_close (db);
  save (fixture, TS_SAVE_CSV, NULL, fixture->file);
  await_rest (fixture);
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  await_label (dialog, " on do without earlier exchanges, which are no longer kept or cannot be read.");
  gtk_window_destroy (dialog);
}

/* Returns: how many pixels of the picture in @file are neither white nor grey, as the lines of a grid are */
static guint
count_colored (GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  cairo_surface_t *picture = cairo_image_surface_create_from_png (path);
  const guint8 *data = cairo_image_surface_get_data (picture);
  int width = cairo_image_surface_get_width (picture), height = cairo_image_surface_get_height (picture);
  int stride = cairo_image_surface_get_stride (picture);
  guint n = 0;

  g_assert_cmpint (cairo_surface_status (picture), ==, CAIRO_STATUS_SUCCESS);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        const guint8 *pixel = data + y * stride + 4 * x;

        n += MAX (MAX (pixel[0], pixel[1]), pixel[2]) - MIN (MIN (pixel[0], pixel[1]), pixel[2]) > 32;
      }
  cairo_surface_destroy (picture);
  return n;
}

static guint
count_in_picture (Fixture *fixture,
                  gint64 begin_ns,
                  gint64 end_ns)
{
  save (fixture, TS_SAVE_PNG, &(TsChartSpan) { .begin_ns = begin_ns, .end_ns = end_ns }, fixture->file);
  await_rest (fixture);
  return count_colored (fixture->file);
}

/* A picture shows what is measured and what is recorded only, and nothing in between. */
static void
test_picture_of_the_past (Fixture *fixture,
                          gconstpointer address)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (FakeProbe) probe = fake_probe_new ();
  g_autoptr (TsMonitor) monitor = ts_monitor_new (TS_PROBE (probe), clock);
  g_autoptr (TsPagePast) past = ts_page_past_new (fixture->model, fixture->archive);
  gint64 now_ns = ts_clock_get_now_ns (clock), day_ns = 86400 * TS_NS_PER_S, length_ns = N_RECORDED * TS_NS_PER_S;
  const TsExchange exchange = { now_ns - 4000000, now_ns + 10000000, now_ns + 10000000, now_ns - 1000000 };
  g_autofree char *today = NULL, *content = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_ns / TS_NS_PER_S);
  guint n_nothing, n_past, n_live;

  ts_monitor_start (monitor);
  fake_probe_answer (probe, &exchange);
  g_set_object (&fixture->monitor, monitor);
  ts_chart_model_set_history (fixture->model, ts_monitor_get_history (monitor));
  ts_page_past_set_monitor (past, monitor);
  while (ts_page_past_is_reading (past))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (ts_page_past_is_there (past));

  n_nothing = count_in_picture (fixture, now_ns - day_ns / 2, now_ns - day_ns / 2 + length_ns);
  n_past = count_in_picture (fixture, now_ns - day_ns, now_ns - day_ns + length_ns);
  n_live = count_in_picture (fixture, now_ns - 10 * TS_NS_PER_S, now_ns + TS_NS_PER_S);
  g_assert_cmpuint (n_past, >, n_nothing + 1000);
  g_assert_cmpuint (n_live, >, n_nothing);
  /* All there is begins on an earlier day. */
  today = g_date_time_format (now, "<title>time.example, %Y-%m-%d ");
  save (fixture, TS_SAVE_SVG, NULL, fixture->file);
  await_rest (fixture);
  content = load (fixture->file);
  g_assert_nonnull (strstr (content, "<title>time.example, 2"));
  g_assert_null (strstr (content, today));
  ts_monitor_stop (monitor);
  fake_probe_lose (probe);
}

/* What cannot be read is told, and nothing is left of the file. */
static void
test_recorded_but_damaged (Fixture *fixture,
                           gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "history.db", NULL);
  GtkWindow *dialog;

  g_assert_true (g_file_set_contents (path, "no database", -1, NULL));
  save (fixture, TS_SAVE_CSV, NULL, fixture->file);
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  await_label (dialog, "could not be saved");
  gtk_window_destroy (dialog);
  g_assert_false (g_file_query_exists (fixture->file, NULL));
}

static void
test_failure_is_told (Fixture *fixture,
                      gconstpointer data)
{
  g_autoptr (GFile) file = g_file_get_child (fixture->file, "c.csv");
  GtkWindow *dialog;

  save (fixture, TS_SAVE_CSV, NULL, file);
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  await_label (dialog, "“c.csv” could not be saved");
  await_label (dialog, "No such file or directory");
  gtk_window_destroy (dialog);
}

/* A window that closes leaves no half of a file. */
static void
test_closed_while_saving (Fixture *fixture,
                          gconstpointer data)
{
  gpointer saver = fixture->saver;

  g_object_add_weak_pointer (saver, &saver);
  save (fixture, TS_SAVE_CSV, NULL, fixture->file);
  ts_saver_close (fixture->saver);
  g_clear_object (&fixture->saver);
  while (saver != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (g_file_query_exists (fixture->file, NULL));
}

static void
answer (const char *label)
{
  GtkWindow *dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  GtkWidget *button = gtk_widget_get_ancestor (find_label (GTK_WIDGET (dialog), label), GTK_TYPE_BUTTON);

  g_signal_emit_by_name (button, "clicked");
}

static void
choose_format (TsSaveFormat format)
{
  GtkWindow *dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  GtkWidget *choice = ts_save_choice_new (format, TRUE);

  g_assert_cmpint (ts_save_choice_get_format (TS_SAVE_CHOICE (choice)), ==, format);
  g_assert_true (ts_save_choice_is_whole (TS_SAVE_CHOICE (choice)));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), choice);
}

/* From the question to the file, by way of the chooser that there is without a portal. */
static void
test_asks (Fixture *fixture,
           gconstpointer data)
{
  /* A home of its own, with no folder for documents. */
  g_autoptr (GFile) expected = g_file_new_build_filename (g_get_home_dir (), "d.json", NULL);
  g_autoptr (GSettings) settings = g_settings_new ("org.timesync.TimeSync");
  g_autofree char *format = NULL;
  g_autofree char *proposed = NULL;
  g_autofree char *content = NULL;
  GtkFileChooser *chooser;

  ts_saver_ask (fixture->saver, make_source (fixture));
  ts_saver_ask (fixture->saver, make_source (fixture)); /* one question at a time */
  choose_format (TS_SAVE_SVG);
  answer ("Save…");
  chooser = GTK_FILE_CHOOSER (await_window (GTK_TYPE_FILE_CHOOSER_DIALOG));
  proposed = gtk_file_chooser_get_current_name (chooser);
  g_assert_true (g_str_has_prefix (proposed, "192.0.2.17 offset 2"));
  g_assert_true (g_str_has_suffix (proposed, ".svg"));
  /* What the file is called decides. */
  gtk_file_chooser_set_current_name (chooser, "d.json");
  test_await_choice (chooser, expected);
  gtk_dialog_response (GTK_DIALOG (chooser), GTK_RESPONSE_ACCEPT);
  await_label (fixture->window, "Saved “d.json”");
  await_label (fixture->window, "Open");
  content = load (expected);
  g_assert_true (g_str_has_prefix (content, "{\"host\""));
  /* The next question, in the next window too, begins with what was chosen. */
  format = g_settings_get_string (settings, "save-format");
  g_assert_cmpstr (format, ==, "svg");
  g_assert_true (g_settings_get_boolean (settings, "save-whole"));
  /* What cannot be opened is told. */
  g_assert_true (g_file_delete (expected, NULL, NULL));
  gtk_widget_activate (gtk_widget_get_ancestor (find_label (GTK_WIDGET (fixture->window), "Open"), GTK_TYPE_BUTTON));
  await_label (await_window (ADW_TYPE_MESSAGE_DIALOG), "“d.json” could not be opened");
  gtk_window_destroy (await_window (ADW_TYPE_MESSAGE_DIALOG));
}

/* Adds a server with one sample, which is an overlay. */
static TsMonitor *
add_overlay (Fixture *fixture)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (FakeProbe) probe = fake_probe_new ();
  TsMonitor *other = ts_monitor_new (TS_PROBE (probe), clock);
  gint64 now_ns = ts_clock_get_now_ns (clock);
  const TsExchange exchange = { now_ns - 4000000, now_ns, now_ns, now_ns - 1000000 };

  ts_monitor_start (other);
  fake_probe_answer (probe, &exchange);
  ts_ensemble_append (fixture->ensemble, other);
  ts_overlays_set (fixture->overlays, other, TRUE);
  return other;
}

/* An overlay of the moment of the question is in the picture, although it is removed before there is a file name. */
static void
test_overlay_is_removed (Fixture *fixture,
                         gconstpointer data)
{
  g_autoptr (GFile) expected = g_file_new_build_filename (g_get_home_dir (), "e.svg", NULL);
  g_autofree char *content = NULL;
  gpointer other = add_overlay (fixture);
  GtkFileChooser *chooser;

  g_object_add_weak_pointer (other, &other);
  ts_saver_ask (fixture->saver, make_source (fixture));
  choose_format (TS_SAVE_CSV);
  ts_monitor_stop (other);
  ts_ensemble_remove (fixture->ensemble, 0);
  g_object_unref (other);
  g_assert_nonnull (other);
  answer ("Save…");
  chooser = GTK_FILE_CHOOSER (await_window (GTK_TYPE_FILE_CHOOSER_DIALOG));
  gtk_file_chooser_set_current_name (chooser, "e.svg");
  test_await_choice (chooser, expected);
  gtk_dialog_response (GTK_DIALOG (chooser), GTK_RESPONSE_ACCEPT);
  /* What is saved is a copy: it is let go of while that is written. */
  while (other != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (ts_saver_is_busy (fixture->saver));
  await_label (fixture->window, "Saved “e.svg”");
  content = load (expected);
  g_assert_nonnull (strstr (content, "<title>192.0.2.17 compared with time.example, 2"));
  g_assert_true (g_file_delete (expected, NULL, NULL));
}

static void
test_can_be_cancelled (Fixture *fixture,
                       gconstpointer data)
{
  ts_saver_ask (fixture->saver, make_source (fixture));
  answer ("Cancel");
  /* It asks again, and then also the chooser is cancelled. */
  while (find_window (ADW_TYPE_MESSAGE_DIALOG) != NULL)
    g_main_context_iteration (NULL, TRUE);
  ts_saver_ask (fixture->saver, make_source (fixture));
  answer ("Save…");
  gtk_dialog_response (GTK_DIALOG (await_window (GTK_TYPE_FILE_CHOOSER_DIALOG)), GTK_RESPONSE_CANCEL);
  g_assert_false (ts_saver_is_busy (fixture->saver));
  while (find_window (GTK_TYPE_FILE_CHOOSER_DIALOG) != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* What takes longer than a moment shows how far it is, and stops when the user says so. */
static void
test_progress (Fixture *fixture,
               gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  TsSaveProgress *progress = ts_save_progress_new (fixture->window, "a.csv", cancellable);
  GtkWindow *dialog;
  GtkWidget *bar;

  g_assert_null (find_window (ADW_TYPE_MESSAGE_DIALOG));
  ts_save_progress_set_done (progress, 0.25);
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  await_label (dialog, "Saving “a.csv”");
  bar = adw_message_dialog_get_extra_child (ADW_MESSAGE_DIALOG (dialog));
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)), ==, 0.25);
  ts_save_progress_set_done (progress, 0.5);
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)), ==, 0.5);

  g_assert_false (g_cancellable_is_cancelled (cancellable));
  answer ("Cancel");
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  /* The dialog went with that; what still comes in finds none. */
  ts_save_progress_set_done (progress, 0.75);
  ts_save_progress_free (progress);
  g_assert_null (find_window (ADW_TYPE_MESSAGE_DIALOG));
}

static void
test_no_progress_for_a_moment (Fixture *fixture,
                               gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  ts_save_progress_free (ts_save_progress_new (fixture->window, "a.csv", cancellable));
  g_assert_null (find_window (ADW_TYPE_MESSAGE_DIALOG));
  g_assert_finalize_object (g_steal_pointer (&cancellable));
}

/* Lets a server with the key of @path (nullable) answer at @port, or at a free one if that is 0. */
static TsServer *
serve (const char *path,
       guint16 port)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  TsServer *server;

  settings->signing_key = g_strdup (path);
  server = ts_server_new (clock, settings);
  test_serve (server, "127.0.0.1", port);
  return server;
}

static void
save_evidence (Fixture *fixture,
               TsEvidenceSaver *saver,
               guint16 port,
               const char *said,
               const char *response)
{
  g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", port);
  g_autoptr (TsAddress) address = ts_address_parse (host, NULL);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsProbe) probe = ts_probe_new (address, G_GINT64_CONSTANT (5000000000), clock);
  g_autoptr (TsMonitor) monitor = ts_monitor_new (probe, clock);
  GtkWindow *dialog;

  ts_evidence_saver_save (saver, monitor, fixture->file);
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  await_label (dialog, said);
  answer (response);
  while (find_window (ADW_TYPE_MESSAGE_DIALOG) != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* Returns: whether another key than the remembered one waits for a decision */
static gboolean
is_key_changed (Fixture *fixture,
                guint16 port)
{
  g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", port);
  guint8 key[TS_SEAL_KEY_SIZE], changed[TS_SEAL_KEY_SIZE];

  g_assert_true (ts_known_keys_get (fixture->settings, host, key));
  if (!ts_known_keys_get_changed (fixture->settings, host, changed))
    return FALSE;
  g_assert_cmpint (memcmp (key, changed, sizeof key), !=, 0);
  return TRUE;
}

/* A key is remembered when it is met first, and one that has changed is a reason to ask. */
static void
test_evidence (Fixture *fixture,
               gconstpointer data)
{
  g_autoptr (TsEvidenceSaver) saver = ts_evidence_saver_new (fixture->window, fixture->settings);
  g_autoptr (TsSealKey) known = test_key_load ();
  g_autofree char *first = test_key_write (TEST_KEY_PEM);
  g_autofree char *second = g_build_filename (fixture->folder, "second.pem", NULL);
  TsServer *server;
  guint16 port;

  if (known == NULL)
    return;
  server = serve (first, 0);
  port = ts_server_get_port (server);
  save_evidence (fixture, saver, port, "21fe-31df-a154-a261-626b, which is remembered", "Close");
  g_assert_true (g_file_query_exists (fixture->file, NULL));
  ts_server_stop (server);
  g_object_unref (server);

  g_assert_true (ts_seal_key_make (second, NULL));
  server = serve (second, port);
  save_evidence (fixture, saver, port, "Has Changed", "Close");
  g_assert_cmpint (is_key_changed (fixture, port), ==, TRUE);
  save_evidence (fixture, saver, port, "Before, the key was 21fe-31df-a154-a261-626b", "Remember New Key");
  g_assert_cmpint (is_key_changed (fixture, port), ==, FALSE);
  save_evidence (fixture, saver, port, ", as before", "Close");
  ts_server_stop (server);
  g_object_unref (server);

  server = serve (NULL, 0);
  save_evidence (fixture, saver, ts_server_get_port (server), "this computer’s word alone", "Close");
  ts_server_stop (server);
  g_object_unref (server);
  g_unlink (first);
  g_unlink (second);
  g_settings_reset (fixture->settings, "server-keys");
  ts_evidence_saver_close (saver);
}

/* What it is about is said before the file is asked for. */
static void
test_evidence_asks (Fixture *fixture,
                    gconstpointer data)
{
  g_autoptr (TsEvidenceSaver) saver = ts_evidence_saver_new (fixture->window, fixture->settings);

  ts_evidence_saver_ask (saver, fixture->monitor);
  ts_evidence_saver_ask (saver, fixture->monitor); /* one question at a time */
  await_label (await_window (ADW_TYPE_MESSAGE_DIALOG), "It then learns what this computer’s clock says.");
  answer ("Save…");
  await_window (GTK_TYPE_FILE_CHOOSER_DIALOG);
  ts_evidence_saver_close (saver);
  while (find_window (GTK_TYPE_FILE_CHOOSER_DIALOG) != NULL)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc,
      char *argv[])
{
  if (!gtk_init_check ())
    return EXIT_SKIPPED;
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  /* GTK's file chooser warns of file systems that it cannot measure: that is no failure of ours. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_test_add ("/saver/every-format", Fixture, NULL, set_up, test_every_format, tear_down);
  g_test_add ("/saver/recorded/range", Fixture, "192.0.2.17", set_up_recorded, test_recorded_range, tear_down_recorded);
  g_test_add ("/saver/recorded/json", Fixture, "192.0.2.17", set_up_recorded, test_recorded_json, tear_down_recorded);
  g_test_add ("/saver/recorded/thinned", Fixture, "192.0.2.17", set_up_recorded, test_recorded_but_thinned,
              tear_down_recorded);
  g_test_add ("/saver/recorded/without-beginning", Fixture, "192.0.2.17", set_up_recorded, test_recorded_without_beginning,
              tear_down_recorded);
  g_test_add ("/saver/recorded/picture", Fixture, "time.example", set_up_recorded, test_picture_of_the_past,
              tear_down_recorded);
  g_test_add ("/saver/recorded/damaged", Fixture, "192.0.2.17", set_up_recorded, test_recorded_but_damaged, tear_down_recorded);
  g_test_add ("/saver/failure", Fixture, NULL, set_up, test_failure_is_told, tear_down);
  g_test_add ("/saver/closed-while-saving", Fixture, NULL, set_up, test_closed_while_saving, tear_down);
  g_test_add ("/saver/asks", Fixture, NULL, set_up, test_asks, tear_down);
  g_test_add ("/saver/other-is-removed", Fixture, NULL, set_up, test_overlay_is_removed, tear_down);
  g_test_add ("/saver/cancelled", Fixture, NULL, set_up, test_can_be_cancelled, tear_down);
  g_test_add ("/saver/progress", Fixture, NULL, set_up, test_progress, tear_down);
  g_test_add ("/saver/no-progress", Fixture, NULL, set_up, test_no_progress_for_a_moment, tear_down);
  g_test_add ("/saver/evidence", Fixture, NULL, set_up, test_evidence, tear_down);
  g_test_add ("/saver/evidence/asks", Fixture, NULL, set_up, test_evidence_asks, tear_down);
  return g_test_run ();
}
