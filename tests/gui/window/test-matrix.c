/* The real window in every size, text size, style and language: nothing is clipped, and GTK warns of nothing.
 *
 * By itself it tries the corners of the matrix. With TS_MATRIX=full it tries all of it, and with TS_MATRIX_PICTURES it
 * saves a picture of each into that folder, to be looked at. TS_MATRIX_HOST is measured in place of a server of the test's
 * own, and TS_MATRIX_FONT is another font.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <libintl.h>

#include "chart/ts-chart.h"
#include "parts/ts-clock-face.h"
#include "parts/ts-details.h"
#include "parts/ts-figure.h"
#include "parts/ts-figures.h"
#include "servers/ts-known-keys.h"
#include "servers/ts-time-sources.h"
#include "share/ts-share-row.h"
#include "window/ts-address-bar.h"
#include "ts-locale.h"

#include "test-past.h"

#define AHEAD_NS (12427 * TS_NS_PER_US)
#define TALL_PX  1080

/* Between two hyphens of the fingerprint of a key. */
#define KEY_DIGITS 4

static const struct
{
  int width_px;
  int height_px;
  gboolean is_corner;
} sizes[] = {
  { 360, 640, TRUE }, { 720, 640, FALSE }, { 1000, 720, FALSE }, { 1180, 760, TRUE }, { 1920, 1080, FALSE },
};

#define NARROW 0
#define WIDE   3

static const struct
{
  double factor;
  gboolean is_corner;
} scales[] = { { 1, TRUE }, { 1.5, FALSE }, { 2, TRUE } };

static const struct
{
  const char *language;
  gboolean is_corner;
} languages[] = {
  { "en", TRUE }, { "de", TRUE }, { "es", FALSE }, { "fr", FALSE }, { "ja", FALSE }, { "zh_CN", FALSE }, { "ar", TRUE },
};

static const char *const styles[] = { "force-light", "force-dark" };

typedef enum
{
  START,
  LIVE,
  SCATTER,
  KEY,
  REFUSED,
  INSECURE,
  LONG,
  LOST
} State;

/* What the window shows, one after the other. */
static const struct
{
  const char *name;
  const char *host; /* (nullable): that is added to the list */
  gboolean is_corner;
} states[] = {
  [START] = { "start", NULL, TRUE },
  [LIVE] = { "live", "the test's own", TRUE },
  [SCATTER] = { "scatter", NULL, FALSE },
  [KEY] = { "key", NULL, FALSE },
  [REFUSED] = { "refused", "127.0.0.1:1", TRUE },
  [INSECURE] = { "insecure", NULL, FALSE },
  [LONG] = { "long", "a-very-long-name-of-a-time-server.in-a-department.of-a-large-organisation.example", TRUE },
  [LOST] = { "lost", NULL, FALSE },
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

/* Returns: whether the next line may begin after it: at a space, even one that cannot be seen, and after the wide marks of
 * languages without spaces */
static gboolean
may_end_a_line (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iswide (c) || c == 0x200b;
}

/* Returns: whether the text before is a group of digits of a key, which is too long for a line of large text */
static gboolean
is_in_key (const char *text,
           const char *before)
{
  return *before == '-' && before - text >= KEY_DIGITS &&
         strspn (before - KEY_DIGITS, "0123456789abcdef") == KEY_DIGITS;
}

/* Returns: whether a line may begin with any letter of the script, because it has no spaces between words */
static gboolean
is_without_spaces (gunichar c)
{
  GUnicodeScript script = g_unichar_get_script (c);

  return script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA;
}

/* Returns: (transfer full): what stands around @at without a space in it */
static char *
get_run (const char *text,
         const char *at)
{
  const char *begin = at, *end = at;

  while (begin > text && !g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (begin))))
    begin = g_utf8_prev_char (begin);
  while (*end != '\0' && !g_unichar_isspace (g_utf8_get_char (end)))
    end = g_utf8_next_char (end);
  return g_strndup (begin, (gsize) (end - begin));
}

