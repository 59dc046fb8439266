/* Measures servers when a scraper asks for them, if they are on a list, and not too often.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "exporter/ts-peer.h"
#include "metrics/ts-http-endpoint.h"

G_BEGIN_DECLS

typedef struct _TsProber TsProber;

TsProber *ts_prober_new         (TsClock              *clock);
void      ts_prober_free        (TsProber             *self);
void      ts_prober_set_targets (TsProber             *self,
                                 GPtrArray            *targets,
                                 gint64                least_interval_ns,
                                 const TsPeerSettings *settings,
                                 gboolean              keeps_known);
void      ts_prober_answer      (TsProber             *self,
                                 TsHttpRequest        *request);

G_END_DECLS
