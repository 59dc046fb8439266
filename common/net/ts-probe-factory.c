/* Chooses the probe for an address.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/ts-probe-factory.h"

#include "net/ntp/ts-ntp-probe.h"
#include "net/tcp/ts-tcp-probe.h"
#include "net/ts-auto-probe.h"
#include "wire/ts-wire.h"

/**
 * ts_probe_new:
 * @target: as in ts_probe_new_trusting()
 * @timeout_ns: as in ts_probe_new_trusting()
 * @clock: the clock to compare with the server's
 *
 * Returns: (transfer full): a probe that trusts the same certificates as the system
 */
TsProbe *
ts_probe_new (const TsAddress *target,
              gint64 timeout_ns,
              TsClock *clock)
{
  return ts_probe_new_trusting (target, timeout_ns, clock, NULL);
}

/**
 * ts_probe_new_trusting:
 * @target: the server and the protocols to speak
 * @timeout_ns: how long each step may take: looking the name up and connecting, the TLS handshake, the answer
 * @clock: the clock to compare with the server's
 * @trust: (nullable): the certificates to trust over TLS; %NULL: those that the system trusts
 *
 * A bare host is measured by whatever it offers, Time Sync or NTP. A host with a port is measured by Time Sync.
 *
 * Returns: (transfer full): a probe that speaks the protocol of @target
 */
TsProbe *
ts_probe_new_trusting (const TsAddress *target,
                       gint64 timeout_ns,
                       TsClock *clock,
                       GTlsDatabase *trust)
{
  if (target->scheme == TS_SCHEME_NTP)
    return ts_ntp_probe_new (target, timeout_ns, clock);
  if (target->scheme == TS_SCHEME_ANY && target->port == TS_DEFAULT_PORT)
    {
      const TsAddress ntp_target = { .scheme = TS_SCHEME_NTP, .host = target->host, .port = TS_NTP_PORT };
      g_autoptr (TsProbe) tcp = ts_tcp_probe_new (target, timeout_ns, clock, trust);
      g_autoptr (TsProbe) ntp = ts_ntp_probe_new (&ntp_target, timeout_ns, clock);

      return ts_auto_probe_new (target, tcp, ntp, TS_AUTO_PROBE_HEAD_START_NS);
    }
  return ts_tcp_probe_new (target, timeout_ns, clock, trust);
}

/**
 * ts_probe_new_speaking:
 * @target: the server
 * @protocol: the only protocol to speak, whatever @target says; %TS_PROTOCOL_UNKNOWN: as @target says
 * @timeout_ns: as in ts_probe_new_trusting()
 * @clock: the clock to compare with the server's
 * @trust: (nullable): as in ts_probe_new_trusting()
 *
 * Returns: (transfer full): a probe that speaks @protocol; for NTP it uses NTP's port, unless @target has a port
 */
TsProbe *
ts_probe_new_speaking (const TsAddress *target,
                       TsProtocol protocol,
                       gint64 timeout_ns,
                       TsClock *clock,
                       GTlsDatabase *trust)
{
  TsAddress address = *target;
  TsProbe *probe;

  if (protocol == TS_PROTOCOL_UNKNOWN)
    return ts_probe_new_trusting (target, timeout_ns, clock, trust);
  address.scheme = protocol == TS_PROTOCOL_NTP   ? TS_SCHEME_NTP
                   : protocol == TS_PROTOCOL_TLS ? TS_SCHEME_TIMESYNCS
                                                 : TS_SCHEME_TIMESYNC;
  if (protocol == TS_PROTOCOL_NTP && !target->has_port && target->port == TS_DEFAULT_PORT)
    address.port = TS_NTP_PORT;
  probe = ts_probe_new_trusting (&address, timeout_ns, clock, trust);
  if (protocol == TS_PROTOCOL_FRAMED || protocol == TS_PROTOCOL_CLASSIC)
    ts_tcp_probe_speak_only (TS_TCP_PROBE (probe), protocol);
  return probe;
}
