/* The page that shows one server: headline, clocks, figures and chart.
 *
 * It reads a monitor. A pacer moves the clocks, shows the news of exchanges and, once a second, ages; it rests while the
 * page is not visible.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-server-page.h"

#include <glib/gi18n.h>

#include "chart/paint/ts-chart-text.h"
#include "chart/ts-chart-bar.h"
#include "chart/ts-chart.h"
#include "parts/ts-clocks.h"
#include "page/ts-days-window.h"
#include "page/ts-page-overlays.h"
#include "page/ts-page-past.h"
#include "parts/ts-figures.h"
#include "parts/ts-pacer.h"
#include "parts/ts-page-layout.h"
#include "ladder/ts-ladder.h"
#include "words/ts-limit-words.h"
#include "scatter/ts-scatter.h"
#include "parts/ts-sentence.h"
#include "parts/ts-still.h"
#include "page/ts-server-banner.h"
#include "page/ts-status.h"
#include "seal/ts-seal-key.h"
#include "servers/ts-known-keys.h"
#include "servers/ts-server-state.h"
#include "measure/estimate/ts-certainty.h"
#include "words/ts-closures.h"
#include "words/ts-isolate.h"
#include "words/ts-join.h"
#include "words/ts-words.h"

#define MARGIN_PX        24
#define NARROW_MARGIN_PX 12
#define COLUMN_GAP_PX    18
#define CLOCKS_GAP_PX    48 /* between the clocks and the figures beside them */

struct _TsServerPage
{
  AdwBin parent_instance;

  TsServerBanner *banner;
  GtkGrid *top;
  GtkWidget *sentences;
  GtkLabel *headline;
  GtkLabel *certainty;
  GtkLabel *limit;
  TsClocks *clocks;
  TsFigures *figures;
  TsChartBar *chart_bar;
  GtkStack *card;
  TsStatus *status;
  GtkStack *views;
  TsChart *chart;
  TsChartModel *model;

  TsServers *servers; /* (nullable): until they are set */
  TsMonitor *monitor; /* (nullable) */
  TsPageOverlays *overlays;
  TsPacer *pacer;
  TsPagePast *past; /* (nullable): until there is an archive */
  GCancellable *opening; /* (nullable): the recorded exchange that was asked for last is being read */
  gboolean has_other_key; /* whether the server has sealed something by another key than before */
  gboolean has_news;
  gint64 shown_ns; /* when it was last updated */
  GtkSizeGroup *remote_line; /* the server's clock and the figures beside it */
  GtkSizeGroup *local_line;
  TsPageLayout layout;
  int width_px; /* of the page when it was last laid out */
  int clocks_px;
  double text_scale;
  gboolean awaits_style;
  guint relayout_id;
};

enum
{
  PROP_0,
  PROP_VIEW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsServerPage, ts_server_page, ADW_TYPE_BIN)

static gboolean
is_live (TsServerPage *self)
{
  TsMonitorState state = ts_monitor_get_state (self->monitor);

  return state == TS_MONITOR_MEASURING || state == TS_MONITOR_STARTING;
}

/* Returns: (transfer full): what is known of a server that was never measured: why, or that it is to come
 * @name: the server's, which may be shortened */
static char *
describe_waiting (TsMonitor *monitor,
                  const char *name)
{
  g_autofree char *isolated = ts_isolate_name (name);

  switch (ts_monitor_get_state (monitor))
    {
    case TS_MONITOR_STARTING:
    case TS_MONITOR_MEASURING:
      /* Translators: the name of a server that is asked for the first time. */
      return g_strdup_printf (_("Measuring %s…"), isolated);
    case TS_MONITOR_FAILING:
      return ts_monitor_is_offline (monitor) ? g_strdup (_("This computer is not connected to a network"))
                                             : ts_words_failure (ts_monitor_get_error (monitor),
                                                                 ts_monitor_get_probe (monitor), name);
    case TS_MONITOR_PAUSED:
    case TS_MONITOR_STOPPED:
    default:
      /* Translators: the name of a server. */
      return g_strdup_printf (_("%s is paused"), isolated);
    }
}

