/* The window of a recording that was opened: the views of a server's page, of what was measured at another time, perhaps
 * on another computer.
 *
 * It measures nothing and has no clocks, and says in its title that it shows a recording. The file is read only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "recording/ts-recording-window.h"

#include <glib/gi18n.h>

#include "chart/paint/ts-chart-text.h"
#include "chart/ts-chart-bar.h"
#include "chart/ts-chart-past.h"
#include "chart/ts-chart.h"
#include "ladder/ts-ladder.h"
#include "parts/ts-dialog.h"
#include "parts/ts-sentence.h"
#include "record/ts-record-sql.h"
#include "recording/ts-record-file.h"
#include "save/ts-saver.h"
#include "scatter/ts-scatter.h"
#include "words/ts-format.h"
#include "words/ts-isolate.h"

#define MARGIN_PX 12

struct _TsRecordingWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwWindowTitle *title;
  GtkDropDown *servers;
  GtkLabel *headline;
  GtkLabel *stretch;
  TsChartBar *chart_bar;
  GtkStack *views;
  TsChart *chart;
  TsChartModel *model;

  char *path;
  GPtrArray *all;             /* (element-type TsRecordFileSeries) */
  TsRecordFileSeries *series; /* (nullable): that is shown; of @all */
  TsChartPast *past;          /* of it */
  TsHistory *history;         /* (nullable): of it */
  TsSaver *saver;
  GCancellable *opening;      /* (nullable): the exchange that was asked for last is being read */
  int width_px;
  guint relayout_id;
};

G_DEFINE_FINAL_TYPE (TsRecordingWindow, ts_recording_window, ADW_TYPE_WINDOW)

static void
show_history (TsRecordingWindow *self)
{
  TsHistory *old = self->history;

  self->history = ts_chart_past_make_history (self->past, 0);
  if (old == NULL)
    ts_chart_model_set_history (self->model, self->history);
  else
    ts_chart_model_replace_history (self->model, self->history);
  g_clear_pointer (&old, ts_history_free);
}

static void
forget (TsRecordingWindow *self)
{
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  ts_chart_past_close (self->past);
  ts_chart_model_set_history (self->model, NULL);
  g_clear_pointer (&self->history, ts_history_free);
  self->series = NULL;
}

/* How much of the name is shown depends on the window's width. */
static void
show_headline (TsRecordingWindow *self)
{
  int window_px = self->width_px, width_px;
  g_autofree char *name = NULL, *isolated = NULL, *headline = NULL, *whole = ts_isolate_name (self->series->name);
  gboolean is_whole;

  if (window_px == 0)
    g_object_get (self, "default-width", &window_px, NULL);
  width_px = window_px - 2 * MARGIN_PX;
  name = ts_sentence_fit_name (self->headline, self->series->name, width_px);
  isolated = ts_isolate_name (name);
  /* Translators: the name of a server. */
  headline = g_strdup_printf (_("Recording of %s"), isolated);
  is_whole = ts_sentence_show (self->headline, headline, width_px) && g_str_equal (name, self->series->name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->headline), is_whole ? NULL : whole);
}

static void
show_selected (TsRecordingWindow *self)
{
  guint selected = gtk_drop_down_get_selected (self->servers);
  g_autofree char *begin = NULL, *end = NULL, *stretch = NULL;

  forget (self);
  if (self->all == NULL || selected >= self->all->len)
    return;
  self->series = self->all->pdata[selected];
  show_headline (self);
  begin = ts_format_instant (self->series->begin_ns, 0, 0);
  end = ts_format_instant (self->series->end_ns, 0, 0);
  /* Translators: two instants, each with its date. */
  stretch = g_strdup_printf (_("From %1$s to %2$s. Nothing of this is measured now."), begin, end);
  gtk_label_set_label (self->stretch, stretch);
  ts_chart_model_set_name (self->model, self->series->name);
  ts_chart_past_open (self->past, self->series->is_database ? self->path : NULL, self->series->address);
  ts_chart_past_set_entries (self->past, self->series->entries);
  show_history (self);
  ts_chart_model_update (self->model, self->series->end_ns);
  if (self->series->is_database)
    ts_chart_past_read_events (self->past);
  ts_chart_model_set_range (self->model, TS_CHART_RANGE_ALL);
}

/* The exchange that the user looks at there is under the chart's cursor too. */
static void
show_exchange (TsRecordingWindow *self,
               gint64 at_ns)
{
  GtkWidget *ladder;

  if (self->series->is_database)
    {
      g_cancellable_cancel (self->opening);
      g_clear_object (&self->opening);
      self->opening = g_cancellable_new ();
      ts_ladder_open_recorded (GTK_WIDGET (self->views), self->model, self->path, self->series->address, self->series->name,
                               at_ns, self->opening);
      return;
    }
  ladder = ts_ladder_new_recorded (GTK_WINDOW (self), self->series->entries, self->series->name, at_ns);
  g_object_bind_property (ladder, "chosen-ns", self->model, "chosen-ns", G_BINDING_SYNC_CREATE);
  gtk_window_present (GTK_WINDOW (ladder));
}

