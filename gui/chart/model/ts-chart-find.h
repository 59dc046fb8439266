/* Finds entries of a history by time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history.h"

G_BEGIN_DECLS

/* No entry at all. */
#define TS_CHART_NOWHERE G_MAXSIZE

gsize ts_chart_find_from        (const TsHistory *history,
                                 gsize            length,
                                 gint64           at_ns);
gsize ts_chart_find_nearest     (const TsHistory *history,
                                 gint64           at_ns);
gsize ts_chart_find_next_sample (const TsHistory *history,
                                 gsize            index,
                                 int              direction);
gsize ts_chart_find_next_event  (const TsHistory *history,
                                 gsize            index,
                                 int              direction);

G_END_DECLS
