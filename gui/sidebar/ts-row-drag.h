/* Lets the user drag the servers of the list to another place in it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "monitor/ts-ensemble.h"
#include "sidebar/ts-server-row.h"

G_BEGIN_DECLS

void                ts_row_drag_add_source (TsServerRow *row);
GtkEventController *ts_row_drag_add_target (GtkListBox  *list,
                                            TsEnsemble  *ensemble);

G_END_DECLS
