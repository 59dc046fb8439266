/* The real window in every size, text size, style and language: nothing is clipped, and GTK warns of nothing.
 *
 * By itself it tries the corners of the matrix. With TS_MATRIX=full it tries all of it, and with TS_MATRIX_PICTURES it
 * saves a picture of each into that folder, to be looked at.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <libintl.h>

#include "parts/ts-clock-face.h"
#include "parts/ts-figures.h"
#include "ts-locale.h"

#include "test-fixture.h"

#define AHEAD_NS (12427 * TS_NS_PER_US)

static const struct
{
  int width_px;
  int height_px;
  gboolean is_corner;
} sizes[] = {
  { 360, 640, TRUE }, { 720, 640, FALSE }, { 1000, 720, FALSE }, { 1180, 760, TRUE }, { 1920, 1080, FALSE },
};

static const struct
{
  double factor;
  gboolean is_corner;
} scales[] = { { 1, TRUE }, { 1.5, FALSE }, { 2, TRUE } };

static const struct
{
  const char *language;
  gboolean is_corner;
} languages[] = { { "en", TRUE }, { "de", TRUE }, { "zh_CN", FALSE }, { "ar", TRUE } };

static const char *const styles[] = { "force-light", "force-dark" };

/* What the window shows. */
static const struct
{
  const char *name;
  const char *host; /* (nullable): the real server */
} states[] = {
  { "start", "" },
  { "live", NULL },
  { "refused", "127.0.0.1:1" },
  { "long", "a-very-long-name-of-a-time-server.in-a-department.of-a-large-organisation.example" },
};

static char *problem; /* (nullable): the first, which is told with the window's state */

static void G_GNUC_PRINTF (1, 2)
complain (const char *format,
          ...)
{
  va_list arguments;

  if (problem != NULL)
    return;
  va_start (arguments, format);
  problem = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

static gboolean
has_tooltip (GtkWidget *widget)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (gtk_widget_get_has_tooltip (widget))
      return TRUE;
  return FALSE;
}

/* Returns: whether a line may begin with any letter of the script, because it has no spaces between words */
static gboolean
is_without_spaces (gunichar c)
{
  GUnicodeScript script = g_unichar_get_script (c);

  return script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA;
}

/* No line begins within a word, for a part of a host's name is the name of another host. */
static void
check_lines (PangoLayout *layout,
             const char *text)
{
  for (GSList *line = pango_layout_get_lines_readonly (layout); line != NULL; line = line->next)
    {
      int start = ((PangoLayoutLine *) line->data)->start_index;
      const char *before = g_utf8_find_prev_char (text, text + start);

      if (start > 0 && before != NULL && !g_unichar_isspace (g_utf8_get_char (before)) &&
          g_unichar_isalnum (g_utf8_get_char (text + start)) &&
          !is_without_spaces (g_utf8_get_char (text + start)))
        complain ("“%s” is broken before “%s”", text, text + start);
    }
}

static void
check_label (GtkWidget *widget)
{
  GtkLabel *label = GTK_LABEL (widget);
  const char *text = gtk_label_get_text (label);
  PangoLayout *layout = gtk_label_get_layout (label);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (width > gtk_widget_get_width (widget) + 1)
    complain ("“%s” is %d px wide, needs %d", text, gtk_widget_get_width (widget), width);
  if (height > gtk_widget_get_height (widget) + 1)
    complain ("“%s” is %d px high, needs %d", text, gtk_widget_get_height (widget), height);
  if (pango_layout_is_ellipsized (layout) && !has_tooltip (widget))
    complain ("“%s” is cut, and no tooltip tells the rest", text);
  check_lines (layout, text);
}

/* What lies outside of what can be scrolled to, or beside the window, cannot be seen. */
static void
check_place (GtkWidget *window,
             GtkWidget *widget)
{
  graphene_rect_t at;

  if (!gtk_widget_compute_bounds (widget, window, &at))
    return;
  if (at.origin.x < -0.5 || at.origin.x + at.size.width > gtk_widget_get_width (window) + 0.5)
    complain ("%s %s lies from %.0f to %.0f in a window of %d px", G_OBJECT_TYPE_NAME (widget),
              GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : "", at.origin.x,
              at.origin.x + at.size.width, gtk_widget_get_width (window));
}

static void
check (GtkWidget *window,
       GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_get_mapped (child) || GTK_IS_NATIVE (child))
        continue;
      if (GTK_IS_LABEL (child) && *gtk_label_get_text (GTK_LABEL (child)) != '\0')
        check_label (child);
      if (GTK_IS_LABEL (child) || GTK_IS_BUTTON (child) || TS_IS_CLOCK_FACE (child))
        check_place (window, child);
      check (window, child);
    }
}

static void
count_frame (GdkFrameClock *clock,
             gpointer n_frames)
{
  ++*(guint *) n_frames;
}

/* Lets the window find its layout, which may take several frames. */
static void
settle (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  guint n_frames = 0;
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (count_frame), &n_frames);

  while (n_frames < 4)
    {
      gtk_widget_queue_draw (window);
      g_main_context_iteration (NULL, TRUE);
    }
  g_signal_handler_disconnect (clock, id);
}

static void
save_picture (GtkWidget *window,
              const char *name)
{
  const char *folder = g_getenv ("TS_MATRIX_PICTURES");
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = g_strdup_printf ("%s/%s.png", folder, name);
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  if (folder == NULL)
    {
      g_object_unref (snapshot);
      return;
    }
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (window), gtk_widget_get_height (window));
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