/* Returns: whether a line may end there because it is after a hyphen that is the word's own, as in “peut-être”. A host or an
 * address, which has a dot or a colon within it or is isolated as a name, would become another one. */
static gboolean
is_after_hyphen (const char *text,
                 const char *at)
{
  g_autofree char *run = get_run (text, at);

  return at > text && at[-1] == '-' && !g_regex_match_simple ("\\w[.:]+\\w|[\\x{2066}-\\x{2069}]", run, 0, 0);
}

/* Returns: whether the line from @at on begins within a word or a name, or with dots that belong to the word before */
static gboolean
is_broken (const char *text,
           const char *at)
{
  const char *before = g_utf8_find_prev_char (text, at);
  gunichar first = g_utf8_get_char (at);

  if (before == NULL)
    return FALSE;
  return first == 0x2026 || (!may_end_a_line (g_utf8_get_char (before)) && g_unichar_isalnum (first) &&
                             !is_without_spaces (first) && !is_in_key (text, before) && !is_after_hyphen (text, at));
}

static void
check_lines (PangoLayout *layout,
             const char *text)
{
  for (GSList *line = pango_layout_get_lines_readonly (layout); line != NULL; line = line->next)
    {
      int start = ((PangoLayoutLine *) line->data)->start_index;

      if (is_broken (text, text + start))
        complain ("“%s” is broken before “%s”", text, text + start);
    }
}

/* What the lines are judged by; "|" is where the second one begins. */
static void
test_lines (void)
{
  static const struct
  {
    const char *text;
    gboolean is_broken;
  } cases[] = {
    { "This computer is |behind", FALSE },
    { "This computer is be|hind", TRUE },
    { "Il est peut-|être trop tôt", FALSE },
    { "au-|delà de la limite\u202f: 12:30", FALSE },
    { "à partir de ce jour-|là.", FALSE },
    { "behind |time.exam-ple.org", FALSE },
    { "behind time.exam-|ple.org", TRUE },
    { "„time.exam-|ple.org“ ist", TRUE },
    { "db-|2.local.", TRUE },
    { "münchen-|ost.example", TRUE },
    { "ntp-|server:123", TRUE },
    { "[fe80::1%en-|p3s0]:123", TRUE },
    { "متأخر عن \u2068db-|2\u2069", TRUE },
    { "time.|example.org", TRUE },
    { "0123-|4567-89ab", FALSE },
    { "請稍|候", FALSE },
    { "Measuring|…", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) lines = g_strsplit (cases[i].text, "|", 2);
      g_autofree char *text = g_strconcat (lines[0], lines[1], NULL);

      if (is_broken (text, text + strlen (lines[0])) != cases[i].is_broken)
        g_error ("“%s” is judged wrongly", cases[i].text);
    }
}

static gboolean
is_in (GtkWidget *widget,
       const char *css_class)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (gtk_widget_has_css_class (widget, css_class))
      return TRUE;
  return FALSE;
}

static gboolean
is_in_figure (GtkWidget *label)
{
  return gtk_widget_get_ancestor (label, TS_TYPE_FIGURE) != NULL;
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
  /* The tooltip of a figure explains it, but does not have its text. */
  if (pango_layout_is_ellipsized (layout) && (!has_tooltip (widget) || is_in_figure (widget)))
    complain ("“%s” is cut, and no tooltip tells the rest", text);
  /* What is long to read is broken at hyphens, too. */
  if (!is_in (widget, "help-page") && gtk_widget_get_ancestor (widget, GTK_TYPE_POPOVER) == NULL)
    check_lines (layout, text);
  if (gtk_widget_get_ancestor (widget, GTK_TYPE_BUTTON) != NULL && strchr (text, ' ') == NULL &&
      pango_layout_get_line_count (layout) > 1)
    complain ("“%s” is broken", text);
}

/* A wide window has room for an address that is no longer than this. */
#define USUAL_LENGTH 28

