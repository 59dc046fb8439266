/* What a chart shows of a recorded past.
 *
 * All of it is some thousand entries, the older the coarser. When the user looks at a part that has few of them, finer ones
 * are read for that part and take their place. What happened beside the exchanges is read too. The owner reads the entries
 * and makes the history that the chart shows, because it may have more to show than the past.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart-past.h"

#include "servers/ts-past-reader.h"

/* With fewer entries in view than this, finer ones are looked for. */
#define FEW_ENTRIES 400

/* A part that was read is read again for less than this fraction of it, because it was read for something longer. */
#define MAX_ZOOM 12

struct _TsChartPast
{
  GObject parent_instance;

  TsChartModel *model;
  char *path;              /* (nullable): the recording; %NULL: there are no finer entries than @entries */
  char *address;           /* (nullable): the server's */
  GArray *entries;         /* (nullable) (element-type TsHistoryEntry): the whole past, not empty */
  GArray *events;          /* (nullable) (element-type TsPastEvent) */
  GCancellable *noting;    /* (nullable): they are being read */
  GArray *detail;          /* (nullable) (element-type TsHistoryEntry): what stands for the entries of @detailed */
  TsChartSpan detailed;    /* what was read last; as long as nothing if nothing was */
  TsChartSpan wanted;      /* what is being read */
  GCancellable *detailing; /* (nullable): it is */
};

enum
{
  SIGNAL_DETAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsChartPast, ts_chart_past, G_TYPE_OBJECT)

static void
give_up (GCancellable **cancellable)
{
  g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

static gint64
get_begin_ns (const GArray *entries)
{
  return g_array_index (entries, TsHistoryEntry, 0).at_ns;
}

static gint64
get_end_ns (const GArray *entries)
{
  return g_array_index (entries, TsHistoryEntry, entries->len - 1).at_ns;
}

static void
show_past (TsChartPast *self)
{
  ts_chart_model_set_past (self->model, self->entries != NULL ? get_begin_ns (self->entries) : 0, self->events);
}

static void
got_events (GObject *source,
            GAsyncResult *result,
            gpointer user_data)
{
  g_autoptr (TsChartPast) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) events = ts_past_reader_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->noting);
  g_clear_pointer (&self->events, g_array_unref);
  self->events = g_steal_pointer (&events);
  show_past (self);
}

static void
got_detail (GObject *source,
            GAsyncResult *result,
            gpointer user_data)
{
  g_autoptr (TsChartPast) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) detail = ts_past_reader_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->detailing);
  g_clear_pointer (&self->detail, g_array_unref);
  self->detailed = self->wanted;
  if (detail == NULL || detail->len == 0)
    return;
  self->detail = g_steal_pointer (&detail);
  g_signal_emit (self, signals[SIGNAL_DETAILED], 0);
}

static gboolean
contains (const TsChartSpan *self,
          const TsChartSpan *part)
{
  return part->begin_ns >= self->begin_ns && part->end_ns <= self->end_ns;
}

/* Reads the part in view, and as much again on both sides, if it has few entries and was not read already. What comes after
 * the past is not read. */
static void
view_changed (TsChartPast *self)
{
  const TsChartSeries *series = ts_chart_model_get_series (self->model);
  TsChartSpan span = series->span;
  gint64 length_ns = span.end_ns - span.begin_ns, end_ns;

  if (self->entries == NULL || self->path == NULL || series->n_samples >= FEW_ENTRIES)
    return;
  end_ns = get_end_ns (self->entries);
  span.end_ns = MIN (span.end_ns, end_ns);
  if (span.begin_ns > end_ns || (contains (&self->detailed, &span) &&
                                 length_ns > (self->detailed.end_ns - self->detailed.begin_ns) / MAX_ZOOM))
    return;
  if (self->detailing != NULL && contains (&self->wanted, &span))
    return;
  give_up (&self->detailing);
  self->detailing = g_cancellable_new ();
  self->wanted = (TsChartSpan) {
    .begin_ns = span.begin_ns - length_ns,
    .end_ns = MIN (span.end_ns + length_ns, end_ns),
  };
  ts_past_reader_read_async (self->path, self->address, self->wanted.begin_ns, self->wanted.end_ns, self->detailing,
                             got_detail, g_object_ref (self));
}

static void
ts_chart_past_dispose (GObject *object)
{
  TsChartPast *self = TS_CHART_PAST (object);

  if (self->model != NULL)
    ts_chart_past_close (self);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (ts_chart_past_parent_class)->dispose (object);
}

