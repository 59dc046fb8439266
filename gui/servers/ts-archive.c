/* What is recorded of the servers of the list.
 *
 * Each server that is ever listed is recorded as long as the program runs, in one file, unless the user does not want it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-archive.h"

#include <glib/gi18n.h>

#include "measure/ts-time.h"
#include "record/ts-tap.h"

#define DAY_NS (86400 * TS_NS_PER_S)

struct _TsArchive
{
  GObject parent_instance;

  GSettings *settings;
  TsClock *clock;
  TsEnsemble *ensemble;
  char *path;
  TsRecorder *recorder; /* (nullable): while the user wants it */
  GHashTable *tapped;   /* of TsMonitor, none of them ours: those that are recorded */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsArchive, ts_archive, G_TYPE_OBJECT)

static void
monitor_gone (gpointer user_data,
              GObject *monitor)
{
  g_hash_table_remove (TS_ARCHIVE (user_data)->tapped, monitor);
}

/* A server that is removed and brought back is the same monitor. */
static void
tap_all (TsArchive *self)
{
  for (guint i = 0; self->recorder != NULL && i < ts_ensemble_get_length (self->ensemble); i++)
    {
      TsMonitor *monitor = ts_ensemble_get (self->ensemble, i);

      if (!g_hash_table_add (self->tapped, monitor))
        continue;
      g_object_weak_ref (G_OBJECT (monitor), monitor_gone, self);
      ts_tap_monitor (monitor, self->recorder);
    }
}

static void
forget_tapped (TsArchive *self)
{
  GHashTableIter iter;
  gpointer monitor;

  g_hash_table_iter_init (&iter, self->tapped);
  while (g_hash_table_iter_next (&iter, &monitor, NULL))
    g_object_weak_unref (monitor, monitor_gone, self);
  g_hash_table_remove_all (self->tapped);
}

static TsRetention
get_retention (TsArchive *self)
{
  return (TsRetention) {
    .keep_ns = g_settings_get_uint (self->settings, "history-days") * DAY_NS,
    .exact_ns = g_settings_get_uint (self->settings, "history-exact-days") * DAY_NS,
  };
}

