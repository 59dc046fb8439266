/* Messages about what went wrong between a probe and its server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/probe/ts-probe-words.h"

#include <glib/gi18n-lib.h>

#include "measure/ts-exchange.h"
#include "net/probe/ts-probe.h"
#include "ts-endpoint.h"
#include "wire/ts-host-name.h"

/**
 * ts_probe_words_name_server:
 * @target: a server
 *
 * Returns: (transfer full): its name in messages: host and port
 */
char *
ts_probe_words_name_server (const TsAddress *target)
{
  g_autofree char *host = ts_host_name_to_display (target->host);

  return ts_address_join (host, target->port);
}

/* GLib takes an address for a name if this computer does not know its zone. */
static gboolean
is_address_with_zone (const char *host)
{
  return strchr (host, '%') != NULL;
}

/**
 * ts_probe_words_not_looked_up:
 * @target: a server whose name no resolver has looked up in time
 *
 * Returns: (transfer full): a %G_RESOLVER_ERROR_TEMPORARY_FAILURE that names the server
 */
GError *
ts_probe_words_not_looked_up (const TsAddress *target)
{
  g_autofree char *host = ts_host_name_to_display (target->host);

  return g_error_new (G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE,
                      is_address_with_zone (host) ? _("The zone of “%s” is not valid on this computer")
                                                  : _("The name “%s” could not be looked up"), host);
}

/**
 * ts_probe_words_explain:
 * @error: (transfer full): an error of GIO, a codec or a probe
 * @target: the server
 *
 * Returns: (transfer full): an error of the same domain and code, whose message names the server
 */
GError *
ts_probe_words_explain (GError *error,
                        const TsAddress *target)
{
  g_autofree char *host = ts_host_name_to_display (target->host);
  g_autofree char *server = ts_address_join (host, target->port);
  g_autoptr (GError) cause = error;

  if (g_error_matches (cause, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    return g_error_new (cause->domain, cause->code,
                        is_address_with_zone (host) ? _("The zone of “%s” is not valid on this computer")
                                                    : _("The name “%s” was not found"), host);
  if (cause->domain == G_RESOLVER_ERROR)
    return ts_probe_words_not_looked_up (target);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new (cause->domain, cause->code, _("%s refuses connections"), server);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT) && ts_endpoint_lacks_zone (target->host))
    return g_error_new (cause->domain, cause->code, _("“%s” needs a zone, such as “%s%%eth0”"), host, host);
  g_prefix_error (&cause, "%s: ", server);
  return g_steal_pointer (&cause);
}

/**
 * ts_probe_words_get_code:
 * @error: why an exchange failed, from ts_probe_exchange_finish()
 *
 * Returns: (transfer none): a word for scripts, the same in every language
 */
const char *
ts_probe_words_get_code (const GError *error)
{
  const struct
  {
    GQuark domain;
    int code; /* -1: any other */
    const char *word;
  } words[] = {
    { TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED, "closed" },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, "malformed" },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, "refused" },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_UNSUITABLE, "unsuitable" },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "name-not-found" },
    { G_RESOLVER_ERROR, -1, "name-not-looked-up" },
    { G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted" },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "timed-out" },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "connection-refused" },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "unreachable" },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "unreachable" },
    { G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "certificate" },
    { G_TLS_ERROR, -1, "tls" },
    { TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_STEPPED, "step-local" },
    { TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_REVERSED, "step-local" },
    { TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_SUSPENDED, "suspend" },
    { TS_EXCHANGE_ERROR, -1, "impossible-stamps" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (error->domain == words[i].domain && (words[i].code == -1 || error->code == words[i].code))
      return words[i].word;
  return "io";
}
