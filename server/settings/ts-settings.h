/* What an operator can set: command line and configuration file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsSettings:
 * @port: the TCP port; 0 picks one
 * @addresses: (nullable): IP addresses to listen on; %NULL: all of this computer
 * @n_workers: threads that serve, at least 1
 * @max_connections: in all; 0: what RLIMIT_NOFILE allows, less a reserve
 * @max_connections_per_address: an IPv6 address counts as its /64; 0: no limit
 * @requests_per_second: of one connection; 0: no limit
 * @address_requests_per_second: of one address, all its connections and NTP together; 0: no limit
 * @idle_timeout_s: after which a connection that asks nothing is closed
 * @handshake_timeout_s: for the TLS handshake
 * @tls_certificate: (nullable): PEM file of the certificate chain; %NULL: no TLS
 * @tls_key: (nullable): PEM file of its private key; %NULL: it is in @tls_certificate
 * @metrics: (nullable): "/path/of/a/socket" or "address:port" (loopback only) for OpenMetrics
 * @ntp: (nullable): "[address:]port" on which to answer NTP over UDP
 * @local_stratum: the stratum to claim, 1 to 15, also while the clock is not synchronized; 0: say that it is not
 * @logs_addresses: whether messages name clients
 */
typedef struct
{
  int port;
  char **addresses;
  int n_workers;
  int max_connections;
  int max_connections_per_address;
  double requests_per_second;
  double address_requests_per_second;
  double idle_timeout_s;
  double handshake_timeout_s;
  char *tls_certificate;
  char *tls_key;
  char *metrics;
  char *ntp;
  int local_stratum;
  gboolean logs_addresses;
} TsSettings;

#define TS_SETTINGS_ERROR (ts_settings_error_quark ())

/**
 * TsSettingsError:
 * @TS_SETTINGS_ERROR_SYNTAX: a line of the file is no group, setting or comment
 * @TS_SETTINGS_ERROR_UNKNOWN: no group or setting of this name
 * @TS_SETTINGS_ERROR_TWICE: set a second time in the same file
 * @TS_SETTINGS_ERROR_BAD_VALUE: not a value that this setting may have
 * @TS_SETTINGS_ERROR_CONFLICT: settings that do not go together
 */
typedef enum
{
  TS_SETTINGS_ERROR_SYNTAX,
  TS_SETTINGS_ERROR_UNKNOWN,
  TS_SETTINGS_ERROR_TWICE,
  TS_SETTINGS_ERROR_BAD_VALUE,
  TS_SETTINGS_ERROR_CONFLICT,
} TsSettingsError;

GQuark      ts_settings_error_quark    (void);
TsSettings *ts_settings_new_default    (void);
TsSettings *ts_settings_copy           (const TsSettings  *settings);
void        ts_settings_free           (TsSettings        *settings);
gboolean    ts_settings_has            (const char        *name);
gboolean    ts_settings_set            (TsSettings        *settings,
                                        const char        *name,
                                        const char        *text,
                                        GError           **error);
gboolean    ts_settings_validate       (const TsSettings  *settings,
                                        GError           **error);
char       *ts_settings_describe_fixed (const TsSettings  *settings,
                                        const TsSettings  *wanted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsSettings, ts_settings_free)

G_END_DECLS
