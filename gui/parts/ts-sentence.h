/* A sentence that wraps between words only, whatever the length of the names in it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean ts_sentence_show (GtkLabel   *label,
                           const char *text,
                           int         width_px);

G_END_DECLS
