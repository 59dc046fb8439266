/* A history as CSV, JSON or JSON Lines, a piece at a time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "save/ts-save-format.h"
#include "measure/history/ts-history.h"

G_BEGIN_DECLS

/**
 * TsSaveOrigin:
 * @host: the address as a person types it
 * @name: what the user calls it
 * @address: (nullable): the network address in use
 * @protocol: the name of its protocol, by ts_protocol_get_name()
 * @saved_at_ns: our clock
 *
 * Where the samples come from.
 */
typedef struct
{
  const char *host;
  const char *name;
  const char *address;
  const char *protocol;
  gint64 saved_at_ns;
} TsSaveOrigin;

typedef struct _TsSaveRows TsSaveRows;

TsSaveRows *ts_save_rows_new      (TsSaveFormat        format,
                                   const TsSaveOrigin *origin,
                                   const TsHistory      *history,
                                   gint64                begin_ns,
                                   gint64                end_ns);
void          ts_save_rows_free     (TsSaveRows         *self);
void          ts_save_rows_add      (TsSaveRows         *self,
                                     const TsHistoryEntry *entry,
                                     GString              *part);
gboolean      ts_save_rows_next     (TsSaveRows         *self,
                                     GString              *part);
double        ts_save_rows_get_done (const TsSaveRows   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsSaveRows, ts_save_rows_free)

G_END_DECLS
