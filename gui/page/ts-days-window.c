/* The window that lists the recorded days of a server, the newest first, with the largest offset that was certain on each.
 *
 * A day that is chosen is what the chart shows then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-days-window.h"

#include <glib/gi18n.h>

#include "chart/paint/ts-chart-text.h"
#include "servers/ts-past-reader.h"
#include "words/ts-day-words.h"
#include "words/ts-isolate.h"
#include "words/ts-join.h"
#include "words/ts-zone.h"

struct _TsDaysWindow
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkStack *stack;
  GtkListView *list;

  TsChartModel *model;
  GCancellable *reading;
  GArray *days; /* (nullable) (element-type TsPastDay): the oldest first, once they are read */
};

G_DEFINE_FINAL_TYPE (TsDaysWindow, ts_days_window, ADW_TYPE_WINDOW)

static const TsPastDay *
get_day (TsDaysWindow *self,
         guint position)
{
  return &g_array_index (self->days, TsPastDay, self->days->len - 1 - position);
}

static void
day_chosen (TsDaysWindow *self,
            guint position)
{
  const TsPastDay *day = get_day (self, position);

  ts_chart_model_show_span (self->model, day->begin_ns, day->end_ns);
  gtk_window_close (GTK_WINDOW (self));
}

static GtkWidget *
new_label (const char *css_class,
           float xalign)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

/* A row: the day over what there is of it, and at the end the worst offset. */
static void
set_up_row (TsDaysWindow *self,
            GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *date = new_label ("heading", 0), *counts = new_label ("caption", 0), *worst = new_label ("numeric", 1);

  gtk_label_set_wrap (GTK_LABEL (date), TRUE);
  gtk_label_set_wrap (GTK_LABEL (counts), TRUE);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), date);
  gtk_box_append (GTK_BOX (texts), counts);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), worst);
  gtk_widget_add_css_class (row, "day-row");
  gtk_list_item_set_child (item, row);
}

static void
show_row (TsDaysWindow *self,
          GtkListItem *item)
{
  const TsPastDay *day = get_day (self, gtk_list_item_get_position (item));
  GtkWidget *row = gtk_list_item_get_child (item), *texts = gtk_widget_get_first_child (row);
  GtkWidget *date = gtk_widget_get_first_child (texts);
  g_autofree char *date_text = ts_day_words_date (day);
  g_autofree char *counts = ts_day_words_counts (day);
  g_autofree char *worst = ts_day_words_worst (day);
  const char *const parts[] = { date_text, counts, worst };
  g_autofree char *name = ts_join_clauses (parts, G_N_ELEMENTS (parts));

  gtk_label_set_label (GTK_LABEL (date), date_text);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (date)), counts);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (row)), worst);
  /* The list's own widget around the row has the focus, and GTK 4.8 gives it no name. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (row)), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (row, day->worst_ns == 0 ? _("The clocks may have agreed throughout that day") : NULL);
}

/* The rows look into the days themselves, so the model holds only their number. */
static void
fill_list (TsDaysWindow *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GtkSelectionModel *selection;

  for (guint i = 0; i < self->days->len; i++)
    gtk_string_list_append (names, "");
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_steal_pointer (&names))));
  gtk_list_view_set_model (self->list, selection);
  g_object_unref (selection);
  gtk_stack_set_visible_child_name (self->stack, self->days->len > 0 ? "list" : "empty");
  /* To its first row. The list would take the focus itself, even where it is not shown. */
  if (self->days->len > 0)
    gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
}

static void
got_days (GObject *source,
          GAsyncResult *result,
          gpointer user_data)
{
  TsDaysWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  GArray *days = ts_past_reader_finish (result, &error);

  /* Then the window may be gone: see the ladder's got_more(). */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* A file that is not there so far has no days. */
  if (days == NULL)
    g_debug ("%s", error->message);
  self->days = days != NULL ? days : g_array_new (FALSE, FALSE, sizeof (TsPastDay));
  fill_list (self);
}

static void
ts_days_window_dispose (GObject *object)
{
  TsDaysWindow *self = TS_DAYS_WINDOW (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (ts_days_window_parent_class)->dispose (object);
}

static void
ts_days_window_finalize (GObject *object)
{
  g_clear_pointer (&TS_DAYS_WINDOW (object)->days, g_array_unref);
  G_OBJECT_CLASS (ts_days_window_parent_class)->finalize (object);
}

static void
ts_days_window_class_init (TsDaysWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_days_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = ts_days_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-days-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TsDaysWindow, title);
  gtk_widget_class_bind_template_child (widget_class, TsDaysWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TsDaysWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, day_chosen);
  gtk_widget_class_bind_template_callback (widget_class, set_up_row);
  gtk_widget_class_bind_template_callback (widget_class, show_row);
}

static void
ts_days_window_init (TsDaysWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ts_chart_text_widen (GTK_WINDOW (self));
  self->reading = g_cancellable_new ();
}

/**
 * ts_days_window_new:
 * @parent: the window that it belongs to
 * @model: where a day that is chosen is shown
 * @path: a recording
 * @address: a server's
 * @name: what it is called
 *
 * Returns: (transfer floating): a window that lists the days as soon as they are read
 */
GtkWidget *
ts_days_window_new (GtkWindow *parent,
                    TsChartModel *model,
                    const char *path,
                    const char *address,
                    const char *name)
{
  TsDaysWindow *self = g_object_new (TS_TYPE_DAYS_WINDOW, "transient-for", parent, NULL);
  g_autofree char *isolated = ts_isolate_name (name);
  g_autofree char *title = NULL;
  g_autoptr (GTimeZone) zone = ts_zone_new ();

  self->model = g_object_ref (model);
  adw_window_title_set_subtitle (self->title, isolated);
  /* Large text may leave no room for all of it. */
  title = g_strdup_printf ("%s\n%s", gtk_window_get_title (GTK_WINDOW (self)), isolated);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
  ts_past_reader_list_days_async (path, address, zone, self->reading, got_days, self);
  return GTK_WIDGET (self);
}
