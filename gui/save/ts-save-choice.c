/* Rows that ask what to save: in which format, and how much.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-choice.h"

#include <glib/gi18n.h>

/* In the order of the list. */
enum
{
  RANGE_IN_VIEW,
  RANGE_WHOLE,
};

struct _TsSaveChoice
{
  AdwPreferencesGroup parent_instance;

  AdwComboRow *format_row;
  AdwComboRow *range_row;
};

G_DEFINE_FINAL_TYPE (TsSaveChoice, ts_save_choice, ADW_TYPE_PREFERENCES_GROUP)

static void
ts_save_choice_class_init (TsSaveChoiceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-save-choice.ui");
  gtk_widget_class_bind_template_child (widget_class, TsSaveChoice, format_row);
  gtk_widget_class_bind_template_child (widget_class, TsSaveChoice, range_row);
}

static void
ts_save_choice_init (TsSaveChoice *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < TS_SAVE_N_FORMATS; i++)
    gtk_string_list_append (titles, _ (ts_save_format_get ((TsSaveFormat) i)->title));
  adw_combo_row_set_model (self->format_row, G_LIST_MODEL (titles));
}

/**
 * ts_save_choice_new:
 * @format: the format to begin with
 * @is_whole: whether to begin with all there is
 *
 * Returns: (transfer floating): the rows
 */
GtkWidget *
ts_save_choice_new (TsSaveFormat format,
                    gboolean is_whole)
{
  TsSaveChoice *self = g_object_new (TS_TYPE_SAVE_CHOICE, NULL);

  adw_combo_row_set_selected (self->format_row, format);
  adw_combo_row_set_selected (self->range_row, is_whole ? RANGE_WHOLE : RANGE_IN_VIEW);
  return GTK_WIDGET (self);
}

/**
 * ts_save_choice_get_format:
 * @self: the rows
 *
 * Returns: the format that is chosen
 */
TsSaveFormat
ts_save_choice_get_format (TsSaveChoice *self)
{
  return (TsSaveFormat) adw_combo_row_get_selected (self->format_row);
}

/**
 * ts_save_choice_is_whole:
 * @self: the rows
 *
 * Returns: whether all there is is chosen, and not what is in view
 */
gboolean
ts_save_choice_is_whole (TsSaveChoice *self)
{
  return adw_combo_row_get_selected (self->range_row) == RANGE_WHOLE;
}
