/* The colours of the window's style, as they are painted: text can be read, and shapes can be seen, in the light and the
 * dark style. Run once more with high contrast.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-sparkline.h"
#include "sidebar/ts-state-icon.h"

#include "test-contrast.h"
#include "test-fixture.h"

#define MIN_TEXT    4.5
#define MIN_GRAPHIC 3.0

/* A block in the text's colour, and room beside it where the ground is seen. */
#define SAMPLE_TEXT "█\u2003\u2003\u2003█"

/* Where there is text: the classes of the label, and what it lies in. */
static const struct
{
  const char *name;
  const char *place; /* "window", "card", "row" or "selected row" */
  const char *parent_class;
  const char *classes[4];
} texts[] = {
  { "text", "window", NULL, { NULL } },
  { "secondary", "window", NULL, { "caption", "secondary" } },
  { "secondary in a card", "card", NULL, { "caption", "secondary" } },
  { "warning", "window", NULL, { "warning" } },
  { "error", "window", NULL, { "error" } },
  { "error in a card", "card", NULL, { "error" } },
  { "dimmed", "window", NULL, { "dim-label" } },
  { "subtitle", "card row", NULL, { "subtitle" } },
  { "sharing", "row", "share", { "subtitle" } },
  { "sharing that failed", "row", "share failed", { "subtitle" } },
  { "name", "row", "server-row", { "name" } },
  { "name that is chosen", "selected row", "server-row", { "name" } },
  { "offset", "row", "server-row", { "numeric", "offset" } },
  { "offset that is probable", "row", "server-row", { "numeric", "offset", "secondary" } },
  { "offset that is probable and chosen", "selected row", "server-row", { "numeric", "offset", "secondary" } },
  { "badge", "row", "server-row", { "caption", "badge" } },
  { "badge that is chosen", "selected row", "server-row", { "caption", "badge" } },
  { "words", "row", "server-row", { "caption", "secondary" } },
  { "words that are chosen", "selected row", "server-row", { "caption", "secondary" } },
};

/* What is painted for one of them. */
typedef struct
{
  GtkWidget *label;
  GtkWidget *icons; /* (nullable): beside names: an icon for each state, and a sparkline */
} Sample;

static void
add_classes (gpointer widget,
             const char *classes)
{
  g_auto (GStrv) list = g_strsplit (classes != NULL ? classes : "", " ", -1);

  for (gsize i = 0; list[i] != NULL; i++)
    gtk_widget_add_css_class (widget, list[i]);
}

/* Returns: (transfer floating): an icon for each state, and a sparkline */
static GtkWidget *
create_icons (void)
{
  GtkWidget *icons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  for (int state = TS_SERVER_STATE_WAITING; state <= TS_SERVER_STATE_PAUSED; state++)
    {
      GtkWidget *icon = g_object_new (TS_TYPE_STATE_ICON, NULL);

      ts_state_icon_set (TS_STATE_ICON (icon), (TsServerState) state);
      gtk_box_append (GTK_BOX (icons), icon);
    }
  gtk_box_append (GTK_BOX (icons), g_object_new (TS_TYPE_SPARKLINE, NULL));
  return icons;
}

/* Returns: (transfer floating): @content where it lies in the window */
static GtkWidget *
put_in_place (GtkWidget *content,
              const char *place,
              const char *parent_class)
{
  GtkWidget *card, *list, *row;

  if (g_str_equal (place, "window"))
    return content;
  if (g_str_equal (place, "card"))
    {
      card = adw_bin_new ();
      gtk_widget_add_css_class (card, "card");
      adw_bin_set_child (ADW_BIN (card), content);
      return card;
    }
  list = gtk_list_box_new ();
  row = gtk_list_box_row_new ();
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), content);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  add_classes (row, parent_class);
  gtk_widget_add_css_class (list, g_str_equal (place, "card row") ? "boxed-list" : "navigation-sidebar");
  if (g_str_equal (place, "selected row"))
    gtk_list_box_select_row (GTK_LIST_BOX (list), GTK_LIST_BOX_ROW (row));
  return list;
}