/* Returns: how wide a clock wants to be; 0: there is none */
static int
measure_clock (GtkWidget *window)
{
  GtkWidget *face = find (window, TS_TYPE_CLOCK_FACE, NULL, NULL);
  int natural = 0;

  if (face != NULL)
    gtk_widget_measure (face, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* Resizes the window and looks at it. */
static void
look (GtkWidget *window,
      guint size,
      const char *what)
{
  g_autofree char *name = g_strdup_printf ("%dx%d-%s", sizes[size].width_px, sizes[size].height_px, what);
  int clock_px;

  gtk_window_set_default_size (GTK_WINDOW (window), sizes[size].width_px, sizes[size].height_px);
  TEST_WAIT (gtk_widget_get_width (window) >= sizes[size].width_px);
  settle (window);
  /* Clocks with all their digits are the widest. */
  clock_px = measure_clock (window);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  TEST_WAIT (clock_px == 0 || measure_clock (window) > clock_px);
  settle (window);
  if (gtk_widget_get_width (window) > sizes[size].width_px)
    complain ("the window is %d px wide", gtk_widget_get_width (window));
  check (window, window);
  save_picture (window, name);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  TEST_WAIT (clock_px == 0 || measure_clock (window) == clock_px);
  if (problem == NULL)
    return;
  g_test_message ("%s: %s", name, problem);
  g_test_fail ();
  g_clear_pointer (&problem, g_free);
}

/* The GNU C Library's: its gettext forgets what it has looked up when this changes. */
extern int _nl_msg_cat_cntr;

static void
set_language (const char *language)
{
  g_setenv ("LANGUAGE", language, TRUE);
  _nl_msg_cat_cntr++;
  gtk_widget_set_default_direction (g_str_equal (language, "ar") ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
}

static void
await_state (Fixture *fixture,
             const char *host)
{
  if (host != NULL && *host == '\0')
    return;
  ts_window_open (fixture->window, host != NULL ? host : fixture->host);
  if (host == NULL)
    TEST_WAIT (find (GTK_WIDGET (fixture->window), TS_TYPE_CLOCK_FACE, NULL, NULL) != NULL &&
               find (GTK_WIDGET (fixture->window), TS_TYPE_FIGURES, NULL, NULL) != NULL);
  else
    TEST_WAIT (find (GTK_WIDGET (fixture->window), GTK_TYPE_BUTTON, "action-name", "win.retry") != NULL);
}

/* A window that is new, with text of that size; then each state of it in each size. */
static void
look_at_states (Fixture *fixture,
                double scale,
                gboolean is_full,
                const char *what)
{
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (int) (96 * 1024 * scale), NULL);
  g_settings_set_int (fixture->settings, "window-width", sizes[0].width_px);
  g_settings_set_int (fixture->settings, "window-height", sizes[0].height_px);
  open_window (fixture);
  for (guint state = 0; state < G_N_ELEMENTS (states); state++)
    {
      g_autofree char *name = g_strdup_printf ("text%.1f-%s-%s", scale, what, states[state].name);

      await_state (fixture, states[state].host);
      for (guint size = 0; size < G_N_ELEMENTS (sizes); size++)
        if (is_full || sizes[size].is_corner)
          look (GTK_WIDGET (fixture->window), size, name);
    }
  close_window (fixture);
  g_settings_reset (fixture->settings, "server-list");
  g_settings_reset (fixture->settings, "window-width");
  g_settings_reset (fixture->settings, "window-height");
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024, NULL);
}

static void
test_matrix (gconstpointer data)
{
  guint language = GPOINTER_TO_UINT (data) / G_N_ELEMENTS (styles);
  const char *style = styles[GPOINTER_TO_UINT (data) % G_N_ELEMENTS (styles)];
  gboolean is_full = g_strcmp0 (g_getenv ("TS_MATRIX"), "full") == 0;
  g_autofree char *what = g_strdup_printf ("%s-%s", languages[language].language, style);
  Fixture fixture = { 0 };

  if (!is_full && (!languages[language].is_corner || style != styles[0]))
    {
      g_test_skip ("only with TS_MATRIX=full");
      return;
    }
  set_language (languages[language].language);
  set_up (&fixture, GINT_TO_POINTER (0));
  close_window (&fixture);
  g_clear_object (&fixture.server);
  g_clear_object (&fixture.clock);
  g_free (fixture.host);
  fixture.clock = ts_clock_new_system (AHEAD_NS);
  serve (&fixture, 0);
  fixture.host = g_strdup_printf ("127.0.0.1:%u", ts_server_get_port (fixture.server));
  g_settings_set_string (fixture.settings, "color-scheme", style);
  for (guint scale = 0; scale < G_N_ELEMENTS (scales); scale++)
    if (is_full || scales[scale].is_corner)
      look_at_states (&fixture, scales[scale].factor, is_full, what);
  tear_down (&fixture, NULL);
  set_language ("en");
}

/* The edges of a window take room within it where the display has no compositor. */
static void
hide_edges (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (provider, "window.solid-csd { border: none; padding: 0; margin: 0; }", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_USER);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = NULL;

  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  /* GLib decides only once whether it translates: not if there is nothing to translate to at first. */
  g_setenv ("LANGUAGE", "de", TRUE);
  ts_locale_init ();
  application = register_application (&argc, &argv);
  if (application == NULL)
    return EXIT_SKIPPED;
  g_object_set (gtk_settings_get_default (), "gtk-font-name", "Cantarell 11", "gtk-decoration-layout",
                ":close", "gtk-enable-animations", FALSE, NULL);
  hide_edges ();
  for (guint i = 0; i < G_N_ELEMENTS (languages) * G_N_ELEMENTS (styles); i++)
    {
      g_autofree char *name = g_strdup_printf ("/matrix/%s/%s", languages[i / G_N_ELEMENTS (styles)].language,
                                               styles[i % G_N_ELEMENTS (styles)]);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_matrix);
    }
  return g_test_run ();
}
