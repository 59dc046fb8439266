/* Tests of the layouts of a page.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-page-layout.h"

/* What counts is how much text fits: a page of 899 px with text twice as large is one of 450. */
static void
test_layouts (void)
{
  static const struct
  {
    int width_px;
    double text_scale;
    TsPageLayout layout;
  } pages[] = {
    { 899, 1, TS_PAGE_WIDE },     { 879, 1, TS_PAGE_MEDIUM },  { 719, 1, TS_PAGE_MEDIUM }, { 600, 1, TS_PAGE_MEDIUM },
    { 599, 1, TS_PAGE_NARROW },   { 360, 1, TS_PAGE_NARROW },  { 299, 1, TS_PAGE_TINY },   { 899, 2, TS_PAGE_NARROW },
    { 1760, 2, TS_PAGE_WIDE },    { 360, 2, TS_PAGE_TINY },    { 360, 1.5, TS_PAGE_TINY }, { 900, 1.5, TS_PAGE_MEDIUM },
    { 1640, 1.5, TS_PAGE_WIDE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_test_message ("%d px, text × %g", pages[i].width_px, pages[i].text_scale);
      g_assert_cmpint (ts_page_layout_for (pages[i].width_px, pages[i].text_scale), ==, pages[i].layout);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/page-layout/text-that-fits", test_layouts);
  return g_test_run ();
}