static void
add_sample (GtkWidget *ground,
            gsize i,
            Sample *sample)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  *sample = (Sample) { .label = gtk_label_new (SAMPLE_TEXT) };
  gtk_widget_set_halign (sample->label, GTK_ALIGN_START);
  for (gsize j = 0; texts[i].classes[j] != NULL; j++)
    gtk_widget_add_css_class (sample->label, texts[i].classes[j]);
  gtk_box_append (GTK_BOX (content), sample->label);
  if (g_strcmp0 (texts[i].classes[0], "name") == 0)
    gtk_box_append (GTK_BOX (content), sample->icons = create_icons ());
  gtk_box_append (GTK_BOX (ground), put_in_place (content, texts[i].place, texts[i].parent_class));
}

static GdkRGBA
get_color_at (const Image *image,
              const graphene_point_t *at)
{
  guint32 pixel = get_pixel (image, (int) at->x, (int) at->y);

  g_assert_cmpuint (pixel >> 24, ==, 0xff);
  return (GdkRGBA) { (float) (pixel >> 16 & 0xff) / 255, (float) (pixel >> 8 & 0xff) / 255, (float) (pixel & 0xff) / 255, 1 };
}

/* Returns: the colour of the ground beside the text */
static GdkRGBA
assert_text (const Image *image,
             GtkWidget *root,
             gsize i,
             GtkWidget *label)
{
  PangoLayout *layout = gtk_label_get_layout (GTK_LABEL (label));
  PangoRectangle block, space;
  int left, top;
  graphene_point_t on_text, beside;
  GdkRGBA text, ground;

  pango_layout_index_to_pos (layout, 0, &block);
  pango_layout_index_to_pos (layout, (int) strlen ("█\u2003"), &space);
  gtk_label_get_layout_offsets (GTK_LABEL (label), &left, &top);
  g_assert_true (gtk_widget_compute_point (
    label, root,
    &GRAPHENE_POINT_INIT ((float) (left + (block.x + block.width / 2) / PANGO_SCALE),
                          (float) (top + (block.y + block.height / 2) / PANGO_SCALE)), &on_text));
  g_assert_true (gtk_widget_compute_point (
    label, root,
    &GRAPHENE_POINT_INIT ((float) (left + (space.x + space.width / 2) / PANGO_SCALE),
                          (float) (top + (space.y + space.height / 2) / PANGO_SCALE)), &beside));
  text = get_color_at (image, &on_text);
  ground = get_color_at (image, &beside);
  g_test_message ("%s: %.2f", texts[i].name, get_contrast (&text, &ground));
  g_assert_cmpfloat (get_contrast (&text, &ground), >=, MIN_TEXT);
  return ground;
}

/* What is drawn is too thin for a pixel to be fully of its colour. */
static void
assert_icons (GtkWidget *icons,
              gsize i,
              const GdkRGBA *ground)
{
  for (GtkWidget *icon = gtk_widget_get_first_child (icons); icon != NULL; icon = gtk_widget_get_next_sibling (icon))
    {
      g_auto (GStrv) classes = gtk_widget_get_css_classes (icon);
      GdkRGBA color;

      gtk_style_context_get_color (gtk_widget_get_style_context (icon), &color);
      g_test_message ("%s %s beside %s: %.2f", G_OBJECT_TYPE_NAME (icon), classes[0] != NULL ? classes[0] : "",
                      texts[i].name, get_contrast (&color, ground));
      g_assert_cmpfloat (get_contrast (&color, ground), >=, MIN_GRAPHIC);
    }
}

static void
test_colors (gconstpointer scheme)
{
  GtkWidget *root = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *ground = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  Sample samples[G_N_ELEMENTS (texts)];
  g_autofree Image *image = NULL;
  GtkWindow *window;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), GPOINTER_TO_INT (scheme));
  gtk_widget_add_css_class (ground, "background");
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    add_sample (ground, i, &samples[i]);
  gtk_box_append (GTK_BOX (root), ground);
  window = show_widget (root, 400, -1);
  image = paint_widget (root);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GdkRGBA beside = assert_text (image, root, i, samples[i].label);

      if (samples[i].icons != NULL)
        assert_icons (samples[i].icons, i, &beside);
    }
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
  gtk_window_destroy (window);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = register_application (&argc, &argv);

  if (application == NULL)
    return EXIT_SKIPPED;
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_data_func ("/colors/light", GINT_TO_POINTER (ADW_COLOR_SCHEME_FORCE_LIGHT), test_colors);
  g_test_add_data_func ("/colors/dark", GINT_TO_POINTER (ADW_COLOR_SCHEME_FORCE_DARK), test_colors);
  return g_test_run ();
}
