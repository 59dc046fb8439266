/* The request for a seal over a connection to a Time Sync server, and the wait for it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/tcp/ts-tcp-connection.h"

G_BEGIN_DECLS

typedef struct _TsTcpSeal TsTcpSeal;

/**
 * TsTcpSealFunc:
 * @connection: (nullable) (transfer full): the connection, for more requests; %NULL: it can no longer be used
 * @is_hopeless: whether this server never seals
 * @user_data: as given to ts_tcp_seal_new()
 *
 * Is called once, when the request for a seal has ended, and may free it.
 */
typedef void (*TsTcpSealFunc) (TsTcpConnection *connection,
                               gboolean         is_hopeless,
                               gpointer         user_data);

TsTcpSeal *ts_tcp_seal_new  (TsTcpConnection *connection,
                             GMainContext    *context,
                             TsTcpSealFunc    ended,
                             gpointer         user_data);
void       ts_tcp_seal_free (TsTcpSeal       *self);

G_END_DECLS
