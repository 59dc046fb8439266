/* Joins a server's recorded past to what is measured now, for the page's chart.
 *
 * The chart shows a history of its own: the recorded entries, and after them a copy of each that is measured. Before
 * the past is read, and if there is no past, the chart shows only what is measured.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-page-past.h"

#include "chart/ts-chart-past.h"
#include "measure/ts-time.h"
#include "servers/ts-past-reader.h"

/* So many of the newest entries that were measured are copied; what is older is recorded. */
#define MAX_COPIED 200000

/* So many may follow the past before the oldest of it is forgotten. */
#define CAPACITY 1000000

/* The page reads this often what else happened to this computer. */
#define NOTING_NS (60 * TS_NS_PER_S)

struct _TsPagePast
{
  GObject parent_instance;

  TsChartModel *model;
  TsArchive *archive;
  TsMonitor *monitor;    /* (nullable) */
  TsChartPast *past;     /* it has entries only if there is a sample among them */
  GCancellable *reading; /* (nullable): they are being read */
  gint64 noted_ns;       /* monotonic: when its events were read last */
  TsHistory *whole;      /* (nullable): with @past and what is measured */
  guint64 n_copied;      /* of all entries that were ever measured */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsPagePast, ts_page_past, G_TYPE_OBJECT)

/* Takes over an entry and, if a clock was set before it, by how much. */
static void
copy_entry (TsPagePast *self,
            const TsHistory *live,
            gsize index)
{
  const TsHistoryEntry *entry = ts_history_get (live, index);

  ts_history_append (self->whole, entry);
  if (entry->kind == TS_ENTRY_SAMPLE && ts_clock_event_is_step (entry->event))
    {
      gsize before = ts_history_find_last (live, TS_HISTORY_SAMPLE, 0, index);

      if (before < index)
        ts_history_note_step (self->whole, ts_history_get_step_ns (live, before, index));
    }
}

static void
copy_news (TsPagePast *self)
{
  const TsHistory *live = ts_monitor_get_history (self->monitor);
  gsize length = ts_history_get_length (live);
  guint64 n_ever = ts_history_get_n_ever (live);
  gsize n_new = (gsize) MIN (n_ever - self->n_copied, MIN (length, MAX_COPIED));

  for (gsize i = length - n_new; i < length; i++)
    copy_entry (self, live, i);
  self->n_copied = n_ever;
}

/* Returns: the instant of the first entry that is copied, or of now */
static gint64
get_seam_ns (TsPagePast *self)
{
  const TsHistory *live = ts_monitor_get_history (self->monitor);
  gsize length = ts_history_get_length (live);

  if (length == 0)
    return ts_clock_get_now_ns (ts_monitor_get_clock (self->monitor));
  return ts_history_get (live, length - MIN (length, MAX_COPIED))->at_ns - 1;
}

/* What this program measured first comes after a time of which nobody knows anything. The file says so too, but perhaps only
 * after it was read. If the history has forgotten what came first, the file has that, and there is no such time. */
static void
append_pause (TsPagePast *self)
{
  const TsHistory *live = ts_monitor_get_history (self->monitor);
  const GArray *entries = ts_chart_past_get_entries (self->past);
  const TsHistoryEntry *last = &g_array_index (entries, TsHistoryEntry, entries->len - 1);
  TsHistoryEntry pause = { .at_ns = last->at_ns + 1, .kind = TS_ENTRY_NOT_RECORDED };

  if (last->kind != TS_ENTRY_NOT_RECORDED && ts_history_get_n_ever (live) <= MAX_COPIED)
    ts_history_append (self->whole, &pause);
}

/* Makes the chart's history of the past and what is measured. */
static void
make_whole (TsPagePast *self)
{
  TsHistory *old = self->whole;

  self->whole = ts_chart_past_make_history (self->past, CAPACITY);
  self->n_copied = 0;
  append_pause (self);
  copy_news (self);
  ts_chart_model_replace_history (self->model, self->whole);
  g_clear_pointer (&old, ts_history_free);
}

static void
read_events (TsPagePast *self)
{
  self->noted_ns = ts_clock_get_monotonic_ns (ts_monitor_get_clock (self->monitor));
  ts_chart_past_read_events (self->past);
}

static gboolean
has_samples (const GArray *past)
{
  for (guint i = 0; i < past->len; i++)
    if (g_array_index (past, TsHistoryEntry, i).kind == TS_ENTRY_SAMPLE)
      return TRUE;
  return FALSE;
}

