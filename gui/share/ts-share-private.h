/* What the share's own files share: the share, and what was seen of its clients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-server.h"
#include "share/ts-share.h"

G_BEGIN_DECLS

struct _TsShare
{
  GObject parent_instance;

  TsClock *clock;
  char **addresses;   /* (nullable) */
  TsServer *server;   /* (nullable): while it shares */
  GPtrArray *endings; /* of TsServer: were switched off, and have clients yet */
  GError *error;      /* (nullable): why it does not share, though it is enabled */
  guint port;
  guint n_watchers;
  guint end_id;
  guint refresh_id;
  gboolean is_enabled;

  /* As of the last refresh. */
  TsShareClient clients[TS_SHARE_MAX_CLIENTS];
  guint n_listed;
  guint n_clients;
  guint64 n_answered;
};

void ts_share_refresh           (TsShare *self);
void ts_share_update_refreshing (TsShare *self);

G_END_DECLS
