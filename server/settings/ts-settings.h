/* The settings of a server, from the command line and the configuration file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "settings/ts-setting-text.h"

G_BEGIN_DECLS

/**
 * TsSettings:
 * @port: the TCP port; 0 picks a free one
 * @addresses: (nullable): IP addresses to listen on; %NULL: all of this computer
 * @n_workers: how many threads serve, at least 1
 * @max_connections: how many connections there may be; 0: as many as RLIMIT_NOFILE allows, less a reserve
 * @max_connections_per_address: how many of them one address may have; an IPv6 address counts as its /64; 0: no limit;
 *   -1: not set, which means 4096, or an eighth of all if that is fewer
 * @requests_per_second: how many requests one connection may make; 0: no limit
 * @address_requests_per_second: how many requests the connections of one address may make together, and how many it may
 *   make by NTP; 0: no limit
 * @idle_timeout_s: after how long a connection without a request is closed
 * @handshake_timeout_s: how long a TLS handshake may take
 * @tls_certificate: (nullable): PEM file of the certificate chain; %NULL: no TLS
 * @tls_key: (nullable): PEM file of its private key; %NULL: it is in @tls_certificate
 * @signing_key: (nullable): PEM file of the private key that signs seals; %NULL: no seals
 * @metrics: (nullable): "/path/of/a/socket" or "address:port" (loopback only) for OpenMetrics
 * @ntp: (nullable): "[address:]port" on which to answer NTP over UDP
 * @local_stratum: the stratum to claim, 1 to 15, even while the clock is not synchronized; 0: report that it is not
 * @logs_addresses: whether messages name clients
 * @places: where each setting was set, by its name: see ts_settings_get_place()
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
  char *signing_key;
  char *metrics;
  char *ntp;
  int local_stratum;
  gboolean logs_addresses;
  GHashTable *places;
} TsSettings;

/**
 * TsSettingKind:
 * @TS_SETTING_WHOLE: int, from min to max
 * @TS_SETTING_NUMBER: double, from min to max
 * @TS_SETTING_RATE: double, from min to max, or 0 for no limit
 * @TS_SETTING_BOOLEAN: gboolean
 * @TS_SETTING_FILE: char *, a file's name
 * @TS_SETTING_METRICS: char *, a socket's path or a loopback endpoint
 * @TS_SETTING_NTP: char *, a port or an endpoint
 * @TS_SETTING_ADDRESSES: char **, separated by semicolons
 */
typedef enum
{
  TS_SETTING_WHOLE,
  TS_SETTING_NUMBER,
  TS_SETTING_RATE,
  TS_SETTING_BOOLEAN,
  TS_SETTING_FILE,
  TS_SETTING_METRICS,
  TS_SETTING_NTP,
  TS_SETTING_ADDRESSES,
} TsSettingKind;

/**
 * TsSetting:
 * @name: the name of the option, without its dashes, and of the key in the file
 * @letter: the letter of the option; 0: none
 * @kind: the kind of its values
 * @offset: where its field is in #TsSettings
 * @min: the least value of a number
 * @max: the greatest value of a number
 * @is_fixed: whether it takes effect only when a server starts
 * @description: the text for --help, to be translated
 * @argument: (nullable): the name of its value for --help, to be translated; %NULL if the option needs none
 *
 * Everything about one setting. The command line, the configuration file and --help are made of this.
 */
typedef struct
{
  const char *name;
  char letter;
  TsSettingKind kind;
  gsize offset;
  double min;
  double max;
  gboolean is_fixed;
  const char *description;
  const char *argument;
} TsSetting;

const TsSetting *ts_settings_get_table (gsize             *n_settings);
TsSettings *ts_settings_new_default    (void);
TsSettings *ts_settings_copy           (const TsSettings  *self);
void        ts_settings_free           (TsSettings        *self);
gboolean    ts_settings_has            (const char        *name);
gboolean    ts_settings_set            (TsSettings        *self,
                                        const char        *name,
                                        const char        *text,
                                        GError           **error);
gboolean    ts_settings_unset          (TsSettings        *self,
                                        const char        *name);
void        ts_settings_set_place      (TsSettings        *self,
                                        const char        *name,
                                        const char        *place);
const char *ts_settings_get_place      (const TsSettings  *self,
                                        const char        *name);
void        ts_settings_prefix_place   (const TsSettings  *self,
                                        const char        *name,
                                        GError           **error);
gboolean    ts_settings_validate       (const TsSettings  *self,
                                        GError           **error);
char       *ts_settings_describe_fixed (const TsSettings  *self,
                                        const TsSettings  *wanted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsSettings, ts_settings_free)

G_END_DECLS
