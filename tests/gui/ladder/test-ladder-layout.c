/* Tests of where the ladder's picture has its lines, points and text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-layout.h"

#include <math.h>

#define WIDTH_PX  560
#define HEIGHT_PX 290

static const TsLadderSizes sizes = { .heading_px = 15, .stamp_px = 18, .note_px = 15, .ours_px = 130, .theirs_px = 130 };

static TsLadderLayout
lay_out (gint64 arrived_ns,
         gint64 left_ns,
         gint64 waited_ns)
{
  TsLadderExchange exchange = { .arrived_ns = arrived_ns, .left_ns = left_ns, .waited_ns = waited_ns };
  TsLadderLayout layout;

  g_assert_true (ts_ladder_layout_has_room (&sizes, WIDTH_PX));
  ts_ladder_layout_init (&layout, &exchange, &sizes, WIDTH_PX, HEIGHT_PX, FALSE);
  return layout;
}

/* No text lies on another, or outside of the picture. */
static void
assert_text_is_free (const TsLadderLayout *layout)
{
  const double heights_px[] = { sizes.stamp_px + sizes.note_px, sizes.note_px, sizes.stamp_px + sizes.note_px };
  const double *columns[] = { layout->ours_y, layout->theirs_y };

  for (guint column = 0; column < G_N_ELEMENTS (columns); column++)
    {
      double from = layout->top_px;

      for (guint i = 0; i < 3; i++)
        {
          g_assert_cmpfloat (columns[column][i], >=, from - 1e-9);
          from = columns[column][i] + heights_px[i];
        }
      g_assert_cmpfloat (from, <=, HEIGHT_PX + 1e-9);
    }
}

/* The text above the arrow of t1 stays out of the names above the lines, however large it is. */
static void
test_large_way (void)
{
  for (double factor = 1; factor <= 3; factor += 0.5)
    {
      TsLadderSizes large = { sizes.heading_px * factor, sizes.stamp_px * factor, sizes.note_px * factor, 130, 130 };
      TsLadderExchange exchange = { .arrived_ns = 3400, .left_ns = 3800, .waited_ns = 6800 };
      TsLadderLayout layout;

      ts_ladder_layout_init (&layout, &exchange, &large, WIDTH_PX, ts_ladder_layout_get_min_height_px (&large), FALSE);
      g_assert_cmpfloat (layout.points_y[0] - large.note_px, >=, layout.top_px - 6);
    }
}

static void
test_scale (void)
{
  TsLadderLayout layout = lay_out (3400, 3800, 6800);
  double length = layout.points_y[3] - layout.points_y[0];

  g_assert_cmpfloat (layout.ours_x, <, layout.theirs_x);
  g_assert_cmpfloat (layout.points_y[0], >, layout.top_px);
  g_assert_cmpfloat (layout.points_y[3], <, layout.bottom_px);
  g_assert_cmpfloat_with_epsilon (layout.points_y[1] - layout.points_y[0], length / 2, 1e-6);
  g_assert_cmpfloat_with_epsilon (layout.points_y[2] - layout.points_y[1], length * 400 / 6800, 1e-6);
  assert_text_is_free (&layout);
  /* The text of t2 and t3 gives way to both sides alike. */
  g_assert_cmpfloat_with_epsilon (layout.theirs_y[1] + sizes.note_px / 2,
                                  (layout.points_y[1] + layout.points_y[2]) / 2, 1e-6);
}

