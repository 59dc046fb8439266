/* A recording in a folder of its own, by a clock that stands still.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib/gstdio.h>

#include "record/ts-recorder.h"
#include "record/ts-recording.h"
#include "test-records.h"

typedef struct
{
  char *folder;
  char *path;
  char *clock_source_path;
  TsClock *clock;
  TsRecorder *recorder;
} TestFile;

static inline void
test_file_open_again (TestFile *self)
{
  TsRecorderSettings settings = {
    .path = self->path,
    .is_own = TRUE,
    .clock_source_path = self->clock_source_path,
  };

  g_clear_object (&self->recorder);
  self->recorder = ts_recorder_new (&settings, self->clock);
}

static inline void
test_file_init (TestFile *self)
{
  *self = (TestFile) { 0 };
  self->folder = g_dir_make_tmp ("timesync-record-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  self->path = g_build_filename (self->folder, "history.db", NULL);
  self->clock_source_path = g_build_filename (self->folder, "clock-source", NULL);
  g_assert_true (g_file_set_contents (self->clock_source_path, "tsc\n", -1, NULL));
  self->clock = ts_clock_new_fake (TEST_START_NS);
  test_file_open_again (self);
}

/* Removes a folder that holds only files. */
static inline void
test_remove_folder (const char *folder)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static inline void
test_file_clear (TestFile *self)
{
  g_clear_object (&self->recorder);
  g_assert_finalize_object (self->clock);
  test_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->clock_source_path);
}

/* Records what comes next at its own time. @records: (nullable): where to append it too */
static inline void
test_file_add (TestFile *self,
               guint number,
               TestSeries *series,
               GArray *records)
{
  TsRecord record = test_series_next (series);
  gint64 now_ns = ts_clock_get_now_ns (self->clock);

  if (record.at_ns > now_ns)
    ts_clock_advance (self->clock, record.at_ns - now_ns);
  ts_recorder_add (self->recorder, number, &record);
  if (records != NULL)
    g_array_append_val (records, record);
  /* As fast as the disk, so that nothing is dropped. */
  if (series->n % 5000 == 0)
    ts_recorder_flush (self->recorder);
}

static inline gboolean
test_take_block (const TsRecordedBlock *block,
                 gpointer records)
{
  g_array_append_vals (records, block->records->data, block->records->len);
  return TRUE;
}

/* Returns: (transfer full): all records of a server */
static inline GArray *
test_file_read (TestFile *self,
                const char *address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsRecording) recording = ts_recording_open (self->path, &error);
  g_autoptr (GPtrArray) servers = NULL;
  GArray *records = g_array_new (FALSE, FALSE, sizeof (TsRecord));
  guint n_damaged;

  g_assert_no_error (error);
  servers = ts_recording_list_servers (recording, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < servers->len; i++)
    if (g_strcmp0 (((TsRecordedServer *) servers->pdata[i])->address, address) == 0)
      {
        ts_recording_read (recording, servers->pdata[i], 0, G_MAXINT64, test_take_block, records, &n_damaged, &error);
        g_assert_no_error (error);
        g_assert_cmpuint (n_damaged, ==, 0);
      }
  return records;
}

static inline void
test_assert_same_records (GArray *a,
                          GArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    test_assert_same_record (&g_array_index (a, TsRecord, i), &g_array_index (b, TsRecord, i));
}
