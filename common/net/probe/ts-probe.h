/* Exchanges stamps with a server, by any protocol.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "wire/ts-address.h"
#include "net/clock/ts-clock.h"
#include "net/probe/ts-witness.h"
#include "measure/ts-exchange.h"

G_BEGIN_DECLS

/**
 * TsProtocol:
 * @TS_PROTOCOL_UNKNOWN: no exchange has succeeded
 * @TS_PROTOCOL_FRAMED: 64-byte frames on a kept TCP connection
 * @TS_PROTOCOL_CLASSIC: a line of text for each TCP connection
 * @TS_PROTOCOL_TLS: frames over TLS, on a kept TCP connection
 * @TS_PROTOCOL_NTP: NTP over UDP, as a client
 */
typedef enum
{
  TS_PROTOCOL_UNKNOWN,
  TS_PROTOCOL_FRAMED,
  TS_PROTOCOL_CLASSIC,
  TS_PROTOCOL_TLS,
  TS_PROTOCOL_NTP,
} TsProtocol;

#define TS_PROBE_ERROR (ts_probe_error_quark ())

/**
 * TsProbeError:
 * @TS_PROBE_ERROR_CLOSED: the server closed the connection before it answered
 * @TS_PROBE_ERROR_MALFORMED: the server sent something that is not an answer
 * @TS_PROBE_ERROR_REFUSED: the server refused, and said why
 * @TS_PROBE_ERROR_UNSUITABLE: the server reports that its own clock is too inaccurate to compare with
 *
 * Errors of time servers. Names that are not found are a %G_RESOLVER_ERROR, other failures on the way are a %G_IO_ERROR
 * or %G_TLS_ERROR, and impossible stamps are a %TS_EXCHANGE_ERROR.
 */
typedef enum
{
  TS_PROBE_ERROR_CLOSED,
  TS_PROBE_ERROR_MALFORMED,
  TS_PROBE_ERROR_REFUSED,
  TS_PROBE_ERROR_UNSUITABLE,
} TsProbeError;

GQuark ts_probe_error_quark (void);

#define TS_TYPE_PROBE (ts_probe_get_type ())
G_DECLARE_DERIVABLE_TYPE (TsProbe, ts_probe, TS, PROBE, GObject)

/**
 * TsProbeClass:
 * @exchange: begins an exchange, which ts_probe_task_succeed() or ts_probe_task_fail() with @task (transfer full) ends
 * @cancel: (nullable): called when the user has cancelled the exchange; @task has to end soon. %NULL: it fails at once
 * @get_min_interval_ns: (nullable): see ts_probe_get_min_interval_ns()
 * @get_default_interval_ns: (nullable): see ts_probe_get_default_interval_ns()
 *
 * Each protocol is a subclass, whose probes ts_probe_construct() makes.
 */
struct _TsProbeClass
{
  GObjectClass parent_class;

  void   (*exchange)                (TsProbe *self,
                                     GTask   *task);
  void   (*cancel)                  (TsProbe *self,
                                     GTask   *task);
  gint64 (*get_min_interval_ns)     (TsProbe *self);
  gint64 (*get_default_interval_ns) (TsProbe *self);
};

gpointer         ts_probe_construct               (GType                 type,
                                                   const TsAddress      *target);
void             ts_probe_set_protocol            (TsProbe              *self,
                                                   TsProtocol            protocol);
void             ts_probe_set_remote              (TsProbe              *self,
                                                   const char           *remote);
void             ts_probe_exchange_async          (TsProbe              *self,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
gboolean         ts_probe_exchange_finish         (TsProbe              *self,
                                                   GAsyncResult         *result,
                                                   TsSample             *sample,
                                                   GError              **error);
void             ts_probe_set_witness             (TsProbe              *self,
                                                  TsWitness            *witness);
TsWitness       *ts_probe_get_witness             (TsProbe              *self);
const TsAddress *ts_probe_get_target              (TsProbe              *self);
TsProtocol       ts_probe_get_protocol            (TsProbe              *self);
const char      *ts_probe_get_remote              (TsProbe              *self);
gint64           ts_probe_get_min_interval_ns     (TsProbe              *self);
gint64           ts_probe_get_default_interval_ns (TsProbe              *self);
const char      *ts_protocol_get_name             (TsProtocol            protocol);

G_END_DECLS
