/* A short piece of the line that an overlaid server has in the charts of the others.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-line-swatch.h"

#include "chart/paint/ts-chart-line-style.h"

#define WIDTH_PX  27 /* three dashes of the first line */
#define HEIGHT_PX 6
#define LINE_PX   2
#define INSET_PX  1 /* for round ends */

struct _TsLineSwatch
{
  GtkWidget parent_instance;

  guint place;
};

G_DEFINE_FINAL_TYPE (TsLineSwatch, ts_line_swatch, GTK_TYPE_WIDGET)

static void
ts_line_swatch_snapshot (GtkWidget *widget,
                       GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  TsChartLineStyle style;

  ts_chart_line_style_init (&style, TS_LINE_SWATCH (widget)->place, widget);
  ts_chart_line_style_apply (&style, cr, 0);
  cairo_set_line_width (cr, LINE_PX);
  cairo_move_to (cr, INSET_PX, height / 2);
  cairo_line_to (cr, width - INSET_PX, height / 2);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
ts_line_swatch_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH_PX + 2 * INSET_PX : HEIGHT_PX;
}

static void
ts_line_swatch_class_init (TsLineSwatchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = ts_line_swatch_measure;
  widget_class->snapshot = ts_line_swatch_snapshot;
  gtk_widget_class_set_css_name (widget_class, "lineswatch");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ts_line_swatch_init (TsLineSwatch *self)
{
}

/**
 * ts_line_swatch_set_place:
 * @self: a swatch
 * @place: the server's place among the overlays
 */
void
ts_line_swatch_set_place (TsLineSwatch *self,
                        guint place)
{
  if (place == self->place)
    return;
  self->place = place;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
