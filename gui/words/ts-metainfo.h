/* What the metainfo says that the window repeats.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ts_metainfo_get_url           (const char *metainfo,
                                     const char *type);
char *ts_metainfo_get_release_notes (const char *metainfo,
                                     const char *version);

G_END_DECLS
