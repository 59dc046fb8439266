/* Our own server, for tests of what talks with it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-server.h"

/* Lets @server serve at @address and @port; at a free one where that is 0. */
static inline void
test_serve (TsServer *server,
            const char *address,
            guint16 port)
{
  const char *const addresses[] = { address, NULL };
  g_autoptr (GError) error = NULL;

  ts_server_listen (server, addresses, port, &error);
  g_assert_no_error (error);
  ts_server_start (server, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full): a server with the usual settings, at a free port of @address */
static inline TsServer *
test_start_server (TsClock *clock,
                   const char *address)
{
  TsServer *server = ts_server_new (clock, NULL);

  test_serve (server, address, 0);
  return server;
}
