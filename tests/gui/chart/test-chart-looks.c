/* Pictures of the chart in its card, from one consistent set of numbers, saved beside the test program for people to
 * look at; what can be told of them by their pixels is tested. Skipped without a display.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-colors.h"
#include "chart/ts-chart.h"

#include <math.h>

#include "measure/ts-time.h"

#include "test-contrast.h"
#include "test-widget.h"

#define US TS_NS_PER_US
#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

/* 2023-10-03 10:24:37 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1696328677) * S)

#define MARGIN_PX 12

/* A series of exchanges with one server. */
typedef struct
{
  TsHistory *history;
  TsEstimator *estimator;
  GRand *random;
  gint64 base_ns;     /* of the delay of each way */
  double jitter_ns;   /* mean of what comes on top */
  gboolean has_slept; /* before the next exchange */
} Series;

typedef struct
{
  const char *name;
  int width_px;
  int height_px;
  AdwColorScheme scheme;
  GtkTextDirection direction;
  guint n_overlays;
  void (*fill) (Series *chosen);
  gint64 later_ns;  /* than NOW_NS: when it is looked at */
  gint64 cursor_ns; /* 0: none */
  gboolean is_day;
} Picture;

typedef struct
{
  GtkWidget *box;
  TsChartModel *model;
  GtkWidget *chart;
  GtkWindow *window;
  Series series[4];
  guint32 *pixels; /* of the card: 0xAARRGGBB, premultiplied */
} Fixture;

static void
start_series (Series *self,
              gint64 base_ns,
              double jitter_ns,
              guint32 seed)
{
  *self = (Series) {
    ts_history_new (100000), ts_estimator_new (), g_rand_new_with_seed (seed), base_ns, jitter_ns, FALSE,
  };
}

static void
end_series (Series *self)
{
  ts_history_free (self->history);
  ts_estimator_free (self->estimator);
  g_rand_free (self->random);
}

static gint64
draw_delay_ns (Series *self)
{
  return self->base_ns + (gint64) (-log (1 - g_rand_double (self->random)) * self->jitter_ns);
}

static void
add_exchange (Series *self,
              gint64 t4_ns,
              gint64 offset_ns,
              gint64 there_ns,
              gint64 back_ns)
{
  const gint64 server_ns = MIN (412 * US, self->base_ns);
  TsExchange exchange = {
    .t1_ns = t4_ns - there_ns - server_ns - back_ns,
    .t2_ns = t4_ns - back_ns - server_ns + offset_ns,
    .t3_ns = t4_ns - back_ns + offset_ns,
    .t4_ns = t4_ns,
  };
  TsSample sample;
  TsEstimate estimate;
  TsClockEvent event;

  g_assert_true (ts_sample_derive (&sample, &exchange, NULL));
  event = ts_estimator_add (self->estimator, &sample, NULL);
  if (self->has_slept)
    event = TS_CLOCK_EVENT_SUSPEND;
  self->has_slept = FALSE;
  g_assert_true (ts_estimator_get (self->estimator, t4_ns, &estimate));
  ts_history_add_sample (self->history, &sample, &estimate, event);
}

static void
add_sample (Series *self,
            gint64 t4_ns,
            gint64 offset_ns)
{
  gint64 there_ns = draw_delay_ns (self);

  add_exchange (self, t4_ns, offset_ns, there_ns, draw_delay_ns (self));
}

/* 356 exchanges, 5 s apart, 7 of them lost; 76 samples since the server's clock was set forward by 8.2 ms. */
static void
fill_session (Series *self)
{
  for (gint64 i = 0; i < 356; i++)
    {
      gint64 at_ns = NOW_NS - (355 - i) * 5 * S;
      gint64 drift_ns = (i - 355) * 5 * 2100;

      if (i == 40 || (i >= 307 && i <= 312))
        ts_history_add_gap (self->history, TS_ENTRY_LOST, at_ns);
      else if (i == 334) /* 10:22:52 */
        add_exchange (self, at_ns, 12207 * US, 3380 * US, 2744 * US);
      else if (i == 273 || i == 274) /* 10:17:47 and 10:17:52 */
        add_exchange (self, at_ns, i == 273 ? 3360 * US : 11580 * US, 2700 * US, 2700 * US);
      else
        add_sample (self, at_ns, 12427 * US + drift_ns - (i < 274 ? 8220 * US : 0));
    }
}

