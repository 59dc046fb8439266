/* One request over a connection to a Time Sync server, and the wait for its answer.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/probe/ts-probe.h"
#include "net/tcp/ts-tcp-connection.h"

G_BEGIN_DECLS

typedef struct _TsTcpQuery TsTcpQuery;

/**
 * TsTcpAnswer:
 * @sample: the valid exchange
 * @protocol: the protocol of the answer
 * @is_last: whether this connection takes no more requests
 */
typedef struct
{
  TsSample sample;
  TsProtocol protocol;
  gboolean is_last;
} TsTcpAnswer;

/**
 * TsTcpQueryFunc:
 * @answer: (nullable): the answer
 * @error: (nullable) (transfer full): why there is no answer
 * @user_data: as given to ts_tcp_query_new()
 *
 * Is called once, when the query has ended, and may free it.
 */
typedef void (*TsTcpQueryFunc) (const TsTcpAnswer *answer,
                                GError            *error,
                                gpointer           user_data);

TsTcpQuery *ts_tcp_query_new  (TsTcpConnection *connection,
                               const TsAddress *target,
                               GCancellable    *cancellable,
                               GMainContext    *context,
                               TsTcpQueryFunc   ended,
                               gpointer         user_data);
void        ts_tcp_query_free (TsTcpQuery      *self);

G_END_DECLS
