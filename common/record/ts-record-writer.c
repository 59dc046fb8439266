/* Writes the records of several series into a recording, for one thread.
 *
 * Records wait in memory until a commit, which writes all of them or none. If a commit fails, the records go on waiting and
 * the next commit tries again. A file that cannot be opened for a reason that lasts is given up.
 *
 * The writer reads no clock: it is told the time, so that a test with a clock of its own does not have to wait.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-record-writer.h"

#include <string.h>

#include "measure/ts-time.h"

#define COMMIT_NS TS_NS_PER_S
#define RETRY_NS  (10 * TS_NS_PER_S)
#define TIDY_NS   (10 * TS_NS_PER_S)
#define BOOT_ID   "/proc/sys/kernel/random/boot_id"

typedef struct
{
  char *address;
  char *name;
  gint64 begin_ns;
  gboolean is_fresh;
  gboolean is_over;
  gint64 session;  /* in the file; 0: it has none so far */
  GArray *waiting; /* (element-type TsRecord) */
} Series;

struct _TsRecordWriter
{
  char *path;
  gboolean is_own;
  TsStore *store; /* (nullable) */
  TsRetention retention;
  GHashTable *series; /* number → Series */
  gsize n_waiting;    /* records, in all series together */
  guint64 n_dropped;  /* of which the file knows */
  char *clock_source_path;
  char *clock_source;
  char *boot_id;
  gint64 real_ns; /* now */
  gint64 monotonic_ns;
  gint64 committed_ns; /* monotonic */
  gint64 tidied_ns;
  gboolean has_failed;   /* whether the last commit did */
  gboolean has_given_up; /* nothing will ever be recorded */
  GError *error;         /* (nullable) */
  char *moved_to;        /* (nullable) */
};

static void
series_free (gpointer data)
{
  Series *series = data;

  g_free (series->address);
  g_free (series->name);
  g_array_unref (series->waiting);
  g_free (series);
}

static char *
read_word (const char *path)
{
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("");
  return g_strstrip (text);
}

/* @moved_to: (transfer full) (nullable) */
static void
set_moved_to (TsRecordWriter *self,
              char *moved_to)
{
  if (moved_to == NULL)
    return;
  g_free (self->moved_to);
  self->moved_to = moved_to;
}

/* @error: (transfer full) (nullable) */
static void
set_error (TsRecordWriter *self,
           GError *error)
{
  g_clear_error (&self->error);
  self->error = error;
}

static gboolean
open_store (TsRecordWriter *self,
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
write_series (TsRecordWriter *self,
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
  for (guint first = 0; first < series->waiting->len; first += TS_RECORD_PAGE_LENGTH)
    if (!ts_store_append (self->store, series->session, &g_array_index (series->waiting, TsRecord, first),
                          MIN (series->waiting->len - first, TS_RECORD_PAGE_LENGTH), error))
      return FALSE;
  return !series->is_over || ts_store_end_session (self->store, series->session, error);
}

static gboolean
write_all_series (TsRecordWriter *self,
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
write_events (TsRecordWriter *self,
              guint64 n_dropped,
              GError **error)
{
  g_autofree char *clock_source = NULL;

  if (n_dropped > self->n_dropped &&
      !ts_store_add_event (self->store, NULL, TS_RECORD_EVENT_DROPPED, self->real_ns, self->real_ns,
                           (gint64) (n_dropped - self->n_dropped), "", error))
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

/* The records that waited are in the file now, or never will be. */
static void
forget_waiting (TsRecordWriter *self,
                guint64 n_dropped)
{
  GHashTableIter iter;
  gpointer series;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, NULL, &series))
    g_array_set_size (((Series *) series)->waiting, 0);
  g_hash_table_foreach_remove (self->series, series_is_over, NULL);
  self->n_waiting = 0;
  self->n_dropped = n_dropped;
  if (self->monotonic_ns - self->tidied_ns >= TIDY_NS)
    self->tidied_ns = self->monotonic_ns;
}

/* A session that was begun in a commit that failed is not in the file, and is begun again by the next commit. */
static void
forget_sessions (TsRecordWriter *self,
                 GHashTable *begun)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (begun, key))
      ((Series *) value)->session = 0;
}

