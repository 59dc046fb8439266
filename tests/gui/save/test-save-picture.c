/* ts-save-picture: the chart as an image file, read back; skipped without a display.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-picture.h"

#include "measure/ts-time.h"

#include "test-samples.h"
#include "test-widget.h"

#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

/* 2026-11-25 10:24:37 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1795602277) * S)

#define WIDTH        1920
#define HEIGHT       1080
#define TITLE_HEIGHT 80
#define HOST         "time.example.org"
#define LINE         0xff1c71d8
#define OVERLAY_LINE   0xffe66100
#define OVERLAY_TEXT   0xffc64600
#define OVERLAY_PAINT  "rgb(90.19607" /* as cairo writes OVERLAY_LINE, as far as its versions agree */

typedef struct
{
  TsHistory *history;
  TsHistory *overlays[4];
  GtkWindow *window;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->window = GTK_WINDOW (gtk_window_new ());
  fixture->history = ts_history_new (100000);
  for (gsize i = 0; i < G_N_ELEMENTS (fixture->overlays); i++)
    fixture->overlays[i] = ts_history_new (1000);
  for (int i = 0; i < 600; i++)
    if (i >= 300 && i < 330)
      ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS + (i - 600) * S);
    else
      add_sample (fixture->history, NOW_NS + (i - 600) * S, (i < 450 ? 12 : 4) * MS + g_test_rand_int_range (-MS, MS),
                  g_test_rand_int_range (2 * MS, 3 * MS));
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
  gtk_window_destroy (fixture->window);
  ts_history_free (fixture->history);
  for (gsize i = 0; i < G_N_ELEMENTS (fixture->overlays); i++)
    ts_history_free (fixture->overlays[i]);
}

/* Shows all there is. */
static TsChartModel *
make_model (Fixture *fixture,
            const char *name,
            GArray *overlays)
{
  TsChartModel *model = ts_chart_model_new ();

  ts_chart_model_set_history (model, fixture->history);
  ts_chart_model_set_name (model, name);
  ts_chart_model_set_overlays (model, overlays);
  ts_chart_model_fix_whole (model, NOW_NS);
  return model;
}

static GBytes *
make_with_overlays (Fixture *fixture,
                    TsSaveFormat format,
                    const char *name,
                    guint n_overlays)
{
  static const char *const names[] = { "db-2.local", "<b> & c", "ntp.example.net",
                                       "a.very.long.name.of.a.server.example.com" };
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();
  g_autoptr (TsChartModel) model = NULL;

  for (guint i = 0; i < n_overlays; i++)
    ts_chart_overlays_add (overlays, fixture->overlays[i], names[i], i);
  model = make_model (fixture, name, overlays);
  return ts_save_picture_new (format, model, GTK_WIDGET (fixture->window));
}

static GBytes *
make (Fixture *fixture,
      TsSaveFormat format,
      const char *name)
{
  return make_with_overlays (fixture, format, name, 0);
}

/* Gives an overlay a line. */
static void
add_overlay (TsHistory *history,
             gint64 from_ns,
             guint n_samples,
             gint64 offset_ns)
{
  for (guint i = 0; i < n_samples; i++)
    add_sample (history, from_ns + i * S, offset_ns + g_test_rand_int_range (-MS / 10, MS / 10),
                g_test_rand_int_range (MS, 4 * MS));
}

/* Leaves a picture to look at where the environment says so. */
static void
keep (GBytes *bytes,
      const char *name)
{
  const char *folder = g_getenv ("TS_TEST_PICTURES");
  g_autofree char *path = folder != NULL ? g_build_filename (folder, name, NULL) : NULL;

  if (path != NULL)
    g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL);
}

/* Returns: (transfer full): its pixels, 0xAARRGGBB */
static guint32 *
decode (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_bytes (bytes, &error);
  guint32 *pixels;

  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (texture), ==, WIDTH);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, HEIGHT);
  pixels = g_new (guint32, WIDTH * HEIGHT);
  gdk_texture_download (texture, (guchar *) pixels, WIDTH * sizeof *pixels);
  return pixels;
}

static guint
count_pixels (const guint32 *pixels,
              guint32 color,
              guint from_row,
              guint to_row)
{
  guint n = 0;

  for (gsize i = (gsize) from_row * WIDTH; i < (gsize) to_row * WIDTH; i++)
    n += pixels[i] == color;
  return n;
}