/* The server's host refused from 10:24:42 on, and is tried again more and more seldom. */
static void
fill_refused (Series *self)
{
  static const gint64 tries_s[] = { 5, 15, 35, 65, 95, 125, 155, 185, 215 };

  fill_session (self);
  for (guint i = 0; i < G_N_ELEMENTS (tries_s); i++)
    ts_history_add_gap (self->history, TS_ENTRY_REFUSED, NOW_NS + tries_s[i] * S);
}

static void
fill_nothing (Series *self)
{
}

static void
fill_one (Series *self)
{
  add_sample (self, NOW_NS - 2 * S, 12427 * US);
}

static void
fill_few (Series *self)
{
  for (gint64 i = 0; i < 5; i++)
    add_sample (self, NOW_NS - (4 - i) * S, 12427 * US);
}

/* Everything that breaks a series, close together. */
static void
fill_events (Series *self)
{
  for (gint64 i = 0; i < 120; i++)
    {
      gint64 at_ns = NOW_NS - (119 - i) * 5 * S;

      if (i >= 20 && i < 26)
        ts_history_add_gap (self->history, TS_ENTRY_REFUSED, at_ns);
      else if (i == 35)
        ts_history_add_gap (self->history, TS_ENTRY_PAUSED, at_ns);
      else if (i == 70 || i == 72 || i == 74)
        ts_history_add_gap (self->history, TS_ENTRY_LOST, at_ns);
      else if (!(i > 35 && i < 45) && !(i > 50 && i < 60))
        {
          self->has_slept = i == 60;
          add_sample (self, at_ns, i < 90 ? 12 * MS : i < 94 ? -9 * MS : 5 * MS);
        }
    }
}

/* Many exchanges are slow, one way or the other. */
static void
fill_slow (Series *self)
{
  for (gint64 i = 0; i < 120; i++)
    add_exchange (self, NOW_NS - (119 - i) * 5 * S, 12 * MS, draw_delay_ns (self) + (i % 3 == 1 ? i % 7 * 14 * MS : 0),
                  draw_delay_ns (self) + (i % 4 == 2 ? i % 5 * 9 * MS : 0));
}

/* A step of 30 ms that nothing proves, and one that is certain. */
static void
fill_probable (Series *self)
{
  for (gint64 i = 0; i < 120; i++)
    {
      gint64 at_ns = NOW_NS - (119 - i) * 5 * S, offset_ns = i < 40 ? -20 * MS : i < 80 ? 10 * MS : 90 * MS;
      const TsSample sample = {
        .exchange = { .t4_ns = at_ns }, .offset_ns = offset_ns, .delay_ns = 60 * MS,
        .proven_min_ns = offset_ns - 30 * MS, .proven_max_ns = offset_ns + 30 * MS,
      };
      const TsEstimate estimate = {
        .estimate_ns = offset_ns, .proven_min_ns = sample.proven_min_ns, .proven_max_ns = sample.proven_max_ns,
      };

      ts_history_add_sample (self->history, &sample, &estimate,
                             i == 40 ? TS_CLOCK_EVENT_STEP_PROBABLE : i == 80 ? TS_CLOCK_EVENT_STEP_REMOTE
                                                                            : TS_CLOCK_EVENT_NONE);
    }
}

static void
fill_day (Series *self)
{
  for (gint64 i = 0; i < 86400; i += 4)
    if (i >= 30000 && i < 33000)
      ts_history_add_gap (self->history, TS_ENTRY_LOST, NOW_NS - (86400 - i) * S);
    else
      add_sample (self, NOW_NS - (86400 - i) * S, 12 * MS + (gint64) (2e6 * sin ((double) i / 9000)));
}

