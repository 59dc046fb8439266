/* The figures of a server: estimate, round trip, jitter, drift, counts, its own clock, the connection.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-figures.h"

#include <glib/gi18n.h>

#include "parts/ts-figure.h"
#include "words/ts-format.h"
#include "words/ts-isolate.h"
#include "measure/ts-time.h"
#include "words/ts-join.h"
#include "words/ts-words.h"

#define ROW_GAP_PX 12

struct _TsFigures
{
  TsStill parent_instance;

  GtkFlowBox *box;
  TsFigure *estimate;
  TsFigure *round_trip;
  TsFigure *jitter;
  TsFigure *drift;
  TsFigure *samples;
  TsFigure *lost;
  TsFigure *own_clock;
  TsFigure *connection;
  TsPageLayout layout;
  int width_px;
};

G_DEFINE_FINAL_TYPE (TsFigures, ts_figures, TS_TYPE_STILL)

/* Returns: (transfer full): how many samples came since a step that left others behind; otherwise how often the server
 *   is measured. A step that is only suspected leaves samples behind, too, but is none so far */
static char *
describe_samples (TsMonitor *monitor,
                  const TsEstimate *now)
{
  const TsHistory *history = ts_monitor_get_history (monitor);
  gsize length = ts_history_get_length (history);
  gsize step = ts_history_find_last (history, TS_HISTORY_STEP, 0, length);

  if (now != NULL && now->n_samples < ts_history_get_n_samples (history) && step < length)
    {
      TsHistorySummary since;
      g_autofree char *count = NULL;

      ts_history_summarize (history, step, length, &since);
      count = ts_format_count (since.counts[TS_HISTORY_SAMPLE]);
      /* Translators: the number of samples since a clock was set. */
      return g_strdup_printf (_("%s since the step"), count);
    }
  return ts_words_interval ((double) ts_monitor_get_interval_ns (monitor) / TS_NS_PER_S);
}

/* A figure that is hidden has its line in the tooltip of another one. */
static gboolean
is_shown (TsFigure *figure)
{
  return gtk_widget_get_visible (gtk_widget_get_parent (GTK_WIDGET (figure)));
}

static void
update_counts (TsFigures *self,
               TsMonitor *monitor,
               const TsEstimate *now)
{
  const TsHistory *history = ts_monitor_get_history (monitor);
  guint64 n_samples = ts_history_get_n_samples (history);
  guint64 n_lost = ts_history_get_n_lost (history);
  g_autofree char *samples = ts_format_count (n_samples);
  g_autofree char *lost = ts_format_count (n_lost);
  g_autofree char *all = ts_format_count (n_samples + n_lost);
  /* Translators: how many exchanges were lost, and how many there were. */
  g_autofree char *lost_of_all = g_strdup_printf (_("%1$s of %2$s"), lost, all);
  g_autofree char *context = describe_samples (monitor, now);
  g_autofree char *percent =
    g_strdup_printf ("%.1f" TS_THIN_SPACE "%%", 100.0 * (double) n_lost / (double) MAX (n_samples + n_lost, 1));

  g_autofree char *lost_line = ts_join_caption (_("Failed"), lost_of_all);

  ts_figure_set (self->samples, samples, context);
  ts_figure_set_more (self->samples, is_shown (self->lost) || n_lost == 0 ? NULL : lost_line);
  ts_figure_set (self->lost, lost_of_all, n_lost > 0 ? percent : NULL);
}

static void
update_estimate (TsFigures *self,
                 const TsEstimate *now)
{
  g_autofree char *offset = NULL;
  g_autofree char *error = NULL;
  g_autofree char *context = NULL;
  g_autofree char *drift = NULL;
  g_autofree char *drift_range = NULL;

  if (now == NULL)
    {
      ts_figure_set (self->estimate, TS_UNKNOWN_TEXT, NULL);
      ts_figure_set (self->drift, TS_UNKNOWN_TEXT, NULL);
      return;
    }
  offset = ts_format_offset (now->estimate_ns, now->error_ns);
  error = ts_format_error (now->estimate_ns, now->error_ns);
  context = ts_isolate_sign ("±", error);
  ts_figure_set (self->estimate, offset, context);
  if (now->verdict == TS_VERDICT_TOO_FEW || now->verdict == TS_VERDICT_STEP)
    {
      ts_figure_set (self->drift, TS_UNKNOWN_TEXT, NULL);
      return;
    }
  drift = ts_format_drift (now->drift_ppm, (now->drift_max_ppm - now->drift_min_ppm) / 2, TS_ROUND_NEAREST);
  drift_range = ts_words_drift_range (now);
  g_free (offset);
  offset = ts_isolate_amount (drift, "ppm");
  ts_figure_set (self->drift, offset, drift_range);
}

