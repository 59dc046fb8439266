/* Writes down what is measured, in a thread of its own.
 *
 * Whoever measures puts records into a queue and never waits for the disk. The thread takes them out, and writes them down
 * once a second by the clock that stamps them, so that a test with a clock of its own need not wait. If nothing comes for
 * a second it writes down what it has.
 *
 * If writing fails, the thread keeps what it has and tries again every ten seconds. When the queue is full, records are
 * dropped and counted, and the file says so as soon as it can be written again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-recorder.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "measure/ts-time.h"
#include "ts-source.h"

#define COMMIT_NS      TS_NS_PER_S
#define RETRY_NS       (10 * TS_NS_PER_S)
#define TIDY_NS        (10 * TS_NS_PER_S)
#define UNDO_NS        (120 * TS_NS_PER_S)
#define IDLE_S         1
#define CLOCK_SOURCE   "/sys/devices/system/clocksource/clocksource0/current_clocksource"
#define BOOT_ID        "/proc/sys/kernel/random/boot_id"

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

/* What is asked of the thread. */
typedef struct
{
  ItemType type;
  guint series;
  gint64 real_ns;      /* our clock when it was asked */
  gint64 monotonic_ns;
  gboolean is_fresh;
  char *address;       /* (nullable) */
  char *name;          /* (nullable) */
  TsRecord *record;    /* (nullable) */
  TsRetention retention;
} Item;

/* A series as the thread knows it. */
typedef struct
{
  char *address;
  char *name;
  gint64 begin_ns;
  gboolean is_fresh;
  gboolean is_over;
  gint64 session;    /* 0: it is not in the file */
  GArray *waiting;   /* (element-type TsRecord) */
} Series;

struct _TsRecorder
{
  GObject parent_instance;

  char *path;
  char *clock_source_path;
  gboolean is_own;
  TsClock *clock;
  GThread *thread; /* (nullable): not after ts_recorder_stop() */
  guint n_series;

  pthread_mutex_t mutex; /* not GLib's, which the thread sanitizer cannot see */
  pthread_cond_t changed;
  GQueue queue;          /* of Item */
  guint64 n_asked;       /* of items, until now */
  guint64 n_done;        /* of those the thread has done */
  guint64 n_dropped;
  GError *error;         /* (nullable): why nothing is written now */
  char *moved_to;        /* (nullable): where a damaged file was moved */
  GSource *notification; /* (nullable): that tells the main context of a change of these */
  GMainContext *context;

