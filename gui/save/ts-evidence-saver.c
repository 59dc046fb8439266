/* Asks where to save evidence of a server, makes it, and says by which key it is sealed.
 *
 * The server then learns what this computer's clock says, so the user is told before. A key is remembered when a server
 * seals for the first time, and another one later is a reason to stop and think.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-evidence-saver.h"

#include <glib/gi18n.h>
#include <string.h>

#include "evidence/ts-evidence-run.h"
#include "parts/ts-dialog.h"
#include "seal/ts-seal-key.h"
#include "servers/ts-known-keys.h"
#include "words/ts-isolate.h"
#include "words/ts-words.h"

struct _TsEvidenceSaver
{
  GObject parent_instance;

  GtkWindow *window; /* (nullable): %NULL once it is closed */
  GSettings *settings;
  TsMonitor *monitor; /* (nullable): while the user is asked, or evidence is made */
  GtkFileChooserNative *chooser;
  GCancellable *cancellable; /* (nullable): while evidence is made */
};

G_DEFINE_FINAL_TYPE (TsEvidenceSaver, ts_evidence_saver, G_TYPE_OBJECT)

static char *
get_server (TsEvidenceSaver *self)
{
  return ts_address_to_string (ts_probe_get_target (ts_monitor_get_probe (self->monitor)));
}

static AdwMessageDialog *
show_dialog (TsEvidenceSaver *self,
             const char *heading,
             const char *body)
{
  AdwMessageDialog *dialog = ts_dialog_new (self->window, heading, body);

  adw_message_dialog_add_response (dialog, "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
  return dialog;
}

/* What the user decides about a key that has changed. */
typedef struct
{
  GSettings *settings;
  char *server;
  guint8 key[TS_SEAL_KEY_SIZE];
} Decision;

static void
decision_free (gpointer data,
               GClosure *closure)
{
  Decision *decision = data;

  g_object_unref (decision->settings);
  g_free (decision->server);
  g_free (decision);
}

static void
did_decide (AdwMessageDialog *dialog,
            const char *response,
            gpointer user_data)
{
  Decision *decision = user_data;

  if (g_str_equal (response, "remember"))
    ts_known_keys_remember (decision->settings, decision->server, decision->key);
}

static void
warn_of_change (TsEvidenceSaver *self,
                const guint8 before[TS_SEAL_KEY_SIZE],
                const guint8 key[TS_SEAL_KEY_SIZE])
{
  Decision *decision = g_new0 (Decision, 1);
  g_autofree char *name = ts_isolate_name (ts_monitor_get_name (self->monitor));
  g_autofree char *old_fingerprint = ts_words_key (before);
  g_autofree char *fingerprint = ts_words_key (key);
  /* Translators: the name of a server. */
  g_autofree char *heading = g_strdup_printf (_("The Key of %s Has Changed"), name);
  g_autofree char *body =
    g_strdup_printf (_("The evidence was saved, but it is sealed by the key %s. Before, the key was %s. Somebody else may "
                       "be answering. Ask the server’s operator before you remember the new key."),
                     fingerprint, old_fingerprint);
  AdwMessageDialog *dialog = show_dialog (self, heading, body);

  decision->settings = g_object_ref (self->settings);
  decision->server = get_server (self);
  memcpy (decision->key, key, sizeof decision->key);
  adw_message_dialog_add_response (dialog, "remember", _("_Remember New Key"));
  adw_message_dialog_set_response_appearance (dialog, "remember", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "close");
  adw_message_dialog_set_close_response (dialog, "close");
  g_signal_connect_data (dialog, "response", G_CALLBACK (did_decide), decision, decision_free, 0);
}

/* The key that has sealed something, if one has. */
static const TsEvidenceClaim *
find_sealed (const TsEvidenceReport *report)
{
  for (guint i = 0; i < report->claims->len; i++)
    {
      const TsEvidenceClaim *claim = report->claims->pdata[i];

      if (claim->has_key && claim->n_exchanges > 0)
        return claim;
    }
  return NULL;
}

static void
tell_saved (TsEvidenceSaver *self,
            const TsEvidenceReport *report)
{
  const TsEvidenceClaim *claim = report->findings->len == 0 ? find_sealed (report) : NULL;
  g_autofree char *server = get_server (self);
  g_autofree char *fingerprint = NULL;
  g_autofree char *body = NULL;
  guint8 before[TS_SEAL_KEY_SIZE];

  if (claim == NULL)
    {
      show_dialog (self, _("Evidence Saved"),
                   _("The server does not seal what it says, so this evidence is this computer’s word alone."));
      return;
    }
  fingerprint = ts_words_key (claim->key);
  switch (ts_known_keys_meet (self->settings, server, claim->key, before))
    {
    case TS_KNOWN_KEY_CHANGED:
      warn_of_change (self, before, claim->key);
      return;
    case TS_KNOWN_KEY_NEW:
      body = g_strdup_printf (_("It is sealed by the key %s, which is remembered for this server from now on. Compare it "
                                "with what the server’s operator says."), fingerprint);
      break;
    case TS_KNOWN_KEY_SAME:
    default:
      body = g_strdup_printf (_("It is sealed by the key %s, as before."), fingerprint);
    }
  show_dialog (self, _("Evidence Saved"), body);
}

static void
did_run (GObject *source,
         GAsyncResult *result,
         gpointer user_data)
{
  g_autoptr (TsEvidenceSaver) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TsEvidenceReport) report = ts_evidence_run_finish (result, &error);

  g_clear_object (&self->cancellable);
  if (self->window != NULL && report != NULL)
    tell_saved (self, report);
  else if (self->window != NULL)
    show_dialog (self, _("Evidence Could Not Be Saved"), error->message);
  g_clear_object (&self->monitor);
}

