/* What can exchange stamps with a server, whatever the protocol.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/probe/ts-probe.h"

#include "measure/ts-schedule.h"
#include "measure/ts-time.h"

G_DEFINE_QUARK (ts-probe-error-quark, ts_probe_error)

G_DEFINE_INTERFACE (TsProbe, ts_probe, G_TYPE_OBJECT)

static void
ts_probe_default_init (TsProbeInterface *iface)
{
}

/**
 * ts_probe_exchange_async:
 * @self: a probe; one exchange at a time
 * @cancellable: (nullable): to give it up
 * @callback: called when it ended
 * @user_data: for @callback
 *
 * Sends one request and waits for its answer, connecting first where that is needed.
 */
void
ts_probe_exchange_async (TsProbe *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  TS_PROBE_GET_IFACE (self)->exchange_async (self, cancellable, callback, user_data);
}

/**
 * ts_probe_exchange_finish:
 * @self: a probe
 * @result: as given to the callback
 * @sample: (out caller-allocates): the valid exchange; left alone on failure
 * @error: return location for a %TS_PROBE_ERROR, %TS_EXCHANGE_ERROR, %G_RESOLVER_ERROR, %G_TLS_ERROR or
 *   %G_IO_ERROR; its message names the host and is fit to be shown to a person
 *
 * Returns: whether there is a sample
 */
gboolean
ts_probe_exchange_finish (TsProbe *self,
                          GAsyncResult *result,
                          TsSample *sample,
                          GError **error)
{
  g_autofree TsSample *received = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  received = g_task_propagate_pointer (G_TASK (result), error);
  if (received == NULL)
    return FALSE;
  *sample = *received;
  return TRUE;
}

/**
 * ts_probe_get_target:
 * @self: a probe
 *
 * Returns: (transfer none): whom it asks
 */
const TsAddress *
ts_probe_get_target (TsProbe *self)
{
  return TS_PROBE_GET_IFACE (self)->get_target (self);
}

/**
 * ts_probe_get_protocol:
 * @self: a probe
 *
 * Returns: what the server spoke in the last exchange that succeeded
 */
TsProtocol
ts_probe_get_protocol (TsProbe *self)
{
  return TS_PROBE_GET_IFACE (self)->get_protocol (self);
}

/**
 * ts_probe_get_remote:
 * @self: a probe
 *
 * Returns: (transfer none) (nullable): "address:port" of the last connection, an IPv6 address in brackets
 */
const char *
ts_probe_get_remote (TsProbe *self)
{
  return TS_PROBE_GET_IFACE (self)->get_remote (self);
}

/**
 * ts_probe_get_min_interval_ns:
 * @self: a probe
 *
 * What the server wishes may change with every exchange.
 *
 * Returns: the nanoseconds that have to pass from one exchange to the next so that the server's operator does not
 *   mind
 */
gint64
ts_probe_get_min_interval_ns (TsProbe *self)
{
  TsProbeInterface *iface = TS_PROBE_GET_IFACE (self);

  return iface->get_min_interval_ns != NULL ? iface->get_min_interval_ns (self) : TS_SCHEDULE_BURST_PAUSE_NS;
}

/**
 * ts_probe_get_default_interval_ns:
 * @self: a probe
 *
 * Returns: the nanoseconds from one exchange to the next where the user does not say; never less than
 *   ts_probe_get_min_interval_ns()
 */
gint64
ts_probe_get_default_interval_ns (TsProbe *self)
{
  TsProbeInterface *iface = TS_PROBE_GET_IFACE (self);

  return iface->get_default_interval_ns != NULL ? iface->get_default_interval_ns (self) : TS_NS_PER_S;
}

/**
 * ts_protocol_get_name:
 * @protocol: a protocol
 *
 * Returns: (transfer none): its name for scripts, the same in every language
 */
const char *
ts_protocol_get_name (TsProtocol protocol)
{
  switch (protocol)
    {
    case TS_PROTOCOL_FRAMED:
      return "framed";
    case TS_PROTOCOL_CLASSIC:
      return "classic";
    case TS_PROTOCOL_TLS:
      return "tls";
    case TS_PROTOCOL_NTP:
      return "ntp";
    case TS_PROTOCOL_UNKNOWN:
    default:
      return "unknown";
    }
}
