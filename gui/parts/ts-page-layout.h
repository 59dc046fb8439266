/* How a server's page is laid out, by how much text fits beside each other.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsPageLayout:
 * @TS_PAGE_WIDE: the clocks beside the headline, all figures in a row below both
 * @TS_PAGE_MEDIUM: the clocks below the headline, four figures beside them
 * @TS_PAGE_NARROW: headline, clocks and six figures below each other
 * @TS_PAGE_TINY: the same, each clock below its name, and four figures, one in a line
 */
typedef enum
{
  TS_PAGE_WIDE,
  TS_PAGE_MEDIUM,
  TS_PAGE_NARROW,
  TS_PAGE_TINY,
} TsPageLayout;

TsPageLayout ts_page_layout_for (int    width_px,
                                 double text_scale);

G_END_DECLS
