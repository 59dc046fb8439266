/* What .ui files compute of the properties that they bind.
 *
 * Each takes the object that the binding is in first, which it does not use.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean ts_closures_has_text (gpointer    object,
                               const char *text);
gboolean ts_closures_either   (gpointer    object,
                               gboolean    is_one,
                               gboolean    is_other);
gboolean ts_closures_not      (gpointer    object,
                               gboolean    is_so);

G_END_DECLS