/* Moves a damaged file aside. The sessions go on in a new file, without their beginning. */
static void
start_over (TsRecordWriter *self,
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

/* @error: (transfer full): why a commit failed */
static void
handle_failure (TsRecordWriter *self,
                GError *error,
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
    forget_waiting (self, 0);
  self->has_failed = TRUE;
  set_error (self, error);
}

/* Returns: (transfer full): the numbers of the series that have a session in the file */
static GHashTable *
list_begun (TsRecordWriter *self)
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
write_all (TsRecordWriter *self,
           guint64 n_dropped,
           GError **error)
{
  return open_store (self, error) && write_all_series (self, error) && write_events (self, n_dropped, error) &&
         ts_store_commit (self->store, error);
}

/**
 * ts_record_writer_new:
 * @path: the file, which the first commit opens
 * @is_own: whether the file is the program's own; then a file that is no recording at all is moved aside too
 * @clock_source_path: the file that says which clock source the kernel uses
 * @retention: how much of the past to keep
 * @real_ns: our clock now
 * @monotonic_ns: the monotonic clock now
 *
 * Returns: (transfer full): a writer without a series
 */
TsRecordWriter *
ts_record_writer_new (const char *path,
                      gboolean is_own,
                      const char *clock_source_path,
                      const TsRetention *retention,
                      gint64 real_ns,
                      gint64 monotonic_ns)
{
  TsRecordWriter *self = g_new0 (TsRecordWriter, 1);

  self->path = g_strdup (path);
  self->is_own = is_own;
  self->clock_source_path = g_strdup (clock_source_path);
  self->retention = *retention;
  self->series = g_hash_table_new_full (NULL, NULL, NULL, series_free);
  self->clock_source = read_word (clock_source_path);
  self->boot_id = read_word (BOOT_ID);
  self->real_ns = real_ns;
  self->monotonic_ns = self->tidied_ns = monotonic_ns;
  return self;
}

/**
 * ts_record_writer_free:
 * @self: (transfer full): a writer; it closes the file, and the records that still wait are lost
 */
void
ts_record_writer_free (TsRecordWriter *self)
{
  g_clear_pointer (&self->store, ts_store_close);
  g_hash_table_unref (self->series);
  g_clear_error (&self->error);
  g_free (self->moved_to);
  g_free (self->clock_source);
  g_free (self->boot_id);
  g_free (self->clock_source_path);
  g_free (self->path);
  g_free (self);
}

/**
 * ts_record_writer_set_now:
 * @self: a writer
 * @real_ns: our clock now
 * @monotonic_ns: the monotonic clock now
 */
void
ts_record_writer_set_now (TsRecordWriter *self,
                          gint64 real_ns,
                          gint64 monotonic_ns)
{
  self->real_ns = real_ns;
  self->monotonic_ns = monotonic_ns;
}

/**
 * ts_record_writer_begin:
 * @self: a writer
 * @series: the number of a new series
 * @address: its server's address, as a person types it
 * @name: what the server is called
 * @is_fresh: whether everything that its estimator was ever given will be recorded, so that a replay gives the same
 */
void
ts_record_writer_begin (TsRecordWriter *self,
                        guint series,
                        const char *address,
                        const char *name,
                        gboolean is_fresh)
{
  Series *begun = g_new (Series, 1);

  *begun = (Series) {
    .address = g_strdup (address),
    .name = g_strdup (name),
    .begin_ns = self->real_ns,
    .is_fresh = is_fresh,
    .waiting = g_array_new (FALSE, FALSE, sizeof (TsRecord)),
  };
  g_hash_table_insert (self->series, GUINT_TO_POINTER (series), begun);
}

/**
 * ts_record_writer_add:
 * @self: a writer
 * @series: the number of a series
 * @record: the record that follows all others of that series
 *
 * Returns: %FALSE if the record was dropped because too many wait
 */
gboolean
ts_record_writer_add (TsRecordWriter *self,
                      guint series,
                      const TsRecord *record)
{
  Series *begun = g_hash_table_lookup (self->series, GUINT_TO_POINTER (series));

  if (begun == NULL || self->has_given_up)
    return TRUE;
  if (self->n_waiting >= TS_RECORD_WRITER_MAX_WAITING)
    return FALSE;
  g_array_append_vals (begun->waiting, record, 1);
  self->n_waiting++;
  return TRUE;
}

/**
 * ts_record_writer_end:
 * @self: a writer
 * @series: the number of a series to which nothing is added any more
 */
void
ts_record_writer_end (TsRecordWriter *self,
                      guint series)
{
  Series *begun = g_hash_table_lookup (self->series, GUINT_TO_POINTER (series));

  if (begun != NULL)
    begun->is_over = TRUE;
}

/**
 * ts_record_writer_end_all:
 * @self: a writer to which nothing is added any more
 */
void
ts_record_writer_end_all (TsRecordWriter *self)
{
  GHashTableIter iter;
  gpointer series;

  g_hash_table_iter_init (&iter, self->series);
  while (g_hash_table_iter_next (&iter, NULL, &series))
    ((Series *) series)->is_over = TRUE;
}

/**
 * ts_record_writer_hide:
 * @self: a writer whose last commit succeeded, so that the file has all older records
 * @address: a server's address
 * @is_hidden: whether to hide what is recorded of it until now, or to undo that
 *
 * What is hidden is deleted after two minutes.
 */
void
ts_record_writer_hide (TsRecordWriter *self,
                       const char *address,
                       gboolean is_hidden)
{
  g_autoptr (GError) error = NULL;

  if (self->store == NULL || self->has_failed)
    return;
  if ((is_hidden ? ts_store_hide (self->store, address, self->real_ns, self->real_ns + TS_RECORD_UNDO_NS, &error)
                 : ts_store_unhide (self->store, address, &error)) &&
      ts_store_commit (self->store, &error))
    return;
  ts_store_roll_back (self->store);
  set_error (self, g_steal_pointer (&error));
}

/**
 * ts_record_writer_set_retention:
 * @self: a writer
 * @retention: how much of the past to keep from now on
 */
void
ts_record_writer_set_retention (TsRecordWriter *self,
                                const TsRetention *retention)
{
  self->retention = *retention;
}

/**
 * ts_record_writer_commit:
 * @self: a writer
 * @n_dropped: how many records were dropped since the start; the file is told of new ones
 *
 * Writes the records that wait. ts_record_writer_get_error() says whether that succeeded.
 */
void
ts_record_writer_commit (TsRecordWriter *self,
                         guint64 n_dropped)
{
  g_autoptr (GHashTable) begun = list_begun (self);
  GError *error = NULL;

  if (self->has_given_up)
    return;
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
  forget_waiting (self, n_dropped);
  set_error (self, NULL);
}

/**
 * ts_record_writer_is_due:
 * @self: a writer
 *
 * Returns: whether the last commit was a second ago, or ten seconds if it failed
 */
gboolean
ts_record_writer_is_due (TsRecordWriter *self)
{
  return self->monotonic_ns - self->committed_ns >= (self->has_failed ? RETRY_NS : COMMIT_NS);
}

/**
 * ts_record_writer_is_waiting:
 * @self: a writer
 *
 * Returns: whether records wait for a commit that is likely to succeed
 */
gboolean
ts_record_writer_is_waiting (TsRecordWriter *self)
{
  return self->n_waiting > 0 && !self->has_failed;
}

/**
 * ts_record_writer_get_error:
 * @self: a writer
 *
 * Returns: (transfer none) (nullable): why the records are not written, a %TS_RECORD_ERROR; %NULL: they are
 */
const GError *
ts_record_writer_get_error (TsRecordWriter *self)
{
  return self->error;
}

/**
 * ts_record_writer_steal_moved_to:
 * @self: a writer
 *
 * Returns: (transfer full) (nullable): where a damaged file was moved since the last call; %NULL: none was
 */
char *
ts_record_writer_steal_moved_to (TsRecordWriter *self)
{
  return g_steal_pointer (&self->moved_to);
}
