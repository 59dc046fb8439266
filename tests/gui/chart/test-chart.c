/* Tests of the chart widget by the pixels that it paints; skipped without a display.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "measure/ts-schedule.h"

#include "test-chart-fixture.h"

/* Where data is sure to be drawn, clear of titles and labels: the plot lies above the strip. */
#define PLOT_LEFT_PX   90
#define PLOT_RIGHT_PX  780
#define PLOT_TOP_PX    70
#define PLOT_BOTTOM_PX 265

static Image *
paint (Fixture *fixture)
{
  Image *image = paint_widget (fixture->chart);

  g_assert_cmpint (image->width, ==, WIDTH_PX);
  g_assert_cmpint (image->height, ==, HEIGHT_PX);
  return image;
}

static GdkRGBA
get_accent (Fixture *fixture)
{
  GtkStyleContext *style = gtk_widget_get_style_context (fixture->chart);
  GdkRGBA color;

  g_assert_true (gtk_style_context_lookup_color (style, "accent_color", &color));
  return color;
}

/* Whether the pixel is fully of @color, which only line and marks are. */
static gboolean
is_color (const Image *image,
          int x,
          int y,
          const GdkRGBA *color)
{
  guint32 pixel = get_pixel (image, x, y);
  int red = (int) (pixel >> 16 & 0xff), green = (int) (pixel >> 8 & 0xff), blue = (int) (pixel & 0xff);

  return pixel >> 24 == 0xff && ABS (red - (int) (color->red * 255)) < 3 &&
         ABS (green - (int) (color->green * 255)) < 3 && ABS (blue - (int) (color->blue * 255)) < 3;
}

/* How many pixels of @color the plot's column @x has. */
static guint
count_in_column (const Image *image,
                 int x,
                 const GdkRGBA *color)
{
  guint n = 0;

  for (int y = PLOT_TOP_PX; y < PLOT_BOTTOM_PX; y++)
    n += is_color (image, x, y, color);
  return n;
}

/* From the first to the last row below the plot that has a pixel of @color. */
static int
measure_below_plot (const Image *image,
                    const GdkRGBA *color)
{
  int first = HEIGHT_PX, last = 0;

  for (int y = PLOT_BOTTOM_PX; y < HEIGHT_PX; y++)
    for (int x = PLOT_LEFT_PX; x < PLOT_RIGHT_PX; x++)
      if (is_color (image, x, y, color))
        {
          first = MIN (first, y);
          last = y;
        }
  return last - first;
}

/* The longest run of the plot's columns without a pixel of @color, its ends not counted in. */
static guint
find_longest_break (const Image *image,
                    const GdkRGBA *color)
{
  guint longest = 0, run = 0;

  for (int x = PLOT_LEFT_PX; x < PLOT_RIGHT_PX; x++)
    {
      run = count_in_column (image, x, color) > 0 ? 0 : run + 1;
      longest = MAX (longest, run);
    }
  return longest;
}

/* Pixels that are not empty, grid and hatch included. */
static guint
count_painted (const Image *image,
               int left,
               int right)
{
  guint n = 0;

  for (int y = PLOT_TOP_PX; y < PLOT_BOTTOM_PX; y++)
    for (int x = left; x < right; x++)
      n += get_pixel (image, x, y) != 0;
  return n;
}