/* On white, with a title above and a line of estimates below. */
static void
test_png (Fixture *fixture,
          gconstpointer data)
{
  g_autoptr (GBytes) bytes = make (fixture, TS_SAVE_PNG, HOST);
  g_autofree guint32 *pixels = decode (bytes);
  guint n_title = TITLE_HEIGHT * WIDTH - count_pixels (pixels, 0xffffffff, 0, TITLE_HEIGHT);

  keep (bytes, "chart.png");
  g_assert_cmpuint (pixels[0], ==, 0xffffffff);
  g_assert_cmpuint (pixels[WIDTH * HEIGHT - 1], ==, 0xffffffff);
  g_assert_cmpuint (n_title, >, 1000);
  g_assert_cmpuint (count_pixels (pixels, LINE, TITLE_HEIGHT, HEIGHT), >, 1000);
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_LINE, 0, HEIGHT), ==, 0);
}

/* The line of an overlay, its name and its round trips, in the place where the window has them. */
static void
test_overlays (Fixture *fixture,
               gconstpointer data)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint32 *pixels = NULL;
  guint strip = HEIGHT * 4 / 5;

  add_overlay (fixture->overlays[0], NOW_NS - 600 * S, 600, -8 * MS);
  add_overlay (fixture->overlays[1], NOW_NS - 300 * S, 250, 25 * MS);
  add_overlay (fixture->overlays[2], NOW_NS - 600 * S, 550, -2 * MS);
  bytes = make_with_overlays (fixture, TS_SAVE_PNG, HOST, 3);
  pixels = decode (bytes);
  keep (bytes, "overlays.png");
  g_assert_cmpuint (count_pixels (pixels, LINE, TITLE_HEIGHT, HEIGHT), >, 1000);
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_LINE, TITLE_HEIGHT, strip), >, 1000);
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_LINE, strip, HEIGHT), >, 200);
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_TEXT, TITLE_HEIGHT, strip), >, 100);
}

/* Where lines lie on each other there is no room for their names; then a key has all of them. */
static void
test_key (Fixture *fixture,
          gconstpointer data)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint32 *pixels = NULL;
  guint key_top = TITLE_HEIGHT, key_bottom = TITLE_HEIGHT + 44;

  for (gsize i = 0; i < G_N_ELEMENTS (fixture->overlays); i++)
    add_overlay (fixture->overlays[i], NOW_NS - 600 * S, 600, 12 * MS);
  bytes = make_with_overlays (fixture, TS_SAVE_PNG, HOST, 4);
  pixels = decode (bytes);
  keep (bytes, "key.png");
  g_assert_cmpuint (count_pixels (pixels, LINE, key_top, key_bottom), >, 200);
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_LINE, key_top, key_bottom), >, 100);
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_TEXT, key_top, key_bottom), >, 100);
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_TEXT, key_bottom, HEIGHT), ==, 0);
}

/* However many there are, the key leaves room for the chart; its last row tells that there are more. */
static void
test_key_is_bounded (Fixture *fixture,
                     gconstpointer data)
{
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();
  g_autoptr (TsChartModel) model = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint32 *pixels = NULL;
  guint key_bottom = TITLE_HEIGHT + 140;

  for (guint i = 0; i < 40; i++)
    ts_chart_overlays_add (overlays, fixture->overlays[i % G_N_ELEMENTS (fixture->overlays)], "ntp.example.net", i);
  for (gsize i = 0; i < G_N_ELEMENTS (fixture->overlays); i++)
    add_overlay (fixture->overlays[i], NOW_NS - 600 * S, 600, 12 * MS);
  model = make_model (fixture, HOST, overlays);
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  gtk_widget_set_direction (GTK_WIDGET (fixture->window), GTK_TEXT_DIR_RTL);
  bytes = ts_save_picture_new (TS_SAVE_PNG, model, GTK_WIDGET (fixture->window));
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  pixels = decode (bytes);
  keep (bytes, "key-bounded.png");
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_TEXT, TITLE_HEIGHT, key_bottom), >, 300);
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_TEXT, key_bottom, HEIGHT), ==, 0);
  g_assert_cmpuint (count_pixels (pixels, LINE, key_bottom, HEIGHT), >, 1000);
}