static void
state_changed (TsArchive *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
stop_recorder (TsArchive *self)
{
  if (self->recorder == NULL)
    return;
  forget_tapped (self);
  g_signal_handlers_disconnect_by_data (self->recorder, self);
  ts_recorder_stop (self->recorder);
  g_clear_object (&self->recorder);
}

static void
start_recorder (TsArchive *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  const TsRecorderSettings settings = { .path = self->path, .is_own = TRUE, .retention = get_retention (self) };

  /* If that fails, the recorder says what it cannot do. */
  g_mkdir_with_parents (folder, 0700);
  self->recorder = ts_recorder_new (&settings, self->clock);
  g_signal_connect_object (self->recorder, "state-changed", G_CALLBACK (state_changed), self, G_CONNECT_SWAPPED);
  tap_all (self);
}

static void
preferences_changed (TsArchive *self)
{
  gboolean records = g_settings_get_boolean (self->settings, "record-history");
  TsRetention retention = get_retention (self);

  if (!records)
    stop_recorder (self);
  else if (self->recorder == NULL)
    start_recorder (self);
  else
    ts_recorder_set_retention (self->recorder, &retention);
  state_changed (self);
}

static void
ts_archive_dispose (GObject *object)
{
  TsArchive *self = TS_ARCHIVE (object);

  stop_recorder (self);
  g_clear_object (&self->ensemble);
  g_clear_object (&self->settings);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (ts_archive_parent_class)->dispose (object);
}

static void
ts_archive_finalize (GObject *object)
{
  TsArchive *self = TS_ARCHIVE (object);

  g_hash_table_unref (self->tapped);
  g_free (self->path);
  G_OBJECT_CLASS (ts_archive_parent_class)->finalize (object);
}

static void
ts_archive_class_init (TsArchiveClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_archive_dispose;
  object_class->finalize = ts_archive_finalize;

  /**
   * TsArchive::changed:
   *
   * ts_archive_describe_problem() may say something else.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TS_TYPE_ARCHIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
ts_archive_init (TsArchive *self)
{
  self->tapped = g_hash_table_new (NULL, NULL);
}

/**
 * ts_archive_new:
 * @settings: the application's
 * @clock: this computer's
 * @ensemble: the servers
 * @path: the file
 *
 * Returns: (transfer full): what records these servers from now on, if the user wants that
 */
TsArchive *
ts_archive_new (GSettings *settings,
                TsClock *clock,
                TsEnsemble *ensemble,
                const char *path)
{
  TsArchive *self = g_object_new (TS_TYPE_ARCHIVE, NULL);

  self->settings = g_object_ref (settings);
  self->clock = g_object_ref (clock);
  self->ensemble = g_object_ref (ensemble);
  self->path = g_strdup (path);
  g_signal_connect_object (ensemble, "items-changed", G_CALLBACK (tap_all), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::record-history", G_CALLBACK (preferences_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::history-days", G_CALLBACK (preferences_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::history-exact-days", G_CALLBACK (preferences_changed), self,
                           G_CONNECT_SWAPPED);
  preferences_changed (self);
  return self;
}

/**
 * ts_archive_get_default_path:
 *
 * Returns: (transfer full): where the user's history is
 */
char *
ts_archive_get_default_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "timesync", "history.db", NULL);
}

/**
 * ts_archive_get_path:
 * @self: an archive
 *
 * Returns: (transfer none): the file, which may be read meanwhile
 */
const char *
ts_archive_get_path (TsArchive *self)
{
  return self->path;
}

/**
 * ts_archive_stop:
 * @self: an archive, which records nothing any more
 *
 * Writes down what is left.
 */
void
ts_archive_stop (TsArchive *self)
{
  stop_recorder (self);
}

/**
 * ts_archive_flush:
 * @self: an archive
 *
 * Waits until all that was measured is in the file.
 */
void
ts_archive_flush (TsArchive *self)
{
  if (self->recorder != NULL)
    ts_recorder_flush (self->recorder);
}

/**
 * ts_archive_describe_problem:
 * @self: an archive
 *
 * Returns: (transfer full) (nullable): why the servers are not recorded, or what was lost, as a sentence; %NULL: all is well
 */
char *
ts_archive_describe_problem (TsArchive *self)
{
  g_autoptr (GError) error = self->recorder != NULL ? ts_recorder_get_error (self->recorder) : NULL;
  g_autofree char *moved_to = self->recorder != NULL ? ts_recorder_get_moved_to (self->recorder) : NULL;

  if (error == NULL && moved_to == NULL)
    return NULL;
  if (error == NULL)
    return g_strdup_printf (_("The history was damaged. It was moved to “%s”, and a new one begun."), moved_to);
  switch (error->code)
    {
    case TS_RECORD_ERROR_FULL:
      return g_strdup (_("The history is not recorded because the disk is full."));
    case TS_RECORD_ERROR_LOCKED:
      return g_strdup (_("The history is not recorded because another window of Time Sync records it."));
    default:
      return g_strdup_printf (_("The history is not recorded: %s"), error->message);
    }
}

/**
 * ts_archive_hide:
 * @self: an archive
 * @address: a server's
 *
 * Deletes what is recorded of that server until now; for two minutes ts_archive_unhide() brings it back.
 */
void
ts_archive_hide (TsArchive *self,
                 const char *address)
{
  if (self->recorder == NULL)
    return;
  ts_recorder_hide (self->recorder, address);
  ts_recorder_flush (self->recorder);
}

/**
 * ts_archive_unhide:
 * @self: an archive
 * @address: a server's, whose history was deleted
 */
void
ts_archive_unhide (TsArchive *self,
                   const char *address)
{
  if (self->recorder == NULL)
    return;
  ts_recorder_unhide (self->recorder, address);
  ts_recorder_flush (self->recorder);
}