static void
test_whole_line (Fixture *fixture,
                 gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;

  for (int i = 100; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * 5 * S, 12 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  g_assert_cmpuint (ts_chart_model_get_series (fixture->model)->n_gaps, ==, 0);
  g_assert_cmpuint (find_longest_break (image, &accent), ==, 0);
}

static void
test_gap (Fixture *fixture,
          gconstpointer data)
{
  static const TsEntryKind kinds[] = { TS_ENTRY_LOST, TS_ENTRY_REFUSED, TS_ENTRY_PAUSED };
  GdkRGBA accent = get_accent (fixture);

  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autofree Image *image = NULL;
      guint gap_px;

      ts_history_clear (fixture->history);
      for (int i = 100; i >= 0; i--)
        if (i > 40 && i < 60)
          ts_history_add_gap (fixture->history, kinds[kind], NOW_NS - i * 5 * S);
        else
          add_sample (fixture->history, NOW_NS - i * 5 * S, 12 * MS, 3 * MS);
      ts_chart_model_update (fixture->model, NOW_NS);
      image = paint (fixture);
      g_assert_cmpuint (ts_chart_model_get_series (fixture->model)->n_gaps, ==, 1);
      /* 20 of 100 intervals of about 730 px. */
      gap_px = find_longest_break (image, &accent);
      g_assert_cmpuint (gap_px, >, 120);
      g_assert_cmpuint (gap_px, <, 160);
    }
}

/* What was certain before a gap is not drawn through it, nor what is certain after a step from before it. */
static void
test_band (Fixture *fixture,
           gconstpointer data)
{
  g_autofree Image *image = NULL;
  guint n_painted;

  for (int i = 100; i >= 0; i--)
    if (i > 40 && i < 60)
      ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS - i * 5 * S);
    else
      add_sample (fixture->history, NOW_NS - i * 5 * S, i > 50 ? 12 * MS : 32 * MS, 9 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  /* Hatch and grid alone, clear of the step's line. */
  n_painted = count_painted (image, 370, 400);
  g_assert_cmpuint (n_painted, >, 0);
  g_assert_cmpuint (n_painted, <, 30 * (PLOT_BOTTOM_PX - PLOT_TOP_PX) / 2);
}

static void
test_sleep (Fixture *fixture,
            gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;
  guint gap_px;

  for (int i = 100; i >= 0; i--)
    if (i <= 40 || i >= 60)
      add_sample_after (fixture->history, NOW_NS - i * 5 * S, 12 * MS, 3 * MS,
                        i == 40 ? TS_CLOCK_EVENT_SUSPEND : TS_CLOCK_EVENT_NONE);
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  g_assert_cmpuint (ts_chart_model_get_series (fixture->model)->n_gaps, ==, 1);
  gap_px = find_longest_break (image, &accent);
  g_assert_cmpuint (gap_px, >, 120);
  g_assert_cmpuint (gap_px, <, 160);
  if (is_told ())
    gtk_test_accessible_assert_property (
      GTK_ACCESSIBLE (fixture->chart), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "82 samples from 10:16:17 to 10:24:37; offset now +12.0\u2060\u2009\u2060ms; 1 gap: Suspended at 10:19:37");
}

/* The line of another server is broken by its own gaps alone, and in view where the chosen one is far away. */
static void
test_overlay (Fixture *fixture,
              gconstpointer data)
{
  g_autoptr (TsHistory) history = ts_history_new (1000);
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();
  GtkStyleContext *style = gtk_widget_get_style_context (fixture->chart);
  GdkRGBA orange, accent = get_accent (fixture);
  g_autofree Image *image = NULL;
  guint break_px;

  g_assert_true (gtk_style_context_lookup_color (style, "orange_4", &orange));
  for (int i = 100; i >= 0; i--)
    {
      if (i < 60 && i > 40)
        ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS - i * 5 * S);
      else
        add_sample (fixture->history, NOW_NS - i * 5 * S, 12 * MS, 3 * MS);
      if (i < 30 && i > 20)
        ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS - i * 5 * S);
      else
        add_sample (history, NOW_NS - i * 5 * S, -16 * MS, MS);
    }
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  g_assert_cmpuint (find_longest_break (image, &orange), ==, PLOT_RIGHT_PX - PLOT_LEFT_PX);
  g_clear_pointer (&image, g_free);

  ts_chart_overlays_add (overlays, history, "db-2", 0);
  ts_chart_model_set_overlays (fixture->model, overlays);
  image = paint (fixture);
  /* 10 of 100 intervals of about 700 px, and what is between dashes. */
  break_px = find_longest_break (image, &orange);
  g_assert_cmpuint (break_px, >, 60);
  g_assert_cmpuint (break_px, <, 80);
  g_assert_cmpuint (find_longest_break (image, &accent), >, 120);
  g_assert_cmpuint (ts_chart_model_get_series (fixture->model)->n_gaps, ==, 1);
  ts_chart_model_set_overlays (fixture->model, NULL);
}