/* The text of an address, and the words in its place, begin where text of the language does. */
static void
check_address (GtkWidget *window,
               GtkWidget *text)
{
  const char *address = gtk_editable_get_text (GTK_EDITABLE (text));
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (text, address);
  float begin = gtk_widget_get_direction (window) == GTK_TEXT_DIR_RTL;
  int width;

  /* Otherwise "[::1]:20002" would be "20002:[1::]". */
  if (gtk_widget_get_direction (text) != GTK_TEXT_DIR_LTR)
    complain ("the address runs from right to left");
  for (GtkWidget *child = gtk_widget_get_first_child (text); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child) && (gtk_label_get_xalign (GTK_LABEL (child)) != begin ||
                                 gtk_widget_get_direction (child) != GTK_TEXT_DIR_LTR))
      complain ("“%s” is at the wrong side", gtk_label_get_text (GTK_LABEL (child)));
  pango_layout_get_pixel_size (layout, &width, NULL);
  if (gtk_widget_get_width (window) >= sizes[WIDE].width_px && strlen (address) <= USUAL_LENGTH &&
      width > gtk_widget_get_width (text))
    complain ("%s is %d px wide, needs %d", address, gtk_widget_get_width (text), width);
}

/* There is room for a name of the usual length beside its offset, and for what is short to say of its server. */
static void
check_row (GtkWidget *window,
           GtkLabel *label)
{
  const char *text = gtk_label_get_text (label);

  if (gtk_widget_get_width (window) >= sizes[WIDE].width_px && g_utf8_strlen (text, -1) <= USUAL_LENGTH / 2 + 1 &&
      pango_layout_is_ellipsized (gtk_label_get_layout (label)))
    complain ("“%s” is cut in its row", text);
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
      if (GTK_IS_TEXT (child) && gtk_widget_get_ancestor (child, TS_TYPE_ADDRESS_BAR) != NULL)
        check_address (window, child);
      if (GTK_IS_LABEL (child) && gtk_widget_get_ancestor (child, GTK_TYPE_LIST_BOX_ROW) != NULL)
        check_row (window, GTK_LABEL (child));
      /* Time runs from left to right in any language. */
      if (GTK_IS_IMAGE (child) && g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (child)), "media-skip-forward-symbolic") == 0 &&
          gtk_widget_get_direction (child) != GTK_TEXT_DIR_LTR)
        complain ("the arrow to the newest points to the oldest");
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

static void
tell_problem (const char *name)
{
  if (problem == NULL)
    return;
  g_test_message ("%s: %s", name, problem);
  g_test_fail ();
  g_clear_pointer (&problem, g_free);
}

static void
resize (GtkWidget *window,
        int width_px,
        int height_px)
{
  gtk_window_set_default_size (GTK_WINDOW (window), width_px, height_px);
  TEST_WAIT (gtk_widget_get_width (window) >= width_px);
  settle (window);
}

/* Makes the window as narrow as it can be, down to that width. A layout that needs less room than the one before lets it
 * become narrower, as by somebody who goes on dragging its edge. */
static void
shrink (GtkWidget *window,
        int width_px,
        int height_px)
{
  int before_px;

  resize (window, width_px, height_px);
  do
    {
      before_px = gtk_widget_get_width (window);
      if (before_px > width_px)
        {
          resize (window, before_px - 1, height_px);
          resize (window, width_px, height_px);
        }
    }
  while (gtk_widget_get_width (window) < before_px && gtk_widget_get_width (window) > width_px);
}

/* Resizes the window and looks at it. */
static void
look (GtkWidget *window,
      guint size,
      const char *what)
{
  g_autofree char *name = g_strdup_printf ("%dx%d-%s", sizes[size].width_px, sizes[size].height_px, what);
  int clock_px;

  shrink (window, sizes[size].width_px, sizes[size].height_px);
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
  tell_problem (name);
}

static GtkWidget *
find_dialog (GtkWidget *window)
{
  g_autoptr (GList) all = gtk_window_list_toplevels ();

  for (GList *at = all; at != NULL; at = at->next)
    if (gtk_window_get_transient_for (at->data) == GTK_WINDOW (window))
      return at->data;
  return NULL;
}