static void
show_range (TsRecordingWindow *self)
{
  ts_chart_bar_set_range (self->chart_bar, ts_chart_model_get_range (self->model));
}

static void
toggle_view (GtkWidget *widget,
             const char *action_name,
             GVariant *parameter)
{
  TsRecordingWindow *self = TS_RECORDING_WINDOW (widget);
  gboolean is_timeline = g_str_equal (gtk_stack_get_visible_child_name (self->views), "timeline");

  gtk_stack_set_visible_child_name (self->views, is_timeline ? "scatter" : "timeline");
}

static void
save (GtkWidget *widget,
      const char *action_name,
      GVariant *parameter)
{
  TsRecordingWindow *self = TS_RECORDING_WINDOW (widget);

  if (self->series != NULL)
    ts_saver_ask (self->saver, ts_save_source_new_recorded (self->path, self->series->address, self->series->name,
                                                            ts_chart_past_make_history (self->past, 0)));
}

static gboolean
relayout (gpointer user_data)
{
  TsRecordingWindow *self = user_data;

  self->relayout_id = 0;
  ts_chart_bar_fit (self->chart_bar, self->width_px - 2 * MARGIN_PX);
  if (self->series != NULL)
    show_headline (self);
  return G_SOURCE_REMOVE;
}

static void
ts_recording_window_size_allocate (GtkWidget *widget,
                                   int width_px,
                                   int height_px,
                                   int baseline)
{
  TsRecordingWindow *self = TS_RECORDING_WINDOW (widget);
  gboolean is_other = width_px != self->width_px;

  GTK_WIDGET_CLASS (ts_recording_window_parent_class)->size_allocate (widget, width_px, height_px, baseline);
  self->width_px = width_px;
  /* Not at once, because the layout must not change while it is being made. */
  if (is_other && self->relayout_id == 0)
    self->relayout_id = g_idle_add_full (GTK_PRIORITY_RESIZE, relayout, self, NULL);
}

static void
ts_recording_window_dispose (GObject *object)
{
  TsRecordingWindow *self = TS_RECORDING_WINDOW (object);

  g_clear_handle_id (&self->relayout_id, g_source_remove);
  if (self->model != NULL)
    forget (self);
  g_clear_object (&self->past);
  if (self->saver != NULL)
    ts_saver_close (self->saver);
  g_clear_object (&self->saver);
  self->model = NULL;
  G_OBJECT_CLASS (ts_recording_window_parent_class)->dispose (object);
}

static void
ts_recording_window_finalize (GObject *object)
{
  TsRecordingWindow *self = TS_RECORDING_WINDOW (object);

  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_free (self->path);
  G_OBJECT_CLASS (ts_recording_window_parent_class)->finalize (object);
}

static void
ts_recording_window_class_init (TsRecordingWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ts_recording_window_dispose;
  object_class->finalize = ts_recording_window_finalize;
  widget_class->size_allocate = ts_recording_window_size_allocate;

  g_type_ensure (TS_TYPE_CHART);
  g_type_ensure (TS_TYPE_CHART_BAR);
  g_type_ensure (TS_TYPE_CHART_MODEL);
  g_type_ensure (TS_TYPE_SCATTER);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-recording-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TsRecordingWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TsRecordingWindow, title);
  gtk_widget_class_bind_template_child (widget_class, TsRecordingWindow, servers);
  gtk_widget_class_bind_template_child (widget_class, TsRecordingWindow, headline);
  gtk_widget_class_bind_template_child (widget_class, TsRecordingWindow, stretch);
  gtk_widget_class_bind_template_child (widget_class, TsRecordingWindow, chart_bar);
  gtk_widget_class_bind_template_child (widget_class, TsRecordingWindow, views);
  gtk_widget_class_bind_template_child (widget_class, TsRecordingWindow, chart);
  gtk_widget_class_bind_template_child (widget_class, TsRecordingWindow, model);
  gtk_widget_class_bind_template_callback (widget_class, show_exchange);
  gtk_widget_class_bind_template_callback (widget_class, show_range);
  gtk_widget_class_bind_template_callback (widget_class, show_selected);
  gtk_widget_class_install_action (widget_class, "recording.save", NULL, save);
  gtk_widget_class_install_action (widget_class, "recording.toggle-view", NULL, toggle_view);
}

/* The buttons of the views are those of a server's page, where the view is the window's. */
static void
ts_recording_window_init (TsRecordingWindow *self)
{
  g_autoptr (GSimpleActionGroup) chart_actions = NULL;
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GPropertyAction) view = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  ts_chart_text_widen (GTK_WINDOW (self));
  self->past = ts_chart_past_new (self->model);
  g_signal_connect_object (self->past, "detailed", G_CALLBACK (show_history), self, G_CONNECT_SWAPPED);
  chart_actions = ts_chart_bar_new_actions (self->model);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "chart", G_ACTION_GROUP (chart_actions));
  view = g_property_action_new ("view", self->views, "visible-child-name");
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (view));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "win", G_ACTION_GROUP (actions));
  self->saver = ts_saver_new (GTK_WINDOW (self), self->toasts, self->chart);
  ts_chart_bar_set_recording (self->chart_bar);
  ts_chart_model_set_recorded (self->model);
  show_range (self);
}

