/* What a chart knows: the history and its overlays, which part of them is in view, and the cursor.
 *
 * Timeline, scatter, buttons and pictures show the same model, so what is chosen in one of them is chosen in all. It
 * knows no pixels: places across the view are parts of its width, from 0 to 1.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-model.h"

#include <math.h>

#include "chart/model/ts-chart-cursor.h"
#include "measure/ts-time.h"

#define DEFAULT_COLUMNS 560 /* until a view says how wide it is */

struct _TsChartModel
{
  GObject parent_instance;

  const TsHistory *history; /* (nullable): not ours */
  const TsHistory *subject; /* (nullable): the one that was set, and perhaps replaced since */
  char *name;               /* (nullable) */
  GArray *overlays;         /* (element-type TsChartOverlay) */
  gint64 past_ns;           /* since when its history is recorded; 0: it is not */
  GArray *events;           /* (nullable) (element-type TsPastEvent): what happened to this computer */
  gint64 limit_ns;
  gint64 now_ns;

  TsChartView view;
  int n_columns;
  TsChartSeries series;
  TsChartExtent extent;
  guint64 n_entries;      /* how many entries the units were chosen from */
  TsChartUnit offset_unit;
  TsChartUnit delay_unit;

  TsChartCursor cursor;
  gint64 told_chosen_ns;  /* as in the latest signal */
  gboolean told_is_pointed;
};

enum
{
  PROP_0,
  PROP_RANGE,
  PROP_FOLLOWS,
  PROP_CHOSEN_NS,
  N_PROPS
};

enum
{
  SIGNAL_DATA_CHANGED,
  SIGNAL_VIEW_CHANGED,
  SIGNAL_CURSOR_CHANGED,
  SIGNAL_EXCHANGE_ACTIVATED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsChartModel, ts_chart_model, G_TYPE_OBJECT)

static void
take_series (TsChartModel *self)
{
  TsChartSpan span = ts_chart_view_get_shown (&self->view, self->n_columns);

  /* Of a recording nothing is measured, and the history that was replaced is gone. */
  ts_chart_series_update (&self->series, self->history, self->view.is_over ? self->history : self->subject, &span);
  ts_chart_series_take_events (&self->series, self->events);
  ts_chart_overlays_update (self->overlays, &span);
  self->extent = ts_chart_overlays_get_extent (self->overlays, &self->series);
  self->extent.offset_unit = self->offset_unit.unit;
  self->extent.delay_unit = self->delay_unit.unit;
}

/* The next units are those that fit best, whatever they are now. */
static void
forget_units (TsChartModel *self)
{
  self->n_entries = 0;
  self->offset_unit = (TsChartUnit) { 0 };
  self->delay_unit = (TsChartUnit) { 0 };
}

static void
update_units (TsChartModel *self)
{
  guint64 n_entries = self->history == NULL ? 0
                                            : ts_history_get_n_samples (self->history) +
                                                ts_history_get_n_lost (self->history);

  n_entries += ts_chart_overlays_count_entries (self->overlays);
  if (!self->extent.is_known || n_entries == self->n_entries)
    return;
  self->n_entries = n_entries;
  self->extent.offset_unit = ts_chart_unit_update (&self->offset_unit,
                                                   ts_chart_unit_for (self->extent.min_ns, self->extent.max_ns));
  self->extent.delay_unit = ts_chart_unit_update (&self->delay_unit, ts_unit_for (self->extent.max_delay_ns));
}

static void
tell_cursor (TsChartModel *self)
{
  gint64 chosen_ns = ts_chart_model_get_chosen_ns (self);
  gboolean is_other = chosen_ns != self->told_chosen_ns;

  if (!is_other && self->cursor.is_pointed == self->told_is_pointed)
    return;
  self->told_chosen_ns = chosen_ns;
  self->told_is_pointed = self->cursor.is_pointed;
  if (is_other)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN_NS]);
  g_signal_emit (self, signals[SIGNAL_CURSOR_CHANGED], 0);
}