static void
fill_overlays (Fixture *fixture,
               const Picture *picture)
{
  static const char *const names[] = { "db-2.local", "ntp.example.net", "a.very.long.name.of.a.server.example.com" };
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();

  start_series (&fixture->series[1], 120 * US, 15 * US, 2);
  start_series (&fixture->series[2], 9 * MS, 2 * MS, 3);
  start_series (&fixture->series[3], 400 * US, 100 * US, 4);
  for (gint64 i = 0; i < 356; i++)
    {
      gint64 at_ns = NOW_NS - (355 - i) * 5 * S - 2 * S;

      add_sample (&fixture->series[1], at_ns, -1900 * US - i * 80);
      if (i % 3 == 0 && i % 36 != 0)
        add_sample (&fixture->series[2], at_ns - S, 14 * MS + i * 2000);
      else if (i % 3 == 0)
        ts_history_add_gap (fixture->series[2].history, TS_ENTRY_LOST, at_ns - S);
      add_sample (&fixture->series[3], at_ns - 2 * S, 7 * MS - i * 4000);
    }
  for (guint i = 0; i < picture->n_overlays; i++)
    ts_chart_overlays_add (overlays, fixture->series[i + 1].history, names[i], i);
  ts_chart_model_set_overlays (fixture->model, overlays);
}

static void
show (Fixture *fixture,
      const Picture *picture)
{
  GtkWidget *card = adw_bin_new ();

  gtk_widget_set_default_direction (picture->direction);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), picture->scheme);
  fixture->model = ts_chart_model_new ();
  fixture->chart = g_object_new (TS_TYPE_CHART, "model", fixture->model, NULL);
  fixture->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  fixture->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_decorated (fixture->window, FALSE);
  gtk_widget_add_css_class (fixture->box, "background");
  gtk_window_set_default_size (fixture->window, picture->width_px + 2 * MARGIN_PX, picture->height_px + 2 * MARGIN_PX);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_set_vexpand (card, TRUE);
  gtk_widget_set_margin_start (card, MARGIN_PX);
  gtk_widget_set_margin_end (card, MARGIN_PX);
  gtk_widget_set_margin_top (card, MARGIN_PX);
  gtk_widget_set_margin_bottom (card, MARGIN_PX);
  adw_bin_set_child (ADW_BIN (card), fixture->chart);
  gtk_box_append (GTK_BOX (fixture->box), card);
  gtk_window_set_child (fixture->window, fixture->box);
  start_series (&fixture->series[0], 2466 * US, 600000, 1);
  picture->fill (&fixture->series[0]);
  ts_chart_model_set_history (fixture->model, fixture->series[0].history);
  ts_chart_model_set_name (fixture->model, "time.example.org");
  ts_chart_model_update (fixture->model, NOW_NS + picture->later_ns);
  fill_overlays (fixture, picture);
  if (picture->is_day)
    ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_DAY);
  gtk_window_present (fixture->window);
  TEST_WAIT (gtk_widget_get_width (fixture->chart) > 0);
}

static void
point_at_cursor (Fixture *fixture,
                 const Picture *picture)
{
  TsChartSpan span = ts_chart_model_get_series (fixture->model)->span;
  double part = (double) (picture->cursor_ns - span.begin_ns) / (double) (span.end_ns - span.begin_ns);

  ts_chart_model_point_at (fixture->model, part);
}

/* As the environment has it, for the whole run. */
static gboolean
is_high_contrast (void)
{
  return adw_style_manager_get_high_contrast (adw_style_manager_get_default ());
}

static void
paint (Fixture *fixture,
       const Picture *picture)
{
  int width = picture->width_px + 2 * MARGIN_PX, height = picture->height_px + 2 * MARGIN_PX;
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autofree char *name = g_strdup_printf ("%s%s.png", picture->name, is_high_contrast () ? "-high-contrast" : "");
  g_autofree char *folder = g_test_build_filename (G_TEST_BUILT, "gui", "pictures", NULL);
  g_autofree char *file = g_build_filename (folder, name, NULL);
  cairo_surface_t *surface;
  cairo_t *cr;

  g_assert_cmpint (gtk_widget_get_width (fixture->box), ==, width);
  g_assert_cmpint (gtk_widget_get_height (fixture->box), ==, height);
  gtk_widget_snapshot_child (GTK_WIDGET (fixture->window), fixture->box, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  fixture->pixels = g_new0 (guint32, width * height);
  surface = cairo_image_surface_create_for_data ((guchar *) fixture->pixels, CAIRO_FORMAT_ARGB32, width, height,
                                                 width * 4);
  cr = cairo_create (surface);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_cmpint (cairo_surface_write_to_png (surface, file), ==, CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy (surface);
}

static void
tear_down (Fixture *fixture)
{
  ts_chart_model_set_overlays (fixture->model, NULL);
  ts_chart_model_set_history (fixture->model, NULL);
  gtk_window_destroy (fixture->window);
  g_object_unref (fixture->model);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->series); i++)
    end_series (&fixture->series[i]);
  g_free (fixture->pixels);
}