static void
open_ladder (Fixture *fixture)
{
  GtkWidget *chart = find (GTK_WIDGET (fixture->window), TS_TYPE_CHART, NULL, NULL);
  TsChartModel *model = ts_chart_widget_get_model (TS_CHART_WIDGET (chart));

  /* Not by the cursor, which may be where the pointer is, on what is only recorded. */
  g_signal_emit_by_name (model, "exchange-activated", ts_history_get_last (ts_chart_model_get_history (model))->at_ns);
}

/* The row is in the list, which may be in the page's place. */
static void
open_share (Fixture *fixture)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);

  if (find (window, TS_TYPE_SHARE_ROW, NULL, NULL) == NULL)
    act (fixture, "win.back");
  adw_action_row_activate (ADW_ACTION_ROW (await (fixture, TS_TYPE_SHARE_ROW, NULL, NULL)));
  ts_window_open (fixture->window, fixture->host);
}

static void
open_pool_question (Fixture *fixture)
{
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.measure-source", "s", TS_TIME_SOURCES_POOL);
}

static void
open_days (Fixture *fixture)
{
  act (fixture, "win.days");
  TEST_WAIT (find (find_dialog (GTK_WIDGET (fixture->window)), GTK_TYPE_LIST_VIEW, NULL, NULL) != NULL);
}

static void
open_recording (Fixture *fixture)
{
  g_autoptr (GFile) file = g_file_new_for_path (RECORDING);

  ts_window_open_file (fixture->window, file);
  TEST_WAIT (find_dialog (GTK_WIDGET (fixture->window)) != NULL);
}

/* The windows that the window opens, while it is live. */
static const struct
{
  const char *name;
  const char *action; /* (nullable): that opens it; %NULL: the function does */
  void (*open) (Fixture *fixture);
} dialogs[] = {
  { "ladder", NULL, open_ladder },
  { "preferences", "app.preferences", NULL },
  { "share", NULL, open_share },
  { "save", "win.save", NULL },
  { "limit", "win.limit", NULL },
  { "rename", "win.rename", NULL },
  { "key", "win.key", NULL },
  { "pool", NULL, open_pool_question },
  { "days", NULL, open_days },
  { "recording", NULL, open_recording },
  { "help", "app.help", NULL },
  { "shortcuts", "win.show-help-overlay", NULL },
  { "about", "app.about", NULL },
};

/* Opens each of the other windows and looks at it, where the window is narrow in as narrow a one. For pictures it is tall,
 * so that they show all of it. */
static void
look_at_dialogs (Fixture *fixture,
                 gboolean is_narrow,
                 const char *what)
{
  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      const char *action = dialogs[i].action;
      g_autofree char *name = g_strdup_printf ("%s-%s-%s", what, dialogs[i].name, is_narrow ? "narrow" : "wide");
      GtkWidget *dialog;

      if (action == NULL)
        dialogs[i].open (fixture);
      else if (g_str_has_prefix (action, "app."))
        g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), action + strlen ("app."), NULL);
      else
        act (fixture, action);
      dialog = find_dialog (GTK_WIDGET (fixture->window));
      g_assert_nonnull (dialog);
      settle (dialog);
      if (is_narrow && gtk_window_get_resizable (GTK_WINDOW (dialog)))
        shrink (dialog, sizes[NARROW].width_px, g_getenv ("TS_MATRIX_PICTURES") != NULL ? TALL_PX : sizes[NARROW].height_px);
      /* The window with the name of the program is libadwaita's. */
      if (is_narrow && !ADW_IS_ABOUT_WINDOW (dialog) && gtk_widget_get_width (dialog) > sizes[NARROW].width_px)
        complain ("the dialog is %d px wide", gtk_widget_get_width (dialog));
      check (dialog, dialog);
      /* libadwaita's own title is translated into some languages only. */
      if (strcmp (g_getenv ("LANGUAGE"), "en") != 0 && g_strcmp0 (gtk_window_get_title (GTK_WINDOW (dialog)), "Preferences") == 0)
        complain ("the title is not translated");
      save_picture (dialog, name);
      tell_problem (name);
      gtk_window_close (GTK_WINDOW (dialog));
      TEST_WAIT (find_dialog (GTK_WIDGET (fixture->window)) == NULL);
    }
}