/* What is not drawn cannot be pointed at. */
static void
follow_pointer (TsChartModel *self)
{
  const TsChartSeries *series = &self->series;
  TsChartCursor *cursor = &self->cursor;

  ts_chart_cursor_follow_pointer (cursor, self->history, &series->span);
  if (cursor->is_pointed && cursor->is_set && cursor->at_ns >= series->burst_ns && cursor->at_ns < series->settled_ns &&
      series->settled_ns < G_MAXINT64)
    cursor->at_ns = series->settled_ns;
}

/* Takes what history and view are now. */
static void
update (TsChartModel *self)
{
  gint64 oldest_ns = G_MAXINT64, newest_ns = self->now_ns;

  ts_chart_overlays_get_limits (self->overlays, self->history, &oldest_ns, &newest_ns);
  ts_chart_view_set_limits (&self->view, MIN (oldest_ns, newest_ns), newest_ns);
  take_series (self);
  update_units (self);
  follow_pointer (self);
  g_signal_emit (self, signals[SIGNAL_DATA_CHANGED], 0);
  tell_cursor (self);
}

/* To be called after every change of the view. @before: what it was */
static void
change_view (TsChartModel *self,
             const TsChartView *before,
             gboolean is_gradual)
{
  if (ts_chart_view_is_same (&self->view, before))
    return;
  if (self->view.follows != before->follows)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWS]);
  if (ts_chart_view_get_range (&self->view) != ts_chart_view_get_range (before))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RANGE]);
  self->view.from = self->series.span;
  self->view.progress = 1;
  forget_units (self);
  update (self);
  g_signal_emit (self, signals[SIGNAL_VIEW_CHANGED], 0, is_gradual && self->extent.is_known);
}

