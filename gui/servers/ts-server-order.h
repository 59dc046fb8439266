/* In which order the list shows its servers, and which of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "servers/ts-server-state.h"

G_BEGIN_DECLS

/**
 * TsServerOrder:
 * @TS_SERVER_ORDER_MANUAL: as the user arranged them
 * @TS_SERVER_ORDER_NAME: by name, with numbers in it by their value
 * @TS_SERVER_ORDER_OFFSET: the farthest from this computer's clock first
 * @TS_SERVER_ORDER_STATE: those that need a look first
 *
 * Servers that are equal in that are as the user arranged them.
 */
typedef enum
{
  TS_SERVER_ORDER_MANUAL,
  TS_SERVER_ORDER_NAME,
  TS_SERVER_ORDER_OFFSET,
  TS_SERVER_ORDER_STATE,
} TsServerOrder;

/**
 * TsServerPlace:
 * @position: in the list as the user arranged it
 * @name: of the server
 * @is_known: whether its offset is known
 * @offset_ns: the estimate
 * @state: its state
 * @disagrees: whether it contradicts others
 *
 * What the place of a server in the list follows from.
 */
typedef struct
{
  guint position;
  const char *name;
  gboolean is_known;
  gint64 offset_ns;
  TsServerState state;
  gboolean disagrees;
} TsServerPlace;

TsServerOrder ts_server_order_parse   (const char          *name);
int           ts_server_order_compare (TsServerOrder        order,
                                       const TsServerPlace *a,
                                       const TsServerPlace *b);
gboolean      ts_server_order_matches (const char          *searched,
                                       const char          *name,
                                       const char          *address);

G_END_DECLS
