/* The entry for a server's address with its button.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-address-bar.h"

#include <glib/gi18n.h>

struct _TsAddressBar
{
  GtkBox parent_instance;

  GtkEditable *entry;
  GtkButton *button;
  GtkPopover *popover;
  GtkLabel *problem;
  char *current; /* (nullable): the address that is being measured */
};

enum
{
  SUBMITTED,
  STOPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsAddressBar, ts_address_bar, GTK_TYPE_BOX)

static gboolean
offers_stop (TsAddressBar *self)
{
  return g_strcmp0 (gtk_editable_get_text (self->entry), self->current) == 0;
}

static void
update_button (TsAddressBar *self)
{
  gboolean stops = offers_stop (self);

  gtk_button_set_label (self->button, stops ? _("Stop") : _("Connect"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), stops ? _("Stop measuring (Escape)") : NULL);
  if (stops)
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "suggested-action");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "suggested-action");
}

static void
show_problem (TsAddressBar *self,
              const char *problem)
{
  if (problem == NULL)
    {
      gtk_popover_popdown (self->popover);
      gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID);
      return;
    }
  gtk_label_set_label (self->problem, problem);
  gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_TRUE, -1);
  gtk_popover_popup (self->popover);
}

static void
entry_changed (TsAddressBar *self)
{
  show_problem (self, NULL);
  update_button (self);
}

static void
button_clicked (TsAddressBar *self)
{
  if (offers_stop (self))
    g_signal_emit (self, signals[STOPPED], 0);
  else
    ts_address_bar_submit (self);
}

static gboolean
ts_address_bar_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (TS_ADDRESS_BAR (widget)->entry));
}

static void
ts_address_bar_dispose (GObject *object)
{
  TsAddressBar *self = TS_ADDRESS_BAR (object);

  /* A popover without a box of its own does not go with its parent. */
  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->popover));
  self->popover = NULL;
  G_OBJECT_CLASS (ts_address_bar_parent_class)->dispose (object);
}

static void
ts_address_bar_finalize (GObject *object)
{
  g_free (TS_ADDRESS_BAR (object)->current);
  G_OBJECT_CLASS (ts_address_bar_parent_class)->finalize (object);
}

static void
ts_address_bar_class_init (TsAddressBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ts_address_bar_dispose;
  object_class->finalize = ts_address_bar_finalize;
  widget_class->grab_focus = ts_address_bar_grab_focus;

  /**
   * TsAddressBar::submitted:
   * @address: a #TsAddress, valid during the emission
   *
   * The user asked to connect to a well-formed address.
   */
  signals[SUBMITTED] = g_signal_new ("submitted", TS_TYPE_ADDRESS_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_POINTER);
  /**
   * TsAddressBar::stopped:
   *
   * The user asked to measure no more.
   */
  signals[STOPPED] = g_signal_new ("stopped", TS_TYPE_ADDRESS_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-address-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TsAddressBar, entry);
  gtk_widget_class_bind_template_child (widget_class, TsAddressBar, button);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, button_clicked);
  gtk_widget_class_bind_template_callback (widget_class, ts_address_bar_submit);
}

static void
ts_address_bar_init (TsAddressBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->problem = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->problem, TRUE);
  gtk_label_set_max_width_chars (self->problem, 40);
  self->popover = GTK_POPOVER (gtk_popover_new ());
  gtk_popover_set_child (self->popover, GTK_WIDGET (self->problem));
  gtk_popover_set_autohide (self->popover, FALSE);
  gtk_popover_set_position (self->popover, GTK_POS_BOTTOM);
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self->entry));
}

/**
 * ts_address_bar_new:
 *
 * Returns: (transfer floating): an empty address bar
 */
GtkWidget *
ts_address_bar_new (void)
{
  return g_object_new (TS_TYPE_ADDRESS_BAR, NULL);
}

/**
 * ts_address_bar_set_text:
 * @self: an address bar
 * @text: what to write into the entry
 */
void
ts_address_bar_set_text (TsAddressBar *self,
                         const char *text)
{
  gtk_editable_set_text (self->entry, text);
}

/**
 * ts_address_bar_set_current:
 * @self: an address bar
 * @current: (nullable): the address that is being measured; while the entry shows it, the button stops that
 */
void
ts_address_bar_set_current (TsAddressBar *self,
                            const char *current)
{
  g_free (self->current);
  self->current = g_strdup (current);
  if (current != NULL)
    ts_address_bar_set_text (self, current);
  update_button (self);
}

/**
 * ts_address_bar_submit:
 * @self: an address bar
 *
 * Emits #TsAddressBar::submitted for the address in the entry, or says under it what is wrong with it.
 */
void
ts_address_bar_submit (TsAddressBar *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsAddress) address = ts_address_parse (gtk_editable_get_text (self->entry), &error);

  show_problem (self, error != NULL ? error->message : NULL);
  if (address != NULL)
    g_signal_emit (self, signals[SUBMITTED], 0, address);
}
