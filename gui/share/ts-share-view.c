/* What there is to say of a share: its clients, kept up to date while somebody looks, and its addresses.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share-private.h"

#include "wire/ts-address.h"
#include "share/ts-host-addresses.h"

#define REFRESH_INTERVAL_S 1

static guint64
count_answers (TsShare *self)
{
  TsCounters sum = { 0 };

  if (self->server == NULL)
    return 0;
  ts_server_get_counters (self->server, &sum);
  return sum.counts[TS_COUNT_REQUESTS_FRAMED] + sum.counts[TS_COUNT_REQUESTS_CLASSIC];
}

/* Looks at the clients, and tells. */
void
ts_share_refresh (TsShare *self)
{
  guint n_clients = 0;

  self->n_listed = 0;
  if (self->server != NULL)
    n_clients = ts_share_client_list (self->server, ts_clock_get_monotonic_ns (self->clock), self->clients,
                                      &self->n_listed);
  self->n_answered = count_answers (self);
  if (n_clients != self->n_clients)
    {
      self->n_clients = n_clients;
      g_object_notify (G_OBJECT (self), "n-clients");
    }
  g_signal_emit_by_name (self, "changed");
}

static gboolean
refresh_again (gpointer self)
{
  ts_share_refresh (self);
  return G_SOURCE_CONTINUE;
}

/* Only while there is something to see, and somebody who looks. */
void
ts_share_update_refreshing (TsShare *self)
{
  gboolean is_wanted = self->server != NULL && self->n_watchers > 0;

  if (is_wanted && self->refresh_id == 0)
    self->refresh_id = g_timeout_add_seconds (REFRESH_INTERVAL_S, refresh_again, self);
  else if (!is_wanted)
    g_clear_handle_id (&self->refresh_id, g_source_remove);
}

/**
 * ts_share_get_n_clients:
 * @self: a share
 *
 * Returns: how many addresses have a connection or have asked within %TS_SHARE_CLIENT_AGE_NS, as of the last
 *   #TsShare::changed
 */
guint
ts_share_get_n_clients (TsShare *self)
{
  return self->n_clients;
}

/**
 * ts_share_get_n_answered:
 * @self: a share
 *
 * Returns: how many requests were answered since sharing began, as of the last #TsShare::changed
 */
guint64
ts_share_get_n_answered (TsShare *self)
{
  return self->n_answered;
}

/**
 * ts_share_get_clients:
 * @self: a share
 * @n_listed: (out): how many of them are listed
 *
 * Returns: (transfer none) (array length=n_listed): the clients as of the last #TsShare::changed, until the next
 */
const TsShareClient *
ts_share_get_clients (TsShare *self,
                      guint *n_listed)
{
  *n_listed = self->n_listed;
  return self->clients;
}

/**
 * ts_share_watch:
 * @self: a share
 *
 * Somebody looks, until ts_share_unwatch(): while time is shared there is a #TsShare::changed each second.
 */
void
ts_share_watch (TsShare *self)
{
  self->n_watchers++;
  ts_share_update_refreshing (self);
  ts_share_refresh (self);
}

/**
 * ts_share_unwatch:
 * @self: a share
 *
 * Who has looked does not any more.
 */
void
ts_share_unwatch (TsShare *self)
{
  g_return_if_fail (self->n_watchers > 0);

  self->n_watchers--;
  ts_share_update_refreshing (self);
}

/**
 * ts_share_list_addresses:
 * @self: a share
 *
 * Asks the system, which takes well below a millisecond.
 *
 * Returns: (transfer full) (array zero-terminated=1): what others may enter to reach it, as ts_address_parse() reads
 *   it, the host name first; nothing where there is no network
 */
char **
ts_share_list_addresses (TsShare *self)
{
  g_auto (GStrv) hosts = self->addresses != NULL ? g_strdupv (self->addresses) : ts_host_addresses_list ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; hosts[i] != NULL; i++)
    {
      const TsAddress address = { .scheme = TS_SCHEME_ANY, .host = hosts[i], .port = (guint16) self->port };
      g_autofree char *text = ts_address_to_string (&address);
      g_autoptr (TsAddress) parsed = ts_address_parse (text, NULL);

      /* A computer may call itself what is no name on a network. */
      if (parsed != NULL)
        g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}
