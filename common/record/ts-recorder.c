/* Records what is measured, in a thread of its own.
 *
 * The program puts records into a queue and never waits for the disk. The thread takes them out and writes them once a second
 * by the clock that stamps them, so that a test with a clock of its own does not have to wait. If nothing comes for a second,
 * the thread writes what it has.
 *
 * When the queue is full, records are dropped and counted, and the file says so as soon as it can be written again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-recorder.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "record/ts-record-writer.h"
#include "ts-source.h"

#define IDLE_S       1
#define CLOCK_SOURCE "/sys/devices/system/clocksource/clocksource0/current_clocksource"

typedef enum
{
  ITEM_BEGIN,
  ITEM_RECORD,
  ITEM_END,
  ITEM_HIDE,
  ITEM_UNHIDE,
  ITEM_RETENTION,
  ITEM_FLUSH,
  ITEM_STOP,
} ItemType;

/* What the thread has to do. */
typedef struct
{
  ItemType type;
  guint series;
  gint64 real_ns;      /* our clock when it was asked for */
  gint64 monotonic_ns;
  gboolean is_fresh;
  char *address;       /* (nullable) */
  char *name;          /* (nullable) */
  TsRecord *record;    /* (nullable) */
  TsRetention retention;
} Item;

struct _TsRecorder
{
  GObject parent_instance;

  TsClock *clock;
  GThread *thread; /* (nullable): after ts_recorder_stop() there is none */
  TsRecordWriter *writer; /* only the thread uses it */
  guint n_series;

  pthread_mutex_t mutex; /* not GLib's, which the thread sanitizer cannot see */
  pthread_cond_t changed;
  GQueue queue;          /* of Item */
  guint64 n_asked;       /* items that were pushed so far */
  guint64 n_done;        /* of these the thread has done */
  guint64 n_dropped;
  GError *error;         /* (nullable): why nothing is recorded now */
  char *moved_to;        /* (nullable): where a damaged file was moved */
  GSource *notification; /* (nullable): tells the main context that one of these has changed */
  GMainContext *context;
};

enum
{
  SIGNAL_STATE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsRecorder, ts_recorder, G_TYPE_OBJECT)

static void
item_free (Item *item)
{
  g_free (item->address);
  g_free (item->name);
  g_free (item->record);
  g_free (item);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Item, item_free)

