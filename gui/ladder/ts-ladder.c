/* The window that shows one exchange: its four instants, and what follows from them.
 *
 * It keeps a copy of the exchange, because the history may forget it while it is shown. Of a recording it has the exchanges
 * around the one that is shown, and reads more where these end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder.h"

#include <glib/gi18n.h>

#include "chart/model/ts-chart-find.h"
#include "chart/paint/ts-chart-text.h"
#include "words/ts-format.h"
#include "words/ts-isolate.h"
#include "ladder/ts-ladder-diagram.h"
#include "ladder/ts-ladder-line.h"
#include "ladder/ts-ladder-words.h"
#include "servers/ts-past-reader.h"

#define NARROW_PX      480 /* with text of the usual width */
#define TINY_PX        300
#define MAX_CONTENT_PX 720 /* as in ts-ladder.ui */
#define TOAST_TIMEOUT_S 2

struct _TsLadder
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwWindowTitle *title;
  GtkWidget *steps;
  TsLadderDiagram *diagram;
  GtkLabel *scale;
  TsLadderLine *lines[TS_LADDER_N_ROWS];

  TsMonitor *monitor;  /* (nullable): whose exchanges these are; %NULL: of @recorded */
  TsHistory *recorded; /* (nullable): of a recording */
  char *name;          /* (nullable): of the server that was recorded, as what follows */
  char *path;          /* (nullable): where more of its exchanges are; %NULL: there are no others */
  char *address;       /* (nullable) */
  GCancellable *reading; /* (nullable): more of them are being read */
  gint64 asked_ns;     /* the last exchange that more were read around */
  TsHistoryEntry entry;
  guint64 ordinal; /* its number among all samples there ever were, from 1 */
  gboolean is_narrow;
  gboolean is_tiny;
  guint relayout_id;
};

enum
{
  PROP_0,
  PROP_CHOSEN_NS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsLadder, ts_ladder, ADW_TYPE_WINDOW)

static const TsHistory *
get_history (TsLadder *self)
{
  return self->monitor != NULL ? ts_monitor_get_history (self->monitor) : self->recorded;
}

static const char *
get_name (TsLadder *self)
{
  return self->monitor != NULL ? ts_monitor_get_name (self->monitor) : self->name;
}

/* If this computer's clock was set back, instants are not in order, and the binary search may miss one.
 *
 * Returns: the sample of that instant, or %TS_CHART_NOWHERE */
static gsize
find_sample (const TsHistory *history,
             gint64 at_ns)
{
  gsize length = ts_history_get_length (history);
  gsize index = ts_chart_find_from (history, length, at_ns);

  if (index < length && ts_history_get (history, index)->at_ns == at_ns &&
      ts_history_get (history, index)->kind == TS_ENTRY_SAMPLE)
    return index;
  index = length;
  while ((index = ts_chart_find_next_sample (history, index, -1)) != TS_CHART_NOWHERE)
    if (ts_history_get (history, index)->at_ns == at_ns)
      break;
  return index;
}

/* If the history has forgotten the sample that is shown, the next one is the oldest that is left.
 *
 * Returns: the sample before (@direction -1) or after (1) the one that is shown, or %TS_CHART_NOWHERE */
static gsize
find_neighbour (TsLadder *self,
                int direction)
{
  const TsHistory *history = get_history (self);
  gsize index = find_sample (history, self->entry.at_ns);

  if (index == TS_CHART_NOWHERE && direction < 0)
    return TS_CHART_NOWHERE;
  return ts_chart_find_next_sample (history, index, direction);
}

/* Of a recording only a part is known here, so there is no count, but a date. */
static void
update_title (TsLadder *self)
{
  guint64 n_samples = ts_history_get_n_samples (get_history (self));
  g_autofree char *time =
    self->monitor != NULL ? ts_format_clock (self->entry.at_ns, 0) : ts_format_instant (self->entry.at_ns, 0, 0);
  g_autofree char *ordinal = ts_format_count (self->ordinal);
  g_autofree char *count = ts_format_count (n_samples);
  g_autofree char *name = ts_isolate_name (get_name (self));
  /* Translators: %s is a time of day. */
  g_autofree char *title = g_strdup_printf (_("Exchange at %s"), time);
  /* Translators: a server's name, and which of how many exchanges this is: "time.example.org, 328 of 349" */
  g_autofree char *subtitle = self->path == NULL ? g_strdup_printf (_("%1$s, %2$s of %3$s"), name, ordinal, count)
                                                 : g_steal_pointer (&name);
  /* Large text may leave no room for all of it. */
  g_autofree char *whole = g_strdup_printf ("%s\n%s", title, subtitle);

  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_subtitle (self->title, subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), whole);
}

