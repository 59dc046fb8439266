/* Asks what of a server's measurements to save and where to, and saves it.
 *
 * The format is asked for in a dialog of its own before the desktop's file chooser opens, because a portal cannot
 * change the extension of the name when another format is chosen in it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-saver.h"

#include <glib/gi18n.h>

#include "parts/ts-dialog.h"
#include "save/ts-save-picture.h"
#include "save/ts-save-words.h"
#include "save/ts-save-choice.h"
#include "save/ts-save-progress.h"
#include "save/ts-save-file.h"
#include "words/ts-format.h"
#include "words/ts-isolate.h"

struct _TsSaver
{
  GObject parent_instance;

  GtkWindow *window; /* (nullable): %NULL once it is closed; then the next two are not used either */
  AdwToastOverlay *toasts;
  TsChart *chart;

  /* What was chosen last; the folder until the window is closed. */
  GSettings *settings;
  TsSaveFormat format;
  gboolean is_whole;
  GFile *folder;

  /* While the user is asked. */
  TsSaveSource *source; /* (nullable) */
  TsChartSpan span;     /* what was in view when it was asked */
  GtkFileChooserNative *chooser;

  /* What is being saved. */
  GCancellable *cancellable; /* (nullable): while there is something */
  TsSaveRows *rows;
  GBytes *picture;
  TsSaveProgress *progress;
  GApplication *application; /* it must not end before */
};

G_DEFINE_FINAL_TYPE (TsSaver, ts_saver, G_TYPE_OBJECT)

static gboolean
next_part (gpointer source,
           GString *part)
{
  TsSaver *self = source;
  gboolean is_any;

  if (self->rows == NULL)
    {
      g_autoptr (GBytes) picture = g_steal_pointer (&self->picture);

      if (picture != NULL)
        g_string_append_len (part, g_bytes_get_data (picture, NULL), (gssize) g_bytes_get_size (picture));
      return picture != NULL;
    }
  is_any = ts_save_rows_next (self->rows, part);
  if (self->progress != NULL)
    ts_save_progress_set_done (self->progress, ts_save_rows_get_done (self->rows));
  return is_any;
}

/* What is being opened. */
typedef struct
{
  TsSaver *saver;
  char *name;
} Opening;

/* Returns: (transfer full): the name of @file for people */
static char *
get_shown_name (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return g_filename_display_name (name);
}

