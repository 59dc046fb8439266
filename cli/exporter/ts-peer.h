/* A server that an exporter measures.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "exporter/ts-peer-figures.h"
#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

/**
 * TsPeerSettings:
 * @interval_ns: from one sample to the next; 0: as usual for the server
 * @timeout_ns: for each step of an exchange
 * @trust: (nullable): the certificates to trust; %NULL: those that the system trusts
 */
typedef struct
{
  gint64 interval_ns;
  gint64 timeout_ns;
  GTlsDatabase *trust;
} TsPeerSettings;

typedef struct _TsPeer TsPeer;

/**
 * TsPeerFunc:
 * @peer: a server whose exchange has succeeded or failed
 * @user_data: as given
 */
typedef void (*TsPeerFunc) (TsPeer   *peer,
                            gpointer  user_data);

TsPeer     *ts_peer_new           (const TsAddress      *address,
                                   const TsPeerSettings *settings,
                                   TsClock              *clock,
                                   TsPeerFunc            func,
                                   gpointer              user_data);
void        ts_peer_free          (TsPeer               *self);
void        ts_peer_start         (TsPeer               *self);
void        ts_peer_ask_once      (TsPeer               *self);
gboolean    ts_peer_may_ask       (TsPeer               *self,
                                   gint64                least_interval_ns);
gboolean    ts_peer_is_asking     (TsPeer               *self);
gboolean    ts_peer_has_ended_one (TsPeer               *self);
TsMonitor  *ts_peer_get_monitor   (TsPeer               *self);
const char *ts_peer_get_target    (TsPeer               *self);
void        ts_peer_get_figures   (TsPeer               *self,
                                   TsPeerFigures        *figures);

G_END_DECLS