/* When more samples came, there may be a next one, and the one before may be forgotten. */
static void
update_header (TsLadder *self)
{
  update_title (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "ladder.previous", find_neighbour (self, -1) != TS_CHART_NOWHERE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "ladder.next", find_neighbour (self, 1) != TS_CHART_NOWHERE);
}

/* Returns: (transfer full): a history of what was read */
static TsHistory *
make_history (const GArray *entries)
{
  TsHistory *history = ts_history_new (MAX (entries->len, 1));

  ts_history_append_all (history, (const TsHistoryEntry *) (void *) entries->data, entries->len);
  return history;
}

static void
got_more (GObject *source,
          GAsyncResult *result,
          gpointer user_data)
{
  TsLadder *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) entries = ts_past_reader_finish (result, &error);
  g_autoptr (TsHistory) history = entries != NULL ? make_history (entries) : NULL;

  /* Then the window may be gone. It is not held meanwhile, because GTK 4.8 does not tell a closed window that its parent
   * has gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->reading);
  /* The user has gone on meanwhile, or the file is no longer what it was. */
  if (history == NULL || find_sample (history, self->entry.at_ns) == TS_CHART_NOWHERE)
    return;
  ts_history_free (self->recorded);
  self->recorded = g_steal_pointer (&history);
  update_header (self);
}

static void
read_on (TsLadder *self)
{
  if (self->path == NULL || self->asked_ns == self->entry.at_ns ||
      (find_neighbour (self, -1) != TS_CHART_NOWHERE && find_neighbour (self, 1) != TS_CHART_NOWHERE))
    return;
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  self->asked_ns = self->entry.at_ns;
  ts_past_reader_read_exchanges_async (self->path, self->address, self->asked_ns, self->reading, got_more, self);
}

static void
show_entry (TsLadder *self,
            const TsHistoryEntry *entry)
{
  TsLadderExchange exchange;
  TsLadderRow rows[TS_LADDER_N_ROWS];
  g_autofree char *name = ts_isolate_name (get_name (self));
  g_autofree char *scale = NULL;

  self->entry = *entry;
  ts_ladder_exchange_init (&exchange, entry);
  scale = ts_ladder_format_scale (&exchange);
  ts_ladder_diagram_show (self->diagram, &exchange, name);
  gtk_label_set_label (self->scale, scale);
  ts_ladder_rows_init (rows, &exchange);
  for (guint i = 0; i < TS_LADDER_N_ROWS; i++)
    ts_ladder_line_show (self->lines[i], &rows[i]);
  ts_ladder_rows_clear (rows);
  update_header (self);
  read_on (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN_NS]);
}

/* Counts back from the newest sample, because the history knows how many there were but not how many it forgot. */
static guint64
count_ordinal (TsLadder *self,
               gsize index)
{
  const TsHistory *history = get_history (self);
  guint64 ordinal = ts_history_get_n_samples (history);

  while ((index = ts_chart_find_next_sample (history, index, 1)) != TS_CHART_NOWHERE)
    ordinal--;
  return ordinal;
}

static void
step (TsLadder *self,
      int direction)
{
  const TsHistory *history = get_history (self);
  gsize index = find_neighbour (self, direction);
  gsize before;

  if (index == TS_CHART_NOWHERE)
    return;
  before = ts_chart_find_next_sample (history, index, -direction);
  if (before != TS_CHART_NOWHERE && ts_history_get (history, before)->at_ns == self->entry.at_ns)
    self->ordinal += (guint64) direction;
  else
    self->ordinal = count_ordinal (self, index);
  show_entry (self, ts_history_get (history, index));
}

static void
show_previous (GtkWidget *widget,
               const char *action_name,
               GVariant *parameter)
{
  step (TS_LADDER (widget), -1);
}

static void
show_next (GtkWidget *widget,
           const char *action_name,
           GVariant *parameter)
{
  step (TS_LADDER (widget), 1);
}

