/* Who asks a server for the time, for people.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share-client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/**
 * ts_share_client_describe:
 * @seen: what the server knows of an address
 * @now_ns: on the server's monotonic clock
 * @client: (out): the same for people, where the function returns %TRUE
 *
 * Returns: whether it has a connection or has asked within %TS_SHARE_CLIENT_AGE_NS
 */
gboolean
ts_share_client_describe (const TsThrottleClient *seen,
                          gint64 now_ns,
                          TsShareClient *client)
{
  struct in6_addr ipv6;

  G_STATIC_ASSERT (sizeof client->address >= INET6_ADDRSTRLEN);

  client->age_ns = seen->asked_ns > 0 ? MAX (now_ns - seen->asked_ns, 0) : -1;
  if (seen->n_connections == 0 && (client->age_ns < 0 || client->age_ns > TS_SHARE_CLIENT_AGE_NS))
    return FALSE;
  memcpy (&ipv6, seen->address, sizeof ipv6);
  if (IN6_IS_ADDR_V4MAPPED (&ipv6))
    inet_ntop (AF_INET, seen->address + 12, client->address, sizeof client->address);
  else
    inet_ntop (AF_INET6, &ipv6, client->address, sizeof client->address);
  client->is_local = IN6_IS_ADDR_LOOPBACK (&ipv6) || (IN6_IS_ADDR_V4MAPPED (&ipv6) && seen->address[12] == 127);
  client->n_connections = seen->n_connections;
  return TRUE;
}

/**
 * ts_share_client_list:
 * @server: a server
 * @now_ns: its monotonic clock
 * @clients: (out caller-allocates): its clients, those with a connection first
 * @n_listed: (out): how many there are of them in @clients
 *
 * Returns: how many clients it has; of more than %TS_SHARE_MAX_CLIENTS only those with a connection count
 */
guint
ts_share_client_list (TsServer *server,
                      gint64 now_ns,
                      TsShareClient clients[TS_SHARE_MAX_CLIENTS],
                      guint *n_listed)
{
  TsThrottleClient seen[TS_SHARE_MAX_CLIENTS];
  guint n_connected;
  guint n_seen = ts_server_list_clients (server, seen, G_N_ELEMENTS (seen), &n_connected);

  *n_listed = 0;
  for (guint i = 0; i < n_seen; i++)
    if (ts_share_client_describe (&seen[i], now_ns, &clients[*n_listed]))
      (*n_listed)++;
  return MAX (n_connected, *n_listed);
}
