/* A server in the list: its state, name, protocol and offset, and a small line of its last estimates.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-server-row.h"

#include <glib/gi18n.h>

#include "parts/ts-pacer.h"
#include "words/ts-closures.h"
#include "words/ts-format.h"
#include "words/ts-isolate.h"
#include "words/ts-join.h"
#include "sidebar/ts-line-swatch.h"
#include "servers/ts-server-state.h"
#include "sidebar/ts-state-icon.h"
#include "measure/estimate/ts-certainty.h"
#include "sidebar/ts-sparkline.h"
#include "words/ts-words.h"

struct _TsServerRow
{
  GtkListBoxRow parent_instance;

  TsStateIcon *icon;
  GtkLabel *name;
  GtkLabel *offset;
  GtkLabel *badge;
  TsLineSwatch *swatch;
  GtkLabel *words;
  TsSparkline *sparkline;

  TsServers *servers;
  TsMonitor *monitor;
  char *details; /* (nullable): what the words mean, in a sentence */
  TsServerState state;
  gboolean disagrees;
  gboolean is_known; /* the offset */
  gint64 offset_ns;
  gboolean has_news;
  TsPacer *pacer;
  guint news_id;
  gint64 shown_ns; /* when it was last updated */
  TsEstimate shown; /* what the offset says; without samples: nothing */
};

enum
{
  UPDATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsServerRow, ts_server_row, GTK_TYPE_LIST_BOX_ROW)

/* Tells assistive technology in words what the row shows as shapes and places. */
static void
describe (TsServerRow *self,
          const char *protocol,
          const char *offset,
          const char *words,
          gboolean is_overlaid)
{
  g_autofree char *name = ts_isolate_name (ts_monitor_get_name (self->monitor));
  const char *const parts[] = { name, offset, words, *protocol != '\0' ? protocol : NULL,
                                is_overlaid ? _("overlaid on other charts") : NULL };
  g_autofree char *description = ts_join_list (parts, G_N_ELEMENTS (parts));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description, -1);
}

/* Returns: whether the server is overlaid on the charts of the others */
static gboolean
update_overlay (TsServerRow *self)
{
  guint place;
  gboolean is_overlaid = ts_overlays_find (ts_servers_get_overlays (self->servers), self->monitor, &place);

  gtk_widget_set_visible (GTK_WIDGET (self->swatch), is_overlaid);
  ts_sparkline_set_place (self->sparkline, is_overlaid ? (int) place : -1);
  if (is_overlaid)
    ts_line_swatch_set_place (self->swatch, place);
  return is_overlaid;
}

/* Returns: the state of the server, which is still being asked for the first time until there is an estimate to show
 * @now: (nullable): the estimate for this instant
 * @words: (out) (transfer full) (nullable): what the state means here, in a few words */
static TsServerState
judge (TsServerRow *self,
       const TsEstimate *now,
       char **words)
{
  TsMonitorState state = ts_monitor_get_state (self->monitor);
  TsServerDispute dispute;
  const TsServerFacts facts = {
    .name = ts_monitor_get_name (self->monitor),
    .state = state == TS_MONITOR_MEASURING && now == NULL ? TS_MONITOR_STARTING : state,
    .error = ts_monitor_get_error (self->monitor),
    .is_offline = ts_monitor_is_offline (self->monitor),
    .history = ts_monitor_get_history (self->monitor),
    .trend = now != NULL ? now->verdict : TS_VERDICT_TOO_FEW,
    .dispute = ts_servers_get_dispute (self->servers, self->monitor, &dispute) ? &dispute : NULL,
    .limit = ts_monitor_get_limit (self->monitor),
  };

  g_clear_pointer (&self->details, g_free);
  return ts_server_state_judge (&facts, words, &self->details);
}

/* Returns: whether that is news */
static gboolean
show_state (TsServerRow *self,
            TsServerState state)
{
  gboolean disagrees = ts_ensemble_get_opponent (ts_servers_get_ensemble (self->servers), self->monitor, NULL) != NULL;
  gboolean is_other = state != self->state || disagrees != self->disagrees;
  gboolean is_measured = state == TS_SERVER_STATE_STEADY || state == TS_SERVER_STATE_WARNING;

  self->state = state;
  self->disagrees = disagrees;
  ts_state_icon_set (self->icon, state);
  if (is_measured && ts_certainty_judge (&self->shown) == TS_CERTAINTY_CERTAIN)
    gtk_widget_remove_css_class (GTK_WIDGET (self->offset), "secondary");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->offset), "secondary");
  return is_other;
}

/* Shows the offset, whose digits change only if it has changed by more than they are uncertain.
 *
 * @now: (nullable): the estimate for this instant */
static void
update_offset (TsServerRow *self,
               const TsEstimate *now)
{
  g_autofree char *offset = NULL;

  if (now == NULL)
    {
      self->shown = (TsEstimate) { 0 };
      gtk_label_set_label (self->offset, TS_UNKNOWN_TEXT);
    }
  else if (self->shown.n_samples == 0 || ts_words_is_change (&self->shown, now))
    {
      self->shown = *now;
      offset = ts_words_offset (now);
      gtk_label_set_label (self->offset, offset);
    }
}

