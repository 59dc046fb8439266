/* The entry for a server's address with its button.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-address-bar.h"

#include <glib/gi18n.h>

#include "servers/ts-recent-hosts.h"

/* How many characters the entry shows at least. */
#define ROOMY_CHARS   10
#define COMPACT_CHARS 3

struct _TsAddressBar
{
  GtkBox parent_instance;

  GtkEditable *entry;
  GtkButton *button;
  GtkListStore *suggestions;
  GtkPopover *popover;
  GtkLabel *problem;
  gboolean is_compact;
  guint tick_id; /* until a problem is pointed at */
  char *current; /* (nullable): the address that is being measured */
  gboolean is_typed; /* whether the user has changed the text since it was set */
};

enum
{
  SUBMITTED,
  CANCELLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsAddressBar, ts_address_bar, GTK_TYPE_BOX)

/* There is no button while the entry shows the address that is being measured already. */
static void
update_button (TsAddressBar *self)
{
  gboolean is_current = g_strcmp0 (gtk_editable_get_text (self->entry), self->current) == 0;

  gtk_widget_set_visible (GTK_WIDGET (self->button), !is_current && !self->is_compact);
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY,
                                     !is_current && self->is_compact ? "go-next-symbolic" : NULL);
  gtk_entry_set_icon_tooltip_text (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY,
                                   !is_current && self->is_compact ? _("Measure") : NULL);
}

static void
forget_problem (TsAddressBar *self)
{
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  gtk_popover_popdown (self->popover);
  gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_reset_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID);
}

static gboolean
point_at_problem (GtkWidget *widget,
                  GdkFrameClock *frame_clock,
                  gpointer character)
{
  TsAddressBar *self = TS_ADDRESS_BAR (widget);
  GtkWidget *entry = GTK_WIDGET (self->entry);
  GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (self->entry));
  double x_px, y_px;
  graphene_rect_t at;

  if (gtk_widget_get_height (entry) == 0)
    return G_SOURCE_CONTINUE;
  gtk_text_compute_cursor_extents (GTK_TEXT (text), GPOINTER_TO_SIZE (character), &at, NULL);
  gtk_widget_translate_coordinates (text, entry, at.origin.x, at.origin.y, &x_px, &y_px);
  /* The wrong part may be scrolled out of the entry. */
  x_px = CLAMP (x_px, 0, gtk_widget_get_width (entry));
  gtk_popover_set_pointing_to (self->popover, &(GdkRectangle) { (int) x_px, 0, 1, gtk_widget_get_height (entry) });
  gtk_popover_popup (self->popover);
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

/* Selects the wrong part, so that it can be typed again, and points at it. */
static void
show_problem (TsAddressBar *self,
              const char *typed,
              const GError *error)
{
  gsize begin, end;
  glong first, last;

  forget_problem (self);
  ts_address_locate_error (typed, error, &begin, &end);
  first = g_utf8_pointer_to_offset (typed, typed + begin);
  last = g_utf8_pointer_to_offset (typed, typed + end);
  gtk_label_set_label (self->problem, error->message);
  gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               GTK_ACCESSIBLE_INVALID_TRUE, -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (self->entry, (int) first, (int) last);
  /* A window that has just been made has no layout so far. */
  self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), point_at_problem, GSIZE_TO_POINTER (first), NULL);
}

static void
entry_changed (TsAddressBar *self)
{
  self->is_typed = TRUE;
  forget_problem (self);
  update_button (self);
}

static void
icon_pressed (TsAddressBar *self,
              GtkEntryIconPosition position)
{
  if (position == GTK_ENTRY_ICON_SECONDARY)
    ts_address_bar_submit (self);
}

/* Shows again the address that is being measured; if there is none, the typed text stays. */
static void
cancel (GtkWidget *widget,
        const char *action_name,
        GVariant *parameter)
{
  TsAddressBar *self = TS_ADDRESS_BAR (widget);

  forget_problem (self);
  if (self->current == NULL)
    return;
  ts_address_bar_set_text (self, self->current);
  g_signal_emit (self, signals[CANCELLED], 0);
}

static void
ts_address_bar_dispose (GObject *object)
{
  TsAddressBar *self = TS_ADDRESS_BAR (object);

  /* A popover is not freed with its parent, unless the parent is made for popovers. */
  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->popover));
  self->popover = NULL;
  g_clear_object (&self->suggestions);
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

  /**
   * TsAddressBar::submitted:
   * @address: a #TsAddress, valid during the emission
   *
   * The user asked to connect to a well-formed address.
   */
  signals[SUBMITTED] = g_signal_new ("submitted", TS_TYPE_ADDRESS_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_POINTER);
  /**
   * TsAddressBar::cancelled:
   *
   * The user wants to keep the address that is being measured.
   */
  signals[CANCELLED] = g_signal_new ("cancelled", TS_TYPE_ADDRESS_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "address.cancel", NULL, cancel);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "address.cancel", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-address-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TsAddressBar, entry);
  gtk_widget_class_bind_template_child (widget_class, TsAddressBar, button);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, icon_pressed);
  gtk_widget_class_bind_template_callback (widget_class, ts_address_bar_submit);
}

