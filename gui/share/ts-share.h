/* A server that a person switches on and off, and what is known of its clients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/clock/ts-clock.h"
#include "ts-server.h"

G_BEGIN_DECLS

/* A program needs a privilege for the ports below. */
#define TS_SHARE_MIN_PORT 1024

/* How many clients are listed. */
#define TS_SHARE_MAX_CLIENTS 64

/* How long a client without a connection is listed after its last request. */
#define TS_SHARE_CLIENT_AGE_NS (60 * G_GINT64_CONSTANT (1000000000))

/**
 * TsShareClient:
 * @address: its IP address; an IPv6 network counts as one client, and this is its latest address
 * @is_local: whether the client is this computer itself
 * @n_connections: how many connections it has now
 * @age_ns: how long ago it sent its last request, accurate to a second; -1 if it has sent none
 */
typedef struct
{
  char address[46];
  gboolean is_local;
  guint n_connections;
  gint64 age_ns;
} TsShareClient;

#define TS_TYPE_SHARE (ts_share_get_type ())
G_DECLARE_FINAL_TYPE (TsShare, ts_share, TS, SHARE, GObject)

TsShare             *ts_share_new            (TsClock            *clock,
                                              const char * const *addresses);
void                 ts_share_set_enabled    (TsShare            *self,
                                              gboolean            is_enabled);
gboolean             ts_share_get_enabled    (TsShare            *self);
void                 ts_share_set_port       (TsShare            *self,
                                              guint               port);
guint                ts_share_get_port       (TsShare            *self);
void                 ts_share_use_free_port  (TsShare            *self);
gboolean             ts_share_is_sharing     (TsShare            *self);
const GError        *ts_share_get_error      (TsShare            *self);
guint                ts_share_get_n_clients  (TsShare            *self);
const TsShareClient *ts_share_get_clients    (TsShare            *self,
                                              guint              *n_listed);
char               **ts_share_list_addresses (TsShare            *self);
void                 ts_share_stop           (TsShare            *self);
void                 ts_share_watch          (TsShare            *self);
void                 ts_share_unwatch        (TsShare            *self);

gboolean ts_share_client_describe (const TsThrottleClient *seen,
                                   gint64                  now_ns,
                                   TsShareClient          *client);

G_END_DECLS
