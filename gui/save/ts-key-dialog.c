/* Shows by which key a server seals what it says.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-key-dialog.h"

#include <glib/gi18n.h>

#include "parts/ts-dialog.h"
#include "seal/ts-seal-key.h"
#include "servers/ts-known-keys.h"
#include "words/ts-isolate.h"
#include "words/ts-words.h"

static void
did_respond (AdwMessageDialog *dialog,
             const char *response,
             gpointer monitor)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.timesync.TimeSync");
  g_autofree char *address = ts_monitor_get_address (monitor);
  guint8 key[TS_SEAL_KEY_SIZE];

  if (g_str_equal (response, "remember") && ts_known_keys_get_changed (settings, address, key))
    ts_known_keys_remember (settings, address, key);
}

/* Returns: (transfer full): what is known of its key */
static char *
describe (GSettings *settings,
          const char *address,
          gboolean *is_changed)
{
  guint8 known[TS_SEAL_KEY_SIZE], changed[TS_SEAL_KEY_SIZE];
  g_autofree char *fingerprint = NULL;
  g_autofree char *other = NULL;

  *is_changed = FALSE;
  if (!ts_known_keys_get (settings, address, known))
    return g_strdup (_("No key of this server is known. If the server seals what it says, its key becomes known when you save "
                       "evidence."));
  fingerprint = ts_words_key (known);
  *is_changed = ts_known_keys_get_changed (settings, address, changed);
  if (!*is_changed)
    return g_strdup_printf (_("This server seals what it says by the key %s. Compare it with what the server’s operator says."),
                            fingerprint);
  other = ts_words_key (changed);
  return g_strdup_printf (_("The last evidence is sealed by the key %s. Before, the key was %s. Somebody else may be answering. "
                            "Ask the server’s operator before you remember the new key."),
                          other, fingerprint);
}

/**
 * ts_key_dialog_show:
 * @parent: a window
 * @settings: the app's
 * @monitor: a server
 *
 * Shows the fingerprint of the server's key. If the key has changed, the user can decide to remember the new one.
 */
void
ts_key_dialog_show (GtkWindow *parent,
                    GSettings *settings,
                    TsMonitor *monitor)
{
  g_autofree char *address = ts_monitor_get_address (monitor);
  g_autofree char *name = ts_isolate_name (ts_monitor_get_name (monitor));
  /* Translators: the name of a server. */
  g_autofree char *heading = g_strdup_printf (_("Key of %s"), name);
  gboolean is_changed;
  g_autofree char *body = describe (settings, address, &is_changed);
  AdwMessageDialog *dialog = ts_dialog_new (parent, heading, body);

  adw_message_dialog_add_response (dialog, "close", _("_Close"));
  if (is_changed)
    {
      adw_message_dialog_add_response (dialog, "remember", _("_Remember New Key"));
      adw_message_dialog_set_response_appearance (dialog, "remember", ADW_RESPONSE_DESTRUCTIVE);
    }
  adw_message_dialog_set_default_response (dialog, "close");
  adw_message_dialog_set_close_response (dialog, "close");
  g_signal_connect_object (dialog, "response", G_CALLBACK (did_respond), monitor, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