static void
ts_chart_past_class_init (TsChartPastClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ts_chart_past_dispose;

  /**
   * TsChartPast::detailed:
   *
   * Finer entries were read, so ts_chart_past_make_history() makes another history.
   */
  signals[SIGNAL_DETAILED] = g_signal_new ("detailed", TS_TYPE_CHART_PAST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 0);
}

static void
ts_chart_past_init (TsChartPast *self)
{
}

/**
 * ts_chart_past_new:
 * @model: what the chart shows
 *
 * Returns: (transfer full): the past of nothing
 */
TsChartPast *
ts_chart_past_new (TsChartModel *model)
{
  TsChartPast *self = g_object_new (TS_TYPE_CHART_PAST, NULL);

  self->model = g_object_ref (model);
  g_signal_connect_object (model, "view-changed", G_CALLBACK (view_changed), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ts_chart_past_open:
 * @self: a past
 * @path: (nullable): a recording; %NULL: nothing more can be read
 * @address: a server's
 *
 * Forgets the past and begins that of another server, which has no entries so far.
 */
void
ts_chart_past_open (TsChartPast *self,
                    const char *path,
                    const char *address)
{
  ts_chart_past_close (self);
  self->path = g_strdup (path);
  self->address = g_strdup (address);
}

/**
 * ts_chart_past_close:
 * @self: a past
 *
 * Forgets it, and stops reading. The owner takes its history away from the model.
 */
void
ts_chart_past_close (TsChartPast *self)
{
  give_up (&self->noting);
  give_up (&self->detailing);
  self->detailed = (TsChartSpan) { 0 };
  g_clear_pointer (&self->detail, g_array_unref);
  g_clear_pointer (&self->events, g_array_unref);
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->address, g_free);
  show_past (self);
}

/**
 * ts_chart_past_set_entries:
 * @self: a past that is open
 * @entries: (element-type TsHistoryEntry): what is drawn of all of it, in order; at least one
 */
void
ts_chart_past_set_entries (TsChartPast *self,
                           GArray *entries)
{
  g_return_if_fail (self->entries == NULL && entries->len > 0);

  self->entries = g_array_ref (entries);
  show_past (self);
}

/**
 * ts_chart_past_read_events:
 * @self: a past that is open with a recording
 *
 * Reads what happened beside the exchanges until now, and shows it in the model.
 */
void
ts_chart_past_read_events (TsChartPast *self)
{
  give_up (&self->noting);
  self->noting = g_cancellable_new ();
  ts_past_reader_read_events_async (self->path, self->address, self->noting, got_events, g_object_ref (self));
}

/**
 * ts_chart_past_get_entries:
 * @self: a past
 *
 * Returns: (transfer none) (nullable) (element-type TsHistoryEntry): the entries of all of it; %NULL: it has none
 */
const GArray *
ts_chart_past_get_entries (TsChartPast *self)
{
  return self->entries;
}

/* Returns: how many of the entries come before an instant */
static gsize
count_before (const GArray *entries,
              gint64 at_ns)
{
  gsize n = 0;

  while (n < entries->len && g_array_index (entries, TsHistoryEntry, n).at_ns < at_ns)
    n++;
  return n;
}

/**
 * ts_chart_past_make_history:
 * @self: a past with entries
 * @n_more: how many entries will be appended at most before the oldest are forgotten
 *
 * Returns: (transfer full): a history with the entries, the finest ones that were read
 */
TsHistory *
ts_chart_past_make_history (TsChartPast *self,
                            gsize n_more)
{
  const TsHistoryEntry *entries = (const TsHistoryEntry *) (void *) self->entries->data;
  gsize length = self->entries->len, n_before, n_until;
  TsHistory *history = ts_history_new (length + (self->detail != NULL ? self->detail->len : 0) + n_more);

  if (self->detail == NULL)
    {
      ts_history_append_all (history, entries, length);
      return history;
    }
  n_before = count_before (self->entries, self->detailed.begin_ns);
  n_until = count_before (self->entries, self->detailed.end_ns + 1);
  ts_history_append_all (history, entries, n_before);
  ts_history_append_all (history, (const TsHistoryEntry *) (void *) self->detail->data, self->detail->len);
  ts_history_append_all (history, entries + n_until, length - n_until);
  return history;
}

/**
 * ts_chart_past_is_reading:
 * @self: a past
 *
 * Returns: whether something of it is being read
 */
gboolean
ts_chart_past_is_reading (TsChartPast *self)
{
  return self->noting != NULL || self->detailing != NULL;
}
