/* What went wrong between a probe and its server, in words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/probe/ts-probe-words.h"

#include <glib/gi18n-lib.h>

/**
 * ts_probe_words_name_server:
 * @target: a server
 *
 * Returns: (transfer full): what messages call it: its host and port
 */
char *
ts_probe_words_name_server (const TsAddress *target)
{
  return ts_address_join (target->host, target->port);
}

/**
 * ts_probe_words_not_looked_up:
 * @target: a server whose name no resolver has answered for in time
 *
 * Returns: (transfer full): a %G_RESOLVER_ERROR_TEMPORARY_FAILURE that names it
 */
GError *
ts_probe_words_not_looked_up (const TsAddress *target)
{
  return g_error_new (G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE,
                      _("The name “%s” could not be looked up"), target->host);
}

/**
 * ts_probe_words_explain:
 * @error: (transfer full): what GIO, a codec or a probe says
 * @target: the server
 *
 * Returns: (transfer full): the same in words that name the server, with its domain and code
 */
GError *
ts_probe_words_explain (GError *error,
                        const TsAddress *target)
{
  g_autofree char *server = ts_probe_words_name_server (target);
  g_autoptr (GError) cause = error;

  if (g_error_matches (cause, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    return g_error_new (cause->domain, cause->code, _("The name “%s” was not found"), target->host);
  if (cause->domain == G_RESOLVER_ERROR)
    return ts_probe_words_not_looked_up (target);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new (cause->domain, cause->code, _("%s refuses connections"), server);
  g_prefix_error (&cause, "%s: ", server);
  return g_steal_pointer (&cause);
}
