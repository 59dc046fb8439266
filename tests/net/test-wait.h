/* Waiting for what must happen, for as long as a slow machine may need.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "measure/ts-time.h"

/* Longer than any step here takes on the slowest machine. */
#define LONG_NS (600 * TS_NS_PER_S)
/* For what is to time out. */
#define SHORT_NS (50 * TS_NS_PER_MS)

static inline gint64
test_patience_ms (void)
{
  const char *seconds = g_getenv ("TS_TEST_PATIENCE_S");

  return 1000 * (seconds != NULL ? g_ascii_strtoll (seconds, NULL, 10) : 60);
}

/**
 * test_get_deadline_us:
 *
 * Returns: when to lose patience with what is tried again and again, by g_get_monotonic_time()
 */
static inline gint64
test_get_deadline_us (void)
{
  return g_get_monotonic_time () + 1000 * test_patience_ms ();
}

static inline gboolean
test_patience_is_over (gpointer condition)
{
  g_error ("In vain waited for: %s", (const char *) condition);
  return G_SOURCE_REMOVE;
}

static inline gboolean
test_look_again (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/**
 * TEST_WAIT:
 * @condition: an expression; the default main context, or another thread, makes it true
 *
 * Runs the default main context until then.
 */
#define TEST_WAIT(condition)                                                                             \
  G_STMT_START                                                                                           \
    {                                                                                                    \
      guint patience_id = g_timeout_add ((guint) test_patience_ms (), test_patience_is_over,             \
                                         (gpointer) G_STRLOC ": " #condition);                           \
      guint look_id = g_timeout_add (2, test_look_again, NULL);                                          \
                                                                                                         \
      while (!(condition))                                                                               \
        g_main_context_iteration (NULL, TRUE);                                                           \
      g_source_remove (look_id);                                                                         \
      g_source_remove (patience_id);                                                                     \
    }                                                                                                    \
  G_STMT_END