/* The first estimates of a server, which a burst overrules, are no part of its line and marks, nor of the
 * axis. */
static void
test_burst_of_overlay (Fixture *fixture,
                       gconstpointer data)
{
  g_autoptr (TsHistory) history = ts_history_new (1000);
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();
  GtkStyleContext *style = gtk_widget_get_style_context (fixture->chart);
  GdkRGBA orange;
  g_autofree Image *image = NULL;

  g_assert_true (gtk_style_context_lookup_color (style, "orange_4", &orange));
  for (int i = 0; i < TS_SCHEDULE_BURST; i++)
    add_sample (history, NOW_NS - 50 * S + i * 50 * MS, i < TS_SCHEDULE_BURST - 1 ? 16 * MS : -4 * MS,
                i < TS_SCHEDULE_BURST - 1 ? 4 * MS : 30 * MS);
  for (int i = 49; i >= 0; i--)
    add_sample (history, NOW_NS - i * S, -4 * MS, 30 * MS);
  for (int i = 100; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, 0, 8 * MS);
  ts_chart_overlays_add (overlays, history, "db-2", 0);
  ts_chart_model_update (fixture->model, NOW_NS);
  ts_chart_model_set_overlays (fixture->model, overlays);
  image = paint (fixture);
  g_assert_cmpint (ts_chart_model_get_extent (fixture->model)->max_ns, <, 16 * MS);
  for (int x = PLOT_LEFT_PX; x < PLOT_RIGHT_PX; x++)
    g_assert_cmpuint (count_in_column (image, x, &orange), <, 8);
  /* All marks of round trips of 30 ms are at one height. */
  g_assert_cmpint (measure_below_plot (image, &orange), <, 4);
  g_assert_cmpuint (find_longest_break (image, &orange), <, PLOT_RIGHT_PX - PLOT_LEFT_PX);
  ts_chart_model_set_overlays (fixture->model, NULL);
}

/* Nor are those of the chosen server: neither what they prove nor marks of bars that are not drawn. That is so too if
 * there is a recorded past before them.
 * @data: whether there is */
static void
test_burst (Fixture *fixture,
            gconstpointer data)
{
  TsHistoryEntry pause = { .at_ns = NOW_NS - 55 * S, .kind = TS_ENTRY_NOT_RECORDED };
  g_autoptr (TsHistory) whole = ts_history_new (5000);
  GdkRGBA accent;
  g_autofree Image *image = NULL;

  for (int i = 0; i < TS_SCHEDULE_BURST - 1; i++)
    add_sample (fixture->history, NOW_NS - 50 * S + i * 50 * MS, 16 * MS, 900 * MS);
  add_sample (fixture->history, NOW_NS - 50 * S + (TS_SCHEDULE_BURST - 1) * 50 * MS, -4 * MS, 30 * MS);
  for (int i = 49; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, -4 * MS, 8 * MS);
  for (int i = 99; i >= 60; i--)
    add_sample (whole, NOW_NS - i * S, -4 * MS, 8 * MS);
  ts_history_append (whole, &pause);
  for (gsize i = 0; i < ts_history_get_length (fixture->history); i++)
    ts_history_append (whole, ts_history_get (fixture->history, i));
  if (data != NULL)
    ts_chart_model_replace_history (fixture->model, whole);
  ts_chart_model_update (fixture->model, NOW_NS);
  g_assert_cmpint (ts_chart_model_get_extent (fixture->model)->max_ns, <, 40 * MS);
  g_assert_cmpint (ts_chart_model_get_extent (fixture->model)->max_delay_ns, <, 40 * MS);
  image = paint (fixture);
  g_assert_true (gtk_style_context_lookup_color (gtk_widget_get_style_context (fixture->chart), "accent_color", &accent));
  /* Nothing but the estimate has that colour, and it is a line of 2 px. */
  for (int x = PLOT_LEFT_PX; x < PLOT_RIGHT_PX; x++)
    g_assert_cmpuint (count_in_column (image, x, &accent), <, 8);
  g_assert_true ((find_longest_break (image, &accent) > 20) == (data != NULL));
  /* Nor can they be pointed at. */
  ts_chart_model_point_at (fixture->model, data != NULL ? 0.5 : 0);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), >=, ts_history_get_settled_ns (fixture->history));
  ts_chart_model_set_history (fixture->model, fixture->history);
}