/* Returns: (transfer full): what can be done about it, or an empty text */
static char *
describe_remedy (TsMonitor *monitor)
{
  if (ts_monitor_is_offline (monitor))
    return g_strdup (_("Measuring continues when it is connected again."));
  return ts_monitor_get_state (monitor) == TS_MONITOR_FAILING ? ts_words_error_hint (ts_monitor_get_error (monitor))
                                                              : g_strdup ("");
}

static int
get_content_width (TsServerPage *self)
{
  return self->width_px - 2 * (self->layout >= TS_PAGE_NARROW ? NARROW_MARGIN_PX : MARGIN_PX);
}

/* Returns: how wide a line of the sentences is; 0: that is not known so far */
static int
get_sentence_width (TsServerPage *self)
{
  if (self->width_px == 0)
    return 0;
  return get_content_width (self) - (self->layout == TS_PAGE_WIDE ? self->clocks_px + COLUMN_GAP_PX : 0);
}

static void
set_css_class (GtkWidget *widget,
               const char *css_class,
               gboolean is_set)
{
  if (is_set)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

/* What is certain about the limit, if there is one. */
static void
update_limit (TsServerPage *self)
{
  const TsLimit *limit = ts_monitor_get_limit (self->monitor);
  gboolean is_shown = limit->limit_ns > 0 && ts_monitor_get_last_sample (self->monitor) != NULL;
  g_autofree char *words = is_shown ? ts_limit_words_state (limit, !is_live (self)) : NULL;

  ts_sentence_show (self->limit, is_shown ? words : "", get_sentence_width (self));
  set_css_class (GTK_WIDGET (self->limit), "warning", is_live (self) && limit->verdict == TS_LIMIT_OUTSIDE);
}

static void
set_tooltip (GtkLabel *label,
             const char *tooltip)
{
  /* GTK shows a tooltip again when it is set, even if the text is the same. */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (label)), tooltip) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (label), tooltip);
}

static void
show_sentence (TsServerPage *self,
               GtkLabel *label,
               const char *text,
               const char *tooltip)
{
  gboolean is_whole = ts_sentence_show (label, text, get_sentence_width (self));
  g_autofree char *both = tooltip != NULL ? g_strdup_printf ("%s\n%s", text, tooltip) : g_strdup (text);

  set_tooltip (label, is_whole ? tooltip : both);
}

/* Returns: (transfer full): what the headline's tooltip says: all of the name, if it is shortened, and what is supposed
 * @name: the server's, which may be shortened */