  /* The thread's own. */
  TsStore *store; /* (nullable) */
  TsRetention retention;
  GHashTable *series;
  gsize n_waiting;
  guint64 n_dropped_told;
  char *clock_source;
  char *boot_id;
  gint64 committed_ns; /* monotonic */
  gint64 tidied_ns;
  gint64 real_ns;
  gint64 monotonic_ns;
  gboolean has_failed;   /* the last time */
  gboolean has_given_up; /* nothing will ever be recorded */
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

static void
series_free (gpointer data)
{
  Series *series = data;

  g_free (series->address);
  g_free (series->name);
  g_array_unref (series->waiting);
  g_free (series);
}

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

/* To be called with the mutex held. */
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

/* @error: (nullable): what happened; %NULL: all is well */
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

static char *
read_word (const char *path)
{
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("");
  return g_strstrip (text);
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

static gboolean
open_store (TsRecorder *self,
            GError **error)
{
  char *moved_to = NULL;

  if (self->store != NULL)
    return TRUE;
  self->store = ts_store_open (self->path, self->is_own, &moved_to, error);
  set_moved_to (self, moved_to);
  return self->store != NULL;
}

static gboolean
write_series (TsRecorder *self,
              Series *series,
              GError **error)
{
  const TsStoreSession session = {
    .address = series->address,
    .name = series->name,
    .begin_ns = series->begin_ns,
    .clock_source = self->clock_source,
    .boot_id = self->boot_id,
    .is_fresh = series->is_fresh,
  };

  if (series->session == 0 && (series->session = ts_store_begin_session (self->store, &session, error)) == 0)
    return FALSE;
  for (guint first = 0; first < series->waiting->len; first += TS_STORE_PAGE_LENGTH)
    if (!ts_store_append (self->store, series->session, &g_array_index (series->waiting, TsRecord, first),
                          MIN (series->waiting->len - first, TS_STORE_PAGE_LENGTH), error))
      return FALSE;
  return !series->is_over || ts_store_end_session (self->store, series->session, error);
}

static gboolean
write_all_series (TsRecorder *self,
                  GError **error)
{
  GHashTableIter iter;
  gpointer series;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, NULL, &series))
    if (!write_series (self, series, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_events (TsRecorder *self,
              guint64 n_dropped,
              GError **error)
{
  g_autofree char *clock_source = NULL;

  if (n_dropped > self->n_dropped_told &&
      !ts_store_add_event (self->store, NULL, TS_RECORD_EVENT_DROPPED, self->real_ns, self->real_ns,
                           (gint64) (n_dropped - self->n_dropped_told), "", error))
    return FALSE;
  if (self->monotonic_ns - self->tidied_ns < TIDY_NS)
    return TRUE;
  clock_source = read_word (self->clock_source_path);
  if (strcmp (clock_source, self->clock_source) != 0 &&
      !ts_store_add_event (self->store, NULL, TS_RECORD_EVENT_CLOCK_SOURCE, self->real_ns, self->real_ns, 0, clock_source,
                           error))
    return FALSE;
  g_free (self->clock_source);
  self->clock_source = g_steal_pointer (&clock_source);
  return ts_store_tidy (self->store, &self->retention, self->real_ns, error);
}

static gboolean
series_is_over (gpointer key,
                gpointer value,
                gpointer user_data)
{
  return ((Series *) value)->is_over;
}

/* What waited is in the file now. */
static void
forget_written (TsRecorder *self,
                guint64 n_dropped)
{
  GHashTableIter iter;
  gpointer series;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, NULL, &series))
    g_array_set_size (((Series *) series)->waiting, 0);
  g_hash_table_foreach_remove (self->series, series_is_over, NULL);
  self->n_waiting = 0;
  self->n_dropped_told = n_dropped;
  if (self->monotonic_ns - self->tidied_ns >= TIDY_NS)
    self->tidied_ns = self->monotonic_ns;
}

/* What the file does not have yet comes into it as a whole, or not at all. A session that was begun in vain is begun again
 * the next time. */
static void
forget_sessions (TsRecorder *self,
                 GHashTable *begun)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (begun, key))
      ((Series *) value)->session = 0;
}

/* After a damaged file was moved aside, the sessions go on in the next one without their beginning. */
static void
start_over (TsRecorder *self,
            GError **error)
{
  char *moved_to = NULL;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Series *series = value;

      series->is_fresh = series->is_fresh && series->session == 0;
      series->session = 0;
    }
  if (!ts_store_start_over (self->store, &moved_to, error))
    g_clear_pointer (&self->store, ts_store_close);
  set_moved_to (self, moved_to);
}

/* A file that could not be opened for a reason that lasts is not tried again. */
static void
handle_failure (TsRecorder *self,
                const GError *error,
                GHashTable *begun)
{
  static const TsRecordError lasting[] = {
    TS_RECORD_ERROR_READ_ONLY, TS_RECORD_ERROR_FOREIGN, TS_RECORD_ERROR_NEWER, TS_RECORD_ERROR_LOCKED,
  };

  if (self->store != NULL)
    ts_store_roll_back (self->store);
  forget_sessions (self, begun);
  for (gsize i = 0; i < G_N_ELEMENTS (lasting); i++)
    if (self->store == NULL && g_error_matches (error, TS_RECORD_ERROR, lasting[i]))
      self->has_given_up = TRUE;
  if (self->has_given_up)
    forget_written (self, 0);
  self->has_failed = TRUE;
  set_error (self, error);
}

/* Returns: (transfer full): the series that are in the file */
static GHashTable *
list_begun (TsRecorder *self)
{
  GHashTable *begun = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Series *) value)->session != 0)
      g_hash_table_add (begun, key);
  return begun;
}

static gboolean
write_all (TsRecorder *self,
           guint64 n_dropped,
           GError **error)
{
  return open_store (self, error) && write_all_series (self, error) && write_events (self, n_dropped, error) &&
         ts_store_commit (self->store, error);
}