/* Shows the technical text behind “Details”, where there is one. */
static void
look_at_details (Fixture *fixture,
                 gboolean is_narrow,
                 const char *what)
{
  GtkWidget *details = find (GTK_WIDGET (fixture->window), TS_TYPE_DETAILS, NULL, NULL);
  GtkWidget *button = details != NULL ? gtk_widget_get_first_child (details) : NULL;
  g_autofree char *name = g_strdup_printf ("%s-details-%s", what, is_narrow ? "narrow" : "wide");
  GtkWidget *popover;

  if (button == NULL)
    return;
  popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  TEST_WAIT (gtk_widget_get_mapped (popover));
  settle (GTK_WIDGET (fixture->window));
  if (gtk_label_get_selection_bounds (GTK_LABEL (find (popover, GTK_TYPE_LABEL, NULL, NULL)), NULL, NULL))
    complain ("the text is selected");
  if (gtk_widget_get_width (popover) > gtk_widget_get_width (GTK_WIDGET (fixture->window)))
    complain ("the details are %d px wide in a window of %d px", gtk_widget_get_width (popover),
              gtk_widget_get_width (GTK_WIDGET (fixture->window)));
  check (popover, popover);
  save_picture (popover, name);
  tell_problem (name);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));
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

/* The server seals what it says by another key than before. */
static void
change_key (Fixture *fixture)
{
  const guint8 first[TS_SEAL_KEY_SIZE] = { 1 }, second[TS_SEAL_KEY_SIZE] = { 2 };
  guint8 before[TS_SEAL_KEY_SIZE];

  ts_known_keys_meet (fixture->settings, fixture->host, first, before);
  ts_known_keys_meet (fixture->settings, fixture->host, second, before);
}

static void
await_state (Fixture *fixture,
             State state)
{
  GtkWidget *window = GTK_WIDGET (fixture->window);
  g_autofree char *insecure = g_strconcat ("timesyncs://", fixture->host, NULL);

  if (state == LOST)
    ts_window_show_server (fixture->window, fixture->host);
  else if (state == INSECURE)
    ts_window_open (fixture->window, insecure);
  else if (states[state].host != NULL)
    ts_window_open (fixture->window, state == LIVE ? fixture->host : states[state].host);
  if (state == KEY)
    change_key (fixture);
  if (state == SCATTER || state == KEY)
    g_settings_set_string (fixture->settings, "view", state == SCATTER ? "scatter" : "timeline");
  if (state == LOST)
    g_clear_object (&fixture->server);
  if (state == LIVE)
    TEST_WAIT (find (window, TS_TYPE_CLOCK_FACE, NULL, NULL) != NULL && find (window, TS_TYPE_FIGURES, NULL, NULL) != NULL);
  else if (state > SCATTER)
    TEST_WAIT (find (window, GTK_TYPE_BUTTON, "action-name", state == KEY ? "win.key" : "win.retry") != NULL);
}

/* A window that is new, with text of that size; then each state of it in each size. */
static void
look_at_states (Fixture *fixture,
                double scale,
                gboolean is_full,
                const char *what)
{
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", (int) (96 * 1024 * scale), NULL);
  g_settings_set_int (fixture->settings, "window-width", sizes[NARROW].width_px);
  g_settings_set_int (fixture->settings, "window-height", sizes[NARROW].height_px);
  open_window (fixture);
  for (State state = START; state <= LOST; state++)
    {
      g_autofree char *name = g_strdup_printf ("text%.1f-%s", scale, what);
      g_autofree char *state_name = g_strdup_printf ("%s-%s", name, states[state].name);

      if ((!is_full && !states[state].is_corner) || (state == LOST && g_getenv ("TS_MATRIX_HOST") != NULL))
        continue;
      await_state (fixture, state);
      for (guint size = 0; size < G_N_ELEMENTS (sizes); size++)
        if (is_full || sizes[size].is_corner)
          {
            look (GTK_WIDGET (fixture->window), size, state_name);
            if (state == (is_full ? KEY : LIVE) &&
                (is_full ? size == NARROW || size == WIDE : scale > 1 && size == NARROW))
              look_at_dialogs (fixture, size == NARROW, name);
            if (size == NARROW || size == WIDE)
              look_at_details (fixture, size == NARROW, state_name);
          }
    }
  close_window (fixture);
  if (fixture->server == NULL)
    serve (fixture, (guint16) g_ascii_strtoull (strrchr (fixture->host, ':') + 1, NULL, 10));
  g_settings_reset (fixture->settings, "server-list");
  g_settings_reset (fixture->settings, "server-keys");
  g_settings_reset (fixture->settings, "changed-server-keys");
  g_settings_reset (fixture->settings, "window-width");
  g_settings_reset (fixture->settings, "window-height");
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024, NULL);
}