static gboolean
tell_state (gpointer user_data)
{
  TsRecorder *self = user_data;

  pthread_mutex_lock (&self->mutex);
  g_clear_pointer (&self->notification, g_source_unref);
  pthread_mutex_unlock (&self->mutex);
  g_signal_emit (self, signals[SIGNAL_STATE_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* The caller holds the mutex. */
static void
notify (TsRecorder *self)
{
  if (self->notification != NULL)
    return;
  self->notification = g_idle_source_new ();
  g_source_set_priority (self->notification, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->notification, tell_state, self, NULL);
  g_source_attach (self->notification, self->context);
}

/* @error: (nullable): why nothing is recorded now */
static void
set_error (TsRecorder *self,
           const GError *error)
{
  pthread_mutex_lock (&self->mutex);
  if ((error == NULL) != (self->error == NULL) ||
      (error != NULL && strcmp (error->message, self->error->message) != 0))
    {
      g_clear_error (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
      notify (self);
    }
  pthread_mutex_unlock (&self->mutex);
}

/* @moved_to: (transfer full) (nullable): where a damaged file was moved, if it was */
static void
set_moved_to (TsRecorder *self,
              char *moved_to)
{
  if (moved_to == NULL)
    return;
  pthread_mutex_lock (&self->mutex);
  g_free (self->moved_to);
  self->moved_to = moved_to;
  notify (self);
  pthread_mutex_unlock (&self->mutex);
}

static void
drop (TsRecorder *self)
{
  pthread_mutex_lock (&self->mutex);
  self->n_dropped++;
  pthread_mutex_unlock (&self->mutex);
}

/* Lets other threads see what came of what the writer did. */
static void
publish (TsRecorder *self)
{
  set_error (self, ts_record_writer_get_error (self->writer));
  set_moved_to (self, ts_record_writer_steal_moved_to (self->writer));
}

static void
commit (TsRecorder *self)
{
  guint64 n_dropped;

  pthread_mutex_lock (&self->mutex);
  n_dropped = self->n_dropped;
  pthread_mutex_unlock (&self->mutex);
  ts_record_writer_commit (self->writer, n_dropped);
  publish (self);
}

static void
take_item (TsRecorder *self,
           const Item *item)
{
  TsRecordWriter *writer = self->writer;

  ts_record_writer_set_now (writer, item->real_ns, item->monotonic_ns);
  switch (item->type)
    {
    case ITEM_BEGIN:
      ts_record_writer_begin (writer, item->series, item->address, item->name, item->is_fresh);
      break;
    case ITEM_RECORD:
      if (!ts_record_writer_add (writer, item->series, item->record))
        drop (self);
      break;
    case ITEM_END:
      ts_record_writer_end (writer, item->series);
      break;
    case ITEM_HIDE:
    case ITEM_UNHIDE:
      /* The records that wait are older, so they have to be in the file first. */
      commit (self);
      ts_record_writer_hide (writer, item->address, item->type == ITEM_HIDE);
      publish (self);
      break;
    case ITEM_RETENTION:
      ts_record_writer_set_retention (writer, &item->retention);
      break;
    case ITEM_FLUSH:
      commit (self);
      break;
    case ITEM_STOP:
      ts_record_writer_end_all (writer);
      commit (self);
      break;
    default:
      g_assert_not_reached ();
    }
  if (ts_record_writer_is_due (writer))
    commit (self);
}

/* Returns: (transfer full) (nullable): the next item; %NULL if none came for a second */
static Item *
pop_item (TsRecorder *self)
{
  struct timespec end;
  Item *item;

  clock_gettime (CLOCK_MONOTONIC, &end);
  end.tv_sec += IDLE_S;
  pthread_mutex_lock (&self->mutex);
  while (g_queue_is_empty (&self->queue))
    if (pthread_cond_clockwait (&self->changed, &self->mutex, CLOCK_MONOTONIC, &end) != 0)
      break;
  item = g_queue_pop_head (&self->queue);
  pthread_mutex_unlock (&self->mutex);
  return item;
}

static gpointer
work (gpointer user_data)
{
  TsRecorder *self = user_data;
  gboolean is_over = FALSE;

  commit (self);
  while (!is_over)
    {
      g_autoptr (Item) item = pop_item (self);

      if (item == NULL)
        {
          if (ts_record_writer_is_waiting (self->writer))
            commit (self);
          continue;
        }
      take_item (self, item);
      is_over = item->type == ITEM_STOP;
      if (is_over)
        g_clear_pointer (&self->writer, ts_record_writer_free);
      pthread_mutex_lock (&self->mutex);
      self->n_done++;
      pthread_cond_broadcast (&self->changed);
      pthread_mutex_unlock (&self->mutex);
    }
  return NULL;
}

/* @item: (transfer full)
 *
 * Returns: how many items were pushed so far, this one included; 0: it was dropped */
static guint64
push (TsRecorder *self,
      Item *item)
{
  guint64 n_asked = 0;

  item->real_ns = ts_clock_get_now_ns (self->clock);
  item->monotonic_ns = ts_clock_get_monotonic_ns (self->clock);
  pthread_mutex_lock (&self->mutex);
  if (self->thread == NULL || (item->type == ITEM_RECORD && self->queue.length >= TS_RECORDER_MAX_QUEUE))
    self->n_dropped += item->type == ITEM_RECORD && self->thread != NULL;
  else
    {
      g_queue_push_tail (&self->queue, g_steal_pointer (&item));
      n_asked = ++self->n_asked;
      pthread_cond_broadcast (&self->changed);
    }
  pthread_mutex_unlock (&self->mutex);
  g_clear_pointer (&item, item_free);
  return n_asked;
}

static Item *
item_new (ItemType type,
          guint series,
          const char *address)
{
  Item *item = g_new0 (Item, 1);

  item->type = type;
  item->series = series;
  item->address = g_strdup (address);
  return item;
}

static void
ts_recorder_dispose (GObject *object)
{
  ts_recorder_stop (TS_RECORDER (object));
  G_OBJECT_CLASS (ts_recorder_parent_class)->dispose (object);
}

static void
ts_recorder_finalize (GObject *object)
{
  TsRecorder *self = TS_RECORDER (object);

  g_queue_clear_full (&self->queue, (GDestroyNotify) item_free);
  g_clear_object (&self->clock);
  g_clear_error (&self->error);
  g_clear_pointer (&self->context, g_main_context_unref);
  pthread_mutex_destroy (&self->mutex);
  pthread_cond_destroy (&self->changed);
  g_free (self->moved_to);
  G_OBJECT_CLASS (ts_recorder_parent_class)->finalize (object);
}

static void
ts_recorder_class_init (TsRecorderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_recorder_dispose;
  object_class->finalize = ts_recorder_finalize;

  /**
   * TsRecorder::state-changed:
   *
   * ts_recorder_get_error() or ts_recorder_get_moved_to() has changed. The signal is emitted in the thread-default main
   * context in which the recorder was made.
   */
  signals[SIGNAL_STATE_CHANGED] = g_signal_new ("state-changed", TS_TYPE_RECORDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 0);
}

static void
ts_recorder_init (TsRecorder *self)
{
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->changed, NULL);
  g_queue_init (&self->queue);
  self->context = g_main_context_ref_thread_default ();
}

/**
 * ts_recorder_new:
 * @settings: what to record into
 * @clock: the clock of the records
 *
 * Opens the file at once, but in a thread of its own: the signal and ts_recorder_get_error() say whether that succeeded.
 *
 * Returns: (transfer full): a recorder
 */
TsRecorder *
ts_recorder_new (const TsRecorderSettings *settings,
                 TsClock *clock)
{
  TsRecorder *self = g_object_new (TS_TYPE_RECORDER, NULL);

  self->clock = g_object_ref (clock);
  self->writer = ts_record_writer_new (settings->path, settings->is_own,
                                       settings->clock_source_path != NULL ? settings->clock_source_path : CLOCK_SOURCE,
                                       &settings->retention, ts_clock_get_now_ns (clock), ts_clock_get_monotonic_ns (clock));
  self->thread = g_thread_new ("recorder", work, self);
  return self;
}

/**
 * ts_recorder_stop:
 * @self: a recorder
 *
 * Writes the records that wait, ends all series and closes the file. Nothing is recorded afterwards.
 */
void
ts_recorder_stop (TsRecorder *self)
{
  GThread *thread = self->thread;

  if (thread == NULL)
    return;
  push (self, item_new (ITEM_STOP, 0, NULL));
  pthread_mutex_lock (&self->mutex);
  self->thread = NULL;
  pthread_mutex_unlock (&self->mutex);
  g_thread_join (thread);
  ts_source_clear (&self->notification);
}

/**
 * ts_recorder_begin:
 * @self: a recorder
 * @address: a server's address, as a person types it
 * @name: what it is called
 * @is_fresh: whether everything that its estimator was ever given will be recorded, so that a replay gives the same
 *
 * Returns: the number of a new series, for the records of one estimator
 */
guint
ts_recorder_begin (TsRecorder *self,
                   const char *address,
                   const char *name,
                   gboolean is_fresh)
{
  Item *item = item_new (ITEM_BEGIN, ++self->n_series, address);

  item->name = g_strdup (name);
  item->is_fresh = is_fresh;
  push (self, item);
  return self->n_series;
}

/**
 * ts_recorder_add:
 * @self: a recorder
 * @series: of ts_recorder_begin()
 * @record: the record that follows all others of that series
 *
 * The record will be in the file within a second, if the file can be written. This function never waits.
 */
void
ts_recorder_add (TsRecorder *self,
                 guint series,
                 const TsRecord *record)
{
  Item *item = item_new (ITEM_RECORD, series, NULL);

  item->record = g_memdup2 (record, sizeof *record);
  push (self, item);
}

/**
 * ts_recorder_end:
 * @self: a recorder
 * @series: of ts_recorder_begin(), to which nothing is added any more
 */
void
ts_recorder_end (TsRecorder *self,
                 guint series)
{
  push (self, item_new (ITEM_END, series, NULL));
}

/**
 * ts_recorder_hide:
 * @self: a recorder
 * @address: a server's address
 *
 * Hides what is recorded of a server until now. After two minutes it is deleted, or later if the program stops before. Until
 * then ts_recorder_unhide() brings it back.
 */
void
ts_recorder_hide (TsRecorder *self,
                  const char *address)
{
  push (self, item_new (ITEM_HIDE, 0, address));
}

/**
 * ts_recorder_unhide:
 * @self: a recorder
 * @address: the address of a server of which something was hidden
 */
void
ts_recorder_unhide (TsRecorder *self,
                    const char *address)
{
  push (self, item_new (ITEM_UNHIDE, 0, address));
}

/**
 * ts_recorder_set_retention:
 * @self: a recorder
 * @retention: how much of the past to keep from now on
 */
void
ts_recorder_set_retention (TsRecorder *self,
                           const TsRetention *retention)
{
  Item *item = item_new (ITEM_RETENTION, 0, NULL);

  item->retention = *retention;
  push (self, item);
}

/**
 * ts_recorder_flush:
 * @self: a recorder
 *
 * Waits until everything that was asked of the recorder so far is in the file, or cannot be written.
 *
 * Returns: whether it is in the file
 */
gboolean
ts_recorder_flush (TsRecorder *self)
{
  guint64 n_asked = push (self, item_new (ITEM_FLUSH, 0, NULL));
  gboolean is_well;

  pthread_mutex_lock (&self->mutex);
  while (self->n_done < n_asked)
    pthread_cond_wait (&self->changed, &self->mutex);
  is_well = self->error == NULL;
  pthread_mutex_unlock (&self->mutex);
  return is_well;
}

/**
 * ts_recorder_get_error:
 * @self: a recorder
 *
 * Returns: (transfer full) (nullable): why nothing is recorded now, a %TS_RECORD_ERROR; %NULL: everything is
 */
GError *
ts_recorder_get_error (TsRecorder *self)
{
  GError *error;

  pthread_mutex_lock (&self->mutex);
  error = self->error != NULL ? g_error_copy (self->error) : NULL;
  pthread_mutex_unlock (&self->mutex);
  return error;
}

/**
 * ts_recorder_get_moved_to:
 * @self: a recorder
 *
 * Returns: (transfer full) (nullable): where a damaged file was moved; %NULL: none was
 */
char *
ts_recorder_get_moved_to (TsRecorder *self)
{
  char *moved_to;

  pthread_mutex_lock (&self->mutex);
  moved_to = g_strdup (self->moved_to);
  pthread_mutex_unlock (&self->mutex);
  return moved_to;
}
