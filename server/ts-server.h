/* A server that tells the time to any number of clients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/clock/ts-clock.h"
#include "report/ts-counters.h"
#include "seal/ts-seal-key.h"
#include "settings/ts-settings.h"
#include "limit/ts-throttle.h"

G_BEGIN_DECLS

#define TS_TYPE_SERVER (ts_server_get_type ())
G_DECLARE_FINAL_TYPE (TsServer, ts_server, TS, SERVER, GObject)

TsServer *ts_server_new               (TsClock             *clock,
                                       const TsSettings    *settings);
gboolean  ts_server_check_descriptors (const TsSettings    *settings,
                                       GError             **error);
gboolean  ts_server_listen            (TsServer            *self,
                                       const char * const  *addresses,
                                       guint16              port,
                                       GError             **error);
gboolean  ts_server_adopt             (TsServer            *self,
                                       int                  fd,
                                       GError             **error);
gboolean  ts_server_is_listening      (TsServer            *self);
gboolean  ts_server_has_ntp_sockets   (TsServer            *self);
gboolean  ts_server_start             (TsServer            *self,
                                       GError             **error);
gboolean  ts_server_reload            (TsServer            *self,
                                       const TsSettings    *settings,
                                       GError             **error);
void      ts_server_end               (TsServer            *self);
void      ts_server_stop              (TsServer            *self);
guint16   ts_server_get_port          (TsServer            *self);
char    **ts_server_get_addresses     (TsServer            *self);
gboolean  ts_server_has_address       (TsServer            *self,
                                       guint                i);
char    **ts_server_get_ntp_addresses (TsServer            *self);
GTlsCertificate *ts_server_ref_certificate (TsServer       *self);
TsSealKey *ts_server_get_seal_key     (TsServer            *self);
gboolean  ts_server_is_alive          (TsServer            *self);
guint     ts_server_get_n_clients     (TsServer            *self);
guint     ts_server_get_max_clients   (TsServer            *self);
void      ts_server_get_counters      (TsServer            *self,
                                       TsCounters          *sum);
guint     ts_server_list_clients      (TsServer            *self,
                                       TsThrottleClient    *clients,
                                       guint                n_max,
                                       guint               *n_connected);
void      ts_server_log_refusals      (TsServer            *self);

G_END_DECLS