/* By hand and all at once: each of these needs the estimate or the judgement of all servers, and is read once here. */
static void
update (TsServerRow *self)
{
  TsProtocol protocol = ts_probe_get_protocol (ts_monitor_get_probe (self->monitor));
  const char *protocol_name = protocol != TS_PROTOCOL_UNKNOWN ? ts_words_protocol (protocol) : "";
  gint64 now_ns = ts_clock_get_now_ns (ts_monitor_get_clock (self->monitor));
  TsEstimate now;
  gboolean is_known = ts_monitor_get_settled_estimate (self->monitor, now_ns, &now);
  g_autofree char *name = ts_isolate_name (ts_monitor_get_name (self->monitor));
  g_autofree char *words = NULL;
  gboolean is_overlaid = update_overlay (self);
  gboolean is_other_state;

  self->has_news = FALSE;
  self->shown_ns = now_ns;
  self->is_known = is_known;
  self->offset_ns = is_known ? now.estimate_ns : 0;
  update_offset (self, is_known ? &now : NULL);
  is_other_state = show_state (self, judge (self, is_known ? &now : NULL, &words));
  gtk_label_set_label (self->name, name);
  /* Translators: the older form of the Time Sync protocol, in a few pixels. */
  gtk_label_set_label (self->badge, protocol == TS_PROTOCOL_CLASSIC ? _("Classic") : protocol_name);
  gtk_label_set_label (self->words, words != NULL ? words : "");
  ts_sparkline_set_history (self->sparkline, ts_monitor_get_history (self->monitor));
  ts_sparkline_set_narrow (self->sparkline, words != NULL && (is_overlaid || self->disagrees));
  describe (self, protocol_name, is_known ? gtk_label_get_label (self->offset) : _("offset unknown"),
            self->details != NULL ? self->details : words, is_overlaid);
  g_signal_emit (self, signals[UPDATED], 0, is_other_state);
}

/* The uncertainty grows each second, here as on the server's page. */
static void
update_if_stale (GtkWidget *widget)
{
  TsServerRow *self = TS_SERVER_ROW (widget);

  if (ts_server_state_is_stale (ts_monitor_get_state (self->monitor), self->has_news, self->shown_ns,
                                ts_clock_get_now_ns (ts_monitor_get_clock (self->monitor))))
    update (self);
}

static gboolean
show_news (GtkWidget *widget,
           GdkFrameClock *frame_clock,
           gpointer user_data)
{
  TsServerRow *self = TS_SERVER_ROW (widget);

  update_if_stale (widget);
  if (self->has_news)
    return G_SOURCE_CONTINUE;
  self->news_id = 0;
  return G_SOURCE_REMOVE;
}

/* Shows it with the next frame, or as soon as one can read what was shown last. A row has no tick callback besides,
 * because that would keep frames coming. */
static void
take_news (TsServerRow *self)
{
  self->has_news = TRUE;
  if (self->news_id == 0)
    self->news_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), show_news, NULL, NULL);
}

/* Adds what the server's page has no room for in a narrow window. */
static void
tell_connection (TsServerRow *self,
                 GString *text)
{
  TsProbe *probe = ts_monitor_get_probe (self->monitor);
  g_autofree char *remote = ts_probe_get_remote (probe) != NULL ? ts_isolate_name (ts_probe_get_remote (probe)) : NULL;
  const TsSample *sample = ts_monitor_get_last_sample (self->monitor);
  g_autofree char *own_clock = ts_words_own_clock (sample);
  const char *const parts[] = { ts_words_protocol (ts_probe_get_protocol (probe)), remote };
  g_autofree char *connection = ts_join_list (parts, G_N_ELEMENTS (parts));
  g_autofree char *line = ts_join_caption (_("Connection"), connection);
  g_autofree char *accuracy = ts_join_caption (_("Server’s stated accuracy"), own_clock);

  if (sample == NULL)
    return;
  g_string_append_printf (text, "\n%s", line);
  if (!g_str_equal (own_clock, TS_UNKNOWN_TEXT))
    g_string_append_printf (text, "\n%s", accuracy);
}

/* The tooltip says what the row has no room for. */
static gboolean
query_tooltip (TsServerRow *self,
               int x,
               int y,
               gboolean is_keyboard,
               GtkTooltip *tooltip)
{
  const char *name = gtk_label_get_label (self->name);
  g_autofree char *address = ts_monitor_get_shown_address (self->monitor);
  g_autofree char *isolated = ts_isolate_name (address);
  g_autoptr (GString) text = g_string_new (name);

  if (!g_str_equal (ts_monitor_get_name (self->monitor), address))
    g_string_append_printf (text, "\n%s", isolated);
  if (self->details != NULL)
    g_string_append_printf (text, "\n%s", self->details);
  else if (gtk_widget_get_visible (GTK_WIDGET (self->words)))
    g_string_append_printf (text, "\n%s", gtk_label_get_label (self->words));
  if (gtk_widget_get_visible (GTK_WIDGET (self->swatch)))
    g_string_append_printf (text, "\n%s", _("Overlaid on other charts"));
  tell_connection (self, text);
  gtk_tooltip_set_text (tooltip, text->str);
  return TRUE;
}

