/* The details of sharing this computer's time: addresses, clients, port.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share-window.h"

#include <glib/gi18n.h>

#include "chart/paint/ts-chart-text.h"
#include "share/ts-share-words.h"
#include "words/ts-isolate.h"

struct _TsShareWindow
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkSwitch *toggle;
  AdwPreferencesGroup *addresses;
  GtkWidget *no_network_row;
  AdwPreferencesGroup *clients;
  GtkWidget *no_clients_row;
  AdwEntryRow *port_row;

  TsShare *share;
  GPtrArray *address_rows; /* of AdwActionRow, owned by the group; the last ones may be hidden */
  GPtrArray *client_rows;  /* the same */
  GStrv shown_addresses;   /* (nullable): of the rows, without the marks that keep their direction apart */
};

enum
{
  PROP_0,
  PROP_SHARE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsShareWindow, ts_share_window, ADW_TYPE_WINDOW)

/* Returns: (transfer none): the row at @index with this text, made if there is none so far */
static AdwActionRow *
show_row (AdwPreferencesGroup *group,
          GPtrArray *rows,
          guint index,
          const char *title,
          const char *subtitle)
{
  AdwActionRow *row;

  if (index == rows->len)
    {
      row = ADW_ACTION_ROW (adw_action_row_new ());
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_group_add (group, GTK_WIDGET (row));
      g_ptr_array_add (rows, row);
    }
  row = rows->pdata[index];
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, subtitle);
  gtk_widget_set_visible (GTK_WIDGET (row), TRUE);
  return row;
}

static void
hide_rows_from (GPtrArray *rows,
                guint index)
{
  for (guint i = index; i < rows->len; i++)
    gtk_widget_set_visible (rows->pdata[i], FALSE);
}

static void
copy_clicked (TsShareWindow *self,
              GtkButton *button)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ACTION_ROW);
  guint index;

  if (!g_ptr_array_find (self->address_rows, row, &index))
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->shown_addresses[index]);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied")));
}

static void
add_copy_button (TsShareWindow *self,
                 AdwActionRow *row)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Copy"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (copy_clicked), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (row, button);
  /* This also labels the button with the address. */
  adw_action_row_set_activatable_widget (row, button);
}

static void
show_addresses (TsShareWindow *self)
{
  guint n_addresses;

  g_strfreev (self->shown_addresses);
  self->shown_addresses = ts_share_list_addresses (self->share);
  n_addresses = g_strv_length (self->shown_addresses);
  for (guint i = 0; i < n_addresses; i++)
    {
      guint n_rows = self->address_rows->len;
      g_autofree char *address = ts_isolate_name (self->shown_addresses[i]);
      AdwActionRow *row = show_row (self->addresses, self->address_rows, i, address, "");

      if (i == n_rows)
        add_copy_button (self, row);
    }
  hide_rows_from (self->address_rows, n_addresses);
  gtk_widget_set_visible (self->no_network_row, n_addresses == 0);
}

static void
show_clients (TsShareWindow *self)
{
  guint n_clients = ts_share_get_n_clients (self->share);
  guint n_listed;
  const TsShareClient *clients = ts_share_get_clients (self->share, &n_listed);

  for (guint i = 0; i < n_listed; i++)
    {
      g_autofree char *who = ts_share_words_client (&clients[i]);
      g_autofree char *activity = ts_share_words_activity (&clients[i]);

      show_row (self->clients, self->client_rows, i, who, activity);
    }
  if (n_clients > n_listed)
    {
      g_autofree char *more = ts_share_words_more (n_clients - n_listed);

      show_row (self->clients, self->client_rows, n_listed++, more, "");
    }
  hide_rows_from (self->client_rows, n_listed);
  gtk_widget_set_visible (self->no_clients_row, n_listed == 0);
}

static gboolean
has_error (TsShareWindow *self,
           const GError *error)
{
  return error != NULL;
}

static char *
describe_error (TsShareWindow *self,
                const GError *error,
                guint port)
{
  return error != NULL ? ts_share_words_error (error, port) : NULL;
}

static char *
describe_error_hint (TsShareWindow *self,
                     const GError *error)
{
  return error != NULL ? ts_share_words_error_hint (error) : NULL;
}

static char *
describe_answered (TsShareWindow *self,
                   guint64 n_answered)
{
  return ts_share_words_answered (n_answered);
}

/* Updates the two lists. The .ui file binds everything that is a single property of the share. */
static void
share_changed (TsShareWindow *self)
{
  if (!ts_share_is_sharing (self->share))
    return;
  show_addresses (self);
  show_clients (self);
}

