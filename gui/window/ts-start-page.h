/* The page that is shown while there are no servers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "share/ts-share.h"

G_BEGIN_DECLS

#define TS_TYPE_START_PAGE (ts_start_page_get_type ())
G_DECLARE_FINAL_TYPE (TsStartPage, ts_start_page, TS, START_PAGE, AdwBin)

AdwClamp *ts_start_page_get_clamp      (TsStartPage       *self);
void      ts_start_page_set_text_scale (TsStartPage       *self,
                                        double             text_scale,
                                        gboolean           is_tiny);
void      ts_start_page_set_recent     (TsStartPage       *self,
                                        GPtrArray         *hosts,
                                        gint64             now_ns);
void      ts_start_page_set_sources    (TsStartPage       *self,
                                        const char *const *addresses);
void      ts_start_page_set_share      (TsStartPage       *self,
                                        TsShare           *share);

G_END_DECLS
