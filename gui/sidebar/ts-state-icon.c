/* A small shape for the state of a server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-state-icon.h"

#define SIZE_PX 12

struct _TsStateIcon
{
  GtkWidget parent_instance;

  TsServerState state;
};

G_DEFINE_FINAL_TYPE (TsStateIcon, ts_state_icon, GTK_TYPE_WIDGET)

/* style.css gives each class its colour. */
static const char *const css_classes[] = {
  [TS_SERVER_STATE_WAITING] = "waiting",
  [TS_SERVER_STATE_STEADY] = "steady",
  [TS_SERVER_STATE_WARNING] = "warned",
  [TS_SERVER_STATE_FAILED] = "failed",
  [TS_SERVER_STATE_OFFLINE] = "offline",
  [TS_SERVER_STATE_PAUSED] = "paused",
};

static void
ts_state_icon_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  *minimum = *natural = SIZE_PX;
}

static void
draw_cross (cairo_t *cr)
{
  cairo_move_to (cr, 2, 2);
  cairo_line_to (cr, 10, 10);
  cairo_move_to (cr, 10, 2);
  cairo_line_to (cr, 2, 10);
}

static void
draw_triangle (cairo_t *cr)
{
  cairo_move_to (cr, 6, 1);
  cairo_line_to (cr, 12, 11);
  cairo_line_to (cr, 0, 11);
  cairo_close_path (cr);
}

static void
ts_state_icon_snapshot (GtkWidget *widget,
                        GtkSnapshot *snapshot)
{
  float width = (float) gtk_widget_get_width (widget), height = (float) gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_translate (cr, (width - SIZE_PX) / 2, (height - SIZE_PX) / 2);
  cairo_set_line_width (cr, 2);
  switch (TS_STATE_ICON (widget)->state)
    {
    case TS_SERVER_STATE_STEADY:
      cairo_arc (cr, 6, 6, 5, 0, 2 * G_PI);
      cairo_fill (cr);
      break;
    case TS_SERVER_STATE_WARNING:
      draw_triangle (cr);
      cairo_fill (cr);
      break;
    case TS_SERVER_STATE_FAILED:
      cairo_set_line_width (cr, 2.5);
      draw_cross (cr);
      cairo_stroke (cr);
      break;
    case TS_SERVER_STATE_OFFLINE:
      cairo_rectangle (cr, 1, 5, 10, 2);
      cairo_fill (cr);
      break;
    case TS_SERVER_STATE_PAUSED:
      cairo_rectangle (cr, 2, 1, 3, 10);
      cairo_rectangle (cr, 7, 1, 3, 10);
      cairo_fill (cr);
      break;
    case TS_SERVER_STATE_WAITING:
    default:
      cairo_arc (cr, 6, 6, 4, 0, 2 * G_PI);
      cairo_stroke (cr);
      break;
    }
  cairo_destroy (cr);
}

static void
ts_state_icon_class_init (TsStateIconClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = ts_state_icon_measure;
  widget_class->snapshot = ts_state_icon_snapshot;
  gtk_widget_class_set_css_name (widget_class, "stateicon");
  /* The row says in words what the shape means. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ts_state_icon_init (TsStateIcon *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), css_classes[self->state]);
}

/**
 * ts_state_icon_set:
 * @self: an icon
 * @state: what its shape says from now on
 */
void
ts_state_icon_set (TsStateIcon *self,
                   TsServerState state)
{
  if (state == self->state)
    return;
  gtk_widget_remove_css_class (GTK_WIDGET (self), css_classes[self->state]);
  gtk_widget_add_css_class (GTK_WIDGET (self), css_classes[state]);
  self->state = state;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
