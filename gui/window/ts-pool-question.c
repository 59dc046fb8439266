/* Asks whether to use the public pool.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-pool-question.h"

#include <glib/gi18n.h>

#include "parts/ts-dialog.h"

typedef struct
{
  GSettings *settings;
  char *address;
} Question;

static void
free_question (gpointer data,
               GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->settings);
  g_free (question->address);
  g_free (question);
}

static void
did_respond (AdwMessageDialog *dialog,
             const char *response,
             gpointer data)
{
  const Question *question = data;

  if (!g_str_equal (response, "use"))
    return;
  g_settings_set_boolean (question->settings, "pool-allowed", TRUE);
  gtk_widget_activate_action (GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (dialog))), "win.measure-source", "s",
                              question->address);
}

/**
 * ts_pool_question_ask:
 * @parent: a window with the action `win.measure-source`
 * @settings: the application's, which keep that the user has agreed
 * @address: of the pool, as a person types it
 *
 * Asks in a dialog. If the user agrees, it measures @address and is not shown again.
 */
void
ts_pool_question_ask (GtkWindow *parent,
                      GSettings *settings,
                      const char *address)
{
  AdwMessageDialog *dialog = ts_dialog_new (
    parent, _("Use the Public Pool?"),
    _("The servers of pool.ntp.org are run by volunteers, for everybody. One of them is asked for the time while Time Sync "
      "is open. Whoever runs it sees the address of this computer."));
  Question *question = g_new (Question, 1);

  *question = (Question) { g_object_ref (settings), g_strdup (address) };
  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "use", _("_Use Pool"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "use", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "use");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (did_respond), question, free_question, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
