/* A clock's digits, the uncertain ones grey.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TS_TYPE_CLOCK_FACE (ts_clock_face_get_type ())
G_DECLARE_FINAL_TYPE (TsClockFace, ts_clock_face, TS, CLOCK_FACE, GtkWidget)

void ts_clock_face_show        (TsClockFace *self,
                                gint64       instant_ns,
                                guint        n_decimals,
                                gint64       uncertainty_ns);
void ts_clock_face_clear       (TsClockFace *self);
void ts_clock_face_set_shrinks (TsClockFace *self,
                                gboolean     shrinks);

guint      ts_clock_face_count_grey (gint64  uncertainty_ns,
                                     guint   n_decimals);

G_END_DECLS
