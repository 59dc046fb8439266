/* The page that shows one server: headline, clocks, figures and chart.
 *
 * It reads a monitor. The frame clock moves the clocks, shows the news of exchanges and, once a second, ages. Nothing
 * here has a timer, so a page that is not visible does nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-server-page.h"

#include <glib/gi18n.h>

#include "chart/ts-chart-bar.h"
#include "chart/ts-chart.h"
#include "page/ts-clocks.h"
#include "page/ts-page-overlays.h"
#include "page/ts-figures.h"
#include "ladder/ts-ladder.h"
#include "words/ts-limit-words.h"
#include "scatter/ts-scatter.h"
#include "page/ts-server-banner.h"
#include "servers/ts-server-state.h"
#include "measure/ts-time.h"
#include "words/ts-closures.h"
#include "words/ts-words.h"

#define NARROW_PX  600
#define STACKED_PX 800
#define ROOMY_PX   880

struct _TsServerPage
{
  AdwBin parent_instance;

  TsServerBanner *banner;
  GtkBox *top;
  GtkLabel *headline;
  GtkLabel *certainty;
  GtkLabel *limit;
  TsClocks *clocks;
  TsFigures *figures;
  TsChartBar *chart_bar;
  GtkStack *views;
  GtkWidget *view_buttons;
  TsChart *chart;
  TsChartModel *model;

  TsServers *servers; /* (nullable): until they are set */
  TsMonitor *monitor; /* (nullable) */
  TsPageOverlays *overlays;
  gboolean has_news;
  gint64 shown_ns; /* when it was last updated */
  int width_px;
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

