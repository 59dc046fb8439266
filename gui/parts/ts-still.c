/* A part of the window that changes seldom.
 *
 * The clocks change with each frame. Without a GPU, GTK then goes through all that the window shows, letter by letter, to
 * find what lies where the clocks are, which costs more than all else in a frame. So there this part is one recording,
 * which GTK passes over at once.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-still.h"

G_DEFINE_TYPE (TsStill, ts_still, ADW_TYPE_BIN)

/* A recording keeps icons in the size that they have on a screen of the usual density. */
static gboolean
is_recorded (GtkWidget *widget)
{
  return gtk_widget_get_scale_factor (widget) == 1 &&
         GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (gtk_widget_get_native (widget)));
}

static GskRenderNode *
record (GskRenderNode *node)
{
  graphene_rect_t bounds;
  GskRenderNode *recording;
  cairo_t *cr;

  gsk_render_node_get_bounds (node, &bounds);
  recording = gsk_cairo_node_new (&bounds);
  cr = gsk_cairo_node_get_draw_context (recording);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  return recording;
}

static void
ts_still_snapshot (GtkWidget *widget,
                   GtkSnapshot *snapshot)
{
  GtkSnapshot *content = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;

  GTK_WIDGET_CLASS (ts_still_parent_class)->snapshot (widget, content);
  node = gtk_snapshot_free_to_node (content);
  if (node != NULL && is_recorded (widget))
    {
      g_autoptr (GskRenderNode) recording = record (node);

      gtk_snapshot_append_node (snapshot, recording);
    }
  else if (node != NULL)
    gtk_snapshot_append_node (snapshot, node);
}

static void
ts_still_class_init (TsStillClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = ts_still_snapshot;
}

static void
ts_still_init (TsStill *self)
{
}