/* Returns: whether what was typed is anywhere in the suggestion */
static gboolean
matches (GtkEntryCompletion *completion,
         const char *key,
         GtkTreeIter *iter,
         gpointer user_data)
{
  g_autofree char *suggestion = NULL;

  gtk_tree_model_get (gtk_entry_completion_get_model (completion), iter, 0, &suggestion, -1);
  /* A text that is complete already needs no completion. */
  return strstr (suggestion, key) != NULL && !g_str_equal (suggestion, key);
}

static void
suggest (TsAddressBar *self)
{
  g_autoptr (GtkEntryCompletion) completion = gtk_entry_completion_new ();

  self->suggestions = gtk_list_store_new (1, G_TYPE_STRING);
  gtk_entry_completion_set_model (completion, GTK_TREE_MODEL (self->suggestions));
  gtk_entry_completion_set_text_column (completion, 0);
  gtk_entry_completion_set_match_func (completion, matches, NULL, NULL);
  gtk_entry_set_completion (GTK_ENTRY (self->entry), completion);
}

/* An address runs from left to right, even one without letters, but it begins where the language's text does, and so do the
 * words in its place. */
static void
set_direction (TsAddressBar *self)
{
  GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (self->entry));

  gtk_widget_set_direction (text, GTK_TEXT_DIR_LTR);
  gtk_editable_set_alignment (self->entry, gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? 1 : 0);
  /* GTK gives the words the same alignment, and means the other side by it where they run the other way. */
  for (GtkWidget *child = gtk_widget_get_first_child (text); child != NULL; child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_direction (child, GTK_TEXT_DIR_LTR);
}

static void
ts_address_bar_init (TsAddressBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  suggest (self);
  set_direction (self);

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
  self->is_typed = FALSE;
}

/**
 * ts_address_bar_set_current:
 * @self: an address bar
 * @current: (nullable): the address that is being measured; while the entry shows it, there is no button
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
 * ts_address_bar_is_typed:
 * @self: an address bar
 *
 * Returns: whether the user has changed the text since it was set, even if it is the same again
 */
gboolean
ts_address_bar_is_typed (TsAddressBar *self)
{
  return self->is_typed;
}

/**
 * ts_address_bar_set_compact:
 * @self: an address bar
 * @is_compact: whether an icon in the entry replaces the button, because a header has no room for both
 */
void
ts_address_bar_set_compact (TsAddressBar *self,
                            gboolean is_compact)
{
  self->is_compact = is_compact;
  gtk_editable_set_width_chars (self->entry, is_compact ? COMPACT_CHARS : ROOMY_CHARS);
  update_button (self);
}

/**
 * ts_address_bar_set_suggestions:
 * @self: an address bar
 * @hosts: (element-type TsRecentHost): the addresses that are offered while the user types
 */
void
ts_address_bar_set_suggestions (TsAddressBar *self,
                                GPtrArray *hosts)
{
  gtk_list_store_clear (self->suggestions);
  for (guint i = 0; i < hosts->len; i++)
    {
      g_autofree char *address = ts_recent_host_get_shown_address (hosts->pdata[i]);

      gtk_list_store_insert_with_values (self->suggestions, NULL, -1, 0, address, -1);
    }
}

/**
 * ts_address_bar_take_focus:
 * @self: an address bar
 *
 * Moves the keyboard focus to the entry. This is not the widget's grab_focus(), because GTK calls that when Tab leaves a
 * widget backward, and Tab would never get out of the entry.
 */
void
ts_address_bar_take_focus (TsAddressBar *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/**
 * ts_address_bar_submit:
 * @self: an address bar
 *
 * Emits #TsAddressBar::submitted for the address in the entry, or says below the entry what is wrong with it.
 */
void
ts_address_bar_submit (TsAddressBar *self)
{
  g_autofree char *typed = g_strdup (gtk_editable_get_text (self->entry));
  g_autoptr (GError) error = NULL;
  g_autoptr (TsAddress) address = ts_address_parse (typed, &error);

  if (address == NULL)
    {
      show_problem (self, typed, error);
      return;
    }
  forget_problem (self);
  g_signal_emit (self, signals[SUBMITTED], 0, address);
}
