/* What can be done with the chosen servers, as actions of the window.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "actions/ts-server-actions.h"

#include <glib/gi18n.h>

#include "actions/ts-limit-window.h"
#include "actions/ts-rename.h"
#include "measure/ts-time.h"
#include "record/ts-record-writer.h"
#include "save/ts-evidence-saver.h"
#include "save/ts-key-dialog.h"
#include "save/ts-save-words.h"
#include "save/ts-saver.h"

struct _TsServerActions
{
  GtkApplicationWindow *window; /* not ours: it owns the actions */
  TsServerActionsParts parts;
  TsSaver *saver;
  TsEvidenceSaver *evidence_saver;
  GPtrArray *acts; /* (element-type Act): what can be undone, the last one at the end */
};

/* Something that can be undone. */
typedef struct
{
  TsServerActions *actions; /* not ours */
  char *address;            /* (nullable): of the server whose history was deleted; %NULL: servers were removed */
  guint expiry_id;          /* of the timeout after which it can no longer be undone */
} Act;

/* Actions that are properties of the list. */
static const struct
{
  const char *name;
  const char *property;
} list_properties[] = {
  { "interval-seconds", "interval-seconds" },
  { "pause", "is-paused" },
  { "overlaid", "is-overlaid" },
};

static TsMonitor *
get_chosen (TsServerActions *self)
{
  return ts_servers_get_chosen (self->parts.servers);
}

static void
copy_summary (TsServerActions *self)
{
  g_autofree char *summary = ts_save_summarize (get_chosen (self));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->window)), summary);
  ts_notices_tell (self->parts.notices, _("Copied"));
}

static void
save (TsServerActions *self)
{
  TsMonitor *monitor = get_chosen (self);
  g_autoptr (GArray) overlays = ts_overlays_list (ts_servers_get_overlays (self->parts.servers), monitor);

  ts_saver_ask (self->saver, ts_save_source_new (monitor, overlays, ts_archive_get_path (self->parts.archive)));
}

static void
save_evidence (TsServerActions *self)
{
  ts_evidence_saver_ask (self->evidence_saver, get_chosen (self));
}

static void
show_key (TsServerActions *self)
{
  ts_key_dialog_show (GTK_WINDOW (self->window), self->parts.settings, get_chosen (self));
}

static void
free_act (gpointer data)
{
  Act *act = data;

  g_clear_handle_id (&act->expiry_id, g_source_remove);
  g_free (act->address);
  g_free (act);
}

static gboolean
expire (gpointer user_data)
{
  Act *act = user_data;
  TsServerActions *self = act->actions;

  act->expiry_id = 0;
  g_ptr_array_remove (self->acts, act);
  ts_server_actions_update (self);
  return G_SOURCE_REMOVE;
}

/* @address: (transfer full) (nullable): as in Act */
static void
add_act (TsServerActions *self,
         char *address)
{
  Act *act = g_new0 (Act, 1);

  act->actions = self;
  act->address = address;
  if (address != NULL)
    act->expiry_id = g_timeout_add_seconds (TS_RECORD_UNDO_NS / TS_NS_PER_S, expire, act);
  g_ptr_array_add (self->acts, act);
}

/* Only the last deletion of a server's history can be undone. */
static void
forget_deletion (TsServerActions *self,
                 const char *address)
{
  for (guint i = self->acts->len; i > 0; i--)
    if (g_strcmp0 (((const Act *) self->acts->pdata[i - 1])->address, address) == 0)
      g_ptr_array_remove_index (self->acts, i - 1);
}

static void
delete_history (TsServerActions *self)
{
  g_autofree char *address = ts_monitor_get_address (get_chosen (self));

  forget_deletion (self, address);
  ts_archive_hide (self->parts.archive, address);
  ts_server_page_reload_past (self->parts.page);
  ts_notices_offer_history (self->parts.notices, get_chosen (self));
  add_act (self, g_steal_pointer (&address));
  ts_server_actions_update (self);
}