static char *
describe_headline (TsServerPage *self,
                   const TsEstimate *now,
                   const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *whole = ts_monitor_get_name (self->monitor);
  g_autofree char *isolated = ts_isolate_name (whole);
  g_autofree char *premise = ts_words_premise (now);

  if (!g_str_equal (name, whole))
    g_string_append_printf (text, "%s\n", isolated);
  if (ts_certainty_judge (now) != TS_CERTAINTY_CERTAIN)
    g_string_append_printf (text, "%s\n", _("This is likely if both ways are equally fast"));
  g_string_append (text, premise);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_measurement (TsServerPage *self,
                  const TsEstimate *now,
                  const char *name)
{
  g_autofree char *headline = ts_words_headline (now, name, !is_live (self));
  g_autofree char *certainty = ts_words_certainty (now);
  g_autofree char *premise = ts_words_premise (now);
  g_autofree char *tooltip = describe_headline (self, now, name);

  if (!is_live (self))
    {
      const TsHistoryEntry *last = ts_history_get_last (ts_monitor_get_history (self->monitor));
      g_autofree char *age = ts_words_age (now->at_ns - last->at_ns);
      char *both = ts_join_statements (age, certainty);

      g_free (certainty);
      certainty = both;
    }
  show_sentence (self, self->headline, headline, tooltip);
  show_sentence (self, self->certainty, certainty, premise);
}

/* @now: (nullable): the estimate for this instant */
static void
update_headline (TsServerPage *self,
                 const TsEstimate *now)
{
  const char *whole = ts_monitor_get_name (self->monitor);
  g_autofree char *name = ts_sentence_fit_name (self->headline, whole, get_sentence_width (self));

  if (now != NULL)
    show_measurement (self, now, name);
  else
    {
      g_autofree char *headline = describe_waiting (self->monitor, name);
      g_autofree char *hint = describe_remedy (self->monitor);
      g_autofree char *isolated = ts_isolate_name (whole);

      show_sentence (self, self->headline, headline, g_str_equal (name, whole) ? NULL : isolated);
      show_sentence (self, self->certainty, hint, NULL);
    }
  set_css_class (GTK_WIDGET (self->headline), "probable",
                 now != NULL && ts_certainty_judge (now) != TS_CERTAINTY_CERTAIN);
  /* Not bound, because the binding would hide the label before it has ever been styled. Then GTK 4.8 keeps the font that
   * it had at that time, and ignores that of a narrow window. */
  gtk_widget_set_visible (GTK_WIDGET (self->certainty), *gtk_label_get_label (self->certainty) != '\0');
}

/* Until something is measured, the server's state takes the chart's place, and its figures and its clock are hidden.
 *
 * @has_views: whether the views have anything to show: what is measured now, or what is recorded */
static void
update_status (TsServerPage *self,
               gboolean is_known,
               gboolean has_views)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = focus != NULL && (focus == GTK_WIDGET (self->status) ||
                                         gtk_widget_is_ancestor (focus, GTK_WIDGET (self->card)));

  gtk_widget_set_visible (GTK_WIDGET (self->figures), is_known);
  gtk_widget_set_visible (GTK_WIDGET (self->chart_bar), has_views);
  gtk_stack_set_visible_child_name (self->card, has_views ? "views" : "status");
  if (!has_views)
    ts_status_show (self->status, self->monitor);
  focus = had_focus ? gtk_root_get_focus (root) : NULL;
  if (had_focus && (focus == NULL || !gtk_widget_get_mapped (focus) || !gtk_widget_get_focusable (focus)))
    ts_server_page_take_focus (self);
}

/* While the server is paused nothing changes but its age and the clocks, so they show whole seconds. */
static void
update_pace (TsServerPage *self)
{
  TsMonitorState state = ts_monitor_get_state (self->monitor);
  gboolean is_paused = state == TS_MONITOR_PAUSED || state == TS_MONITOR_STOPPED;

  ts_pacer_set_pace (self->pacer, is_paused ? TS_PACE_SECONDS : ts_pacer_get_fastest (GTK_WIDGET (self)));
}

static void
update (TsServerPage *self)
{
  gint64 now_ns = ts_clock_get_now_ns (ts_monitor_get_clock (self->monitor));
  TsEstimate estimate;
  const TsEstimate *now = ts_monitor_get_settled_estimate (self->monitor, now_ns, &estimate) ? &estimate : NULL;
  gboolean has_views = now != NULL || (self->past != NULL && ts_page_past_is_there (self->past));
  TsServerDispute dispute;

  self->has_news = FALSE;
  self->shown_ns = now_ns;
  update_headline (self, now);
  update_limit (self);
  update_status (self, now != NULL, has_views);
  if (has_views)
    ts_server_banner_show (self->banner, self->monitor, now != NULL ? now->verdict : TS_VERDICT_TOO_FEW,
                           ts_servers_get_dispute (self->servers, self->monitor, &dispute) ? &dispute : NULL,
                           self->has_other_key);
  else
    ts_server_banner_hide (self->banner);
  ts_clocks_show (self->clocks, self->monitor, now, is_live (self));
  if (self->past != NULL)
    ts_page_past_update (self->past);
  ts_chart_model_set_limit_ns (self->model, ts_monitor_get_limit (self->monitor)->limit_ns);
  ts_chart_model_update (self->model, now_ns);
  ts_figures_show (self->figures, self->monitor, now);
  update_pace (self);
  ts_clocks_tick (self->clocks, now_ns, ts_pacer_get_pace (self->pacer));
}

