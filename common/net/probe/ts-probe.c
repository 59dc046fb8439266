/* Exchanges stamps with a server, by any protocol.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/probe/ts-probe.h"

#include "measure/ts-schedule.h"
#include "measure/ts-time.h"
#include "net/probe/ts-probe-task.h"

G_DEFINE_QUARK (ts-probe-error-quark, ts_probe_error)

typedef struct
{
  TsAddress *target;
  TsProtocol protocol;
  char *remote;       /* (nullable) */
  TsWitness *witness; /* (nullable) */
} TsProbePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TsProbe, ts_probe, G_TYPE_OBJECT)

static TsProbePrivate *
get_private (TsProbe *self)
{
  return ts_probe_get_instance_private (self);
}

static void
did_cancel (GTask *task)
{
  TsProbe *self = g_task_get_source_object (task);

  if (TS_PROBE_GET_CLASS (self)->cancel != NULL)
    TS_PROBE_GET_CLASS (self)->cancel (self, task);
  else
    ts_probe_task_fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
}

static void
ts_probe_finalize (GObject *object)
{
  TsProbePrivate *own = get_private (TS_PROBE (object));

  g_clear_pointer (&own->target, ts_address_free);
  g_clear_pointer (&own->remote, g_free);
  g_clear_object (&own->witness);
  G_OBJECT_CLASS (ts_probe_parent_class)->finalize (object);
}

static void
ts_probe_class_init (TsProbeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ts_probe_finalize;
}

static void
ts_probe_init (TsProbe *self)
{
}

/**
 * ts_probe_construct:
 * @type: a subclass
 * @target: the server
 *
 * Returns: (transfer full): a probe of @type for @target; the subclass sets its own fields
 */
gpointer
ts_probe_construct (GType type,
                    const TsAddress *target)
{
  TsProbe *self = g_object_new (type, NULL);

  get_private (self)->target = ts_address_copy (target);
  return self;
}

/**
 * ts_probe_set_protocol:
 * @self: a probe
 * @protocol: the protocol of the exchange
 *
 * For subclasses, when an exchange has succeeded.
 */
void
ts_probe_set_protocol (TsProbe *self,
                       TsProtocol protocol)
{
  get_private (self)->protocol = protocol;
}

/**
 * ts_probe_set_remote:
 * @self: a probe
 * @remote: (nullable): "address:port"; %NULL changes nothing
 *
 * For subclasses, when there is a connection to @remote.
 */
void
ts_probe_set_remote (TsProbe *self,
                     const char *remote)
{
  TsProbePrivate *own = get_private (self);
  char *copy = g_strdup (remote);

  if (copy == NULL)
    return;
  g_free (own->remote);
  own->remote = copy;
}

/**
 * ts_probe_exchange_async:
 * @self: a probe, which does one exchange at a time
 * @cancellable: (nullable): to give it up
 * @callback: called when it has ended
 * @user_data: passed to @callback
 *
 * Connects if necessary, sends a request and waits for its answer.
 */
void
ts_probe_exchange_async (TsProbe *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = ts_probe_task_new (self, ts_probe_exchange_async, cancellable, did_cancel, callback, user_data);

  if (task != NULL)
    TS_PROBE_GET_CLASS (self)->exchange (self, task);
}

/**
 * ts_probe_exchange_finish:
 * @self: a probe
 * @result: as given to the callback
 * @sample: (out caller-allocates): the valid exchange; left alone on failure
 * @error: return location for a %TS_PROBE_ERROR, %TS_EXCHANGE_ERROR, %G_RESOLVER_ERROR, %G_TLS_ERROR or
 *   %G_IO_ERROR; its message is for people and names the host
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
 * ts_probe_set_witness:
 * @self: a probe
 * @witness: (nullable): the witness that sees the bytes of each exchange
 *
 * Takes effect with the next connection. A server that speaks frames is asked for sealed sessions then, and learns what
 * our clock says.
 */
void
ts_probe_set_witness (TsProbe *self,
                      TsWitness *witness)
{
  g_set_object (&get_private (self)->witness, witness);
}

/**
 * ts_probe_get_witness:
 * @self: a probe
 *
 * Returns: (transfer none) (nullable): the witness that sees the bytes of each exchange
 */
TsWitness *
ts_probe_get_witness (TsProbe *self)
{
  return get_private (self)->witness;
}

/**
 * ts_probe_get_target:
 * @self: a probe
 *
 * Returns: (transfer none): the server that it asks
 */
const TsAddress *
ts_probe_get_target (TsProbe *self)
{
  return get_private (self)->target;
}

/**
 * ts_probe_get_protocol:
 * @self: a probe
 *
 * Returns: the protocol of the last exchange that succeeded
 */
TsProtocol
ts_probe_get_protocol (TsProbe *self)
{
  return get_private (self)->protocol;
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
  return get_private (self)->remote;
}

/**
 * ts_probe_get_min_interval_ns:
 * @self: a probe
 *
 * Returns: the least nanoseconds from one exchange to the next that the server accepts; this may change with every
 *   exchange
 */
gint64
ts_probe_get_min_interval_ns (TsProbe *self)
{
  TsProbeClass *klass = TS_PROBE_GET_CLASS (self);

  return klass->get_min_interval_ns != NULL ? klass->get_min_interval_ns (self) : TS_SCHEDULE_BURST_PAUSE_NS;
}

/**
 * ts_probe_get_default_interval_ns:
 * @self: a probe
 *
 * Returns: the nanoseconds from one exchange to the next unless the user chooses; never less than
 *   ts_probe_get_min_interval_ns()
 */
gint64
ts_probe_get_default_interval_ns (TsProbe *self)
{
  TsProbeClass *klass = TS_PROBE_GET_CLASS (self);

  return klass->get_default_interval_ns != NULL ? klass->get_default_interval_ns (self) : TS_NS_PER_S;
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