/* The server is chosen, if it is still listed, as one is that comes back. */
static void
bring_history_back (TsServerActions *self,
                    const char *address)
{
  TsMonitor *monitor = ts_ensemble_find_host (ts_servers_get_ensemble (self->parts.servers), address);

  ts_archive_unhide (self->parts.archive, address);
  if (monitor != NULL)
    ts_servers_choose (self->parts.servers, monitor);
  ts_server_page_reload_past (self->parts.page);
}

static void
remove_selected (TsServerActions *self)
{
  gboolean had_focus = ts_sidebar_has_focus (self->parts.sidebar);

  ts_notices_offer_removed (self->parts.notices, ts_servers_get_selected (self->parts.servers));
  ts_servers_remove_selected (self->parts.servers);
  add_act (self, NULL);
  if (had_focus && get_chosen (self) != NULL)
    ts_sidebar_take_focus (self->parts.sidebar);
}

/* Returns: whether there is an act to undo. The list forgets servers that were removed long ago, but not their acts. */
static gboolean
can_undo (TsServerActions *self)
{
  for (guint i = 0; i < self->acts->len; i++)
    if (((const Act *) self->acts->pdata[i])->address != NULL)
      return TRUE;
  return ts_servers_can_undo (self->parts.servers);
}

static void
undo (TsServerActions *self)
{
  const Act *act;

  if (!can_undo (self))
    return;
  while ((act = self->acts->pdata[self->acts->len - 1])->address == NULL && !ts_servers_can_undo (self->parts.servers))
    g_ptr_array_remove_index (self->acts, self->acts->len - 1);
  if (act->address != NULL)
    bring_history_back (self, act->address);
  else
    ts_servers_undo (self->parts.servers);
  g_ptr_array_remove_index (self->acts, self->acts->len - 1);
  ts_notices_end_offer (self->parts.notices);
  ts_server_actions_update (self);
}

static void
rename_chosen (TsServerActions *self)
{
  ts_rename_ask (GTK_WINDOW (self->window), get_chosen (self));
}

static void
limit_chosen (TsServerActions *self)
{
  gtk_window_present (GTK_WINDOW (ts_limit_window_new (GTK_WINDOW (self->window), get_chosen (self))));
}

static void
move_chosen (TsServerActions *self,
             int by)
{
  gboolean had_focus = ts_sidebar_has_focus (self->parts.sidebar);

  ts_servers_move (self->parts.servers, get_chosen (self), by);
  if (had_focus)
    ts_sidebar_take_focus (self->parts.sidebar);
}

static void
move_up (TsServerActions *self)
{
  move_chosen (self, -1);
}

static void
move_down (TsServerActions *self)
{
  move_chosen (self, 1);
}

static void
retry (TsServerActions *self)
{
  ts_monitor_retry (get_chosen (self));
}

static void
show_both (TsServerActions *self)
{
  ts_servers_show_opponent (self->parts.servers);
}

static void
pause_or_resume_all (TsServerActions *self)
{
  TsEnsemble *ensemble = ts_servers_get_ensemble (self->parts.servers);

  ts_ensemble_set_paused (ensemble, !ts_ensemble_is_paused (ensemble));
}

static const struct
{
  const char *name;
  void (*activate) (TsServerActions *self);
  gboolean is_for_one; /* whether it can be done whenever one server is chosen, and only then */
  guint keyval;
  GdkModifierType modifiers;
} actions[] = {
  { "copy-summary", copy_summary, TRUE, GDK_KEY_c, GDK_CONTROL_MASK },
  { "save", save, TRUE, 0, 0 },
  { "save-evidence", save_evidence, TRUE, 0, 0 },
  { "key", show_key, TRUE, 0, 0 },
  { "delete-history", delete_history, TRUE, 0, 0 },
  { "remove", remove_selected, FALSE, GDK_KEY_Delete, 0 },
  { "undo", undo, FALSE, GDK_KEY_z, GDK_CONTROL_MASK },
  { "rename", rename_chosen, TRUE, GDK_KEY_F2, 0 },
  { "limit", limit_chosen, TRUE, 0, 0 },
  { "move-up", move_up, FALSE, GDK_KEY_Up, GDK_ALT_MASK },
  { "move-down", move_down, FALSE, GDK_KEY_Down, GDK_ALT_MASK },
  { "retry", retry, FALSE, 0, 0 },
  { "show-both", show_both, FALSE, 0, 0 },
  { "pause-all", pause_or_resume_all, FALSE, GDK_KEY_space, GDK_SHIFT_MASK },
};

