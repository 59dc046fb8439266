/* A button that shows a technical text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-details.h"

struct _TsDetails
{
  AdwBin parent_instance;

  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (TsDetails, ts_details, ADW_TYPE_BIN)

/* The label gets the focus, and GTK selects all of its text then. */
static void
deselect (TsDetails *self)
{
  gtk_label_select_region (self->text, 0, 0);
}

static void
ts_details_class_init (TsDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-details.ui");
  gtk_widget_class_bind_template_child (widget_class, TsDetails, text);
  gtk_widget_class_bind_template_callback (widget_class, deselect);
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
