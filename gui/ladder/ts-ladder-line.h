/* A line of the ladder's arithmetic: what, how, and how much.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ladder/ts-ladder-rows.h"

G_BEGIN_DECLS

#define TS_TYPE_LADDER_LINE (ts_ladder_line_get_type ())
G_DECLARE_FINAL_TYPE (TsLadderLine, ts_ladder_line, TS, LADDER_LINE, GtkListBoxRow)

void ts_ladder_line_show        (TsLadderLine      *self,
                                 const TsLadderRow *row);
void ts_ladder_line_set_compact (TsLadderLine      *self,
                                 gboolean           is_compact,
                                 gboolean           is_tiny);

G_END_DECLS