static GtkWidget *
new_window (GtkWindow *parent,
            const char *path,
            GPtrArray *all)
{
  TsRecordingWindow *self = g_object_new (TS_TYPE_RECORDING_WINDOW, "transient-for", parent, NULL);
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *title = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  /* Translators: the title of a window; the name of a file. */
  title = g_strdup_printf (_("%s — Recording"), name);
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_title (self->title, name);
  /* Large text may leave no room for all of it. */
  whole = g_strdup_printf ("%s\n%s", name, adw_window_title_get_subtitle (self->title));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), whole);
  self->path = g_strdup (path);
  for (guint i = 0; i < all->len; i++)
    {
      g_autofree char *isolated = ts_isolate_name (((TsRecordFileSeries *) all->pdata[i])->name);

      gtk_string_list_append (names, isolated);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->servers), all->len > 1);
  gtk_drop_down_set_model (self->servers, G_LIST_MODEL (names));
  self->all = g_ptr_array_ref (all);
  gtk_drop_down_set_selected (self->servers, 0);
  show_selected (self);
  return GTK_WIDGET (self);
}

/**
 * ts_recording_window_describe_error:
 * @name: of the file, without its folder
 * @error: (nullable): why it could not be read; %NULL: nothing is recorded in it
 *
 * Returns: (transfer full): why it is not opened, as a sentence
 */
char *
ts_recording_window_describe_error (const char *name,
                                    const GError *error)
{
  if (error == NULL)
    return g_strdup_printf (_("Nothing is recorded in “%s”."), name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return g_strdup_printf (_("There is no file “%s”."), name);
  if (g_error_matches (error, TS_RECORD_ERROR, TS_RECORD_ERROR_READ_ONLY))
    return g_strdup_printf (_("“%1$s” cannot be read where it is, because its folder is read-only and its log “%1$s-wal” was "
                              "left over: copy both into another folder."),
                            name);
  if (g_error_matches (error, TS_RECORD_ERROR, TS_RECORD_ERROR_NEWER))
    return g_strdup_printf (_("“%s” was recorded by a later version of Time Sync."), name);
  if (g_error_matches (error, TS_RECORD_ERROR, TS_RECORD_ERROR_FOREIGN) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE))
    return g_strdup_printf (_("“%s” is not a recording of Time Sync."), name);
  if (g_error_matches (error, TS_RECORD_ERROR, TS_RECORD_ERROR_DAMAGED))
    return g_strdup_printf (_("“%s” is damaged, or is not a recording of Time Sync."), name);
  return g_strdup_printf (_("“%s” cannot be read: %s"), name, error->message);
}

/* @file: for its path; only a regular file is opened, because another one may never end. */
static void
read_file (GTask *task,
           gpointer source,
           gpointer task_data,
           GCancellable *cancellable)
{
  const char *path = task_data;
  GError *error = NULL;
  GPtrArray *all = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "");
  else if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "");
  else
    all = ts_record_file_read (path, &error);
  if (all != NULL)
    g_task_return_pointer (task, all, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
got_file (GObject *source,
          GAsyncResult *result,
          gpointer user_data)
{
  g_autoptr (GtkWindow) parent = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = g_task_propagate_pointer (G_TASK (result), &error);
  const char *path = g_task_get_task_data (G_TASK (result));
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *problem = NULL;
  AdwMessageDialog *dialog;

  /* It was closed meanwhile. */
  if (gtk_window_get_application (parent) == NULL && !gtk_widget_get_realized (GTK_WIDGET (parent)))
    return;
  if (all != NULL && all->len > 0)
    {
      gtk_window_present (GTK_WINDOW (new_window (parent, path, all)));
      return;
    }
  problem = ts_recording_window_describe_error (name, error);
  g_printerr ("timesync: %s\n", problem);
  dialog = ts_dialog_new (parent, _("The File Was Not Opened"), problem);
  adw_message_dialog_add_response (dialog, "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * ts_recording_window_open:
 * @parent: the window that it belongs to
 * @file: a database, or CSV or JSON Lines of ours
 *
 * Reads @file and shows it in a window of its own, or says in a dialog why that cannot be.
 */
void
ts_recording_window_open (GtkWindow *parent,
                          GFile *file)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, got_file, g_object_ref (parent));
  g_autofree char *path = g_file_get_path (file);

  g_task_set_source_tag (task, ts_recording_window_open);
  g_task_set_task_data (task, path != NULL ? g_steal_pointer (&path) : g_file_get_uri (file), g_free);
  g_task_run_in_thread (task, read_file);
}