static void
ts_chart_model_get_property (GObject *object,
                             guint property_id,
                             GValue *value,
                             GParamSpec *pspec)
{
  TsChartModel *self = TS_CHART_MODEL (object);

  switch (property_id)
    {
    case PROP_RANGE:
      g_value_set_int (value, (int) ts_chart_model_get_range (self));
      break;
    case PROP_FOLLOWS:
      g_value_set_boolean (value, ts_chart_model_get_follows (self));
      break;
    case PROP_CHOSEN_NS:
      g_value_set_int64 (value, ts_chart_model_get_chosen_ns (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_chart_model_set_property (GObject *object,
                             guint property_id,
                             const GValue *value,
                             GParamSpec *pspec)
{
  TsChartModel *self = TS_CHART_MODEL (object);

  switch (property_id)
    {
    case PROP_RANGE:
      ts_chart_model_set_range (self, (TsChartRange) g_value_get_int (value));
      break;
    case PROP_FOLLOWS:
      ts_chart_model_set_follows (self, g_value_get_boolean (value));
      break;
    case PROP_CHOSEN_NS:
      ts_chart_model_set_chosen_ns (self, g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_chart_model_finalize (GObject *object)
{
  TsChartModel *self = TS_CHART_MODEL (object);

  ts_chart_series_clear (&self->series);
  g_array_unref (self->overlays);
  g_clear_pointer (&self->events, g_array_unref);
  g_free (self->name);

  G_OBJECT_CLASS (ts_chart_model_parent_class)->finalize (object);
}

static void
ts_chart_model_class_init (TsChartModelClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ts_chart_model_get_property;
  object_class->set_property = ts_chart_model_set_property;
  object_class->finalize = ts_chart_model_finalize;

  /* A #TsChartRange. It is a plain number because buttons choose it by an action, whose parameter is one. */
  properties[PROP_RANGE] = g_param_spec_int ("range", NULL, NULL, 0, TS_CHART_RANGE_OTHER, TS_CHART_RANGE_TEN_MINUTES,
                                             flags);
  properties[PROP_FOLLOWS] = g_param_spec_boolean ("follows", NULL, NULL, TRUE, flags);
  properties[PROP_CHOSEN_NS] = g_param_spec_int64 ("chosen-ns", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* Something else is in view, or it has another name. */
  signals[SIGNAL_DATA_CHANGED] = g_signal_new ("data-changed", TS_TYPE_CHART_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                               NULL, G_TYPE_NONE, 0);
  /* The user moved the view; the parameter says whether the way there is worth showing. Comes after "data-changed". */
  signals[SIGNAL_VIEW_CHANGED] = g_signal_new ("view-changed", TS_TYPE_CHART_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                               NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  /* The cursor is on another entry, or was put there by other means. */
  signals[SIGNAL_CURSOR_CHANGED] = g_signal_new ("cursor-changed", TS_TYPE_CHART_MODEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                                 NULL, NULL, G_TYPE_NONE, 0);
  /* The user wants to see the exchange whose answer came at that instant. */
  signals[SIGNAL_EXCHANGE_ACTIVATED] = g_signal_new ("exchange-activated", TS_TYPE_CHART_MODEL, G_SIGNAL_RUN_LAST, 0,
                                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
ts_chart_model_init (TsChartModel *self)
{
  ts_chart_view_init (&self->view);
  ts_chart_series_init (&self->series);
  self->overlays = ts_chart_overlays_new ();
  self->n_columns = DEFAULT_COLUMNS;
}

/**
 * ts_chart_model_new:
 *
 * Returns: (transfer full): a model without a history, which shows ten minutes and follows live
 */
TsChartModel *
ts_chart_model_new (void)
{
  return g_object_new (TS_TYPE_CHART_MODEL, NULL);
}

/**
 * ts_chart_model_set_history:
 * @self: a model
 * @history: (nullable): what to show; its owner sets %NULL here before freeing it
 *
 * Shows another history, as of the time of the latest ts_chart_model_update() or of its newest entry if that is
 * later. The cursor is taken away.
 */
void
ts_chart_model_set_history (TsChartModel *self,
                            const TsHistory *history)
{
  g_return_if_fail (TS_IS_CHART_MODEL (self));

  self->subject = history;
  if (self->history == history)
    return;
  self->history = history;
  ts_chart_cursor_take_away (&self->cursor);
  forget_units (self);
  update (self);
}

/**
 * ts_chart_model_replace_history:
 * @self: a model
 * @history: what to show; its owner sets %NULL or another one before freeing it
 *
 * As ts_chart_model_set_history(), for a history of the same series that has more of it: cursor and units stay.
 */
void
ts_chart_model_replace_history (TsChartModel *self,
                                const TsHistory *history)
{
  g_return_if_fail (TS_IS_CHART_MODEL (self));

  self->history = history;
  self->n_entries = 0;
  update (self);
}

/**
 * ts_chart_model_shows:
 * @self: a model
 * @history: a history
 *
 * Returns: whether it shows @history, or one that replaced it
 */
gboolean
ts_chart_model_shows (TsChartModel *self,
                      const TsHistory *history)
{
  return self->history != NULL && self->subject == history;
}

/**
 * ts_chart_model_get_history:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): what it shows
 */
const TsHistory *
ts_chart_model_get_history (TsChartModel *self)
{
  return self->history;
}

/**
 * ts_chart_model_set_recorded:
 * @self: a model
 *
 * Shows all histories from now on as something that is over, so that the end of what is in view is never now.
 */
void
ts_chart_model_set_recorded (TsChartModel *self)
{
  self->view.is_over = TRUE;
}

/**
 * ts_chart_model_set_past:
 * @self: a model
 * @since_ns: since when its history is recorded; 0: it is not
 * @events: (nullable) (element-type TsPastEvent): what happened to this computer since, the oldest first
 */
void
ts_chart_model_set_past (TsChartModel *self,
                         gint64 since_ns,
                         GArray *events)
{
  g_clear_pointer (&self->events, g_array_unref);
  self->past_ns = since_ns;
  self->events = events != NULL ? g_array_ref (events) : NULL;
  update (self);
}

/**
 * ts_chart_model_get_past_ns:
 * @self: a model
 *
 * Returns: since when its history is recorded, if so much is in view that this matters; otherwise 0
 */
gint64
ts_chart_model_get_past_ns (TsChartModel *self)
{
  return ts_chart_series_is_long (&self->series) ? self->past_ns : 0;
}

/**
 * ts_chart_model_set_name:
 * @self: a model
 * @name: (nullable): the name of the server of its history, which stands beside its line if there are overlays
 */
void
ts_chart_model_set_name (TsChartModel *self,
                         const char *name)
{
  g_return_if_fail (TS_IS_CHART_MODEL (self));

  if (g_strcmp0 (name, self->name) == 0)
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  g_signal_emit (self, signals[SIGNAL_DATA_CHANGED], 0);
}

/**
 * ts_chart_model_get_name:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): the name of the server of its history
 */
const char *
ts_chart_model_get_name (TsChartModel *self)
{
  return self->name;
}

/**
 * ts_chart_model_set_limit_ns:
 * @self: a model
 * @limit_ns: how far the clocks may be apart before there is an alarm; 0: there is no limit
 */
void
ts_chart_model_set_limit_ns (TsChartModel *self,
                             gint64 limit_ns)
{
  if (self->limit_ns == limit_ns)
    return;
  self->limit_ns = limit_ns;
  g_signal_emit (self, signals[SIGNAL_DATA_CHANGED], 0);
}

/**
 * ts_chart_model_get_limit_ns:
 * @self: a model
 *
 * Returns: how far the clocks may be apart before there is an alarm; 0: there is no limit
 */
gint64
ts_chart_model_get_limit_ns (TsChartModel *self)
{
  return self->limit_ns;
}

/**
 * ts_chart_model_get_so_far_ns:
 * @self: a model
 *
 * Returns: how long there have been measurements, if that is less than the range that was chosen; otherwise 0, also where
 *   all is shown
 */
gint64
ts_chart_model_get_so_far_ns (TsChartModel *self)
{
  return ts_chart_view_get_so_far_ns (&self->view);
}

/**
 * ts_chart_model_set_overlays:
 * @self: a model
 * @overlays: (nullable) (element-type TsChartOverlay): the overlays, of which the model keeps a reference; the owner
 *   of their histories sets %NULL here before freeing one
 */
void
ts_chart_model_set_overlays (TsChartModel *self,
                             GArray *overlays)
{
  g_return_if_fail (TS_IS_CHART_MODEL (self));

  g_array_unref (self->overlays);
  self->overlays = overlays != NULL ? g_array_ref (overlays) : ts_chart_overlays_new ();
  forget_units (self);
  update (self);
}

/**
 * ts_chart_model_get_overlays:
 * @self: a model
 *
 * Returns: (transfer none) (element-type TsChartOverlay): the overlays
 */
GArray *
ts_chart_model_get_overlays (TsChartModel *self)
{
  return self->overlays;
}

/**
 * ts_chart_model_update:
 * @self: a model
 * @now_ns: the time of this computer's clock
 *
 * Takes what the history has become. To be called when the history changed or the view should move on.
 */
void
ts_chart_model_update (TsChartModel *self,
                       gint64 now_ns)
{
  g_return_if_fail (TS_IS_CHART_MODEL (self));

  self->now_ns = now_ns;
  update (self);
}

/**
 * ts_chart_model_set_n_columns:
 * @self: a model
 * @n_columns: how many columns of pixels the view has
 *
 * What is in view is taken again if that is another number. There is no signal: the labels decide how wide the plot
 * is, so a view learns it only while it is drawn, and goes on with what is in view then.
 *
 * Returns: whether it is another number
 */
gboolean
ts_chart_model_set_n_columns (TsChartModel *self,
                              int n_columns)
{
  if (n_columns == self->n_columns)
    return FALSE;
  self->n_columns = n_columns;
  take_series (self);
  if (self->view.is_fixed)
    {
      forget_units (self);
      update_units (self);
    }
  return TRUE;
}

/**
 * ts_chart_model_get_series:
 * @self: a model
 *
 * Returns: (transfer none): the part of its history that is in view, and the span of that
 */
const TsChartSeries *
ts_chart_model_get_series (TsChartModel *self)
{
  return &self->series;
}

/**
 * ts_chart_model_get_extent:
 * @self: a model
 *
 * Returns: (transfer none): what the axes must include, and their units
 */
const TsChartExtent *
ts_chart_model_get_extent (TsChartModel *self)
{
  return &self->extent;
}

/**
 * ts_chart_model_get_range:
 * @self: a model
 *
 * Returns: how much it shows, once there is as much
 */
TsChartRange
ts_chart_model_get_range (TsChartModel *self)
{
  return ts_chart_view_get_range (&self->view);
}

/**
 * ts_chart_model_set_range:
 * @self: a model
 * @range: how much to show; %TS_CHART_RANGE_OTHER is ignored
 */
void
ts_chart_model_set_range (TsChartModel *self,
                          TsChartRange range)
{
  TsChartView before = self->view;

  if (range == TS_CHART_RANGE_OTHER || range == ts_chart_model_get_range (self))
    return;
  ts_chart_view_set_range (&self->view, range);
  change_view (self, &before, TRUE);
}

/**
 * ts_chart_model_get_follows:
 * @self: a model
 *
 * Returns: whether the newest instant stays in view
 */
gboolean
ts_chart_model_get_follows (TsChartModel *self)
{
  return self->view.follows;
}

/**
 * ts_chart_model_set_follows:
 * @self: a model
 * @follows: whether the newest instant stays in view
 */
void
ts_chart_model_set_follows (TsChartModel *self,
                            gboolean follows)
{
  TsChartView before = self->view;

  ts_chart_view_set_follows (&self->view, follows);
  change_view (self, &before, TRUE);
}

/**
 * ts_chart_model_zoom:
 * @self: a model
 * @factor: how much wider to draw what is in view
 * @part: the place across the view that stays where it is, from 0 to 1; NAN: the cursor, or if it is not in view, the
 *   newest instant while the view follows, else the middle
 * @is_gradual: whether the way there is worth showing
 */
void
ts_chart_model_zoom (TsChartModel *self,
                     double factor,
                     double part,
                     gboolean is_gradual)
{
  TsChartView before = self->view;
  TsChartSpan span = ts_chart_view_get_span (&self->view, self->n_columns);
  gint64 at_ns = ts_chart_span_get_instant (&span, isnan (part) ? 0.5 : CLAMP (part, 0, 1));
  gint64 cursor_ns = self->cursor.at_ns;

  if (isnan (part) && self->cursor.is_set && cursor_ns >= span.begin_ns && cursor_ns <= span.end_ns)
    at_ns = cursor_ns;
  else if (isnan (part) && self->view.follows)
    at_ns = self->view.now_ns;
  ts_chart_view_zoom (&self->view, at_ns, factor);
  change_view (self, &before, is_gradual);
}

/**
 * ts_chart_model_pan:
 * @self: a model
 * @n_columns: how many columns of pixels further to the right to look; to the left if negative
 */
void
ts_chart_model_pan (TsChartModel *self,
                    double n_columns)
{
  TsChartView before = self->view;
  TsChartSpan span = ts_chart_view_get_span (&self->view, self->n_columns);

  ts_chart_view_pan (&self->view, (gint64) (n_columns * (double) ((span.end_ns - span.begin_ns) / span.n_columns)));
  change_view (self, &before, FALSE);
}

/**
 * ts_chart_model_show_oldest:
 * @self: a model
 *
 * Moves the view to the beginning of the history.
 */
void
ts_chart_model_show_oldest (TsChartModel *self)
{
  TsChartView before = self->view;

  ts_chart_view_show_oldest (&self->view);
  change_view (self, &before, TRUE);
}

/**
 * ts_chart_model_show_span:
 * @self: a model
 * @begin_ns: the first instant to show
 * @end_ns: the last; not before @begin_ns
 *
 * Moves the view there, as far as there is anything.
 */
void
ts_chart_model_show_span (TsChartModel *self,
                          gint64 begin_ns,
                          gint64 end_ns)
{
  TsChartView before = self->view;

  ts_chart_view_show (&self->view, begin_ns, end_ns);
  change_view (self, &before, TRUE);
}

/**
 * ts_chart_model_set_progress:
 * @self: a model
 * @progress: how far the way to the view that was chosen last has been shown, from 0 to 1
 *
 * Puts something in view that lies between what was in view before "view-changed" and what was chosen.
 */
void
ts_chart_model_set_progress (TsChartModel *self,
                             double progress)
{
  self->view.progress = progress;
  update (self);
}

/**
 * ts_chart_model_fix_span:
 * @self: a model
 * @span: what to show; how many columns it has does not count
 *
 * Shows just that from now on, as something that is over.
 */
void
ts_chart_model_fix_span (TsChartModel *self,
                         const TsChartSpan *span)
{
  ts_chart_view_fix (&self->view, span);
  forget_units (self);
  update (self);
}

/**
 * ts_chart_model_fix_whole:
 * @self: a model
 * @now_ns: the time of this computer's clock, which counts only if there are no entries
 *
 * Shows all there is now, from the oldest to the newest entry of all servers but ten seconds at least, as something
 * that is over.
 */
void
ts_chart_model_fix_whole (TsChartModel *self,
                          gint64 now_ns)
{
  gint64 oldest_ns = G_MAXINT64, newest_ns = G_MININT64;

  ts_chart_overlays_get_limits (self->overlays, self->history, &oldest_ns, &newest_ns);
  if (oldest_ns > newest_ns)
    oldest_ns = newest_ns = now_ns;
  ts_chart_view_fix_whole (&self->view, oldest_ns, newest_ns);
  forget_units (self);
  update (self);
}

/**
 * ts_chart_model_point_at:
 * @self: a model
 * @part: where the pointer is across the view, from 0 to 1
 *
 * Puts the cursor on the sample that is nearest to the pointer, now and when the view moves.
 */
void
ts_chart_model_point_at (TsChartModel *self,
                         double part)
{
  ts_chart_cursor_point_at (&self->cursor, part);
  follow_pointer (self);
  tell_cursor (self);
}

/**
 * ts_chart_model_point_at_entry:
 * @self: a model
 * @at_ns: the instant of an entry that is in view
 *
 * Puts the cursor there because the pointer is on it, in a view that does not show time from left to right.
 */
void
ts_chart_model_point_at_entry (TsChartModel *self,
                               gint64 at_ns)
{
  ts_chart_cursor_put (&self->cursor, at_ns, TRUE);
  tell_cursor (self);
}

/**
 * ts_chart_model_point_away:
 * @self: a model
 *
 * Takes the cursor away if the pointer had put it there.
 */
void
ts_chart_model_point_away (TsChartModel *self)
{
  if (self->cursor.is_pointed)
    ts_chart_model_clear_cursor (self);
}

/**
 * ts_chart_model_is_pointed:
 * @self: a model
 *
 * Returns: whether the pointer put the cursor where it is, and not keys
 */
gboolean
ts_chart_model_is_pointed (TsChartModel *self)
{
  return self->cursor.is_pointed;
}

/* Moves the view too where the cursor is not in it. */
static void
choose (TsChartModel *self,
        gint64 at_ns)
{
  TsChartView before = self->view;

  ts_chart_cursor_put (&self->cursor, at_ns, FALSE);
  ts_chart_view_reveal (&self->view, at_ns);
  change_view (self, &before, FALSE);
  tell_cursor (self);
}

/**
 * ts_chart_model_move_cursor:
 * @self: a model
 * @direction: 1 to later entries, -1 to earlier ones
 * @to_event: whether to the next gap or step instead of the next sample
 *
 * Moves the cursor, and the view with it. If there is no cursor, it is put on the newest sample in view.
 */
void
ts_chart_model_move_cursor (TsChartModel *self,
                            int direction,
                            gboolean to_event)
{
  gsize index = ts_chart_cursor_find_next (&self->cursor, self->history, direction, to_event,
                                           ts_chart_view_get_end (&self->view));

  if (index != TS_CHART_NOWHERE)
    choose (self, ts_history_get (self->history, index)->at_ns);
}

/**
 * ts_chart_model_clear_cursor:
 * @self: a model
 *
 * Returns: whether there was a cursor to take away
 */
gboolean
ts_chart_model_clear_cursor (TsChartModel *self)
{
  gboolean had_cursor = self->cursor.is_set;

  ts_chart_cursor_take_away (&self->cursor);
  tell_cursor (self);
  return had_cursor;
}

/**
 * ts_chart_model_get_chosen_ns:
 * @self: a model
 *
 * Returns: the instant, by this computer's clock, of the entry under the cursor; 0 if there is none
 */
gint64
ts_chart_model_get_chosen_ns (TsChartModel *self)
{
  return self->cursor.is_set ? self->cursor.at_ns : 0;
}

/**
 * ts_chart_model_set_chosen_ns:
 * @self: a model
 * @chosen_ns: the instant of an entry, or 0 to take the cursor away
 *
 * Puts the cursor there, and moves the view if that is not in it.
 */
void
ts_chart_model_set_chosen_ns (TsChartModel *self,
                              gint64 chosen_ns)
{
  if (chosen_ns == ts_chart_model_get_chosen_ns (self))
    return;
  if (chosen_ns == 0)
    ts_chart_model_clear_cursor (self);
  else
    choose (self, chosen_ns);
}

/**
 * ts_chart_model_get_chosen:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): the entry under the cursor
 */
const TsHistoryEntry *
ts_chart_model_get_chosen (TsChartModel *self)
{
  gsize index = ts_chart_cursor_find (&self->cursor, self->history);

  return index != TS_CHART_NOWHERE ? ts_history_get (self->history, index) : NULL;
}

/**
 * ts_chart_model_init_readout:
 * @self: a model
 * @readout: (out): what there is to say of the entry under the cursor, with tenths of a second if there are several
 *   entries in one second
 *
 * Returns: whether there is such an entry
 */
gboolean
ts_chart_model_init_readout (TsChartModel *self,
                             TsChartReadout *readout)
{
  gsize index = ts_chart_cursor_find (&self->cursor, self->history);
  const TsHistoryEntry *chosen;
  gint64 before_ns;

  if (index == TS_CHART_NOWHERE)
    return FALSE;
  chosen = ts_history_get (self->history, index);
  before_ns = index > 0 ? ts_history_get (self->history, index - 1)->at_ns : 0;
  ts_chart_readout_init (readout, &self->series, chosen, self->view.is_over ? 0 : self->now_ns,
                         chosen->at_ns - before_ns < TS_NS_PER_S * 9 / 10 ? 1 : 0);
  ts_chart_readout_add_overlays (readout, self->overlays, chosen->at_ns);
  return TRUE;
}

/**
 * ts_chart_model_activate:
 * @self: a model
 *
 * Asks by the signal "exchange-activated" to show the exchange under the cursor.
 *
 * Returns: whether there is one: not if there is no cursor, or if it is on a gap
 */
gboolean
ts_chart_model_activate (TsChartModel *self)
{
  const TsHistoryEntry *chosen = ts_chart_model_get_chosen (self);

  if (chosen == NULL || chosen->kind != TS_ENTRY_SAMPLE)
    return FALSE;
  g_signal_emit (self, signals[SIGNAL_EXCHANGE_ACTIVATED], 0, chosen->at_ns);
  return TRUE;
}
