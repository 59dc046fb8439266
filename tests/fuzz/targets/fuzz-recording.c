/* Fuzz target of ts-recording: a file that says it is a recording.
 *
 * The input is the file's pages, of which SQLite wants more than a few bytes: the corpus has a small recording.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-recording.h"

#include "fuzz-file.h"
#include "fuzz-target.h"

static gboolean
got_block (const TsRecordedBlock *block,
           gpointer user_data)
{
  guint *n_blocks = user_data;

  g_assert_cmpuint (block->records->len, >, 0);
  return ++*n_blocks < 64;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsRecording) recording = ts_recording_open (fuzz_file_write (data, size), &error);
  g_autoptr (GPtrArray) servers = NULL;

  g_assert_true ((recording == NULL) == (error != NULL));
  if (recording == NULL)
    return 0;
  servers = ts_recording_list_servers (recording, NULL);
  for (guint i = 0; servers != NULL && i < MIN (servers->len, 4); i++)
    {
      guint n_blocks = 0, n_damaged;

      ts_recording_read (recording, servers->pdata[i], G_MININT64, G_MAXINT64, got_block, &n_blocks, &n_damaged, NULL);
    }
  return 0;
}
