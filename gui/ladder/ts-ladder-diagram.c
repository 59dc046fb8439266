/* The picture of an exchange: two lines of time, and request and answer between them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-diagram.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-colors.h"
#include "ladder/ts-ladder-layer.h"

#define MIN_WIDTH_PX      320
#define NATURAL_WIDTH_PX  560
#define NATURAL_HEIGHT_PX 290

struct _TsLadderDiagram
{
  GtkWidget parent_instance;

  TsLadderExchange exchange;
  char *server; /* (nullable): nothing to show yet */
};

G_DEFINE_FINAL_TYPE (TsLadderDiagram, ts_ladder_diagram, GTK_TYPE_WIDGET)

static void
ts_ladder_diagram_snapshot (GtkWidget *widget,
                            GtkSnapshot *snapshot)
{
  TsLadderDiagram *self = TS_LADDER_DIAGRAM (widget);
  PangoContext *pango = gtk_widget_get_pango_context (widget);
  gboolean is_mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  double width_px = gtk_widget_get_width (widget), height_px = gtk_widget_get_height (widget);
  gboolean has_room = FALSE;
  TsChartColors colors;
  TsLadderLayout layout;
  TsLadderTexts texts;
  cairo_t *cr;

  if (self->server == NULL)
    return;
  ts_chart_colors_init (&colors, widget);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width_px, (float) height_px));
  for (gboolean is_compact = FALSE; !has_room; is_compact = TRUE)
    {
      TsLadderSizes sizes;

      ts_ladder_texts_init (&texts, pango, &self->exchange, self->server, is_compact);
      sizes = ts_ladder_texts_measure (&texts);
      has_room = ts_ladder_layout_init (&layout, &self->exchange, &sizes, width_px, height_px, is_mirrored) ||
                 is_compact;
      if (has_room)
        ts_ladder_layer_draw (cr, &layout, &texts, &colors, width_px);
      ts_ladder_texts_clear (&texts);
    }
  cairo_destroy (cr);
}

static void
ts_ladder_diagram_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  TsLadderDiagram *self = TS_LADDER_DIAGRAM (widget);
  TsLadderTexts texts;
  TsLadderSizes sizes;

  *minimum = MIN_WIDTH_PX;
  *natural = NATURAL_WIDTH_PX;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  ts_ladder_texts_init (&texts, gtk_widget_get_pango_context (widget), &self->exchange,
                        self->server != NULL ? self->server : "", FALSE);
  sizes = ts_ladder_texts_measure (&texts);
  ts_ladder_texts_clear (&texts);
  *minimum = (int) ceil (ts_ladder_layout_get_min_height_px (&sizes));
  *natural = MAX (NATURAL_HEIGHT_PX, *minimum);
}

static void
ts_ladder_diagram_finalize (GObject *object)
{
  g_free (TS_LADDER_DIAGRAM (object)->server);

  G_OBJECT_CLASS (ts_ladder_diagram_parent_class)->finalize (object);
}

static void
ts_ladder_diagram_class_init (TsLadderDiagramClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = ts_ladder_diagram_finalize;
  widget_class->measure = ts_ladder_diagram_measure;
  widget_class->snapshot = ts_ladder_diagram_snapshot;

  gtk_widget_class_set_css_name (widget_class, "ts-ladder-diagram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ts_ladder_diagram_init (TsLadderDiagram *self)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Diagram of the exchange"),
                                  -1);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
}

/**
 * ts_ladder_diagram_show:
 * @self: a picture
 * @exchange: what to show from now on
 * @server: the server's name
 *
 * Shows an exchange, and tells of it those who do not see.
 */
void
ts_ladder_diagram_show (TsLadderDiagram *self,
                        const TsLadderExchange *exchange,
                        const char *server)
{
  g_autofree char *description = ts_ladder_describe (exchange, server);

  self->exchange = *exchange;
  g_free (self->server);
  self->server = g_strdup (server);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
