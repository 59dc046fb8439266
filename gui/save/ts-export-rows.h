/* A history as CSV or JSON, a piece at a time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "save/ts-export-format.h"
#include "measure/history/ts-history.h"

G_BEGIN_DECLS

/**
 * TsExportOrigin:
 * @host: the address as a person types it
 * @name: what the user calls it
 * @address: (nullable): the network address in use
 * @protocol: what it speaks, as ts_protocol_get_name() has it
 * @saved_at_ns: our clock
 *
 * Whose samples they are.
 */
typedef struct
{
  const char *host;
  const char *name;
  const char *address;
  const char *protocol;
  gint64 saved_at_ns;
} TsExportOrigin;

typedef struct _TsExportRows TsExportRows;

TsExportRows *ts_export_rows_new      (TsExportFormat        format,
                                       const TsExportOrigin *origin,
                                       const TsHistory      *history,
                                       gint64                begin_ns,
                                       gint64                end_ns);
void          ts_export_rows_free     (TsExportRows         *self);
gboolean      ts_export_rows_next     (TsExportRows         *self,
                                       GString              *part);
double        ts_export_rows_get_done (const TsExportRows   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsExportRows, ts_export_rows_free)

G_END_DECLS