/* "All there is" is all there is of any of them; and the same in a dark window. */
static void
test_overlays_alone (Fixture *fixture,
                     gconstpointer data)
{
  g_autoptr (GBytes) light = NULL;
  g_autoptr (GBytes) dark = NULL;
  g_autofree guint32 *pixels = NULL;

  ts_history_clear (fixture->history);
  add_overlay (fixture->overlays[0], NOW_NS - 7200 * S, 600, -8 * MS);
  light = make_with_overlays (fixture, TS_SAVE_PNG, HOST, 4);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  dark = make_with_overlays (fixture, TS_SAVE_PNG, HOST, 4);
  pixels = decode (light);
  keep (light, "overlays-alone.png");
  g_assert_cmpuint (count_pixels (pixels, OVERLAY_LINE, TITLE_HEIGHT, HEIGHT), >, 1000);
  g_assert_true (g_bytes_equal (light, dark));
}

/* It does not matter how the window looks. */
static void
test_is_light_in_the_dark (Fixture *fixture,
                           gconstpointer data)
{
  g_autoptr (GBytes) light = make (fixture, TS_SAVE_PNG, HOST);
  g_autoptr (GBytes) dark = NULL;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  dark = make (fixture, TS_SAVE_PNG, HOST);
  g_assert_true (g_bytes_equal (light, dark));
}

typedef struct
{
  GHashTable *counts; /* of each kind of element */
  GString *title;
} Drawing;

static void
start_element (GMarkupParseContext *context,
               const char *element,
               const char **names,
               const char **values,
               gpointer user_data,
               GError **error)
{
  Drawing *drawing = user_data;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (drawing->counts, element));

  g_hash_table_insert (drawing->counts, g_strdup (element), GUINT_TO_POINTER (n + 1));
}

static void
text_found (GMarkupParseContext *context,
            const char *text,
            gsize length,
            gpointer user_data,
            GError **error)
{
  Drawing *drawing = user_data;

  if (g_str_equal (g_markup_parse_context_get_element (context), "title"))
    g_string_append_len (drawing->title, text, (gssize) length);
}

static void
parse (Drawing *drawing,
       GBytes *bytes)
{
  const GMarkupParser parser = { .start_element = start_element, .text = text_found };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, drawing, NULL);
  GError *error = NULL;

  g_markup_parse_context_parse (context, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
}

static guint
count_elements (const Drawing *drawing,
                const char *element)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (drawing->counts, element));
}

/* Lines and outlines, none of it pixels, and well-formed whatever the server is called. */
static void
test_svg (Fixture *fixture,
          gconstpointer data)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) title = g_string_new (NULL);
  g_autoptr (GBytes) bytes = make (fixture, TS_SAVE_SVG, "<a> & " HOST);
  Drawing drawing = { counts, title };

  parse (&drawing, bytes);
  g_assert_cmpuint (count_elements (&drawing, "svg"), ==, 1);
  g_assert_cmpuint (count_elements (&drawing, "title"), ==, 1);
  g_assert_cmpuint (count_elements (&drawing, "path"), >, 50);
  g_assert_cmpuint (count_elements (&drawing, "image"), ==, 0);
  g_assert_true (g_str_has_prefix (title->str, "<a> & " HOST ", 2026-11-25 10:1"));
  g_assert_true (g_str_has_suffix (title->str, " UTC+00:00"));
}

/* Outlines cannot be searched: the title names those whose lines there are, and no more. */
static void
test_svg_with_overlays (Fixture *fixture,
                        gconstpointer data)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) title = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  Drawing drawing = { counts, title };

  add_overlay (fixture->overlays[0], NOW_NS - 600 * S, 600, -8 * MS);
  add_overlay (fixture->overlays[1], NOW_NS - 300 * S, 250, 25 * MS);
  bytes = make_with_overlays (fixture, TS_SAVE_SVG, HOST, 3);
  keep (bytes, "overlays.svg");
  parse (&drawing, bytes);
  g_assert_true (g_str_has_prefix (title->str, HOST " compared with db-2.local, <b> & c, 2026-11-25 10:1"));
  g_assert_cmpuint (count_elements (&drawing, "image"), ==, 0);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), OVERLAY_PAINT));
}

