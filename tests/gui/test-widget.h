/* What tests of widgets have in common: how GTK begins, what is shown, what a widget paints and what is done to it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "test-wait.h"

#define EXIT_SKIPPED 77

/* 0xAARRGGBB, premultiplied */
typedef struct
{
  int width;
  int height;
  guint32 pixels[];
} Image;

/* Begins a program whose widgets look and move the same everywhere. Returns: whether there is a display */
static inline gboolean
init_widgets (int *argc,
              char ***argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "C", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_test_init (argc, argv, NULL);
  if (!gtk_init_check ())
    return FALSE;
  adw_init ();
  /* What is changed is there at once. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  return TRUE;
}

/* Returns: whether GTK tells the test what it would tell assistive technology */
static inline gboolean
is_told (void)
{
  return g_strcmp0 (g_getenv ("GTK_A11Y"), "test") == 0;
}

/* Returns: whether this test is skipped, for it is all about what is told */
static inline gboolean
skip_untold (void)
{
  if (!is_told ())
    g_test_skip ("needs GTK_A11Y=test");
  return !is_told ();
}

/* Returns: (transfer none): a window around @widget, which has just that size */
static inline GtkWindow *
show_widget (GtkWidget *widget,
             int width_px,
             int height_px)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_decorated (window, FALSE);
  gtk_widget_set_size_request (widget, width_px, height_px);
  gtk_widget_set_halign (widget, GTK_ALIGN_START);
  gtk_widget_set_valign (widget, GTK_ALIGN_START);
  gtk_window_set_child (window, widget);
  gtk_window_present (window);
  TEST_WAIT (gtk_widget_get_width (widget) > 0);
  return window;
}

/* Returns: (transfer none) (nullable): the window of @type; there is one at most */
static inline gpointer
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();
  gpointer found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (!G_TYPE_CHECK_INSTANCE_TYPE (window, type))
        continue;
      g_assert_null (found);
      found = window;
    }
  return found;
}

/* Returns: (transfer full): @widget as it is now, without waiting for a frame; g_free() it */
static inline Image *
paint_widget (GtkWidget *widget)
{
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  Image *image = g_malloc0 (sizeof *image + (gsize) width * (gsize) height * sizeof *image->pixels);
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
    (guchar *) image->pixels, CAIRO_FORMAT_ARGB32, width, height, width * (int) sizeof *image->pixels);
  cairo_t *cr = cairo_create (surface);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;

  image->width = width;
  image->height = height;
  GTK_WIDGET_GET_CLASS (widget)->snapshot (widget, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return image;
}

static inline guint32
get_pixel (const Image *image,
           int x,
           int y)
{
  return image->pixels[y * image->width + x];
}

static inline gboolean
are_equal (const Image *a,
           const Image *b)
{
  return a->width == b->width && a->height == b->height &&
         memcmp (a->pixels, b->pixels, (gsize) a->width * (gsize) a->height * sizeof *a->pixels) == 0;
}

/* Returns: (transfer none): the widget's controller of @type, for its signals to be emitted */
static inline gpointer
find_controller (gpointer widget,
                 GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
        return controller;
    }
  g_assert_not_reached ();
}

/* Returns: whether the key is of use to @widget */
static inline gboolean
press_key (gpointer widget,
           guint keyval,
           GdkModifierType state)
{
  gboolean is_handled = FALSE;

  g_signal_emit_by_name (find_controller (widget, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", keyval, 0, state,
                         &is_handled);
  return is_handled;
}