/* Not at each update, because keys change rarely. */
static void
read_key (TsServerPage *self)
{
  GSettings *settings = ts_servers_get_settings (self->servers);
  g_autofree char *address = ts_monitor_get_address (self->monitor);
  g_autofree char *fingerprint = NULL;
  guint8 key[TS_SEAL_KEY_SIZE];

  if (ts_known_keys_get (settings, address, key))
    fingerprint = ts_words_key (key);
  ts_figures_set_key (self->figures, fingerprint);
  self->has_other_key = ts_known_keys_get_changed (settings, address, key);
}

static void
keys_changed (TsServerPage *self)
{
  if (self->monitor == NULL)
    return;
  read_key (self);
  update (self);
}

static void
take_news (TsServerPage *self)
{
  self->has_news = TRUE;
}

/* @monitor: (nullable): what to show from now on */
static void
set_monitor (TsServerPage *self,
             TsMonitor *monitor)
{
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  ts_chart_model_set_history (self->model, NULL);
  g_set_object (&self->monitor, monitor);
  if (self->overlays != NULL)
    ts_page_overlays_set_chosen (self->overlays, monitor);
  if (monitor != NULL)
    {
      ts_clocks_clear (self->clocks);
      ts_chart_model_set_history (self->model, ts_monitor_get_history (monitor));
    }
  if (self->past != NULL)
    ts_page_past_set_monitor (self->past, monitor);
  if (monitor == NULL)
    return;

  read_key (self);
  g_signal_connect_object (monitor, "sample", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "failure", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
tick (GtkWidget *widget)
{
  TsServerPage *self = TS_SERVER_PAGE (widget);
  gint64 now_ns;

  if (self->monitor == NULL)
    return;
  now_ns = ts_clock_get_now_ns (ts_monitor_get_clock (self->monitor));
  if (self->overlays != NULL && ts_page_overlays_take_news (self->overlays))
    take_news (self);
  if (ts_server_state_is_stale (ts_monitor_get_state (self->monitor), self->has_news, self->shown_ns, now_ns))
    {
      update (self);
      return;
    }
  ts_clocks_tick (self->clocks, now_ns, ts_pacer_get_pace (self->pacer));
}

static void
place (GtkGrid *grid,
       gpointer widget,
       int column,
       int row,
       int n_columns)
{
  GtkLayoutManager *manager = gtk_widget_get_layout_manager (GTK_WIDGET (grid));

  g_object_set (gtk_layout_manager_get_layout_child (manager, widget), "column", column, "row", row, "column-span",
                n_columns, NULL);
}

/* Side by side where there is room for it, one above the other where there is not. */
static void
set_layout (TsServerPage *self,
            TsPageLayout layout)
{
  gboolean is_wide = layout == TS_PAGE_WIDE, is_medium = layout == TS_PAGE_MEDIUM, is_tiny = layout == TS_PAGE_TINY;

  self->layout = layout;
  place (self->top, self->sentences, 0, 0, is_wide ? 1 : 2);
  place (self->top, self->clocks, is_wide ? 1 : 0, is_wide ? 0 : 1, is_wide || is_medium ? 1 : 2);
  place (self->top, self->figures, is_medium ? 1 : 0, is_wide || is_medium ? 1 : 2, is_medium ? 1 : 2);
  gtk_grid_set_column_spacing (self->top, is_medium ? CLOCKS_GAP_PX : COLUMN_GAP_PX);
  gtk_size_group_set_mode (self->remote_line, is_medium ? GTK_SIZE_GROUP_VERTICAL : GTK_SIZE_GROUP_NONE);
  gtk_size_group_set_mode (self->local_line, is_medium ? GTK_SIZE_GROUP_VERTICAL : GTK_SIZE_GROUP_NONE);
  ts_server_banner_set_layout (self->banner, layout);
  ts_clocks_set_layout (self->clocks, layout);
  ts_figures_set_layout (self->figures, layout);
  set_css_class (GTK_WIDGET (self->headline), "title-1", is_wide);
  set_css_class (GTK_WIDGET (self->headline), "title-2", !is_wide && !is_tiny);
  set_css_class (GTK_WIDGET (self->headline), "title-4", is_tiny);
  set_css_class (GTK_WIDGET (self), "stacked", !is_wide);
  set_css_class (GTK_WIDGET (self), "narrow", !is_wide && !is_medium);
  set_css_class (GTK_WIDGET (self), "tiny", is_tiny);
}

static gboolean
relayout (gpointer user_data)
{
  TsServerPage *self = user_data;
  TsPageLayout layout = ts_page_layout_for (self->width_px, self->text_scale);

  self->relayout_id = 0;
  /* The style of the new layout comes with the next frame, and only then its text can be measured. */
  self->awaits_style = layout != self->layout;
  if (self->awaits_style)
    set_layout (self, layout);
  ts_clocks_fit (self->clocks, layout, get_content_width (self));
  ts_figures_fit (self->figures, get_content_width (self));
  ts_chart_bar_fit (self->chart_bar, get_content_width (self));
  if (self->monitor != NULL)
    update (self);
  return G_SOURCE_REMOVE;
}

static void
ts_server_page_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size,
                      minimum, natural, minimum_baseline, natural_baseline);
}