static void
copy (GtkWidget *widget,
      const char *action_name,
      GVariant *parameter)
{
  TsLadder *self = TS_LADDER (widget);
  AdwToast *toast = adw_toast_new (_("Exchange copied"));
  TsLadderExchange exchange;
  g_autofree char *text = NULL;

  ts_ladder_exchange_init (&exchange, &self->entry);
  text = ts_ladder_to_text (&exchange, get_name (self));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  adw_toast_set_timeout (toast, TOAST_TIMEOUT_S);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static gboolean
relayout (gpointer user_data)
{
  TsLadder *self = user_data;

  self->relayout_id = 0;
  for (guint i = 0; i < TS_LADDER_N_ROWS; i++)
    ts_ladder_line_set_compact (self->lines[i], self->is_narrow, self->is_tiny);
  return G_SOURCE_REMOVE;
}

static void
ts_ladder_size_allocate (GtkWidget *widget,
                         int width_px,
                         int height_px,
                         int baseline)
{
  TsLadder *self = TS_LADDER (widget);
  double text_scale = ts_chart_text_get_width_scale (widget);
  gboolean is_narrow = MIN (width_px, MAX_CONTENT_PX) < NARROW_PX * text_scale;
  gboolean is_tiny = width_px < TINY_PX * text_scale;

  GTK_WIDGET_CLASS (ts_ladder_parent_class)->size_allocate (widget, width_px, height_px, baseline);
  /* The layout must not be changed while it is being made. */
  if ((is_narrow != self->is_narrow || is_tiny != self->is_tiny) && self->relayout_id == 0)
    self->relayout_id = g_idle_add_full (GTK_PRIORITY_RESIZE, relayout, self, NULL);
  self->is_narrow = is_narrow;
  self->is_tiny = is_tiny;
}

static void
ts_ladder_get_property (GObject *object,
                        guint property_id,
                        GValue *value,
                        GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_CHOSEN_NS:
      g_value_set_int64 (value, ts_ladder_get_chosen_ns (TS_LADDER (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_ladder_dispose (GObject *object)
{
  TsLadder *self = TS_LADDER (object);

  g_clear_handle_id (&self->relayout_id, g_source_remove);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (ts_ladder_parent_class)->dispose (object);
}

static void
ts_ladder_finalize (GObject *object)
{
  TsLadder *self = TS_LADDER (object);

  g_clear_pointer (&self->recorded, ts_history_free);
  g_free (self->name);
  g_free (self->path);
  g_free (self->address);
  G_OBJECT_CLASS (ts_ladder_parent_class)->finalize (object);
}

static void
bind_template_children (GtkWidgetClass *widget_class)
{
  static const char *const names[TS_LADDER_N_ROWS] = { "offset", "delay", "served", "proven" };

  gtk_widget_class_bind_template_child (widget_class, TsLadder, toasts);
  gtk_widget_class_bind_template_child (widget_class, TsLadder, title);
  gtk_widget_class_bind_template_child (widget_class, TsLadder, steps);
  gtk_widget_class_bind_template_child (widget_class, TsLadder, diagram);
  gtk_widget_class_bind_template_child (widget_class, TsLadder, scale);
  for (gsize i = 0; i < TS_LADDER_N_ROWS; i++)
    gtk_widget_class_bind_template_child_full (widget_class, names[i], FALSE,
                                               (gssize) (G_STRUCT_OFFSET (TsLadder, lines) +
                                                         i * sizeof (TsLadderLine *)));
}

static void
ts_ladder_class_init (TsLadderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ts_ladder_get_property;
  object_class->dispose = ts_ladder_dispose;
  object_class->finalize = ts_ladder_finalize;
  widget_class->size_allocate = ts_ladder_size_allocate;

  properties[PROP_CHOSEN_NS] = g_param_spec_int64 ("chosen-ns", NULL, NULL, 0, G_MAXINT64, 0,
                                                   G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY |
                                                     G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (TS_TYPE_LADDER_DIAGRAM);
  g_type_ensure (TS_TYPE_LADDER_LINE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-ladder.ui");
  bind_template_children (widget_class);
  gtk_widget_class_install_action (widget_class, "ladder.previous", NULL, show_previous);
  gtk_widget_class_install_action (widget_class, "ladder.next", NULL, show_next);
  gtk_widget_class_install_action (widget_class, "ladder.copy", NULL, copy);
}

/* The earlier exchange is to the left, as in the chart, where time is never mirrored. */
static void
keep_left_to_right (GtkWidget *widget)
{
  gtk_widget_set_direction (widget, GTK_TEXT_DIR_LTR);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    keep_left_to_right (child);
}

static void
ts_ladder_init (TsLadder *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ts_chart_text_widen (GTK_WINDOW (self));
  keep_left_to_right (self->steps);
  relayout (self);
}

static void
show_nearest (TsLadder *self,
              gint64 at_ns)
{
  const TsHistory *history = get_history (self);
  gsize index = find_sample (history, at_ns);

  if (index == TS_CHART_NOWHERE)
    index = ts_chart_find_nearest (history, at_ns);
  g_return_if_fail (index != TS_CHART_NOWHERE);
  self->ordinal = count_ordinal (self, index);
  show_entry (self, ts_history_get (history, index));
}

/**
 * ts_ladder_new:
 * @parent: the window that it belongs to
 * @monitor: whose exchange to show; there must be a sample
 * @at_ns: our clock when the answer came; if there is no such sample, the nearest one is shown
 *
 * Returns: (transfer floating): a window that shows the exchange, and others before and after it
 */
GtkWidget *
ts_ladder_new (GtkWindow *parent,
               TsMonitor *monitor,
               gint64 at_ns)
{
  TsLadder *self = g_object_new (TS_TYPE_LADDER, "transient-for", parent, NULL);

  self->monitor = g_object_ref (monitor);
  show_nearest (self, at_ns);
  g_signal_connect_object (monitor, "sample", G_CALLBACK (update_header), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "notify", G_CALLBACK (update_header), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/**
 * ts_ladder_new_recorded:
 * @parent: the window that it belongs to
 * @entries: (element-type TsHistoryEntry): recorded exchanges, in order; there must be a sample
 * @name: of their server
 * @at_ns: the clock of the computer that recorded, when the answer came; if there is no such sample, the nearest one is
 *   shown
 *
 * Returns: (transfer floating): a window that shows the exchange, and the others of @entries before and after it
 */
GtkWidget *
ts_ladder_new_recorded (GtkWindow *parent,
                        const GArray *entries,
                        const char *name,
                        gint64 at_ns)
{
  TsLadder *self = g_object_new (TS_TYPE_LADDER, "transient-for", parent, NULL);

  self->recorded = make_history (entries);
  self->name = g_strdup (name);
  show_nearest (self, at_ns);
  return GTK_WIDGET (self);
}

/* What is to be shown once it is read. */
typedef struct
{
  GtkWidget *view;
  TsChartModel *model;
  char *path;
  char *address;
  char *name;
  gint64 at_ns;
} Opening;

static void
opening_free (Opening *opening)
{
  g_object_unref (opening->view);
  g_object_unref (opening->model);
  g_free (opening->path);
  g_free (opening->address);
  g_free (opening->name);
  g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void
tell_not_kept (GtkWidget *view)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (view, ADW_TYPE_TOAST_OVERLAY);

  if (toasts != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), adw_toast_new (_("The exchanges of that time are not kept")));
}

static void
got_exchanges (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (Opening) opening = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) entries = ts_past_reader_finish (result, &error);
  g_autoptr (TsHistory) history = entries != NULL ? make_history (entries) : NULL;
  GtkRoot *root = gtk_widget_get_root (opening->view);
  TsLadder *self;

  if (root == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (history == NULL || ts_history_get_n_samples (history) == 0)
    {
      tell_not_kept (opening->view);
      return;
    }
  self = g_object_new (TS_TYPE_LADDER, "transient-for", root, NULL);
  self->recorded = g_steal_pointer (&history);
  self->name = g_steal_pointer (&opening->name);
  self->path = g_steal_pointer (&opening->path);
  self->address = g_steal_pointer (&opening->address);
  show_nearest (self, opening->at_ns);
  g_object_bind_property (self, "chosen-ns", opening->model, "chosen-ns", G_BINDING_SYNC_CREATE);
  gtk_window_present (GTK_WINDOW (self));
}

/**
 * ts_ladder_open_recorded:
 * @view: a view of @model
 * @model: what is chosen there
 * @path: a recording
 * @address: a server's
 * @name: what it is called
 * @at_ns: the clock of the computer that recorded, when the answer came
 * @cancellable: (nullable): to give it up
 *
 * Reads the exchange and those around it, and opens a window that shows it. Which exchange that shows is then chosen in
 * @model too. If only roll-ups of that time are kept, a toast says so.
 */
void
ts_ladder_open_recorded (GtkWidget *view,
                         TsChartModel *model,
                         const char *path,
                         const char *address,
                         const char *name,
                         gint64 at_ns,
                         GCancellable *cancellable)
{
  Opening *opening = g_new (Opening, 1);

  *opening = (Opening) {
    g_object_ref (view), g_object_ref (model), g_strdup (path), g_strdup (address), g_strdup (name), at_ns,
  };
  ts_past_reader_read_exchanges_async (path, address, at_ns, cancellable, got_exchanges, opening);
}

/**
 * ts_ladder_get_chosen_ns:
 * @self: a ladder
 *
 * Returns: our clock when the answer of the exchange that is shown came
 */
gint64
ts_ladder_get_chosen_ns (TsLadder *self)
{
  return self->entry.at_ns;
}
