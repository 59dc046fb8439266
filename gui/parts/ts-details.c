/* A button that shows a technical text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-details.h"

/* Padding, shadow and arrow of a popover, in each direction together. */
#define EDGES_PX 80

struct _TsDetails
{
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  AdwClamp *clamp;
  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (TsDetails, ts_details, ADW_TYPE_BIN)

/* The popover is no larger than the window. Its label gets the focus, and GTK selects all of the text then. */
static void
prepare (TsDetails *self)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));

  adw_clamp_set_maximum_size (self->clamp, gtk_widget_get_width (window) - EDGES_PX);
  adw_clamp_set_tightening_threshold (self->clamp, gtk_widget_get_width (window) - EDGES_PX);
  gtk_scrolled_window_set_max_content_height (self->scroller, gtk_widget_get_height (window) - EDGES_PX);
  gtk_label_select_region (self->text, 0, 0);
}

static void
ts_details_class_init (TsDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-details.ui");
  gtk_widget_class_bind_template_child (widget_class, TsDetails, scroller);
  gtk_widget_class_bind_template_child (widget_class, TsDetails, clamp);
  gtk_widget_class_bind_template_child (widget_class, TsDetails, text);
  gtk_widget_class_bind_template_callback (widget_class, prepare);
}

static void
ts_details_init (TsDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_details_set_text:
 * @self: a button
 * @text: (nullable): what it shows; %NULL: the button is hidden
 */
void
ts_details_set_text (TsDetails *self,
                     const char *text)
{
  /* Setting it again would end a selection. */
  if (!g_str_equal (gtk_label_get_label (self->text), text != NULL ? text : ""))
    gtk_label_set_label (self->text, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
}