static void
got_past (GObject *source,
          GAsyncResult *result,
          gpointer user_data)
{
  g_autoptr (TsPagePast) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) past = ts_past_reader_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->monitor == NULL)
    return;
  g_clear_object (&self->reading);
  /* A file that is not there yet has no past. */
  if (past == NULL)
    g_debug ("%s", error->message);
  if (past == NULL || !has_samples (past))
    return;
  ts_chart_past_set_entries (self->past, past);
  make_whole (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
read_all (TsPagePast *self)
{
  g_autofree char *address = ts_monitor_get_address (self->monitor);

  ts_chart_past_open (self->past, ts_archive_get_path (self->archive), address);
  read_events (self);
  self->reading = g_cancellable_new ();
  ts_past_reader_read_async (ts_archive_get_path (self->archive), address, G_MININT64, get_seam_ns (self), self->reading,
                             got_past, g_object_ref (self));
}

static void
forget (TsPagePast *self)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  ts_chart_past_close (self->past);
  if (self->whole != NULL && ts_chart_model_get_history (self->model) == self->whole)
    ts_chart_model_set_history (self->model, NULL);
  g_clear_pointer (&self->whole, ts_history_free);
}

static void
ts_page_past_dispose (GObject *object)
{
  TsPagePast *self = TS_PAGE_PAST (object);

  if (self->model != NULL)
    forget (self);
  g_clear_object (&self->past);
  g_clear_object (&self->monitor);
  g_clear_object (&self->archive);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (ts_page_past_parent_class)->dispose (object);
}

static void
ts_page_past_class_init (TsPagePastClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ts_page_past_dispose;

  /**
   * TsPagePast::changed:
   *
   * ts_page_past_is_there() may say something else.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TS_TYPE_PAGE_PAST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
ts_page_past_init (TsPagePast *self)
{
}

/**
 * ts_page_past_new:
 * @model: what the page's chart shows
 * @archive: what is recorded
 *
 * Returns: (transfer full): what gives @model the past, once there is a monitor
 */
TsPagePast *
ts_page_past_new (TsChartModel *model,
                  TsArchive *archive)
{
  TsPagePast *self = g_object_new (TS_TYPE_PAGE_PAST, NULL);

  self->model = g_object_ref (model);
  self->archive = g_object_ref (archive);
  self->past = ts_chart_past_new (model);
  g_signal_connect_object (self->past, "detailed", G_CALLBACK (make_whole), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ts_page_past_set_monitor:
 * @self: the past of a page's server
 * @monitor: (nullable): the server that the page shows from now on; the model shows its history already
 */
void
ts_page_past_set_monitor (TsPagePast *self,
                          TsMonitor *monitor)
{
  forget (self);
  g_set_object (&self->monitor, monitor);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (monitor != NULL)
    read_all (self);
}

/**
 * ts_page_past_reload:
 * @self: the past of a page's server
 *
 * Takes what is recorded now, which may be nothing.
 */
void
ts_page_past_reload (TsPagePast *self)
{
  if (self->monitor == NULL)
    return;
  forget (self);
  ts_chart_model_set_history (self->model, ts_monitor_get_history (self->monitor));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  read_all (self);
}

/**
 * ts_page_past_update:
 * @self: the past of a page's server
 *
 * Takes over what was measured since. To be called before the model is updated.
 */
void
ts_page_past_update (TsPagePast *self)
{
  if (self->whole != NULL)
    copy_news (self);
  if (self->monitor != NULL &&
      ts_clock_get_monotonic_ns (ts_monitor_get_clock (self->monitor)) - self->noted_ns >= NOTING_NS)
    read_events (self);
}

/**
 * ts_page_past_get_path:
 * @self: the past of a page's server
 *
 * Returns: (transfer none): the file that it is recorded in
 */
const char *
ts_page_past_get_path (TsPagePast *self)
{
  return ts_archive_get_path (self->archive);
}

/**
 * ts_page_past_is_reading:
 * @self: the past of a page's server
 *
 * Returns: whether the file is being read
 */
gboolean
ts_page_past_is_reading (TsPagePast *self)
{
  return self->reading != NULL || ts_chart_past_is_reading (self->past);
}

/**
 * ts_page_past_is_there:
 * @self: the past of a page's server
 *
 * Returns: whether any sample of it is recorded
 */
gboolean
ts_page_past_is_there (TsPagePast *self)
{
  return ts_chart_past_get_entries (self->past) != NULL;
}