static void
ts_server_page_size_allocate (GtkWidget *widget,
                              int width_px,
                              int height_px,
                              int baseline)
{
  TsServerPage *self = TS_SERVER_PAGE (widget);
  double text_scale = ts_chart_text_get_width_scale (widget);
  gboolean is_other = self->awaits_style || width_px != self->width_px || text_scale != self->text_scale;
  int clocks_px;

  gtk_widget_measure (GTK_WIDGET (self->clocks), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &clocks_px, NULL, NULL);
  is_other = is_other || clocks_px != self->clocks_px;
  self->clocks_px = clocks_px;
  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width_px, height_px, baseline, NULL);
  self->width_px = width_px;
  self->text_scale = text_scale;
  /* Not at once, because the layout must not change while it is being made. */
  if (is_other && self->relayout_id == 0)
    self->relayout_id = g_idle_add_full (GTK_PRIORITY_RESIZE, relayout, self, NULL);
}

/* Copies what is selected in the sentences, which do not take the focus and so cannot do it themselves.
 *
 * Returns: whether anything is selected */
static gboolean
copy_selection (GtkWidget *widget,
                GVariant *arguments,
                gpointer user_data)
{
  TsServerPage *self = TS_SERVER_PAGE (widget);
  GtkLabel *labels[] = { self->headline, self->certainty };
  int start, end;

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    if (gtk_label_get_selection_bounds (labels[i], &start, &end))
      {
        g_autofree char *selection = g_utf8_substring (gtk_label_get_text (labels[i]), start, end);

        gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), selection);
        return TRUE;
      }
  return FALSE;
}

static void
view_changed (TsServerPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VIEW]);
}

/* If the focus was in one view it moves to the other, so that keys go on working. */
static void
set_view (TsServerPage *self,
          const char *view)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->views));

  gtk_stack_set_visible_child_name (self->views, view);
  if (had_focus)
    gtk_widget_grab_focus (gtk_stack_get_visible_child (self->views));
}

