/* The picture of an exchange: two lines of time, and request and answer between them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ladder/ts-ladder-exchange.h"

G_BEGIN_DECLS

#define TS_TYPE_LADDER_DIAGRAM (ts_ladder_diagram_get_type ())
G_DECLARE_FINAL_TYPE (TsLadderDiagram, ts_ladder_diagram, TS, LADDER_DIAGRAM, GtkWidget)

void ts_ladder_diagram_show (TsLadderDiagram        *self,
                             const TsLadderExchange *exchange,
                             const char             *server);

G_END_DECLS
