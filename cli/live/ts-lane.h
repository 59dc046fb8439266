/* A host's lane in the live view: what is known now, and a chart of blocks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history.h"
#include "shared/ts-quantity.h"

G_BEGIN_DECLS

char *ts_lane_describe (const char        *host,
                        const TsEstimate  *estimate,
                        gint64             round_trip_ns,
                        const char        *error,
                        TsQuantityUnit     unit,
                        int                width);
char *ts_lane_draw     (const TsHistory   *history,
                        int                width,
                        int                height,
                        gboolean           is_unicode);

G_END_DECLS
