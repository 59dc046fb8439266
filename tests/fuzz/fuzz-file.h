/* The bytes of an input as a file, for fuzz targets of what reads files.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *fuzz_file_path;

static inline void
fuzz_file_remove (void)
{
  g_unlink (fuzz_file_path);
  g_clear_pointer (&fuzz_file_path, g_free);
}

/* Returns: the path of a file that holds the bytes; the same one each time, which goes with the process. SQLite opens
 * none that has no name, such as one in memory. */
static inline const char *
fuzz_file_write (gconstpointer bytes,
                 gsize length)
{
  static int fd = -1;

  if (fd < 0)
    {
      fd = g_file_open_tmp ("timesync-fuzz-XXXXXX", &fuzz_file_path, NULL);
      g_assert_cmpint (fd, >=, 0);
      atexit (fuzz_file_remove);
    }
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (pwrite (fd, bytes, length, 0), ==, (gssize) length);
  return fuzz_file_path;
}