/**
 * ts_evidence_saver_save:
 * @self: a saver that is not busy
 * @monitor: the server
 * @file: where to
 *
 * Measures the server several times for the sake of evidence. A dialog says what came of it.
 */
void
ts_evidence_saver_save (TsEvidenceSaver *self,
                        TsMonitor *monitor,
                        GFile *file)
{
  g_autofree char *path = g_file_get_path (file);

  g_return_if_fail (self->window != NULL && self->cancellable == NULL);

  g_set_object (&self->monitor, monitor);
  self->cancellable = g_cancellable_new ();
  ts_evidence_run_async (ts_probe_get_target (ts_monitor_get_probe (monitor)), ts_monitor_get_clock (monitor), "timesync",
                         path, self->cancellable, did_run, g_object_ref (self));
}

static void
did_choose_file (GtkNativeDialog *dialog,
                 int response,
                 gpointer user_data)
{
  TsEvidenceSaver *self = user_data;
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (TsMonitor) monitor = g_steal_pointer (&self->monitor);
  g_autoptr (GFile) file = NULL;

  g_signal_handlers_disconnect_by_data (chooser, self);
  if (response == GTK_RESPONSE_ACCEPT && (file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser))) != NULL)
    ts_evidence_saver_save (self, monitor, file);
}

static void
choose_file (TsEvidenceSaver *self)
{
  /* Translators: the name of a file, without its extension; %s is the name of a server. */
  g_autofree char *title = g_strdup_printf (_("Evidence of %s"), ts_monitor_get_name (self->monitor));
  g_autofree char *name = g_strconcat (g_strdelimit (title, "/\\", '-'), ".json", NULL);

  self->chooser = gtk_file_chooser_native_new (_("Save Evidence"), self->window, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (did_choose_file), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
did_confirm (AdwMessageDialog *dialog,
             const char *response,
             gpointer user_data)
{
  TsEvidenceSaver *self = user_data;

  if (g_str_equal (response, "save") && self->window != NULL)
    choose_file (self);
  else
    g_clear_object (&self->monitor);
}

/**
 * ts_evidence_saver_ask:
 * @self: a saver
 * @monitor: the server
 *
 * Says what it is about, asks where to save it, and makes it. Does nothing while it is asking or saving already.
 */
void
ts_evidence_saver_ask (TsEvidenceSaver *self,
                       TsMonitor *monitor)
{
  AdwMessageDialog *dialog;

  if (self->window == NULL || self->monitor != NULL)
    return;
  self->monitor = g_object_ref (monitor);
  dialog = ts_dialog_new (
    self->window, _("Save Evidence"),
    _("The server is asked a few times, and to seal what was said, so that others can check it. "
      "It then learns what this computer’s clock says."));
  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "save", _("_Save…"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "save");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (did_confirm), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * ts_evidence_saver_close:
 * @self: a saver
 *
 * Ends all questions, and cancels what it is making. To be called before the window is destroyed.
 */
void
ts_evidence_saver_close (TsEvidenceSaver *self)
{
  self->window = NULL;
  g_cancellable_cancel (self->cancellable);
  if (self->chooser != NULL)
    g_signal_handlers_disconnect_by_data (self->chooser, self);
  g_clear_object (&self->chooser);
  if (self->cancellable == NULL)
    g_clear_object (&self->monitor);
}

static void
ts_evidence_saver_dispose (GObject *object)
{
  TsEvidenceSaver *self = TS_EVIDENCE_SAVER (object);

  ts_evidence_saver_close (self);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ts_evidence_saver_parent_class)->dispose (object);
}

static void
ts_evidence_saver_class_init (TsEvidenceSaverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ts_evidence_saver_dispose;
}

static void
ts_evidence_saver_init (TsEvidenceSaver *self)
{
}

/**
 * ts_evidence_saver_new:
 * @window: a window, which must live until ts_evidence_saver_close()
 * @settings: the app's, where keys are remembered
 *
 * Returns: (transfer full): a saver
 */
TsEvidenceSaver *
ts_evidence_saver_new (GtkWindow *window,
                       GSettings *settings)
{
  TsEvidenceSaver *self = g_object_new (TS_TYPE_EVIDENCE_SAVER, NULL);

  self->window = window;
  self->settings = g_object_ref (settings);
  return self;
}
