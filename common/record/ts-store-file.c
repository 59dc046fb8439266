/* The file of a recording as a whole: locked for one program, told from other files, moved aside when it is damaged.
 *
 * The lock is on a file of its own, FILE.lock, because SQLite locks the database itself whenever it is read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-store-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "record/ts-record-sql.h"

/* Where a database has its application_id (https://www.sqlite.org/fileformat.html). */
#define HEADER_SIZE    100
#define APPLICATION_AT 68

struct _TsStoreFile
{
  char *path;
  int lock_fd;
};

/**
 * ts_store_file_lock:
 * @path: the file, which need not be there
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable): the file, into which no other program records until it is unlocked; %NULL with @error
 */
TsStoreFile *
ts_store_file_lock (const char *path,
                     GError **error)
{
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);
  TsStoreFile *self;
  int fd = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  int number = errno;

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    {
      self = g_new (TsStoreFile, 1);
      *self = (TsStoreFile) { g_strdup (path), fd };
      return self;
    }
  number = fd < 0 ? number : errno;
  if (fd >= 0)
    close (fd);
  if (number == EWOULDBLOCK)
    g_set_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_LOCKED, _("Another program records into “%s”"), path);
  else
    g_set_error (error, TS_RECORD_ERROR, number == ENOSPC ? TS_RECORD_ERROR_FULL : TS_RECORD_ERROR_READ_ONLY,
                 _("Cannot create “%s”: %s"), lock_path, g_strerror (number));
  return NULL;
}

/**
 * ts_store_file_unlock:
 * @self: (transfer full): a file
 */
void
ts_store_file_unlock (TsStoreFile *self)
{
  close (self->lock_fd);
  g_free (self->path);
  g_free (self);
}

/**
 * ts_store_file_get_path:
 * @self: a file
 *
 * Returns: (transfer none): its path
 */
const char *
ts_store_file_get_path (TsStoreFile *self)
{
  return self->path;
}

/**
 * ts_store_file_is_recording:
 * @self: a file
 *
 * An empty file that has a log is no recording: it was cut, and SQLite would delete the log.
 *
 * Returns: whether the file is absent, is empty, or begins as a recording does
 */
gboolean
ts_store_file_is_recording (TsStoreFile *self)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  guint8 header[HEADER_SIZE] = { 0 };
  guint32 id;
  int fd = open (self->path, O_RDONLY | O_CLOEXEC);
  gssize n;

  if (fd < 0)
    return errno == ENOENT;
  n = read (fd, header, sizeof header);
  close (fd);
  memcpy (&id, header + APPLICATION_AT, sizeof id);
  if (n == 0)
    return !g_file_test (log, G_FILE_TEST_EXISTS);
  return n == HEADER_SIZE && GUINT32_FROM_BE (id) == TS_RECORD_APPLICATION_ID;
}

/**
 * ts_store_file_move_aside:
 * @self: a file that is damaged, or no recording
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Moves the file and its log to a name that is free, so that nothing is overwritten.
 *
 * Returns: (transfer full) (nullable): the new path; %NULL with @error
 */
char *
ts_store_file_move_aside (TsStoreFile *self,
                           GError **error)
{
  const char *const suffixes[] = { "-wal", "-shm", "" };
  g_autofree char *moved_to = NULL;

  for (guint i = 1; moved_to == NULL || g_file_test (moved_to, G_FILE_TEST_EXISTS); i++)
    {
      g_free (moved_to);
      moved_to = g_strdup_printf ("%s.damaged-%u", self->path, i);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (self->path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (moved_to, suffixes[i], NULL);

      if (g_rename (from, to) == 0 || errno == ENOENT)
        continue;
      g_set_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_READ_ONLY, _("Cannot move the damaged “%s” aside: %s"), from,
                   g_strerror (errno));
      return NULL;
    }
  return g_steal_pointer (&moved_to);
}