static void
tell (TsSaver *self,
      const char *heading,
      const char *body)
{
  AdwMessageDialog *dialog = ts_dialog_new (self->window, heading, body);

  adw_message_dialog_add_response (dialog, "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
did_open (GObject *window,
          GAsyncResult *result,
          gpointer user_data)
{
  Opening *opening = user_data;
  g_autoptr (TsSaver) self = opening->saver;
  g_autofree char *name = opening->name;
  /* Translators: the name of a file. */
  g_autofree char *heading = g_strdup_printf (_("“%s” could not be opened"), name);
  g_autoptr (GError) error = NULL;

  g_free (opening);
  if (!gtk_show_uri_full_finish (GTK_WINDOW (window), result, &error) && self->window != NULL &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell (self, heading, error->message);
}

/* By whatever program the user has for it, if there is one. */
static void
open_file (AdwToast *toast,
           gpointer user_data)
{
  GFile *file = g_object_get_data (G_OBJECT (toast), "file");
  g_autofree char *uri = g_file_get_uri (file);
  TsSaver *self = user_data;
  Opening *opening;

  if (self->window == NULL)
    return;
  opening = g_new (Opening, 1);
  *opening = (Opening) { g_object_ref (self), get_shown_name (file) };
  gtk_show_uri_full (self->window, uri, GDK_CURRENT_TIME, NULL, did_open, opening);
}

/* In a dialog, because it is too long for a toast. */
static void
tell_thinned (TsSaver *self,
              const char *name,
              const TsSaveThinned *thinned)
{
  /* Translators: the name of a file. */
  g_autofree char *heading = g_strdup_printf (_("Saved “%s”"), name);
  g_autoptr (GString) body = g_string_new (NULL);

  if (thinned->n_exchanges > 0)
    {
      g_autofree char *begin = ts_format_instant (thinned->begin_ns, 0, 0);
      g_autofree char *end = ts_format_instant (thinned->end_ns, 0, 0);
      g_autofree char *count = ts_format_count ((guint64) thinned->n_exchanges);

      /* Translators: two instants, and a number of exchanges. */
      g_string_append_printf (body, _("It lacks the exchanges from %1$s to %2$s, which are no longer kept (%3$s)."),
                              begin, end, count);
    }
  if (thinned->partial_ns != 0)
    {
      g_autofree char *begin = ts_format_instant (thinned->partial_ns, 0, 0);

      g_string_append (body, body->len > 0 ? "\n\n" : "");
      /* Translators: an instant. */
      g_string_append_printf (body, _("Its estimates from %s on do without earlier exchanges, which are no longer kept or cannot "
                                      "be read."), begin);
    }
  tell (self, heading, body->str);
}

static void
tell_saved (TsSaver *self,
            GFile *file,
            const TsSaveThinned *thinned)
{
  AdwToast *toast;
  g_autofree char *name = get_shown_name (file);
  /* Translators: the name of a file. */
  g_autofree char *title = g_markup_printf_escaped (_("Saved “%s”"), name);

  toast = adw_toast_new (title);
  adw_toast_set_button_label (toast, _("_Open"));
  g_object_set_data_full (G_OBJECT (toast), "file", g_object_ref (file), g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (open_file), self, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
  if (thinned->n_exchanges > 0 || thinned->partial_ns != 0)
    tell_thinned (self, name, thinned);
}

static void
tell_not_saved (TsSaver *self,
                GFile *file,
                const GError *error)
{
  g_autofree char *name = get_shown_name (file);
  /* Translators: the name of a file. */
  g_autofree char *heading = g_strdup_printf (_("“%s” could not be saved"), name);

  tell (self, heading, error->message);
}

static void
did_save (GObject *file,
          GAsyncResult *result,
          gpointer user_data)
{
  g_autoptr (TsSaver) self = user_data;
  g_autoptr (GError) error = NULL;
  TsSaveThinned thinned = { 0 };
  gboolean is_saved = g_async_result_is_tagged (result, ts_save_past_async)
                        ? ts_save_past_finish (G_FILE (file), result, &thinned, &error)
                        : ts_save_file_finish (G_FILE (file), result, &error);

  g_clear_pointer (&self->progress, ts_save_progress_free);
  g_clear_pointer (&self->rows, ts_save_rows_free);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_clear_object (&self->cancellable);
  if (self->application != NULL)
    g_application_release (self->application);
  g_clear_object (&self->application);

  if (self->window == NULL)
    return;
  if (is_saved)
    tell_saved (self, G_FILE (file), &thinned);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_not_saved (self, G_FILE (file), error);
}

static TsChartModel *
get_model (TsSaver *self)
{
  return ts_chart_widget_get_model (TS_CHART_WIDGET (self->chart));
}

static void
tell_done (double done,
           gpointer user_data)
{
  TsSaver *self = user_data;

  if (self->progress != NULL)
    ts_save_progress_set_done (self->progress, done);
}

static GBytes *
make_picture (TsSaver *self,
              const TsSaveSource *source,
              TsSaveFormat format,
              const TsChartSpan *span)
{
  g_autoptr (TsChartModel) model = ts_save_source_make_model (source, get_model (self), span);

  return ts_save_picture_new (format, model, GTK_WIDGET (self->chart));
}

/**
 * ts_saver_save:
 * @self: a saver that is not busy
 * @source: what to save
 * @format: in which format
 * @span: (nullable): which part of it; %NULL: all there is
 * @file: where to
 *
 * Saves what there is at this moment. A toast tells when it is done, a dialog why it could not be.
 */
void
ts_saver_save (TsSaver *self,
               const TsSaveSource *source,
               TsSaveFormat format,
               const TsChartSpan *span,
               GFile *file)
{
  g_autofree char *shown = get_shown_name (file);
  gboolean is_picture = ts_save_format_get (format)->is_picture;
  GtkApplication *application;
  TsSavePast past;

  g_return_if_fail (self->window != NULL && self->cancellable == NULL);

  self->cancellable = g_cancellable_new ();
  self->progress = ts_save_progress_new (self->window, shown, self->cancellable);
  application = gtk_window_get_application (self->window);
  if (application != NULL)
    {
      self->application = G_APPLICATION (g_object_ref (application));
      g_application_hold (self->application);
    }
  if (!is_picture && ts_save_source_init_past (source, format, span, &past))
    {
      ts_save_past_async (file, &past, tell_done, self->cancellable, did_save, g_object_ref (self));
      return;
    }
  if (is_picture)
    self->picture = make_picture (self, source, format, span);
  else
    self->rows = ts_save_source_make_rows (source, format, span);
  ts_save_file_async (file, next_part, g_object_ref (self), g_object_unref, self->cancellable, did_save,
                      g_object_ref (self));
}

/* What is in view now; if the page shows another server by now, what was in view when it was asked. */
static const TsChartSpan *
get_span_in_view (TsSaver *self,
                  const TsSaveSource *source)
{
  if (ts_save_source_is_shown (source, get_model (self)))
    self->span = ts_chart_model_get_series (get_model (self))->span;
  return &self->span;
}

static void
did_choose_file (GtkNativeDialog *dialog,
                 int response,
                 gpointer user_data)
{
  TsSaver *self = user_data;
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (TsSaveSource) source = g_steal_pointer (&self->source);
  g_autoptr (GFile) file = NULL;
  g_autofree char *name = NULL;

  g_signal_handlers_disconnect_by_data (chooser, self);
  file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  if (file == NULL)
    return;
  g_clear_object (&self->folder);
  self->folder = g_file_get_parent (file);
  name = g_file_get_basename (file);
  ts_saver_save (self, source, ts_save_format_for_name (name, self->format),
                 self->is_whole ? NULL : get_span_in_view (self, source), file);
}

static GtkFileFilter *
make_filter (TsSaveFormat format)
{
  const TsSaveFormatInfo *info = ts_save_format_get (format);
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ (info->title));
  gtk_file_filter_add_suffix (filter, info->extension);
  gtk_file_filter_add_mime_type (filter, info->mime_type);
  return filter;
}

static void
choose_file (TsSaver *self)
{
  g_autofree char *name = ts_save_file_name (ts_save_source_get_name (self->source),
                                             ts_save_source_get_now_ns (self->source), self->format);
  g_autoptr (GtkFileFilter) filter = make_filter (self->format);
  GtkFileChooser *chooser;

  self->chooser = gtk_file_chooser_native_new (_("Save"), self->window, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  chooser = GTK_FILE_CHOOSER (self->chooser);
  gtk_file_chooser_add_filter (chooser, filter);
  gtk_file_chooser_set_current_name (chooser, name);
  gtk_file_chooser_set_current_folder (chooser, self->folder, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (did_choose_file), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
did_choose (AdwMessageDialog *dialog,
            const char *response,
            gpointer user_data)
{
  TsSaver *self = user_data;
  TsSaveChoice *choice = TS_SAVE_CHOICE (adw_message_dialog_get_extra_child (dialog));

  if (!g_str_equal (response, "save") || self->window == NULL)
    {
      g_clear_pointer (&self->source, ts_save_source_free);
      return;
    }
  self->format = ts_save_choice_get_format (choice);
  self->is_whole = ts_save_choice_is_whole (choice);
  g_settings_set_string (self->settings, "save-format", ts_save_format_get (self->format)->extension);
  g_settings_set_boolean (self->settings, "save-whole", self->is_whole);
  choose_file (self);
}

/**
 * ts_saver_ask:
 * @self: a saver
 * @source: (transfer full): what to save
 *
 * Asks what to save of it and where to, and saves it. Does nothing while it is asking or saving already.
 */
void
ts_saver_ask (TsSaver *self,
              TsSaveSource *source)
{
  g_autofree char *name = ts_isolate_name (ts_save_source_get_name (source));
  AdwMessageDialog *dialog;

  if (self->window == NULL || self->source != NULL || self->cancellable != NULL)
    {
      ts_save_source_free (source);
      return;
    }
  self->source = source;
  self->span = ts_chart_model_get_series (get_model (self))->span;
  dialog = ts_dialog_new (self->window, _("Save"), name);
  adw_message_dialog_set_extra_child (dialog, ts_save_choice_new (self->format, self->is_whole));
  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "save", _("_Save…"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "save");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (did_choose), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  /* Then Enter repeats what was done last. */
  gtk_widget_grab_focus (gtk_window_get_default_widget (GTK_WINDOW (dialog)));
}

/**
 * ts_saver_close:
 * @self: a saver
 *
 * Ends all questions, and cancels what it is saving. To be called before the window is destroyed.
 */
void
ts_saver_close (TsSaver *self)
{
  self->window = NULL;
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->progress, ts_save_progress_free);
  if (self->chooser != NULL)
    g_signal_handlers_disconnect_by_data (self->chooser, self);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->source, ts_save_source_free);
}

/**
 * ts_saver_is_busy:
 * @self: a saver
 *
 * Returns: whether it is saving something
 */
gboolean
ts_saver_is_busy (TsSaver *self)
{
  return self->cancellable != NULL;
}

static void
ts_saver_dispose (GObject *object)
{
  TsSaver *self = TS_SAVER (object);

  ts_saver_close (self);
  g_clear_object (&self->folder);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ts_saver_parent_class)->dispose (object);
}

static void
ts_saver_class_init (TsSaverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ts_saver_dispose;
}

static void
ts_saver_init (TsSaver *self)
{
  const char *documents = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);

  g_autofree char *format = NULL;
  g_autofree char *name = NULL;

  self->folder = g_file_new_for_path (documents != NULL ? documents : g_get_home_dir ());
  self->settings = g_settings_new ("org.timesync.TimeSync");
  format = g_settings_get_string (self->settings, "save-format");
  name = g_strconcat (".", format, NULL);
  self->format = ts_save_format_for_name (name, TS_SAVE_CSV);
  self->is_whole = g_settings_get_boolean (self->settings, "save-whole");
}

/**
 * ts_saver_new:
 * @window: a window
 * @toasts: its toasts
 * @chart: its timeline; this and the rest must live until ts_saver_close()
 *
 * Returns: (transfer full): a saver
 */
TsSaver *
ts_saver_new (GtkWindow *window,
              AdwToastOverlay *toasts,
              TsChart *chart)
{
  TsSaver *self = g_object_new (TS_TYPE_SAVER, NULL);

  self->window = window;
  self->toasts = toasts;
  self->chart = chart;
  return self;
}
