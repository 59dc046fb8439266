/* A row with a switch that shares this computer's time; it tells the state and leads to the details.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share-row.h"

#include "share/ts-share-window.h"
#include "share/ts-share-words.h"

struct _TsShareRow
{
  AdwActionRow parent_instance;

  GtkSwitch *toggle;

  TsShare *share;
  gboolean is_brief;
};

enum
{
  PROP_0,
  PROP_BRIEF,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsShareRow, ts_share_row, ADW_TYPE_ACTION_ROW)

/* By hand: GTK 4.8 warns when a widget is freed that has a binding in its own template's root, and binding the style
 * classes would take away those that GTK sets itself. */
static void
update (TsShareRow *self)
{
  g_autofree char *state = ts_share_words_state (ts_share_get_enabled (self->share), ts_share_get_error (self->share),
                                                 ts_share_get_port (self->share), ts_share_get_n_clients (self->share),
                                                 self->is_brief);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), state);
  if (ts_share_get_error (self->share) != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "failed");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "failed");
}

static void
show_details (TsShareRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_window_present (GTK_WINDOW (ts_share_window_new (GTK_WINDOW (root), self->share)));
}

static void
ts_share_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ts_share_row_parent_class)->map (widget);
  ts_share_watch (TS_SHARE_ROW (widget)->share);
}

static void
ts_share_row_unmap (GtkWidget *widget)
{
  ts_share_unwatch (TS_SHARE_ROW (widget)->share);
  GTK_WIDGET_CLASS (ts_share_row_parent_class)->unmap (widget);
}

static void
ts_share_row_finalize (GObject *object)
{
  g_clear_object (&TS_SHARE_ROW (object)->share);
  G_OBJECT_CLASS (ts_share_row_parent_class)->finalize (object);
}

static void
ts_share_row_get_property (GObject *object,
                           guint property_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_BRIEF:
      g_value_set_boolean (value, TS_SHARE_ROW (object)->is_brief);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_share_row_set_property (GObject *object,
                           guint property_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_BRIEF:
      TS_SHARE_ROW (object)->is_brief = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_share_row_class_init (TsShareRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = ts_share_row_finalize;
  object_class->get_property = ts_share_row_get_property;
  object_class->set_property = ts_share_row_set_property;
  widget_class->map = ts_share_row_map;
  widget_class->unmap = ts_share_row_unmap;

  /* Whether there is room for only a few words. */
  properties[PROP_BRIEF] =
    g_param_spec_boolean ("brief", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-share-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TsShareRow, toggle);
  gtk_widget_class_bind_template_callback (widget_class, show_details);
}

static void
ts_share_row_init (TsShareRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_share_row_set_share:
 * @self: a row that is not shown yet and has no share
 * @share: what its switch is for
 */
void
ts_share_row_set_share (TsShareRow *self,
                        TsShare *share)
{
  g_return_if_fail (self->share == NULL);

  self->share = g_object_ref (share);
  g_object_bind_property (share, "enabled", self->toggle, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_signal_connect_object (share, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