/* How many pixels of the picture's columns are fully of the theme's colour. */
static guint
count (Fixture *fixture,
       const Picture *picture,
       const char *color_name,
       int left,
       int right)
{
  GtkStyleContext *style = gtk_widget_get_style_context (fixture->chart);
  GdkRGBA color;
  guint n = 0;

  g_assert_true (gtk_style_context_lookup_color (style, color_name, &color));
  for (int y = 0; y < picture->height_px + 2 * MARGIN_PX; y++)
    for (int x = left; x < right; x++)
      {
        guint32 pixel = fixture->pixels[y * (picture->width_px + 2 * MARGIN_PX) + x];

        n += ABS ((int) (pixel >> 16 & 0xff) - (int) (color.red * 255)) < 3 &&
             ABS ((int) (pixel >> 8 & 0xff) - (int) (color.green * 255)) < 3 &&
             ABS ((int) (pixel & 0xff) - (int) (color.blue * 255)) < 3;
      }
  return n;
}

static void
test_picture (gconstpointer data)
{
  const Picture *picture = data;
  gboolean is_dark = picture->scheme == ADW_COLOR_SCHEME_FORCE_DARK;
  const char *orange = is_high_contrast () ? (is_dark ? "orange_2" : "orange_5") : is_dark ? "orange_3" : "orange_4";
  Fixture fixture = { 0 };
  guint n_accent, n_orange;

  show (&fixture, picture);
  if (picture->cursor_ns != 0)
    point_at_cursor (&fixture, picture);
  paint (&fixture, picture);
  n_accent = count (&fixture, picture, "accent_color", 0, picture->width_px);
  n_orange = count (&fixture, picture, orange, 0, picture->width_px);
  if (picture->fill == fill_nothing && picture->n_overlays == 0)
    g_assert_cmpuint (n_accent, ==, 0);
  else if (picture->fill != fill_nothing)
    g_assert_cmpuint (n_accent, >, 5);
  if (picture->n_overlays == 0)
    g_assert_cmpuint (n_orange, ==, 0);
  else
    g_assert_cmpuint (n_orange, >, picture->is_day ? 5 : (guint) picture->width_px / 4);
  tear_down (&fixture);
}

/* Bars, band and hatching are only the ground: what they say is also said by lines, words and the read-out. With high
 * contrast they can be seen as lines can. */
static void
assert_contrasts (const TsChartColors *colors)
{
  const GdkRGBA *texts[] = { &colors->text, &colors->secondary, &colors->error };
  const GdkRGBA *lines[] = { &colors->zero, &colors->mark, &colors->probable, &colors->line, &colors->error };
  const GdkRGBA *grounds[] = { &colors->bar, &colors->band_edge, &colors->hatch, &colors->unrecorded, &colors->border };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_test_message ("text %u: %.2f", i, get_contrast (texts[i], &colors->card));
      g_assert_cmpfloat (get_contrast (texts[i], &colors->card), >=, 4.5);
    }
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_test_message ("line %u: %.2f", i, get_contrast (lines[i], &colors->card));
      g_assert_cmpfloat (get_contrast (lines[i], &colors->card), >=, 3);
    }
  for (guint i = 0; i < G_N_ELEMENTS (grounds) && is_high_contrast (); i++)
    {
      g_test_message ("ground %u: %.2f", i, get_contrast (grounds[i], &colors->card));
      g_assert_cmpfloat (get_contrast (grounds[i], &colors->card), >=, 3);
    }
  for (guint i = 0; i < TS_CHART_N_LINE_STYLES; i++)
    {
      const TsChartLineStyle *style = &colors->styles[i];

      g_test_message ("overlay %u: line %.2f, text %.2f", i, get_contrast (&style->line, &colors->card),
                      get_contrast (&style->text, &colors->card));
      g_assert_cmpfloat (get_contrast (&style->line, &colors->card), >=, 3);
      g_assert_cmpfloat (get_contrast (&style->text, &colors->card), >=, 4.5);
    }
}