static void
test_overlays_are_told (Fixture *fixture,
                        gconstpointer data)
{
  g_autoptr (TsHistory) history = ts_history_new (1000);
  g_autoptr (TsHistory) silent = ts_history_new (1000);
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();
  GtkAccessible *accessible = GTK_ACCESSIBLE (fixture->chart);

  if (skip_untold ())
    return;
  add_sample (fixture->history, NOW_NS, 12 * MS, 3 * MS);
  add_sample (history, NOW_NS - S, -1930 * US, 120 * US);
  ts_chart_model_update (fixture->model, NOW_NS);
  ts_chart_overlays_add (overlays, history, "db-2", 0);
  ts_chart_overlays_add (overlays, silent, "ntp", 1);
  ts_chart_model_set_overlays (fixture->model, overlays);
  gtk_test_accessible_assert_property (
    accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "1 sample from 10:24:37 to 10:24:37; offset now +12.0\u2060\u2009\u2060ms; db-2: \u22121.93\u2060\u2009\u2060ms; ntp: no samples yet");
  ts_chart_model_move_cursor (fixture->model, -1, FALSE);
  gtk_test_accessible_assert_property (
    accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "10:24:37; offset +12.0\u2060\u2009\u2060ms, proven +9.0 to +15.0\u2060\u2009\u2060ms, round trip 6.0\u2060\u2009\u2060ms; "
    "db-2: \u22121.93\u2060\u2009\u2060ms; ntp: –");
  /* Who is away is not told by what was known before. */
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS - S / 2);
  ts_chart_model_update (fixture->model, NOW_NS);
  gtk_test_accessible_assert_property (
    accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "10:24:37; offset +12.0\u2060\u2009\u2060ms, proven +9.0 to +15.0\u2060\u2009\u2060ms, round trip 6.0\u2060\u2009\u2060ms; db-2: –; ntp: –");
  ts_chart_model_set_overlays (fixture->model, NULL);
}

static void
test_single_loss (Fixture *fixture,
                  gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;

  for (int i = 20; i >= 0; i--)
    if (i == 10)
      ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS - i * 5 * S);
    else
      add_sample (fixture->history, NOW_NS - i * 5 * S, 12 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  g_assert_cmpuint (find_longest_break (image, &accent), >, 60);
}

/* The columns from @left to @right in which the strip's lowest part has pixels of @color. */
static void
find_marks (const Image *image,
            const GdkRGBA *color,
            int *left,
            int *right)
{
  *left = image->width;
  *right = -1;
  for (int y = HEIGHT_PX - 60; y < HEIGHT_PX - 20; y++)
    for (int x = PLOT_LEFT_PX; x < PLOT_RIGHT_PX; x++)
      if (is_color (image, x, y, color))
        {
          *left = MIN (*left, x);
          *right = MAX (*right, x);
        }
}

