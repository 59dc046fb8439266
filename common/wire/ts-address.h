/* The address of a server as a person types it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_NTP_PORT 123

/**
 * TsScheme:
 * @TS_SCHEME_ANY: a bare host, which is measured by whatever protocol it offers
 * @TS_SCHEME_TIMESYNC: "timesync://", framed, then classic
 * @TS_SCHEME_TIMESYNCS: "timesyncs://", over TLS
 * @TS_SCHEME_NTP: "ntp://"
 */
typedef enum
{
  TS_SCHEME_ANY,
  TS_SCHEME_TIMESYNC,
  TS_SCHEME_TIMESYNCS,
  TS_SCHEME_NTP,
} TsScheme;

/**
 * TsAddress:
 * @scheme: the protocols to speak
 * @host: a name in ASCII, or an IP address without brackets
 * @port: the port typed, or the scheme's own
 * @has_port: whether a port was typed
 */
typedef struct
{
  TsScheme scheme;
  char *host;
  guint16 port;
  gboolean has_port;
} TsAddress;

#define TS_ADDRESS_ERROR (ts_address_error_quark ())

/**
 * TsAddressError:
 * @TS_ADDRESS_ERROR_EMPTY: there is no host
 * @TS_ADDRESS_ERROR_BAD_SCHEME: not one of the known schemes
 * @TS_ADDRESS_ERROR_BAD_HOST: neither a host name nor an IP address
 * @TS_ADDRESS_ERROR_BAD_PORT: not a number from 1 to 65535
 */
typedef enum
{
  TS_ADDRESS_ERROR_EMPTY,
  TS_ADDRESS_ERROR_BAD_SCHEME,
  TS_ADDRESS_ERROR_BAD_HOST,
  TS_ADDRESS_ERROR_BAD_PORT,
} TsAddressError;

GQuark     ts_address_error_quark  (void);
TsAddress *ts_address_parse        (const char       *text,
                                    GError          **error);
void       ts_address_locate_error (const char       *text,
                                    const GError     *error,
                                    gsize            *begin,
                                    gsize            *end);
char      *ts_address_to_string    (const TsAddress  *address);
char      *ts_address_to_display   (const TsAddress  *address);
char      *ts_address_join         (const char       *host,
                                    guint16           port);
TsAddress *ts_address_copy         (const TsAddress  *address);
void       ts_address_free         (TsAddress        *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsAddress, ts_address_free)

G_END_DECLS