static const char *
describe_waiting (TsMonitorState state)
{
  switch (state)
    {
    case TS_MONITOR_STARTING:
    case TS_MONITOR_MEASURING:
      return _("Measuring…");
    case TS_MONITOR_FAILING:
      return _("Not measured yet");
    case TS_MONITOR_PAUSED:
      return _("Paused");
    case TS_MONITOR_STOPPED:
    default:
      return _("Stopped");
    }
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

  gtk_label_set_label (self->limit, is_shown ? words : "");
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

/* @now: (nullable): the estimate for this instant */
static void
update_headline (TsServerPage *self,
                 const TsEstimate *now)
{
  const char *name = ts_monitor_get_name (self->monitor);
  g_autofree char *headline = now != NULL ? ts_words_headline (now, name, !is_live (self)) : NULL;
  g_autofree char *certainty = now != NULL ? ts_words_certainty (now, name) : g_strdup ("");
  g_autofree char *premise = now != NULL ? ts_words_premise (now) : NULL;

  if (now != NULL && !is_live (self))
    {
      const TsHistoryEntry *last = ts_history_get_last (ts_monitor_get_history (self->monitor));
      g_autofree char *age = ts_words_age (now->at_ns - last->at_ns);
      char *both = g_strconcat (age, ". ", certainty, NULL);

      g_free (certainty);
      certainty = both;
    }
  gtk_label_set_label (self->headline,
                       headline != NULL ? headline : describe_waiting (ts_monitor_get_state (self->monitor)));
  gtk_label_set_label (self->certainty, certainty);
  /* Not bound, because the binding would hide the label before it has ever been styled. Then GTK 4.8 keeps the font that
   * it had at that time, and ignores that of a narrow window. */
  gtk_widget_set_visible (GTK_WIDGET (self->certainty), *certainty != '\0');
  set_tooltip (self->headline, premise);
  set_tooltip (self->certainty, premise);
}

static void
update (TsServerPage *self)
{
  gint64 now_ns = ts_clock_get_now_ns (ts_monitor_get_clock (self->monitor));
  TsEstimate estimate;
  const TsEstimate *now = ts_monitor_get_estimate (self->monitor, now_ns, &estimate) ? &estimate : NULL;
  TsServerDispute dispute;

  self->has_news = FALSE;
  self->shown_ns = now_ns;
  update_headline (self, now);
  update_limit (self);
  ts_server_banner_show (self->banner, self->monitor, now != NULL ? now->verdict : TS_VERDICT_TOO_FEW,
                         ts_servers_get_dispute (self->servers, self->monitor, &dispute) ? &dispute : NULL);
  ts_clocks_show (self->clocks, self->monitor, is_live (self));
  ts_chart_model_update (self->model, now_ns);
  ts_figures_show (self->figures, self->monitor, now);
  ts_clocks_tick (self->clocks, self->monitor);
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
  ts_chart_model_set_history (self->model, NULL);
  g_set_object (&self->monitor, monitor);
  if (self->overlays != NULL)
    ts_page_overlays_set_chosen (self->overlays, monitor);
  if (monitor == NULL)
    return;

  ts_clocks_clear (self->clocks);
  ts_chart_model_set_history (self->model, ts_monitor_get_history (monitor));
  g_signal_connect_object (monitor, "sample", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "failure", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static gboolean
tick (GtkWidget *widget,
      GdkFrameClock *frame_clock,
      gpointer user_data)
{
  TsServerPage *self = TS_SERVER_PAGE (widget);

  if (self->monitor == NULL)
    return G_SOURCE_CONTINUE;
  if (self->overlays != NULL && ts_page_overlays_take_news (self->overlays))
    take_news (self);
  if (ts_server_state_is_stale (ts_monitor_get_state (self->monitor), self->has_news, self->shown_ns,
                                ts_clock_get_now_ns (ts_monitor_get_clock (self->monitor))))
    update (self);
  else
    ts_clocks_tick (self->clocks, self->monitor);
  return G_SOURCE_CONTINUE;
}

/* Side by side where there is room for it, one above the other where there is not. */
static gboolean
relayout (gpointer user_data)
{
  TsServerPage *self = user_data;
  gboolean is_stacked = self->width_px < STACKED_PX;
  gboolean is_narrow = self->width_px < NARROW_PX;

  self->relayout_id = 0;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->top),
                                  is_stacked ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  ts_chart_bar_set_compact (self->chart_bar, is_stacked);
  gtk_widget_set_visible (self->view_buttons, !is_narrow);
  gtk_widget_set_halign (GTK_WIDGET (self->clocks),
                         is_narrow ? GTK_ALIGN_FILL : is_stacked ? GTK_ALIGN_START : GTK_ALIGN_END);
  ts_clocks_set_layout (self->clocks, is_stacked, is_narrow);
  set_css_class (GTK_WIDGET (self->headline), "title-1", !is_stacked);
  set_css_class (GTK_WIDGET (self->headline), "title-2", is_stacked);
  set_css_class (GTK_WIDGET (self), "stacked", is_stacked);
  set_css_class (GTK_WIDGET (self), "narrow", is_narrow);
  ts_figures_set_columns (self->figures, is_narrow ? 3 : self->width_px < ROOMY_PX ? 4 : 8, is_narrow);
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
  gboolean is_other_layout = (width_px < ROOMY_PX) != (self->width_px < ROOMY_PX) ||
                             (width_px < STACKED_PX) != (self->width_px < STACKED_PX) ||
                             (width_px < NARROW_PX) != (self->width_px < NARROW_PX);

  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width_px, height_px, baseline, NULL);
  self->width_px = width_px;
  /* Not at once, because the layout must not change while it is being made. */
  if (is_other_layout && self->relayout_id == 0)
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
  self->model = NULL;
  g_clear_object (&self->overlays);
  g_clear_object (&self->servers);
  G_OBJECT_CLASS (ts_server_page_parent_class)->dispose (object);
}

/* The exchange that the user looks at there is under the chart's cursor too. */
static void
show_exchange (TsServerPage *self,
               gint64 at_ns)
{
  GtkWidget *ladder = ts_ladder_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->monitor, at_ns);

  g_object_bind_property (ladder, "chosen-ns", self->model, "chosen-ns", G_BINDING_SYNC_CREATE);
  gtk_window_present (GTK_WINDOW (ladder));
}

static void
bind_template_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, banner);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, top);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, headline);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, certainty);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, limit);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, clocks);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, figures);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, chart_bar);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, views);
  gtk_widget_class_bind_template_child (widget_class, TsServerPage, view_buttons);
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
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-server-page.ui");
  bind_template_children (widget_class);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, copy_selection, NULL);
  gtk_widget_class_bind_template_callback (widget_class, show_exchange);
  gtk_widget_class_bind_template_callback (widget_class, ts_closures_has_text);
  gtk_widget_class_bind_template_callback (widget_class, view_changed);
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
  self->width_px = ROOMY_PX;
  gtk_widget_add_tick_callback (GTK_WIDGET (self), tick, NULL, NULL);
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
  g_signal_connect_object (servers, "notify::chosen", G_CALLBACK (show_chosen), self, G_CONNECT_SWAPPED);
  show_chosen (self, NULL, servers);
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
