/* How a server's page is laid out, by how much text fits beside each other.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-page-layout.h"

/* Of text of the usual width. */
#define TINY_PX   300
#define NARROW_PX 600
#define MEDIUM_PX 880

/**
 * ts_page_layout_for:
 * @width_px: how wide the page is
 * @text_scale: how wide its text is, as ts_chart_text_get_width_scale() returns it
 *
 * Returns: the layout whose text has room there
 */
TsPageLayout
ts_page_layout_for (int width_px,
                    double text_scale)
{
  double width = width_px / text_scale;

  return width < TINY_PX     ? TS_PAGE_TINY
         : width < NARROW_PX ? TS_PAGE_NARROW
         : width < MEDIUM_PX ? TS_PAGE_MEDIUM
                             : TS_PAGE_WIDE;
}