static void
ts_server_page_get_property (GObject *object,
                             guint property_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_VIEW:
      g_value_set_string (value, gtk_stack_get_visible_child_name (TS_SERVER_PAGE (object)->views));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_server_page_set_property (GObject *object,
                             guint property_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_VIEW:
      set_view (TS_SERVER_PAGE (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_server_page_dispose (GObject *object)
{
  TsServerPage *self = TS_SERVER_PAGE (object);

  g_clear_handle_id (&self->relayout_id, g_source_remove);
  if (self->model != NULL)
    set_monitor (self, NULL);
  g_clear_object (&self->past);
  self->model = NULL;
  g_clear_object (&self->overlays);
  g_clear_object (&self->servers);
  g_clear_object (&self->pacer);
  g_clear_object (&self->remote_line);
  g_clear_object (&self->local_line);
  G_OBJECT_CLASS (ts_server_page_parent_class)->dispose (object);
}

static void
open_recorded (TsServerPage *self,
               gint64 at_ns)
{
  g_autofree char *address = ts_monitor_get_address (self->monitor);

  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  ts_ladder_open_recorded (GTK_WIDGET (self), self->model, ts_page_past_get_path (self->past), address,
                           ts_monitor_get_name (self->monitor), at_ns, self->opening);
}

/* The exchange that the user looks at there is under the chart's cursor too. What is not measured by this window is
 * recorded. */
static void
show_exchange (TsServerPage *self,
               gint64 at_ns)
{
  const TsHistory *history = ts_monitor_get_history (self->monitor);
  GtkWidget *ladder;

  if (ts_history_get_n_samples (history) == 0 || at_ns < ts_history_get (history, 0)->at_ns)
    {
      open_recorded (self, at_ns);
      return;
    }
  ladder = ts_ladder_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->monitor, at_ns);
  g_object_bind_property (ladder, "chosen-ns", self->model, "chosen-ns", G_BINDING_SYNC_CREATE);
  gtk_window_present (GTK_WINDOW (ladder));
}

static void
bind_template_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, banner);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, top);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, sentences);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, headline);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, certainty);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, limit);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, clocks);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, figures);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, chart_bar);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, card);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, status);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, views);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, chart);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, model);
}

