/* The hosts that answered before, and their last offsets.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "measure/estimate/ts-estimator.h"

G_BEGIN_DECLS

/**
 * TsRecentHost:
 * @host: an address, as ts_address_to_string() writes it
 * @last: what was known of its clock at the last measurement
 */
typedef struct
{
  char *host;
  TsEstimate last;
} TsRecentHost;

GPtrArray *ts_recent_hosts_load    (GSettings          *settings);
void       ts_recent_hosts_record  (GSettings          *settings,
                                    const char         *host,
                                    const TsEstimate   *last);
char      *ts_recent_host_get_shown_address (const TsRecentHost *recent);
char      *ts_recent_host_describe (const TsRecentHost *recent,
                                    gint64              now_ns);

G_END_DECLS