/* Exchanges that are given up right before the next sample comes have their marks in the hatch, too. */
static void
test_marks_are_in_gap (Fixture *fixture,
                       gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;
  TsChartSpan span;
  int left, right, gap_right;

  for (int i = 60; i >= 0; i--)
    if (i == 30 || i == 31 || i == 32)
      ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS - i * 10 * S + 9900 * MS);
    else
      add_sample (fixture->history, NOW_NS - i * 10 * S, 12 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  find_marks (image, &accent, &left, &right);
  span = ts_chart_model_get_series (fixture->model)->span;
  gap_right = WIDTH_PX - 16 -
              (int) (span.n_columns * (double) (span.end_ns - (NOW_NS - 290 * S)) / (double) (span.end_ns - span.begin_ns));
  g_assert_cmpint (left, <, right);
  g_assert_cmpint (right, <=, gap_right - 3);
  g_assert_cmpint (right, >, gap_right - 12);
}

static void
test_gap_that_lasts (Fixture *fixture,
                     gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;
  guint calm, hatched;

  for (int i = 50; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * 5 * S, 12 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS + 250 * S);
  image = paint (fixture);
  calm = count_painted (image, 500, PLOT_RIGHT_PX);
  g_assert_cmpuint (ts_chart_model_get_series (fixture->model)->n_gaps, ==, 0);
  g_assert_cmpuint (count_in_column (image, 600, &accent), ==, 0);
  g_clear_pointer (&image, g_free);

  ts_history_add_gap (fixture->history, TS_ENTRY_REFUSED, NOW_NS + 5 * S);
  ts_chart_model_update (fixture->model, NOW_NS + 250 * S);
  image = paint (fixture);
  hatched = count_painted (image, 500, PLOT_RIGHT_PX);
  g_assert_cmpuint (ts_chart_model_get_series (fixture->model)->n_gaps, ==, 1);
  g_assert_cmpuint (count_in_column (image, 600, &accent), ==, 0);
  g_assert_cmpuint (hatched, >, calm + 5000);
}