/* What reads it makes the same picture of it, in half the size. */
static void
test_svg_is_drawn (Fixture *fixture,
                   gconstpointer data)
{
  g_autoptr (GBytes) bytes = make (fixture, TS_SAVE_SVG, HOST);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, &error);
  guint n_line = 0;

  keep (bytes, "chart.svg");
  if (g_error_matches (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_UNKNOWN_TYPE))
    {
      g_test_skip ("gdk-pixbuf does not read SVG here");
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, WIDTH / 2);
  g_assert_cmpint (gdk_pixbuf_get_height (pixbuf), ==, HEIGHT / 2);
  for (int y = TITLE_HEIGHT / 2; y < HEIGHT / 2; y++)
    for (int x = 0; x < WIDTH / 2; x++)
      {
        const guint8 *pixel = gdk_pixbuf_read_pixels (pixbuf) + y * gdk_pixbuf_get_rowstride (pixbuf) +
                              x * gdk_pixbuf_get_n_channels (pixbuf);

        n_line += pixel[0] == 0x1c && pixel[1] == 0x71 && pixel[2] == 0xd8;
      }
  g_assert_cmpuint (n_line, >, 250);
}

/* A day and more of samples makes no larger a drawing than its columns do. */
static void
test_many (Fixture *fixture,
           gconstpointer data)
{
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < 100000; i++)
    add_sample (fixture->history, NOW_NS + i * S, 4 * MS, 2 * MS);
  bytes = make (fixture, TS_SAVE_SVG, HOST);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 1000000);
}

/* Nothing yet, and a name that has no room: there is a picture all the same. */
static void
test_empty (Fixture *fixture,
            gconstpointer data)
{
  g_autofree char *name = g_strnfill (500, 'W');
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint32 *pixels = NULL;

  ts_history_clear (fixture->history);
  bytes = make (fixture, TS_SAVE_PNG, name);
  pixels = decode (bytes);
  keep (bytes, "empty.png");
  g_assert_cmpuint (count_pixels (pixels, LINE, TITLE_HEIGHT, HEIGHT), ==, 0);
}

/* A part of it, which ends where it does and not now. */
static void
test_part (Fixture *fixture,
           gconstpointer data)
{
  const TsChartSpan span = { .begin_ns = NOW_NS - 250 * S, .end_ns = NOW_NS - 50 * S, .now_ns = NOW_NS };
  g_autoptr (TsChartModel) model = make_model (fixture, HOST, NULL);
  g_autoptr (GBytes) whole = make (fixture, TS_SAVE_PNG, HOST);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint32 *pixels = NULL;

  ts_chart_model_fix_span (model, &span);
  bytes = ts_save_picture_new (TS_SAVE_PNG, model, GTK_WIDGET (fixture->window));
  pixels = decode (bytes);
  keep (bytes, "part.png");
  g_assert_cmpuint (count_pixels (pixels, LINE, TITLE_HEIGHT, HEIGHT), >, 1000);
  g_assert_false (g_bytes_equal (bytes, whole));
}

int
main (int argc,
      char *argv[])
{
  if (!init_widgets (&argc, &argv))
    return EXIT_SKIPPED;
  g_test_add ("/save-picture/png", Fixture, NULL, set_up, test_png, tear_down);
  g_test_add ("/save-picture/light-in-the-dark", Fixture, NULL, set_up, test_is_light_in_the_dark, tear_down);
  g_test_add ("/save-picture/overlays", Fixture, NULL, set_up, test_overlays, tear_down);
  g_test_add ("/save-picture/key", Fixture, NULL, set_up, test_key, tear_down);
  g_test_add ("/save-picture/key-is-bounded", Fixture, NULL, set_up, test_key_is_bounded, tear_down);
  g_test_add ("/save-picture/overlays-alone", Fixture, NULL, set_up, test_overlays_alone, tear_down);
  g_test_add ("/save-picture/svg-with-overlays", Fixture, NULL, set_up, test_svg_with_overlays, tear_down);
  g_test_add ("/save-picture/svg", Fixture, NULL, set_up, test_svg, tear_down);
  g_test_add ("/save-picture/svg-is-drawn", Fixture, NULL, set_up, test_svg_is_drawn, tear_down);
  g_test_add ("/save-picture/part", Fixture, NULL, set_up, test_part, tear_down);
  g_test_add ("/save-picture/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/save-picture/empty", Fixture, NULL, set_up, test_empty, tear_down);
  return g_test_run ();
}
