/* Shows how much of a file is written, if that takes longer than a moment.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-progress.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "parts/ts-dialog.h"

#define MOMENT_MS 300

struct _TsSaveProgress
{
  GtkWindow *parent;
  char *name;
  GCancellable *cancellable;
  double done;
  guint moment_id;
  GtkWidget *dialog; /* (nullable): while it is shown */
  GtkWidget *bar;    /* in it */
};

static void
show (gpointer user_data)
{
  TsSaveProgress *self = user_data;
  /* Translators: the name of a file. */
  g_autofree char *heading = g_strdup_printf (_("Saving “%s”"), self->name);

  self->moment_id = 0;
  g_set_weak_pointer (&self->dialog, GTK_WIDGET (ts_dialog_new (self->parent, heading, NULL)));
  self->bar = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Progress"), -1);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), self->done);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (self->dialog), self->bar);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (self->dialog), "cancel", _("_Cancel"));
  g_signal_connect_object (self->dialog, "response", G_CALLBACK (g_cancellable_cancel), self->cancellable,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (self->dialog));
}

/**
 * ts_save_progress_new:
 * @parent: a window, which must outlive the progress
 * @name: the file's
 * @cancellable: cancelled when the user says so
 *
 * Opens a dialog in a moment, unless it is freed before.
 *
 * Returns: (transfer full): the progress, nothing done yet
 */
TsSaveProgress *
ts_save_progress_new (GtkWindow *parent,
                      const char *name,
                      GCancellable *cancellable)
{
  TsSaveProgress *self = g_new0 (TsSaveProgress, 1);

  self->parent = parent;
  self->name = g_strdup (name);
  self->cancellable = g_object_ref (cancellable);
  self->moment_id = g_timeout_add_once (MOMENT_MS, show, self);
  return self;
}

/**
 * ts_save_progress_free:
 * @self: (transfer full): a progress
 *
 * Closes its dialog, if there is one.
 */
void
ts_save_progress_free (TsSaveProgress *self)
{
  g_clear_handle_id (&self->moment_id, g_source_remove);
  if (self->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (self->dialog));
  g_clear_weak_pointer (&self->dialog);
  g_clear_object (&self->cancellable);
  g_free (self->name);
  g_free (self);
}

/**
 * ts_save_progress_set_done:
 * @self: a progress
 * @done: which part of the file is written, from 0 to 1
 */
void
ts_save_progress_set_done (TsSaveProgress *self,
                           double done)
{
  self->done = done;
  if (self->dialog != NULL)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), done);
}