static void
ts_server_page_class_init (TsServerPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ts_server_page_get_property;
  object_class->set_property = ts_server_page_set_property;
  object_class->dispose = ts_server_page_dispose;
  widget_class->measure = ts_server_page_measure;
  widget_class->size_allocate = ts_server_page_size_allocate;

  /* "timeline" or "scatter". */
  properties[PROP_VIEW] = g_param_spec_string ("view", NULL, NULL, "timeline",
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (TS_TYPE_CHART);
  g_type_ensure (TS_TYPE_CHART_BAR);
  g_type_ensure (TS_TYPE_CHART_MODEL);
  g_type_ensure (TS_TYPE_CLOCKS);
  g_type_ensure (TS_TYPE_FIGURES);
  g_type_ensure (TS_TYPE_SERVER_BANNER);
  g_type_ensure (TS_TYPE_SCATTER);
  g_type_ensure (TS_TYPE_STATUS);
  g_type_ensure (TS_TYPE_STILL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-server-page.ui");
  bind_template_children (widget_class);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, copy_selection, NULL);
  gtk_widget_class_bind_template_callback (widget_class, show_exchange);
  gtk_widget_class_bind_template_callback (widget_class, ts_closures_has_text);
  gtk_widget_class_bind_template_callback (widget_class, view_changed);
}

static void
show_range (TsServerPage *self)
{
  ts_chart_bar_set_range (self->chart_bar, ts_chart_model_get_range (self->model));
}

static void
ts_server_page_init (TsServerPage *self)
{
  g_autoptr (GSimpleActionGroup) actions = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  actions = ts_chart_bar_new_actions (self->model);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "chart", G_ACTION_GROUP (actions));
  /* With the bin's own layout manager GTK would not call size_allocate(), which decides by the width. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  g_signal_connect_object (self->model, "notify::range", G_CALLBACK (show_range), self, G_CONNECT_SWAPPED);
  show_range (self);
  self->remote_line = gtk_size_group_new (GTK_SIZE_GROUP_NONE);
  self->local_line = gtk_size_group_new (GTK_SIZE_GROUP_NONE);
  ts_clocks_add_to_groups (self->clocks, self->remote_line, self->local_line);
  ts_figures_add_to_groups (self->figures, self->remote_line, self->local_line);
  set_layout (self, TS_PAGE_WIDE);
  self->pacer = ts_pacer_new (GTK_WIDGET (self), TS_PACE_SECONDS, tick);
}

static void
show_chosen (TsServerPage *self,
             GParamSpec *pspec,
             TsServers *servers)
{
  set_monitor (self, ts_servers_get_chosen (servers));
}

/**
 * ts_server_page_set_servers:
 * @self: a page, which shows no server so far
 * @servers: the list whose chosen server to show from now on
 */
void
ts_server_page_set_servers (TsServerPage *self,
                            TsServers *servers)
{
  g_return_if_fail (self->servers == NULL);

  self->servers = g_object_ref (servers);
  self->overlays = ts_page_overlays_new (self->model, ts_servers_get_overlays (servers));
  g_signal_connect_object (ts_servers_get_ensemble (servers), "selection-changed", G_CALLBACK (take_news), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ts_servers_get_settings (servers), "changed::server-keys", G_CALLBACK (keys_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ts_servers_get_settings (servers), "changed::changed-server-keys", G_CALLBACK (keys_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (servers, "notify::chosen", G_CALLBACK (show_chosen), self, G_CONNECT_SWAPPED);
  show_chosen (self, NULL, servers);
}

/* There may be more ranges to choose from, or fewer. */
static void
past_changed (TsServerPage *self)
{
  if (self->monitor == NULL)
    return;
  ts_chart_bar_set_past (self->chart_bar, ts_page_past_is_there (self->past));
  if (self->relayout_id == 0)
    self->relayout_id = g_idle_add_full (GTK_PRIORITY_RESIZE, relayout, self, NULL);
}

/**
 * ts_server_page_set_archive:
 * @self: a page
 * @archive: where the recorded past of its servers is
 */
void
ts_server_page_set_archive (TsServerPage *self,
                            TsArchive *archive)
{
  g_return_if_fail (self->past == NULL);

  self->past = ts_page_past_new (self->model, archive);
  g_signal_connect_object (self->past, "changed", G_CALLBACK (past_changed), self, G_CONNECT_SWAPPED);
  ts_page_past_set_monitor (self->past, self->monitor);
}

/**
 * ts_server_page_reload_past:
 * @self: a page with an archive
 *
 * Shows what is recorded now, because that has changed in the past.
 */
void
ts_server_page_reload_past (TsServerPage *self)
{
  ts_page_past_reload (self->past);
}

/**
 * ts_server_page_show_days:
 * @self: a page with an archive and a server
 *
 * Opens the list of its recorded days.
 */
void
ts_server_page_show_days (TsServerPage *self)
{
  g_autofree char *address = ts_monitor_get_address (self->monitor);

  gtk_window_present (GTK_WINDOW (ts_days_window_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->model,
                                                      ts_page_past_get_path (self->past), address,
                                                      ts_monitor_get_name (self->monitor))));
}

/**
 * ts_server_page_take_focus:
 * @self: a page
 *
 * Moves the keyboard focus to the view. This is not the widget's grab_focus(), because GTK calls that whenever Tab comes
 * to a widget or leaves it backward, and Tab would never get past the view.
 */
void
ts_server_page_take_focus (TsServerPage *self)
{
  if (gtk_stack_get_visible_child (self->card) == GTK_WIDGET (self->status))
    ts_status_take_focus (self->status);
  else
    gtk_widget_grab_focus (gtk_stack_get_visible_child (self->views));
}

/**
 * ts_server_page_get_chart:
 * @self: a page
 *
 * Returns: (transfer none): its timeline
 */
TsChart *
ts_server_page_get_chart (TsServerPage *self)
{
  return self->chart;
}
