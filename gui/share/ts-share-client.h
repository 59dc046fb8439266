/* Who asks a server for the time, for people.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-server.h"

G_BEGIN_DECLS

/* How many clients are listed. */
#define TS_SHARE_MAX_CLIENTS 64

/* How long after its last request somebody without a connection is a client yet. */
#define TS_SHARE_CLIENT_AGE_NS (60 * G_GINT64_CONSTANT (1000000000))

/**
 * TsShareClient:
 * @address: its IP address; where several of an IPv6 network count as one, of what came last
 * @is_local: whether that is this computer itself
 * @n_connections: that it has now
 * @age_ns: how long ago it asked last, to a second; -1: it has not
 */
typedef struct
{
  char address[46];
  gboolean is_local;
  guint n_connections;
  gint64 age_ns;
} TsShareClient;

guint    ts_share_client_list     (TsServer               *server,
                                   gint64                  now_ns,
                                   TsShareClient           clients[TS_SHARE_MAX_CLIENTS],
                                   guint                  *n_listed);
gboolean ts_share_client_describe (const TsThrottleClient *seen,
                                   gint64                  now_ns,
                                   TsShareClient          *client);

G_END_DECLS