static void
test_contrast (gconstpointer scheme)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  GtkWidget *window = g_object_ref_sink (adw_window_new ());
  TsChartColors colors;

  adw_style_manager_set_color_scheme (manager, GPOINTER_TO_INT (scheme));
  ts_chart_colors_init (&colors, window);
  assert_contrasts (&colors);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_DEFAULT);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (window);
}

int
main (int argc,
      char *argv[])
{
  const AdwColorScheme light = ADW_COLOR_SCHEME_FORCE_LIGHT, dark = ADW_COLOR_SCHEME_FORCE_DARK;
  const GtkTextDirection ltr = GTK_TEXT_DIR_LTR, rtl = GTK_TEXT_DIR_RTL;
  const gint64 cursor_ns = NOW_NS - 105 * S; /* 10:22:52 */
  const Picture pictures[] = {
    { "wide-light", 850, 430, light, ltr, 1, fill_session, 0, cursor_ns, FALSE },
    { "wide-dark", 850, 430, dark, ltr, 1, fill_session, 0, cursor_ns, FALSE },
    { "wide-three", 850, 430, light, ltr, 3, fill_session, 0, 0, FALSE },
    { "wide-three-dark", 850, 430, dark, ltr, 3, fill_session, 0, cursor_ns, FALSE },
    { "narrow-light", 336, 340, light, ltr, 0, fill_session, 0, cursor_ns, FALSE },
    { "narrow-three", 336, 340, light, ltr, 3, fill_session, 0, 0, FALSE },
    { "middle", 692, 360, light, ltr, 2, fill_session, 0, 0, FALSE },
    { "refused", 570, 340, light, ltr, 0, fill_refused, 218 * S, 0, FALSE },
    { "right-to-left", 850, 430, light, rtl, 1, fill_session, 0, cursor_ns, FALSE },
    { "events", 850, 430, light, ltr, 0, fill_events, 0, 0, FALSE },
    { "events-narrow", 336, 340, light, ltr, 0, fill_events, 0, 0, FALSE },
    { "slow", 850, 430, light, ltr, 0, fill_slow, 0, 0, FALSE },
    { "probable", 850, 430, light, ltr, 0, fill_probable, 0, 0, FALSE },
    { "probable-dark", 850, 430, dark, ltr, 0, fill_probable, 0, 0, FALSE },
    { "nothing", 850, 430, light, ltr, 0, fill_nothing, 0, 0, FALSE },
    { "nothing-but-another", 850, 430, light, ltr, 1, fill_nothing, 0, 0, FALSE },
    { "one", 850, 430, light, ltr, 0, fill_one, 0, 0, FALSE },
    { "few", 850, 430, light, ltr, 0, fill_few, 0, 0, FALSE },
    { "day", 850, 430, light, ltr, 0, fill_day, 0, 0, TRUE },
    { "day-dark", 850, 430, dark, ltr, 1, fill_day, 0, 0, TRUE },
  };

  if (!init_widgets (&argc, &argv))
    return EXIT_SKIPPED;
  g_object_set (gtk_settings_get_default (), "gtk-font-name", "Cantarell 11", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autofree char *path = g_strconcat ("/chart-looks/", pictures[i].name, NULL);

      g_test_add_data_func (path, &pictures[i], test_picture);
    }
  g_test_add_data_func ("/chart-looks/contrast/light", GINT_TO_POINTER (ADW_COLOR_SCHEME_FORCE_LIGHT), test_contrast);
  g_test_add_data_func ("/chart-looks/contrast/dark", GINT_TO_POINTER (ADW_COLOR_SCHEME_FORCE_DARK), test_contrast);
  return g_test_run ();
}
