/* What the window tells in passing: toasts, and the undo that some of them offer.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "actions/ts-notices.h"

#include <glib/gi18n.h>

#include "words/ts-format.h"
#include "words/ts-isolate.h"
#include "words/ts-words.h"

/* The menu and Ctrl+Z undo it later, too. */
#define UNDO_TIMEOUT_US    (10 * G_USEC_PER_SEC)
#define TOAST_ANIMATION_US (G_USEC_PER_SEC * 6 / 10)
#define MAX_NAME_CHARS     32

struct _TsNotices
{
  AdwToastOverlay *overlay; /* not ours */
  AdwToast *offer;          /* (nullable): while it offers to undo what was removed or deleted last */
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
forget_offer (TsNotices *self)
{
  g_clear_handle_id (&self->dismissal_id, g_source_remove);
  g_clear_object (&self->offer);
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
  if (self->offer != NULL)
    g_signal_handlers_disconnect_by_data (self->offer, self);
  forget_offer (self);
  g_free (self->told_problem);
  g_free (self);
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

static gboolean
dismiss (gpointer user_data)
{
  TsNotices *self = user_data;

  self->dismissal_id = 0;
  adw_toast_dismiss (self->offer);
  return G_SOURCE_REMOVE;
}

static void
dismiss_after (TsNotices *self,
               gint64 delay_us)
{
  g_clear_handle_id (&self->dismissal_id, g_source_remove);
  self->dismissal_id = g_timeout_add ((guint) (MAX (delay_us, 0) / 1000), dismiss, self);
}

/* There is one toast for all that can be undone, which names the last: libadwaita 1.2 crashes when a toast is dismissed while
 * it still moves in, which it would do when one replaced another in a hurry. */
static void
offer (TsNotices *self,
       const char *title)
{
  if (self->offer == NULL)
    {
      self->offer = adw_toast_new (title);
      self->shown_us = g_get_monotonic_time ();
      adw_toast_set_button_label (self->offer, _("_Undo"));
      adw_toast_set_action_name (self->offer, "win.undo");
      adw_toast_set_priority (self->offer, ADW_TOAST_PRIORITY_HIGH);
      adw_toast_set_timeout (self->offer, 0);
      g_signal_connect_swapped (self->offer, "dismissed", G_CALLBACK (forget_offer), self);
      adw_toast_overlay_add_toast (self->overlay, g_object_ref (self->offer));
    }
  adw_toast_set_title (self->offer, title);
  dismiss_after (self, UNDO_TIMEOUT_US);
}

/**
 * ts_notices_offer_history:
 * @self: notices
 * @monitor: a server whose history is deleted
 *
 * Offers to undo that by the action `win.undo`.
 */
void
ts_notices_offer_history (TsNotices *self,
                          TsMonitor *monitor)
{
  g_autofree char *name = get_name_markup (monitor);
  /* Translators: the name of a server. */
  g_autofree char *title = g_strdup_printf (_("Deleted the history of %s"), name);

  offer (self, title);
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
 * Offers to undo that by the action `win.undo`.
 */
void
ts_notices_offer_removed (TsNotices *self,
                          GPtrArray *removed)
{
  g_autofree char *title = describe_removal (removed);

  offer (self, title);
}

/**
 * ts_notices_end_offer:
 * @self: notices
 *
 * Takes away the toast that offers to undo something, once it has moved in.
 */
void
ts_notices_end_offer (TsNotices *self)
{
  if (self->offer != NULL)
    dismiss_after (self, self->shown_us + TOAST_ANIMATION_US - g_get_monotonic_time ());
}
