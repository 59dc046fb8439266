/* A server that a person switches on and off, and what there is to say of it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/clock/ts-clock.h"
#include "share/ts-share-client.h"

G_BEGIN_DECLS

/* Ports below are the system's, and take a privilege. */
#define TS_SHARE_MIN_PORT 1024

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
guint64              ts_share_get_n_answered (TsShare            *self);
const TsShareClient *ts_share_get_clients    (TsShare            *self,
                                              guint              *n_listed);
char               **ts_share_list_addresses (TsShare            *self);
void                 ts_share_stop           (TsShare            *self);
void                 ts_share_watch          (TsShare            *self);
void                 ts_share_unwatch        (TsShare            *self);

G_END_DECLS
