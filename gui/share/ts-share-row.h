/* A row with a switch that shares this computer's time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "share/ts-share.h"

G_BEGIN_DECLS

#define TS_TYPE_SHARE_ROW (ts_share_row_get_type ())
G_DECLARE_FINAL_TYPE (TsShareRow, ts_share_row, TS, SHARE_ROW, AdwActionRow)

void ts_share_row_set_share (TsShareRow *self,
                             TsShare    *share);

G_END_DECLS