static void
set_enabled (TsServerActions *self,
             const char *name,
             gboolean is_enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->window), name)),
                               is_enabled);
}

/**
 * ts_server_actions_bind_keys:
 * @window_class: the class of the window
 *
 * Binds the keys of all actions. They are bound to the window and not to the application, whose accelerators would take
 * them from a text field.
 */
void
ts_server_actions_bind_keys (GtkWidgetClass *window_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (actions[i].keyval != 0)
      {
        g_autofree char *name = g_strconcat ("win.", actions[i].name, NULL);

        gtk_widget_class_add_binding_action (window_class, actions[i].keyval, actions[i].modifiers, name, NULL);
      }
}

/**
 * ts_server_actions_new:
 * @window: the window, which owns the actions
 * @parts: what they use
 *
 * Adds the actions to the window.
 *
 * Returns: (transfer full): the actions
 */
TsServerActions *
ts_server_actions_new (GtkApplicationWindow *window,
                       const TsServerActionsParts *parts)
{
  TsServerActions *self = g_new0 (TsServerActions, 1);

  self->window = window;
  self->parts = *parts;
  self->acts = g_ptr_array_new_with_free_func (free_act);
  self->saver = ts_saver_new (GTK_WINDOW (window), parts->toasts, ts_server_page_get_chart (parts->page));
  self->evidence_saver = ts_evidence_saver_new (GTK_WINDOW (window), parts->settings);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (actions[i].name, NULL);

      g_signal_connect_swapped (action, "activate", G_CALLBACK (actions[i].activate), self);
      g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (action));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (list_properties); i++)
    {
      g_autoptr (GPropertyAction) action =
        g_property_action_new (list_properties[i].name, parts->servers, list_properties[i].property);

      g_action_map_add_action (G_ACTION_MAP (window), G_ACTION (action));
    }
  return self;
}

/**
 * ts_server_actions_free:
 * @self: (transfer full): the actions, which keep what they are about alive, and would outlive the window
 */
void
ts_server_actions_free (TsServerActions *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    g_action_map_remove_action (G_ACTION_MAP (self->window), actions[i].name);
  for (gsize i = 0; i < G_N_ELEMENTS (list_properties); i++)
    g_action_map_remove_action (G_ACTION_MAP (self->window), list_properties[i].name);
  ts_saver_close (self->saver);
  g_object_unref (self->saver);
  ts_evidence_saver_close (self->evidence_saver);
  g_object_unref (self->evidence_saver);
  g_ptr_array_unref (self->acts);
  g_free (self);
}

/**
 * ts_server_actions_update:
 * @self: the actions
 *
 * Enables what can be done now.
 */
void
ts_server_actions_update (TsServerActions *self)
{
  TsEnsemble *ensemble = ts_servers_get_ensemble (self->parts.servers);
  TsMonitor *chosen = get_chosen (self);
  guint n_servers = ts_ensemble_get_length (ensemble);
  guint position = 0;
  gboolean is_any = ts_ensemble_find (ensemble, chosen, &position);
  gboolean is_one = ts_servers_get_selected (self->parts.servers)->len == 1;
  g_autofree char *order = g_settings_get_string (self->parts.settings, "sort-order");
  gboolean can_move = is_one && g_str_equal (order, "manual");

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (actions[i].is_for_one)
      set_enabled (self, actions[i].name, is_one);
  set_enabled (self, "remove", is_any);
  set_enabled (self, "undo", can_undo (self));
  set_enabled (self, "pause-all", n_servers > 0);
  set_enabled (self, "retry", is_any && ts_monitor_get_state (chosen) != TS_MONITOR_PAUSED);
  set_enabled (self, "move-up", can_move && position > 0);
  set_enabled (self, "move-down", can_move && position + 1 < n_servers);
}
