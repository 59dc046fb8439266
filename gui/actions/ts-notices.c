/* What the window tells in passing: toasts, and the undo that some of them offer.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "actions/ts-notices.h"

#include <glib/gi18n.h>

#include "words/ts-format.h"
#include "words/ts-isolate.h"
#include "words/ts-words.h"

/* The menu and Ctrl+Z undo a removal later, too. */
#define UNDO_TIMEOUT_US    (10 * G_USEC_PER_SEC)
#define TOAST_ANIMATION_US (G_USEC_PER_SEC * 6 / 10)
#define MAX_NAME_CHARS     32

struct _TsNotices
{
  AdwToastOverlay *overlay; /* not ours */
  AdwToast *removal;        /* (nullable): while it offers to undo the last removal */
  gint64 shown_us;          /* when it was first shown */
  guint dismissal_id;
  char *told_problem; /* (nullable) */
};

/**
 * ts_notices_new:
 * @overlay: where to show toasts; it must outlive what is returned
 *
 * Returns: (transfer full): notices, to be freed with ts_notices_free()
 */
TsNotices *
ts_notices_new (AdwToastOverlay *overlay)
{
  TsNotices *self = g_new0 (TsNotices, 1);

  self->overlay = overlay;
  return self;
}

static void
forget_removal (TsNotices *self)
{
  g_clear_handle_id (&self->dismissal_id, g_source_remove);
  g_clear_object (&self->removal);
}

/**
 * ts_notices_free:
 * @self: (transfer full): notices
 *
 * Frees them. A toast that is still shown goes with its overlay.
 */
void
ts_notices_free (TsNotices *self)
{
  if (self->removal != NULL)
    g_signal_handlers_disconnect_by_data (self->removal, self);
  forget_removal (self);
  g_free (self->told_problem);
  g_free (self);
}

/* Returns: (transfer full): a toast with a button that undoes what it tells */
static AdwToast *
make_offer (const char *title,
            const char *undo_action)
{
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, undo_action);
  return toast;
}

/* Returns: (transfer full): the server's name as markup, short enough for a toast */
static char *
get_name_markup (TsMonitor *monitor)
{
  g_autofree char *shortened = ts_words_shorten (ts_monitor_get_name (monitor), MAX_NAME_CHARS);
  g_autofree char *name = ts_isolate_name (shortened);

  return g_markup_escape_text (name, -1);
}

/**
 * ts_notices_tell:
 * @self: notices
 * @text: plain text, not markup
 */
void
ts_notices_tell (TsNotices *self,
                 const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->overlay, adw_toast_new (markup));
}

/**
 * ts_notices_tell_problem:
 * @self: notices
 * @problem: (nullable): what is wrong now; %NULL: nothing is
 *
 * Tells a problem that differs from the one before, also on standard error, because a toast goes away.
 */
void
ts_notices_tell_problem (TsNotices *self,
                         const char *problem)
{
  if (g_strcmp0 (problem, self->told_problem) == 0)
    return;
  g_free (self->told_problem);
  self->told_problem = g_strdup (problem);
  if (problem == NULL)
    return;
  g_printerr ("timesync: %s\n", problem);
  ts_notices_tell (self, problem);
}

/**
 * ts_notices_tell_listed:
 * @self: notices
 * @monitor: a server that the user wanted to add and that is in the list already
 */
void
ts_notices_tell_listed (TsNotices *self,
                        TsMonitor *monitor)
{
  g_autofree char *name = get_name_markup (monitor);
  /* Translators: the name of a server that the user wants to add. */
  g_autofree char *title = g_strdup_printf (_("%s is listed already"), name);

  adw_toast_overlay_add_toast (self->overlay, adw_toast_new (title));
}

/**
 * ts_notices_offer_history:
 * @self: notices
 * @monitor: a server whose history is deleted
 *
 * Offers to undo that by the action `win.undelete-history`.
 */
void
ts_notices_offer_history (TsNotices *self,
                          TsMonitor *monitor)
{
  g_autofree char *name = get_name_markup (monitor);
  /* Translators: the name of a server. */
  g_autofree char *title = g_strdup_printf (_("Deleted the history of %s"), name);

  adw_toast_overlay_add_toast (self->overlay, make_offer (title, "win.undelete-history"));
}

static gboolean
dismiss (gpointer user_data)
{
  TsNotices *self = user_data;

  self->dismissal_id = 0;
  adw_toast_dismiss (self->removal);
  return G_SOURCE_REMOVE;
}

static void
dismiss_after (TsNotices *self,
               gint64 delay_us)
{
  g_clear_handle_id (&self->dismissal_id, g_source_remove);
  self->dismissal_id = g_timeout_add ((guint) (MAX (delay_us, 0) / 1000), dismiss, self);
}

/* Returns: (transfer full): what the toast says of the removal of @removed */
static char *
describe_removal (GPtrArray *removed)
{
  g_autofree char *number = ts_format_count (removed->len);
  g_autofree char *name = get_name_markup (removed->pdata[0]);

  if (removed->len > 1)
    return g_strdup_printf (ngettext ("Removed %s server", "Removed %s servers", removed->len), number);
  /* Translators: the name of a server. */
  return g_strdup_printf (_("Removed %s"), name);
}

/**
 * ts_notices_offer_removed:
 * @self: notices
 * @removed: (element-type TsMonitor): the servers that are removed, at least one
 *
 * Offers to undo that by the action `win.undo`. There is one toast for all removals, which names the last: libadwaita
 * 1.2 crashes when a toast is dismissed while it still moves in, which it would do when one replaced another in a hurry.
 */
void
ts_notices_offer_removed (TsNotices *self,
                          GPtrArray *removed)
{
  g_autofree char *title = describe_removal (removed);

  if (self->removal == NULL)
    {
      self->removal = make_offer (title, "win.undo");
      self->shown_us = g_get_monotonic_time ();
      adw_toast_set_priority (self->removal, ADW_TOAST_PRIORITY_HIGH);
      adw_toast_set_timeout (self->removal, 0);
      g_signal_connect_swapped (self->removal, "dismissed", G_CALLBACK (forget_removal), self);
      adw_toast_overlay_add_toast (self->overlay, g_object_ref (self->removal));
    }
  adw_toast_set_title (self->removal, title);
  dismiss_after (self, UNDO_TIMEOUT_US);
}

/**
 * ts_notices_end_offer:
 * @self: notices
 *
 * Takes away the toast that offers to undo a removal, once it has moved in.
 */
void
ts_notices_end_offer (TsNotices *self)
{
  if (self->removal != NULL)
    dismiss_after (self, self->shown_us + TOAST_ANIMATION_US - g_get_monotonic_time ());
}