/* Returns: whether a valid port was typed */
static gboolean
read_port (TsShareWindow *self,
           guint *port)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (gtk_editable_get_text (GTK_EDITABLE (self->port_row)), 10, TS_SHARE_MIN_PORT,
                                   G_MAXUINT16, &number, NULL))
    return FALSE;
  *port = (guint) number;
  return TRUE;
}

static void
port_typed (TsShareWindow *self)
{
  guint port;

  if (read_port (self, &port))
    gtk_widget_remove_css_class (GTK_WIDGET (self->port_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->port_row), "error");
}

static void
show_port (TsShareWindow *self)
{
  g_autofree char *text = g_strdup_printf ("%u", ts_share_get_port (self->share));

  /* Otherwise the row would offer to apply the port that is already set. */
  adw_entry_row_set_show_apply_button (self->port_row, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->port_row), text);
  adw_entry_row_set_show_apply_button (self->port_row, TRUE);
}

static void
port_applied (TsShareWindow *self)
{
  guint port;

  if (read_port (self, &port))
    ts_share_set_port (self->share, port);
  show_port (self);
}

static void
use_free_port (TsShareWindow *self)
{
  ts_share_use_free_port (self->share);
}

static void
ts_share_window_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ts_share_window_parent_class)->map (widget);
  ts_share_watch (TS_SHARE_WINDOW (widget)->share);
}

static void
ts_share_window_unmap (GtkWidget *widget)
{
  ts_share_unwatch (TS_SHARE_WINDOW (widget)->share);
  GTK_WIDGET_CLASS (ts_share_window_parent_class)->unmap (widget);
}

static void
ts_share_window_constructed (GObject *object)
{
  TsShareWindow *self = TS_SHARE_WINDOW (object);

  G_OBJECT_CLASS (ts_share_window_parent_class)->constructed (object);
  g_object_bind_property (self->share, "enabled", self->toggle, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (self->share, "changed", G_CALLBACK (share_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->share, "notify::port", G_CALLBACK (show_port), self, G_CONNECT_SWAPPED);
  show_port (self);
  share_changed (self);
}

static void
ts_share_window_get_property (GObject *object,
                              guint property_id,
                              GValue *value,
                              GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_SHARE:
      g_value_set_object (value, TS_SHARE_WINDOW (object)->share);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_share_window_set_property (GObject *object,
                              guint property_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_SHARE:
      TS_SHARE_WINDOW (object)->share = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_share_window_finalize (GObject *object)
{
  TsShareWindow *self = TS_SHARE_WINDOW (object);

  g_clear_object (&self->share);
  g_ptr_array_unref (self->address_rows);
  g_ptr_array_unref (self->client_rows);
  g_strfreev (self->shown_addresses);
  G_OBJECT_CLASS (ts_share_window_parent_class)->finalize (object);
}

static void
ts_share_window_class_init (TsShareWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = ts_share_window_constructed;
  object_class->finalize = ts_share_window_finalize;
  object_class->get_property = ts_share_window_get_property;
  object_class->set_property = ts_share_window_set_property;
  widget_class->map = ts_share_window_map;
  widget_class->unmap = ts_share_window_unmap;

  properties[PROP_SHARE] =
    g_param_spec_object ("share", NULL, NULL, TS_TYPE_SHARE,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-share-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TsShareWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TsShareWindow, toggle);
  gtk_widget_class_bind_template_child (widget_class, TsShareWindow, addresses);
  gtk_widget_class_bind_template_child (widget_class, TsShareWindow, no_network_row);
  gtk_widget_class_bind_template_child (widget_class, TsShareWindow, clients);
  gtk_widget_class_bind_template_child (widget_class, TsShareWindow, no_clients_row);
  gtk_widget_class_bind_template_child (widget_class, TsShareWindow, port_row);
  gtk_widget_class_bind_template_callback (widget_class, describe_answered);
  gtk_widget_class_bind_template_callback (widget_class, describe_error);
  gtk_widget_class_bind_template_callback (widget_class, describe_error_hint);
  gtk_widget_class_bind_template_callback (widget_class, has_error);
  gtk_widget_class_bind_template_callback (widget_class, port_applied);
  gtk_widget_class_bind_template_callback (widget_class, port_typed);
  gtk_widget_class_bind_template_callback (widget_class, use_free_port);
}

static void
ts_share_window_init (TsShareWindow *self)
{
  self->address_rows = g_ptr_array_new ();
  self->client_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  ts_chart_text_widen (GTK_WINDOW (self));
}

/**
 * ts_share_window_new:
 * @parent: a window
 * @share: what the window is about
 *
 * Returns: (transfer none): a window that is not shown yet; owned by GTK, as windows are
 */
GtkWidget *
ts_share_window_new (GtkWindow *parent,
                     TsShare *share)
{
  return g_object_new (TS_TYPE_SHARE_WINDOW, "transient-for", parent, "share", share, NULL);
}
