/* A small line of the last estimates.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-sparkline.h"

#include "chart/paint/ts-chart-line-style.h"

#define N_ENTRIES 60
#define WIDTH_PX  74
#define HEIGHT_PX 20
#define LINE_PX   1.5

struct _TsSparkline
{
  GtkWidget parent_instance;

  const TsHistory *history; /* (nullable) */
  int place;                /* below 0: none */
  guint64 n_entries; /* as it was drawn last */
  gboolean is_narrow;
};

typedef struct
{
  gsize first;
  gsize length;
  gint64 middle_ns;
  double range_ns; /* what the height shows */
} Extent;

G_DEFINE_FINAL_TYPE (TsSparkline, ts_sparkline, GTK_TYPE_WIDGET)

/* The height shows at least the width of the proven interval, so that noise does not look like a restless clock. */
static gboolean
find_extent (const TsHistory *history,
             Extent *extent)
{
  const TsHistoryEntry *last = history != NULL ? ts_history_get_last (history) : NULL;
  gint64 min_ns = G_MAXINT64, max_ns = G_MININT64, settled_ns;

  if (last == NULL)
    return FALSE;
  settled_ns = ts_history_get_settled_ns (history);
  extent->length = ts_history_get_length (history);
  extent->first = extent->length - MIN (extent->length, N_ENTRIES);
  while (extent->first < extent->length && ts_history_get (history, extent->first)->at_ns < settled_ns)
    extent->first++;
  for (gsize i = extent->first; i < extent->length; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      min_ns = MIN (min_ns, entry->estimate_ns);
      max_ns = MAX (max_ns, entry->estimate_ns);
    }
  if (min_ns > max_ns)
    return FALSE;
  extent->middle_ns = min_ns + (max_ns - min_ns) / 2;
  extent->range_ns = MAX ((double) (max_ns - min_ns), (double) (last->now_max_ns - last->now_min_ns));
  extent->range_ns = MAX (extent->range_ns, 1);
  return TRUE;
}

/* Nothing is drawn across a gap or a step; a sample between two of them is a dot. */
static void
draw_line (cairo_t *cr,
           const TsHistory *history,
           const Extent *extent,
           double width,
           double height)
{
  gboolean is_connected = FALSE;

  for (gsize i = extent->first; i < extent->length; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);
      double from_middle = (double) (entry->estimate_ns - extent->middle_ns) / extent->range_ns;
      double x = width - LINE_PX - (width - 2 * LINE_PX) * (double) (extent->length - 1 - i) / (N_ENTRIES - 1);
      double y = height / 2 - from_middle * (height - 2 * LINE_PX);

      if (entry->kind != TS_ENTRY_SAMPLE)
        {
          is_connected = FALSE;
          continue;
        }
      if (!is_connected || entry->event != TS_CLOCK_EVENT_NONE)
        cairo_move_to (cr, x, y);
      cairo_line_to (cr, x, y);
      is_connected = TRUE;
    }
  cairo_stroke (cr);
}

/* The chosen row keeps the text's colour, because its server is not overlaid on its own chart. */
static void
get_color (TsSparkline *self,
           GdkRGBA *color)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_LIST_BOX_ROW);
  TsChartLineStyle style;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), color);
  if (self->place < 0 || (row != NULL && gtk_list_box_row_is_selected (GTK_LIST_BOX_ROW (row))))
    return;
  ts_chart_line_style_init (&style, (guint) self->place, GTK_WIDGET (self));
  *color = style.line;
}

static void
ts_sparkline_snapshot (GtkWidget *widget,
                   GtkSnapshot *snapshot)
{
  TsSparkline *self = TS_SPARKLINE (widget);
  float width = (float) gtk_widget_get_width (widget), height = (float) gtk_widget_get_height (widget);
  cairo_t *cr;
  GdkRGBA color;
  Extent extent;

  if (!find_extent (self->history, &extent))
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  get_color (self, &color);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, LINE_PX);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  draw_line (cr, self->history, &extent, width, height);
  cairo_destroy (cr);
}

static void
ts_sparkline_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  int width_px = TS_SPARKLINE (widget)->is_narrow ? WIDTH_PX / 2 : WIDTH_PX;

  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? width_px : HEIGHT_PX;
  /* Words beside it may need the other half. */
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH_PX / 2 : HEIGHT_PX;
}

static void
ts_sparkline_class_init (TsSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = ts_sparkline_measure;
  widget_class->snapshot = ts_sparkline_snapshot;
  gtk_widget_class_set_css_name (widget_class, "sparkline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ts_sparkline_init (TsSparkline *self)
{
  self->place = -1;
}

/**
 * ts_sparkline_set_history:
 * @self: a sparkline
 * @history: (nullable): what to draw; it must live until the next call. To be called again when it has grown
 */
void
ts_sparkline_set_history (TsSparkline *self,
                      const TsHistory *history)
{
  guint64 n_entries = history != NULL ? ts_history_get_n_samples (history) + ts_history_get_n_lost (history) : 0;

  if (history == self->history && n_entries == self->n_entries)
    return;
  self->history = history;
  self->n_entries = n_entries;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * ts_sparkline_set_place:
 * @self: a sparkline
 * @place: the server's place among the overlays, which gives the line its colour; -1 if it is not overlaid
 */
void
ts_sparkline_set_place (TsSparkline *self,
                    int place)
{
  if (place == self->place)
    return;
  self->place = place;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * ts_sparkline_set_narrow:
 * @self: a sparkline
 * @is_narrow: whether it takes only half its usual width, because words beside it need the rest
 */
void
ts_sparkline_set_narrow (TsSparkline *self,
                     gboolean is_narrow)
{
  if (is_narrow == self->is_narrow)
    return;
  self->is_narrow = is_narrow;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