static void
ts_server_row_dispose (GObject *object)
{
  TsServerRow *self = TS_SERVER_ROW (object);

  if (self->sparkline != NULL)
    ts_sparkline_set_history (self->sparkline, NULL);
  self->sparkline = NULL;
  g_clear_object (&self->pacer);
  g_clear_object (&self->servers);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->details, g_free);
  G_OBJECT_CLASS (ts_server_row_parent_class)->dispose (object);
}

static void
ts_server_row_class_init (TsServerRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_server_row_dispose;

  /**
   * TsServerRow::updated:
   * @is_other_state: whether ts_server_row_count() counts it as another state
   *
   * The row shows the server as it is now, so that its place may be another one.
   */
  signals[UPDATED] = g_signal_new ("updated", TS_TYPE_SERVER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  g_type_ensure (TS_TYPE_LINE_SWATCH);
  g_type_ensure (TS_TYPE_STATE_ICON);
  g_type_ensure (TS_TYPE_SPARKLINE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-server-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TsServerRow, icon);
  gtk_widget_class_bind_template_child (widget_class, TsServerRow, name);
  gtk_widget_class_bind_template_child (widget_class, TsServerRow, offset);
  gtk_widget_class_bind_template_child (widget_class, TsServerRow, badge);
  gtk_widget_class_bind_template_child (widget_class, TsServerRow, swatch);
  gtk_widget_class_bind_template_child (widget_class, TsServerRow, words);
  gtk_widget_class_bind_template_child (widget_class, TsServerRow, sparkline);
  gtk_widget_class_bind_template_callback (widget_class, query_tooltip);
  gtk_widget_class_bind_template_callback (widget_class, ts_closures_has_text);
}

static void
ts_server_row_init (TsServerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_server_row_new:
 * @servers: the list
 * @monitor: the server of the list that the row shows
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
ts_server_row_new (TsServers *servers,
                   TsMonitor *monitor)
{
  TsServerRow *self = g_object_new (TS_TYPE_SERVER_ROW, NULL);

  self->servers = g_object_ref (servers);
  self->monitor = g_object_ref (monitor);
  g_signal_connect_object (monitor, "sample", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "failure", G_CALLBACK (take_news), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ts_servers_get_ensemble (servers), "selection-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ts_servers_get_overlays (servers), "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  self->pacer = ts_pacer_new (GTK_WIDGET (self), TS_PACE_SECONDS, update_if_stale);
  return GTK_WIDGET (self);
}

/**
 * ts_server_row_get_monitor:
 * @self: a row
 *
 * Returns: (transfer none): the server that it shows
 */
TsMonitor *
ts_server_row_get_monitor (TsServerRow *self)
{
  return self->monitor;
}

/**
 * ts_server_row_count:
 * @self: a row
 * @counts: (inout): what its server is added to
 */
void
ts_server_row_count (TsServerRow *self,
                     TsListCounts *counts)
{
  guint *const by_state[] = {
    [TS_SERVER_STATE_WAITING] = &counts->n_waiting,
    [TS_SERVER_STATE_STEADY] = &counts->n_steady,
    [TS_SERVER_STATE_WARNING] = self->disagrees ? &counts->n_disagreeing : &counts->n_unusual,
    [TS_SERVER_STATE_FAILED] = &counts->n_failing,
    [TS_SERVER_STATE_OFFLINE] = &counts->n_offline,
    [TS_SERVER_STATE_PAUSED] = &counts->n_paused,
  };

  (*by_state[self->state])++;
}

/**
 * ts_server_row_get_place:
 * @self: a row
 * @place: (out caller-allocates): what its place in the list follows from, as it is shown; valid until the row is updated
 */
void
ts_server_row_get_place (TsServerRow *self,
                         TsServerPlace *place)
{
  *place = (TsServerPlace) {
    .name = ts_monitor_get_name (self->monitor),
    .is_known = self->is_known,
    .offset_ns = self->offset_ns,
    .state = self->state,
    .disagrees = self->disagrees,
  };
  ts_ensemble_find (ts_servers_get_ensemble (self->servers), self->monitor, &place->position);
}

/**
 * ts_server_row_matches:
 * @self: a row
 * @searched: what the user searches for
 *
 * Returns: whether its server has that in its name or address
 */
gboolean
ts_server_row_matches (TsServerRow *self,
                       const char *searched)
{
  g_autofree char *address = ts_monitor_get_address (self->monitor);

  return ts_server_order_matches (searched, ts_monitor_get_name (self->monitor), address);
}