static void
test_extremes (void)
{
  static const gint64 exchanges_ns[][3] = {
    { 0, 0, 0 },           { 0, 0, 1 },          { 1, 1, 1 },         { 0, 1000, 1000 },
    { 0, 0, 1000 },        { 1000, 1000, 1000 }, { 500, 500, 1000 },  { 1, 999, 1000 },
    { 10, 990, 1000 },     { 0, 500, 1000 },     { 500, 1000, 1000 }, { 2500000000, 2500000300, 5000000000 },
    { 1, 2, G_MAXINT64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (exchanges_ns); i++)
    {
      TsLadderLayout layout = lay_out (exchanges_ns[i][0], exchanges_ns[i][1], exchanges_ns[i][2]);

      assert_text_is_free (&layout);
      for (guint j = 0; j < 4; j++)
        {
          g_assert_true (isfinite (layout.points_y[j]));
          g_assert_cmpfloat (layout.points_y[j], >=, layout.points_y[j > 0 ? j - 1 : 0]);
        }
    }
}

/* A server that takes all the time has its text at both ends. */
static void
test_far_apart (void)
{
  TsLadderLayout layout = lay_out (10, 990, 1000);

  g_assert_cmpfloat_with_epsilon (layout.theirs_y[0] + sizes.note_px + sizes.stamp_px / 2, layout.points_y[1], 8);
  g_assert_cmpfloat_with_epsilon (layout.theirs_y[2] + sizes.stamp_px / 2, layout.points_y[2], 1e-6);
}

static void
test_mirrored (void)
{
  TsLadderExchange exchange = { .arrived_ns = 3, .left_ns = 4, .waited_ns = 7 };
  TsLadderLayout layout, mirrored;

  ts_ladder_layout_init (&layout, &exchange, &sizes, WIDTH_PX, HEIGHT_PX, FALSE);
  ts_ladder_layout_init (&mirrored, &exchange, &sizes, WIDTH_PX, HEIGHT_PX, TRUE);
  g_assert_cmpfloat_with_epsilon (mirrored.ours_x, WIDTH_PX - layout.ours_x, 1e-6);
  g_assert_cmpfloat_with_epsilon (mirrored.theirs_x, WIDTH_PX - layout.theirs_x, 1e-6);
  g_assert_cmpmem (mirrored.points_y, sizeof mirrored.points_y, layout.points_y, sizeof layout.points_y);
}

static void
test_narrow (void)
{
  TsLadderSizes compact = sizes;

  g_assert_false (ts_ladder_layout_has_room (&sizes, 336));
  compact.ours_px = compact.theirs_px = 82;
  g_assert_true (ts_ladder_layout_has_room (&compact, 336));
  g_assert_cmpfloat (ts_ladder_layout_get_min_height_px (&sizes), <, HEIGHT_PX);
}

/* Text of twice the size in a narrow picture: the lines do not change places. */
static void
test_large_text (void)
{
  TsLadderExchange exchange = { .arrived_ns = 3, .left_ns = 4, .waited_ns = 7 };
  TsLadderSizes large = sizes;
  TsLadderLayout layout;
  double scale;

  large.ours_px = large.theirs_px = 82;
  g_assert_cmpfloat (ts_ladder_layout_get_text_scale (&large, 336), ==, 1);
  large.ours_px = 230;
  large.theirs_px = 190;
  scale = ts_ladder_layout_get_text_scale (&large, 324);
  g_assert_cmpfloat (scale, <, 0.7);
  g_assert_cmpfloat (scale, >=, 0.4);
  large.ours_px *= scale;
  large.theirs_px *= scale;
  ts_ladder_layout_init (&layout, &exchange, &large, 324, HEIGHT_PX, FALSE);
  g_assert_cmpfloat (layout.theirs_x - layout.ours_x, >=, 48);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ladder-layout/large-way", test_large_way);
  g_test_add_func ("/ladder-layout/scale", test_scale);
  g_test_add_func ("/ladder-layout/extremes", test_extremes);
  g_test_add_func ("/ladder-layout/far-apart", test_far_apart);
  g_test_add_func ("/ladder-layout/mirrored", test_mirrored);
  g_test_add_func ("/ladder-layout/narrow", test_narrow);
  g_test_add_func ("/ladder-layout/large-text", test_large_text);
  return g_test_run ();
}