/* What the server reports about its own clock. */
static void
update_own_clock (TsFigures *self,
                  TsMonitor *monitor)
{
  const TsSample *sample = ts_monitor_get_last_sample (monitor);
  g_autofree char *own_clock = ts_words_own_clock (sample);
  g_autofree char *line = ts_join_caption (_("Server’s stated accuracy"), own_clock);

  ts_figure_set_more (self->estimate,
                      is_shown (self->own_clock) || g_str_equal (own_clock, TS_UNKNOWN_TEXT) ? NULL : line);
  ts_figure_set (self->own_clock, own_clock,
                 ts_words_is_unsynchronized (sample) ? _("not synchronized")
                 : g_str_equal (own_clock, TS_UNKNOWN_TEXT) ? NULL
                 : _("from UTC, it says"));
}

/* Returns: how wide the figures that are shown are beside each other, with all of their texts */
static int
measure_row (TsFigures *self)
{
  int sum_px = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int natural_px;

      if (!gtk_widget_get_visible (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural_px, NULL, NULL);
      sum_px += natural_px + (int) gtk_flow_box_get_column_spacing (self->box);
    }
  return sum_px - (int) gtk_flow_box_get_column_spacing (self->box);
}

/* Hides figures of a row that is too wide, first those that others tell in their tooltips. The server's row in the list
 * tells the connection. */
static void
hide_what_has_no_room (TsFigures *self)
{
  TsFigure *const first_hidden[] = { self->jitter, self->own_clock, self->connection };

  if (self->layout != TS_PAGE_WIDE)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (first_hidden) && measure_row (self) > self->width_px; i++)
    gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (first_hidden[i])), FALSE);
}

static void
ts_figures_class_init (TsFiguresClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TS_TYPE_FIGURE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-figures.ui");
  gtk_widget_class_bind_template_child (widget_class, TsFigures, box);
  gtk_widget_class_bind_template_child (widget_class, TsFigures, estimate);
  gtk_widget_class_bind_template_child (widget_class, TsFigures, round_trip);
  gtk_widget_class_bind_template_child (widget_class, TsFigures, jitter);
  gtk_widget_class_bind_template_child (widget_class, TsFigures, drift);
  gtk_widget_class_bind_template_child (widget_class, TsFigures, samples);
  gtk_widget_class_bind_template_child (widget_class, TsFigures, lost);
  gtk_widget_class_bind_template_child (widget_class, TsFigures, own_clock);
  gtk_widget_class_bind_template_child (widget_class, TsFigures, connection);
}

