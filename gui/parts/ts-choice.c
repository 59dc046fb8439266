/* A row from whose list one is chosen.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-choice.h"

static void
set_up (GtkSignalListItemFactory *factory,
        GtkListItem *item,
        gpointer unused)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_RIGHT);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_list_item_set_child (item, label);
}

static void
show (GtkSignalListItemFactory *factory,
      GtkListItem *item,
      gpointer unused)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

/**
 * ts_choice_show_whole:
 * @row: a row whose model has strings
 *
 * Lets what is chosen wrap, because the row would otherwise cut it off where there is little room. The list that it opens
 * stays as it is.
 */
void
ts_choice_show_whole (AdwComboRow *row)
{
  g_autoptr (GtkListItemFactory) of_chosen = gtk_signal_list_item_factory_new ();

  g_signal_connect (of_chosen, "setup", G_CALLBACK (set_up), NULL);
  g_signal_connect (of_chosen, "bind", G_CALLBACK (show), NULL);
  adw_combo_row_set_list_factory (row, adw_combo_row_get_factory (row));
  adw_combo_row_set_factory (row, of_chosen);
}
