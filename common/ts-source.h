/* The end of a source of a main loop.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ts_source_clear:
 * @source: (inout) (transfer full) (nullable): a source, which is not called again; %NULL afterwards
 */
static inline void
ts_source_clear (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

G_END_DECLS