static void
ts_figures_init (TsFigures *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_figures_show:
 * @self: figures
 * @monitor: the server
 * @now: (nullable): its estimate for this instant, if there is one
 *
 * Sets them by hand, because one reading of estimate and history serves all. Bindings would read them for each figure,
 * and a label that is bound to a property costs 2.0 µs a text where setting it costs 0.7.
 */
void
ts_figures_show (TsFigures *self,
                 TsMonitor *monitor,
                 const TsEstimate *now)
{
  const TsHistory *history = ts_monitor_get_history (monitor);
  const TsHistoryEntry *last = ts_history_get_last (history);
  TsProbe *probe = ts_monitor_get_probe (monitor);
  g_autofree char *round_trip = ts_format_duration (last != NULL ? ts_history_entry_get_delay_ns (last) : -1);
  g_autofree char *least_delay = ts_format_duration (ts_history_get_least_delay_ns (history));
  /* Translators: the least round trip of all. */
  g_autofree char *least = g_strdup_printf (_("least %s"), least_delay);
  gint64 jitter_ns = ts_history_get_jitter_ns (history, TS_WORDS_N_JITTER);
  g_autofree char *jitter = ts_format_duration (jitter_ns);
  g_autofree char *remote = ts_probe_get_remote (probe) != NULL ? ts_isolate_name (ts_probe_get_remote (probe)) : NULL;

  g_autofree char *jitter_line = ts_join_caption (_("Jitter"), jitter);

  ts_figure_set (self->round_trip, round_trip, last != NULL ? least : NULL);
  ts_figure_set_more (self->round_trip, is_shown (self->jitter) || jitter_ns < 0 ? NULL : jitter_line);
  ts_figure_set (self->jitter, jitter, jitter_ns >= 0 ? _("of the round trip") : NULL);
  update_estimate (self, now);
  update_counts (self, monitor, now);
  update_own_clock (self, monitor);
  ts_figure_set (self->connection, ts_words_protocol (ts_probe_get_protocol (probe)), remote);
  hide_what_has_no_room (self);
}

/**
 * ts_figures_set_key:
 * @self: figures
 * @fingerprint: (nullable): of the key by which the server seals what it says, if that is known
 */
void
ts_figures_set_key (TsFigures *self,
                    const char *fingerprint)
{
  /* Translators: the fingerprint of a server's key. */
  g_autofree char *line = fingerprint != NULL ? g_strdup_printf (_("Key: %s"), fingerprint) : NULL;

  ts_figure_set_more (self->connection, line);
}

/**
 * ts_figures_set_layout:
 * @self: figures
 * @layout: the page's
 *
 * Shows as many figures as there is room for; the others are in the tooltips of these.
 */
void
ts_figures_set_layout (TsFigures *self,
                       TsPageLayout layout)
{
  static const guint n_columns[] = {
    [TS_PAGE_WIDE] = 8, [TS_PAGE_MEDIUM] = 2, [TS_PAGE_NARROW] = 3, [TS_PAGE_TINY] = 1,
  };
  const struct
  {
    TsFigure *figure;
    TsPageLayout last; /* the narrowest layout that has it */
  } figures[] = {
    { self->estimate, TS_PAGE_TINY },   { self->round_trip, TS_PAGE_TINY }, { self->jitter, TS_PAGE_WIDE },
    { self->drift, TS_PAGE_TINY },      { self->samples, TS_PAGE_TINY },    { self->lost, TS_PAGE_WIDE },
    { self->own_clock, TS_PAGE_WIDE },  { self->connection, TS_PAGE_WIDE },
  };

  self->layout = layout;
  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      TsFigure *figure = figures[i].figure;
      gboolean is_third = layout == TS_PAGE_NARROW && (figure == self->jitter || figure == self->lost);

      gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (figure)), layout <= figures[i].last || is_third);
      ts_figure_set_layout (figure, layout);
    }
  gtk_flow_box_set_min_children_per_line (self->box, 1);
  gtk_flow_box_set_max_children_per_line (self->box, n_columns[layout]);
  gtk_flow_box_set_min_children_per_line (self->box, n_columns[layout]);
  /* Beside the clocks each line is as high as one of them. */
  gtk_flow_box_set_row_spacing (self->box, layout == TS_PAGE_TINY || layout == TS_PAGE_MEDIUM ? 0 : ROW_GAP_PX);
}

/**
 * ts_figures_fit:
 * @self: figures
 * @width_px: how much room there is
 *
 * Hides figures that have no room in one row, now and whenever a text becomes longer. None comes back before this is
 * called again, so that the row stays calm.
 */
void
ts_figures_fit (TsFigures *self,
                int width_px)
{
  self->width_px = width_px;
  ts_figures_set_layout (self, self->layout);
  hide_what_has_no_room (self);
}

/**
 * ts_figures_add_to_groups:
 * @self: figures
 * @first: a group of which the first line becomes as high as the others, where there are two figures in a line
 * @second: the same for the second line
 */
void
ts_figures_add_to_groups (TsFigures *self,
                          GtkSizeGroup *first,
                          GtkSizeGroup *second)
{
  gtk_size_group_add_widget (first, gtk_widget_get_parent (GTK_WIDGET (self->estimate)));
  gtk_size_group_add_widget (second, gtk_widget_get_parent (GTK_WIDGET (self->drift)));
}