static void
commit (TsRecorder *self)
{
  g_autoptr (GHashTable) begun = list_begun (self);
  g_autoptr (GError) error = NULL;
  guint64 n_dropped;

  if (self->has_given_up)
    return;
  pthread_mutex_lock (&self->mutex);
  n_dropped = self->n_dropped;
  pthread_mutex_unlock (&self->mutex);
  self->committed_ns = self->monotonic_ns;
  if (!write_all (self, n_dropped, &error) && g_error_matches (error, TS_RECORD_ERROR, TS_RECORD_ERROR_DAMAGED) &&
      self->store != NULL)
    {
      g_clear_error (&error);
      start_over (self, &error);
      g_hash_table_remove_all (begun);
      if (self->store != NULL)
        write_all (self, n_dropped, &error);
    }
  if (error != NULL)
    {
      handle_failure (self, error, begun);
      return;
    }
  self->has_failed = FALSE;
  forget_written (self, n_dropped);
  set_error (self, NULL);
}

static void
drop (TsRecorder *self)
{
  pthread_mutex_lock (&self->mutex);
  self->n_dropped++;
  pthread_mutex_unlock (&self->mutex);
}

static void
take_record (TsRecorder *self,
             const Item *item)
{
  Series *series = g_hash_table_lookup (self->series, GUINT_TO_POINTER (item->series));

  if (series == NULL || self->has_given_up)
    return;
  if (self->n_waiting >= TS_RECORDER_MAX_QUEUE)
    {
      drop (self);
      return;
    }
  g_array_append_vals (series->waiting, item->record, 1);
  self->n_waiting++;
}

static void
take_begin (TsRecorder *self,
            Item *item)
{
  Series *series = g_new (Series, 1);

  *series = (Series) {
    .address = g_steal_pointer (&item->address),
    .name = g_steal_pointer (&item->name),
    .begin_ns = item->real_ns,
    .is_fresh = item->is_fresh,
    .waiting = g_array_new (FALSE, FALSE, sizeof (TsRecord)),
  };
  g_hash_table_insert (self->series, GUINT_TO_POINTER (item->series), series);
}

/* The waiting records have to be in the file first, because they are older. */
static void
take_hiding (TsRecorder *self,
             const Item *item)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done;

  commit (self);
  if (self->store == NULL || self->has_failed)
    return;
  if (item->type == ITEM_HIDE)
    is_done = ts_store_hide (self->store, item->address, item->real_ns, item->real_ns + UNDO_NS, &error);
  else
    is_done = ts_store_unhide (self->store, item->address, &error);
  if (is_done && ts_store_commit (self->store, &error))
    return;
  ts_store_roll_back (self->store);
  set_error (self, error);
}

static void
take_item (TsRecorder *self,
           Item *item)
{
  Series *series;

  self->real_ns = item->real_ns;
  self->monotonic_ns = item->monotonic_ns;
  switch (item->type)
    {
    case ITEM_BEGIN:
      take_begin (self, item);
      break;
    case ITEM_RECORD:
      take_record (self, item);
      break;
    case ITEM_END:
      series = g_hash_table_lookup (self->series, GUINT_TO_POINTER (item->series));
      if (series != NULL)
        series->is_over = TRUE;
      break;
    case ITEM_HIDE:
    case ITEM_UNHIDE:
      take_hiding (self, item);
      break;
    case ITEM_RETENTION:
      self->retention = item->retention;
      break;
    case ITEM_FLUSH:
    case ITEM_STOP:
      commit (self);
      break;
    default:
      g_assert_not_reached ();
    }
  if (self->monotonic_ns - self->committed_ns >= (self->has_failed ? RETRY_NS : COMMIT_NS))
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

static void
close_all (TsRecorder *self)
{
  GHashTableIter iter;
  gpointer series;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, NULL, &series))
    ((Series *) series)->is_over = TRUE;
  commit (self);
  g_clear_pointer (&self->store, ts_store_close);
}

