/* A button that shows a technical text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TS_TYPE_DETAILS (ts_details_get_type ())
G_DECLARE_FINAL_TYPE (TsDetails, ts_details, TS, DETAILS, AdwBin)

void ts_details_set_text (TsDetails  *self,
                          const char *text);

G_END_DECLS