static void
test_step (Fixture *fixture,
           gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;
  guint n_low = 0, n_high = 0;
  guint break_px;

  for (int i = 20; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * 5 * S, i > 10 ? 3400 * US : 11600 * US, 2 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  g_assert_cmpuint (ts_chart_model_get_series (fixture->model)->n_gaps, ==, 0);

  /* One of 20 intervals is free of the line. */
  break_px = find_longest_break (image, &accent);
  g_assert_cmpuint (break_px, >, 25);
  g_assert_cmpuint (break_px, <, 45);
  for (int x = PLOT_LEFT_PX; x < PLOT_RIGHT_PX; x++)
    for (int y = PLOT_TOP_PX; y < PLOT_BOTTOM_PX; y++)
      if (is_color (image, x, y, &accent))
        {
          n_low += y > (PLOT_TOP_PX + PLOT_BOTTOM_PX) / 2 + 10;
          n_high += y < (PLOT_TOP_PX + PLOT_BOTTOM_PX) / 2 - 10;
        }
  g_assert_cmpuint (n_low, >, 200);
  g_assert_cmpuint (n_high, >, 200);
}

/* Half of the samples on either side of an event. */
static void
fill_around (Fixture *fixture,
             TsClockEvent event)
{
  ts_history_clear (fixture->history);
  for (int i = 20; i >= 0; i--)
    add_sample_after (fixture->history, NOW_NS - i * 5 * S, i > 10 ? 3400 * US : 11600 * US, 20 * MS,
                      i == 10 ? event : TS_CLOCK_EVENT_NONE);
  ts_chart_model_update (fixture->model, NOW_NS);
}

/* How much of the plot's column at the step is painted: the strokes of its line, apart from the grid. */
static guint
count_strokes (Fixture *fixture,
               const Image *image)
{
  const TsChartStep *step = &g_array_index (ts_chart_model_get_series (fixture->model)->steps, TsChartStep, 0);
  TsChartSpan span = ts_chart_model_get_series (fixture->model)->span;
  double part = (double) (step->at_ns - span.begin_ns) / (double) (span.end_ns - span.begin_ns);
  int x = WIDTH_PX - 16 - (int) ceil ((1 - part) * span.n_columns);
  guint n = 0;

  for (int y = PLOT_TOP_PX + 60; y < PLOT_BOTTOM_PX - 60; y++)
    n += get_pixel (image, x, y) >> 24 > 0x60;
  return n;
}

/* What nothing proves is a lighter line, is told as such, and breaks line and band as a step does. */
static void
test_probable_step (Fixture *fixture,
                    gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *none = NULL;
  g_autofree Image *certain = NULL;
  g_autofree Image *probable = NULL;

  fill_around (fixture, TS_CLOCK_EVENT_NONE);
  none = paint (fixture);
  fill_around (fixture, TS_CLOCK_EVENT_STEP_REMOTE);
  certain = paint (fixture);
  fill_around (fixture, TS_CLOCK_EVENT_STEP_PROBABLE);
  probable = paint (fixture);
  g_assert_cmpuint (find_longest_break (none, &accent), ==, 0);
  g_assert_cmpuint (find_longest_break (probable, &accent), >, 25);
  g_assert_cmpuint (find_longest_break (probable, &accent), ==, find_longest_break (certain, &accent));
  /* Three pixels of six for the one, two of six for the other. */
  g_assert_cmpuint (count_strokes (fixture, certain), >, 30);
  g_assert_cmpuint (count_strokes (fixture, probable), >, 20);
  g_assert_cmpuint (count_strokes (fixture, probable), <, count_strokes (fixture, certain));
  ts_chart_model_update (fixture->model, NOW_NS + S);
  if (is_told ())
    gtk_test_accessible_assert_property (
      GTK_ACCESSIBLE (fixture->chart), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "21 samples from 10:22:57 to 10:24:37; offset now +12\u2060\u2009\u2060ms; 1 probable step: "
      "+8\u2060\u2009\u2060ms at 10:23:44");
  ts_chart_model_move_cursor (fixture->model, -1, FALSE);
  ts_chart_model_move_cursor (fixture->model, -1, TRUE);
  if (is_told ())
    gtk_test_accessible_assert_property (
      GTK_ACCESSIBLE (fixture->chart), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
      "10:23:47; Probably set, +8\u2060\u2009\u2060ms; offset +12\u2060\u2009\u2060ms, proven \u22129 to +32\u2060\u2009\u2060ms, round trip 40\u2060\u2009\u2060ms");
}

static void
test_dense (Fixture *fixture,
            gconstpointer data)
{
  g_autofree Image *image = NULL;
  guint n_columns = 0;

  for (int i = 900; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, (i % 7) * MS, 10 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  for (int x = PLOT_LEFT_PX; x < PLOT_RIGHT_PX; x++)
    {
      guint n = 0;

      for (int y = PLOT_TOP_PX; y < PLOT_BOTTOM_PX; y++)
        n += get_pixel (image, x, y) >> 24 > 100;
      n_columns += n > 80;
    }
  /* 600 bars on some 690 columns, each on one column and half of the next. */
  g_assert_cmpuint (n_columns, >, 500);
}

static void
test_one_sample (Fixture *fixture,
                 gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;
  guint n_columns = 0;

  add_sample (fixture->history, NOW_NS, 12 * MS, 0);
  ts_chart_model_update (fixture->model, NOW_NS + 5 * S);
  image = paint (fixture);
  for (int x = PLOT_LEFT_PX; x < PLOT_RIGHT_PX; x++)
    n_columns += count_in_column (image, x, &accent) > 0;
  g_assert_cmpuint (n_columns, >=, 3);
  g_assert_cmpuint (n_columns, <=, 6);
}

static void
test_outlier (Fixture *fixture,
              gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;
  guint n_marks = 0;

  for (int i = 20; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, i == 10 ? 3600 * S : 5 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  /* The others still take much of the height, and a mark tells of the one beyond. */
  g_assert_cmpuint (count_painted (image, PLOT_LEFT_PX, PLOT_RIGHT_PX), >, 20 * 100);
  for (int y = 40; y < 60; y++)
    for (int x = 400; x < 470; x++)
      n_marks += is_color (image, x, y, &accent);
  g_assert_cmpuint (n_marks, >, 5);
}

static void
test_empty (Fixture *fixture,
            gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;

  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  g_assert_cmpuint (ts_chart_model_get_series (fixture->model)->n_gaps, ==, 0);
  for (int y = 0; y < HEIGHT_PX; y++)
    for (int x = 0; x < WIDTH_PX; x++)
      g_assert_false (is_color (image, x, y, &accent));
  ts_chart_model_set_history (fixture->model, NULL);
  ts_chart_model_update (fixture->model, NOW_NS + S);
}

static void
test_dark (Fixture *fixture,
           gconstpointer data)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autofree Image *light = NULL;
  g_autofree Image *dark = NULL;

  for (int i = 20; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, 12 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
  light = paint (fixture);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  dark = paint (fixture);
  g_assert_false (are_equal (light, dark));
}

static void
move_pointer (Fixture *fixture,
              double x)
{
  g_signal_emit_by_name (find_controller (fixture->chart, GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion", x, 150.0);
}

static void
test_crosshair (Fixture *fixture,
                gconstpointer data)
{
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *without = NULL;
  g_autofree Image *with = NULL;
  guint n_before, n_after;

  for (int i = 20; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, 12 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  without = paint (fixture);
  move_pointer (fixture, 400);
  with = paint (fixture);

  /* The chosen bar is of the accent, where before only the line was, within half an interval of the pointer. */
  n_before = n_after = 0;
  for (int x = 380; x < 420; x++)
    {
      n_before = MAX (n_before, count_in_column (without, x, &accent));
      n_after = MAX (n_after, count_in_column (with, x, &accent));
    }
  g_assert_cmpuint (n_before, <, 5);
  g_assert_cmpuint (n_after, >, 100);

  ts_chart_model_point_away (fixture->model);
  g_clear_pointer (&with, g_free);
  with = paint (fixture);
  g_assert_true (are_equal (without, with));
}

/* Returns: (transfer full): what a snapshot has below the cursor */
static GskRenderNode *
take_data_node (Fixture *fixture)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;

  GTK_WIDGET_GET_CLASS (fixture->chart)->snapshot (fixture->chart, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_cmpint (gsk_render_node_get_node_type (node), ==, GSK_CONTAINER_NODE);
  return gsk_render_node_ref (gsk_container_node_get_child (node, 0));
}

/* A motion of the pointer paints the cursor alone; data, size and style paint all. */
static void
test_motion_paints_cursor (Fixture *fixture,
                           gconstpointer data)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autoptr (GskRenderNode) first = NULL;
  g_autoptr (GskRenderNode) moved = NULL;
  g_autoptr (GskRenderNode) moved_on = NULL;
  g_autoptr (GskRenderNode) with_sample = NULL;
  g_autoptr (GskRenderNode) dark = NULL;

  for (int i = 20; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, 12 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  g_free (paint (fixture));
  move_pointer (fixture, 300);
  moved = take_data_node (fixture);
  move_pointer (fixture, 400);
  moved_on = take_data_node (fixture);
  g_assert_true (moved == moved_on);
  add_sample (fixture->history, NOW_NS + S, 12 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS + S);
  with_sample = take_data_node (fixture);
  g_assert_true (with_sample != moved_on);
  first = take_data_node (fixture);
  g_assert_true (with_sample == first);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  dark = take_data_node (fixture);
  g_assert_true (dark != first);
}

/* A day at one exchange a second is drawn from few entries, and in no time. */
static void
test_day (Fixture *fixture,
          gconstpointer data)
{
  g_autoptr (TsHistory) history = ts_history_new (86400);
  GdkRGBA accent = get_accent (fixture);
  g_autofree Image *image = NULL;

  for (gint64 i = 86399; i >= 0; i--)
    add_sample (history, NOW_NS - i * S, (12 + i % 5) * MS, (10 + i % 3) * MS);
  ts_chart_model_set_history (fixture->model, history);
  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_DAY);
  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint (fixture);
  g_assert_cmpuint (find_longest_break (image, &accent), ==, 0);
  ts_chart_model_set_history (fixture->model, fixture->history);
}

static void
test_accessible (Fixture *fixture,
                 gconstpointer data)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (fixture->chart);

  if (skip_untold ())
    return;
  add_sample (fixture->history, NOW_NS - 5 * S, 12 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  gtk_test_accessible_assert_role (accessible, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, "Offset chart");
  gtk_test_accessible_assert_property (
    accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "1 sample from 10:24:32 to 10:24:32; offset now +12.0\u2060\u2009\u2060ms");

  /* Another sample is not told sooner than a second later, */
  add_sample (fixture->history, NOW_NS, 14 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS + 900 * MS);
  gtk_test_accessible_assert_property (
    accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "1 sample from 10:24:32 to 10:24:32; offset now +12.0\u2060\u2009\u2060ms");
  ts_chart_model_update (fixture->model, NOW_NS + S);
  gtk_test_accessible_assert_property (
    accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "2 samples from 10:24:32 to 10:24:37; offset now +14.0\u2060\u2009\u2060ms");

  /* but a gap is, at once. */
  ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS + S);
  ts_chart_model_update (fixture->model, NOW_NS + S + 100 * MS);
  gtk_test_accessible_assert_property (
    accessible, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
    "2 samples from 10:24:32 to 10:24:37; last offset +14.0\u2060\u2009\u2060ms; 1 gap: 1 lost at 10:24:38");
}

static void
test_sizes (Fixture *fixture,
            gconstpointer data)
{
  int minimum, natural;

  gtk_widget_set_size_request (fixture->chart, -1, -1);
  gtk_widget_measure (fixture->chart, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  g_assert_cmpint (minimum, <=, 300);
  gtk_widget_measure (fixture->chart, GTK_ORIENTATION_VERTICAL, -1, &minimum, &natural, NULL,
                      NULL);
  g_assert_cmpint (minimum, >=, 220);
  g_assert_cmpint (natural, >=, 320);
}

#define ADD(path, function) g_test_add ("/chart/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  if (!init_widgets (&argc, &argv))
    return EXIT_SKIPPED;
  ADD ("whole-line", test_whole_line);
  ADD ("gap", test_gap);
  ADD ("band", test_band);
  ADD ("sleep", test_sleep);
  ADD ("overlay", test_overlay);
  ADD ("burst", test_burst);
  g_test_add ("/chart/burst-after-past", Fixture, GINT_TO_POINTER (TRUE), set_up, test_burst, tear_down);
  ADD ("burst-of-overlay", test_burst_of_overlay);
  ADD ("overlays-are-told", test_overlays_are_told);
  ADD ("single-loss", test_single_loss);
  ADD ("marks-are-in-gap", test_marks_are_in_gap);
  ADD ("gap-that-lasts", test_gap_that_lasts);
  ADD ("step", test_step);
  ADD ("probable-step", test_probable_step);
  ADD ("dense", test_dense);
  ADD ("one-sample", test_one_sample);
  ADD ("outlier", test_outlier);
  ADD ("empty", test_empty);
  ADD ("dark", test_dark);
  ADD ("crosshair", test_crosshair);
  ADD ("motion-paints-cursor", test_motion_paints_cursor);
  ADD ("day", test_day);
  ADD ("accessible", test_accessible);
  ADD ("sizes", test_sizes);
  return g_test_run ();
}
