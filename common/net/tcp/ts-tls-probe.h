/* TLS connections of a probe, and messages about what is wrong with them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "wire/ts-address.h"
#include "net/stamped/ts-stamped-stream.h"

G_BEGIN_DECLS

void            ts_tls_probe_prepare        (GTlsDatabase         *trust);
GTlsConnection *ts_tls_probe_connection_new (TsStampedStream      *base,
                                             const TsAddress      *target,
                                             GTlsDatabase         *trust,
                                             GError              **error);
gboolean        ts_tls_probe_check_protocol (GTlsConnection       *connection,
                                             GError              **error);
GError         *ts_tls_probe_renegotiated   (void);
GError         *ts_tls_probe_explain        (GTlsConnection       *connection,
                                             const GError         *cause,
                                             const TsAddress      *target,
                                             gint64                now_ns);

G_END_DECLS
