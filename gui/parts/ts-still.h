/* A part of the window that changes seldom.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TS_TYPE_STILL (ts_still_get_type ())
G_DECLARE_DERIVABLE_TYPE (TsStill, ts_still, TS, STILL, AdwBin)

struct _TsStillClass
{
  AdwBinClass parent_class;
};

G_END_DECLS