static gpointer
work (gpointer user_data)
{
  TsRecorder *self = user_data;
  gboolean is_over = FALSE;

  self->clock_source = read_word (self->clock_source_path);
  self->boot_id = read_word (BOOT_ID);
  commit (self);
  while (!is_over)
    {
      g_autoptr (Item) item = pop_item (self);

      if (item == NULL)
        {
          if (self->n_waiting > 0 && !self->has_failed)
            commit (self);
          continue;
        }
      is_over = item->type == ITEM_STOP;
      if (is_over)
        close_all (self);
      else
        take_item (self, item);
      pthread_mutex_lock (&self->mutex);
      self->n_done++;
      pthread_cond_broadcast (&self->changed);
      pthread_mutex_unlock (&self->mutex);
    }
  return NULL;
}

/* Returns: how many items were asked for until now, this one included; 0: it was dropped */
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
  g_clear_pointer (&self->series, g_hash_table_unref);
  g_clear_object (&self->clock);
  g_clear_error (&self->error);
  g_clear_pointer (&self->context, g_main_context_unref);
  pthread_mutex_destroy (&self->mutex);
  pthread_cond_destroy (&self->changed);
  g_free (self->moved_to);
  g_free (self->clock_source);
  g_free (self->boot_id);
  g_free (self->clock_source_path);
  g_free (self->path);
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
   * ts_recorder_get_error() or ts_recorder_get_moved_to() is no longer what it was. It comes in the thread-default main
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
  self->series = g_hash_table_new_full (NULL, NULL, NULL, series_free);
  self->context = g_main_context_ref_thread_default ();
}

/**
 * ts_recorder_new:
 * @settings: what to record into
 * @clock: the clock of the records
 *
 * Returns: (transfer full): a recorder, which opens its file at once but in its own thread: whether it can tell the signal
 *   and ts_recorder_get_error()
 */
TsRecorder *
ts_recorder_new (const TsRecorderSettings *settings,
                 TsClock *clock)
{
  TsRecorder *self = g_object_new (TS_TYPE_RECORDER, NULL);

  self->path = g_strdup (settings->path);
  self->clock_source_path = g_strdup (settings->clock_source_path != NULL ? settings->clock_source_path : CLOCK_SOURCE);
  self->is_own = settings->is_own;
  self->retention = settings->retention;
  self->clock = g_object_ref (clock);
  self->real_ns = ts_clock_get_now_ns (clock);
  self->monotonic_ns = ts_clock_get_monotonic_ns (clock);
  self->tidied_ns = self->monotonic_ns;
  self->thread = g_thread_new ("recorder", work, self);
  return self;
}

/**
 * ts_recorder_stop:
 * @self: a recorder
 *
 * Writes down what waits, ends all series and closes the file. Nothing is recorded afterwards.
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
 * @address: a server's, as a person types it
 * @name: what it is called
 * @is_fresh: whether all that its estimator was ever given will be recorded, so that a replay gives the same
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
 * @record: what came after all others of that series
 *
 * It will be in the file within a second, if the file can be written. Never waits.
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
 * @address: a server's
 *
 * Hides what is recorded of a server until now, and deletes it when two minutes have passed, or the next time. Until then
 * ts_recorder_unhide() brings it back.
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
 * @address: a server's, of which something was hidden
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
 * Waits until all that was asked of it until now is in the file, or cannot be written.
 *
 * Returns: whether it is
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
 * Returns: (transfer full) (nullable): why nothing is recorded now, a %TS_RECORD_ERROR; %NULL: all is
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
 * Returns: (transfer full) (nullable): where a damaged file was moved; %NULL: there was none
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

/**
 * ts_recorder_get_path:
 * @self: a recorder
 *
 * Returns: (transfer none): its file
 */
const char *
ts_recorder_get_path (TsRecorder *self)
{
  return self->path;
}

/**
 * ts_recorder_get_n_dropped:
 * @self: a recorder
 *
 * Returns: how many records were not recorded because too many waited
 */
guint64
ts_recorder_get_n_dropped (TsRecorder *self)
{
  guint64 n_dropped;

  pthread_mutex_lock (&self->mutex);
  n_dropped = self->n_dropped;
  pthread_mutex_unlock (&self->mutex);
  return n_dropped;
}