/* All of the matrix takes minutes, and its corners half a minute. */
static gboolean
is_full_matrix (void)
{
  return g_strcmp0 (g_getenv ("TS_MATRIX"), "full") == 0;
}

/* The window in one language and style. */
static void
test_matrix (gconstpointer data)
{
  guint language = GPOINTER_TO_UINT (data) / G_N_ELEMENTS (styles);
  const char *style = styles[GPOINTER_TO_UINT (data) % G_N_ELEMENTS (styles)];
  gboolean is_full = is_full_matrix ();
  g_autofree char *what = g_strdup_printf ("%s-%s", languages[language].language, style);
  Fixture fixture = { 0 };

  set_language (languages[language].language);
  set_up (&fixture, GINT_TO_POINTER (0));
  close_window (&fixture);
  g_clear_object (&fixture.server);
  g_clear_object (&fixture.clock);
  g_free (fixture.host);
  fixture.clock = ts_clock_new_system (AHEAD_NS);
  serve (&fixture, 0);
  fixture.host = g_getenv ("TS_MATRIX_HOST") != NULL ? g_strdup (g_getenv ("TS_MATRIX_HOST"))
                                                     : g_strdup_printf ("127.0.0.1:%u", ts_server_get_port (fixture.server));
  g_settings_set_string (fixture.settings, "color-scheme", style);
  record_past (&fixture);
  for (guint scale = 0; scale < G_N_ELEMENTS (scales); scale++)
    if (is_full || scales[scale].is_corner)
      look_at_states (&fixture, scales[scale].factor, is_full, what);
  tear_down (&fixture, NULL);
  set_language ("en");
}

/* Fonts differ in width by more than an eighth; what fits is measured in text. */
static void
test_wide_font (void)
{
  g_autofree char *before = NULL;
  Fixture fixture = { 0 };

  g_object_get (gtk_settings_get_default (), "gtk-font-name", &before, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-font-name", "DejaVu Sans 11", NULL);
  set_up (&fixture, GINT_TO_POINTER (0));
  close_window (&fixture);
  look_at_states (&fixture, 1, FALSE, "wide-font");
  tear_down (&fixture, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-font-name", before, NULL);
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
  g_object_set (gtk_settings_get_default (),
                "gtk-font-name", g_getenv ("TS_MATRIX_FONT") != NULL ? g_getenv ("TS_MATRIX_FONT") : "Cantarell 11",
                "gtk-decoration-layout", ":close", "gtk-enable-animations", FALSE, NULL);
  hide_edges ();
  for (guint i = 0; i < G_N_ELEMENTS (languages) * G_N_ELEMENTS (styles); i++)
    {
      guint language = i / G_N_ELEMENTS (styles);
      guint style = i % G_N_ELEMENTS (styles);
      g_autofree char *name = g_strdup_printf ("/matrix/%s/%s", languages[language].language, styles[style]);

      if (is_full_matrix () || (languages[language].is_corner && style == 0))
        g_test_add_data_func (name, GUINT_TO_POINTER (i), test_matrix);
    }
  g_test_add_func ("/matrix/lines", test_lines);
  g_test_add_func ("/matrix/wide-font", test_wide_font);
  return g_test_run ();
}
