/* A sentence that wraps between words only, whatever the length of the names in it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

char    *ts_sentence_fit_name       (GtkLabel   *label,
                                     const char *name,
                                     int         width_px);
gboolean ts_sentence_show           (GtkLabel   *label,
                                     const char *text,
                                     int         width_px);
void     ts_sentence_forbid_hyphens (GtkWidget  *widget);

G_END_DECLS
