/* Tests of how a line of text is shortened.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-sheet.h"
#include "chart/paint/ts-chart-text.h"

#include <pango/pangocairo.h>
#include <string.h>

/* Some of these characters are written with two. */
static const char *const texts[] = {
  "a.very.long.name.of.a.server.example.com",
  "WWWWWWWWWWWWWWWWWWWWiiiiiiiiiiiiiiiiiiii",
  "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
  "\u062e\u0627\u062f\u0645 \u0627\u0644\u0648\u0642\u062a \u0641\u064a \u0627\u0644\u0645\u062f\u064a\u0646\u0629",
};

static double
get_width (PangoLayout *layout)
{
  double width;

  ts_chart_text_get_size (layout, &width, NULL);
  return width;
}

/* It is as wide as it may be, begins and ends as the whole does, and no mark has lost its letter. */
static void
test_shorten (void)
{
  PangoContext *pango = pango_font_map_create_context (pango_cairo_font_map_get_default ());

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    for (double max = 200; max > 30; max -= 7)
      {
        g_autoptr (PangoLayout) layout = ts_chart_text_new (pango, texts[i]);
        g_auto (GStrv) parts = NULL;
        double whole = get_width (layout);

        ts_chart_text_shorten (layout, max);
        g_assert_cmpfloat (get_width (layout), <=, max);
        if (whole <= max)
          {
            g_assert_cmpstr (pango_layout_get_text (layout), ==, texts[i]);
            continue;
          }
        g_assert_cmpfloat (get_width (layout), >, max - 40);
        parts = g_strsplit (pango_layout_get_text (layout), "…", -1);
        g_assert_cmpuint (g_strv_length (parts), ==, 2);
        g_assert_true (g_str_has_prefix (texts[i], parts[0]) && g_str_has_suffix (texts[i], parts[1]));
        g_assert_false (g_unichar_ismark (g_utf8_get_char (parts[1])));
        g_assert_false (g_unichar_ismark (g_utf8_get_char (texts[i] + strlen (parts[0]))));
      }
  g_object_unref (pango);
}

/* Of a date with its time of day, the time is what remains. */
static void
test_keep_end (void)
{
  PangoContext *pango = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  g_autoptr (PangoLayout) layout = ts_chart_text_new (pango, "21 September 2026, 14:17:16");
  double whole = get_width (layout);

  ts_chart_text_keep_end (layout, whole);
  g_assert_cmpstr (pango_layout_get_text (layout), ==, "21 September 2026, 14:17:16");
  ts_chart_text_keep_end (layout, whole - 1);
  g_assert_cmpstr (pango_layout_get_text (layout), ==, "… September 2026, 14:17:16");
  ts_chart_text_keep_end (layout, 0);
  g_assert_cmpstr (pango_layout_get_text (layout), ==, "… 14:17:16");
  g_object_unref (pango);
}

/* Nothing is left out of a line that has room for both; of one that has not, the values keep their part. */
static void
test_fit_line (void)
{
  PangoContext *pango = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  g_autoptr (PangoLayout) time = ts_chart_text_new (pango, "3 April 2026, 14:17:16");
  g_autoptr (PangoLayout) now = ts_chart_text_new (pango, "14:17");
  g_autoptr (PangoLayout) values = ts_chart_text_new (pango, "+12.4213 ms, proven +12.4149 to +12.4277 ms");
  double time_px = get_width (time), values_px = get_width (values);

  ts_chart_text_fit_line (now, values, get_width (now) + values_px);
  g_assert_cmpstr (pango_layout_get_text (values), ==, "+12.4213 ms, proven +12.4149 to +12.4277 ms");
  g_assert_cmpstr (pango_layout_get_text (now), ==, "14:17");
  ts_chart_text_fit_line (time, values, time_px + values_px - 1);
  g_assert_cmpfloat (get_width (time) + get_width (values), <, time_px + values_px);
  g_assert_nonnull (strstr (pango_layout_get_text (time), "14:17:16"));
  g_object_unref (pango);
}

/* What has no room at all is three dots. */
static void
test_no_room (void)
{
  PangoContext *pango = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  g_autoptr (PangoLayout) layout = ts_chart_text_new (pango, texts[1]);
  g_autoptr (PangoLayout) empty = ts_chart_text_new (pango, "");

  ts_chart_text_shorten (layout, 1);
  g_assert_cmpstr (pango_layout_get_text (layout), ==, "…");
  ts_chart_text_shorten (empty, 1);
  g_assert_cmpstr (pango_layout_get_text (empty), ==, "");
  g_object_unref (pango);
}

/* The labels at the edges of a plot stay out of the titles above and below it. */
static void
test_title_gap (void)
{
  g_assert_cmpfloat (ts_chart_sheet_get_title_gap_px (15), ==, 12);
  for (double line_px = 10; line_px < 60; line_px++)
    g_assert_cmpfloat (ts_chart_sheet_get_title_gap_px (line_px) - TS_CHART_STRIP_TITLE_PX, >=, line_px / 2);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart-text/keep-end", test_keep_end);
  g_test_add_func ("/chart-text/fit-line", test_fit_line);
  g_test_add_func ("/chart-text/title-gap", test_title_gap);
  g_test_add_func ("/chart-text/shorten", test_shorten);
  g_test_add_func ("/chart-text/no-room", test_no_room);
  return g_test_run ();
}
