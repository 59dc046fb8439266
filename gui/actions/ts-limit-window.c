/* Asks for the limit of a server: how far its clock may be from this computer's.
 *
 * The user chooses no limit, one of a known program or protocol, or types a value.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "actions/ts-limit-window.h"

#include <glib/gi18n.h>

#include "chart/paint/ts-chart-text.h"
#include "words/ts-closures.h"
#include "words/ts-isolate.h"
#include "words/ts-join.h"
#include "words/ts-limit-words.h"
#include "measure/ts-time.h"

/* Programs and protocols that need clocks to agree, and where their limits are stated. */
static const struct
{
  gint64 limit_ns;
  const char *name;
  const char *source;
} presets[] = {
  { 50 * TS_NS_PER_MS, N_ ("Ceph"), N_ ("Default of mon_clock_drift_allowed") },
  { 500 * TS_NS_PER_MS, N_ ("CockroachDB"), N_ ("Default of --max-offset") },
  { 30 * TS_NS_PER_S, N_ ("One-time codes"), N_ ("Time step of TOTP: RFC 6238, section 5.2") },
  { 300 * TS_NS_PER_S, N_ ("Kerberos"), N_ ("Clock skew: RFC 4120, section 8.2, and MIT’s default") },
};

#define ZERO_WIDTH_SPACE "\u200b"
#define WORD_JOINER      "\u2060"

/* The units in which a limit can be typed. */
#define LEAST_UNIT    TS_UNIT_US
#define GREATEST_UNIT TS_UNIT_MIN

struct _TsLimitWindow
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  AdwPreferencesGroup *presets_group;
  GtkCheckButton *off;
  AdwPreferencesGroup *own_group;
  AdwActionRow *own_row;
  GtkCheckButton *own;
  GtkWidget *value; /* entry and unit */
  GtkEditable *entry;
  GtkDropDown *unit;
  GtkLabel *problem;
  GtkButton *set_button;
  GtkCheckButton *choices[G_N_ELEMENTS (presets)];

  TsMonitor *monitor;
};

G_DEFINE_FINAL_TYPE (TsLimitWindow, ts_limit_window, ADW_TYPE_WINDOW)

/* @problem: (nullable): what is wrong with the typed value */
static void
show_problem (TsLimitWindow *self,
              const char *problem)
{
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  if (problem != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               problem != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  problem != NULL ? problem : "", -1);
}

/* Returns: whether the choice is valid, with the limit in @limit_ns
 * @error: return location for what is wrong with the typed value, translated */
static gboolean
get_chosen (TsLimitWindow *self,
            gint64 *limit_ns,
            GError **error)
{
  *limit_ns = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    if (gtk_check_button_get_active (self->choices[i]))
      *limit_ns = presets[i].limit_ns;
  return !gtk_check_button_get_active (self->own) ||
         ts_limit_words_parse (gtk_editable_get_text (self->entry),
                               LEAST_UNIT + gtk_drop_down_get_selected (self->unit), limit_ns, error);
}

/* Offers to apply only a valid choice. An entry without text is not told to be wrong until it is applied. */
static void
update (TsLimitWindow *self)
{
  g_autoptr (GError) error = NULL;
  gint64 limit_ns;
  gboolean is_valid = get_chosen (self, &limit_ns, &error);

  gtk_widget_set_sensitive (GTK_WIDGET (self->set_button), is_valid);
  show_problem (self, !is_valid && *gtk_editable_get_text (self->entry) != '\0' ? error->message : NULL);
}

/* Typing a value also chooses it. */
static void
own_changed (TsLimitWindow *self)
{
  gtk_check_button_set_active (self->own, TRUE);
  update (self);
}

static gboolean
has_focus (TsLimitWindow *self,
           GtkWidget *widget)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && gtk_widget_is_ancestor (focus, widget);
}

/* The next thing to do is to type a value, unless the user does so already, or chooses its unit. */
static void
own_toggled (TsLimitWindow *self)
{
  if (gtk_check_button_get_active (self->own) && !has_focus (self, GTK_WIDGET (self->entry)) &&
      !has_focus (self, GTK_WIDGET (self->unit)))
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  update (self);
}

static void
set_limit (TsLimitWindow *self)
{
  g_autoptr (GError) error = NULL;
  gint64 limit_ns;

  if (!get_chosen (self, &limit_ns, &error))
    {
      show_problem (self, error->message);
      return;
    }
  ts_monitor_set_limit_ns (self->monitor, limit_ns);
  gtk_window_close (GTK_WINDOW (self));
}

/* The names of settings are longer than a line of large text; an option is not broken at its hyphens. */
static char *
let_break (const char *source)
{
  GString *text = g_string_new (source);

  g_string_replace (text, "_", "_" ZERO_WIDTH_SPACE, 0);
  g_string_replace (text, "-", "-" WORD_JOINER, 0);
  return g_string_free (text, FALSE);
}

/* What stands at the end of a row goes below its title where text is large. */
static void
make_room (TsLimitWindow *self)
{
  GtkWidget *row = adw_preferences_row_new ();

  g_object_ref (self->value);
  adw_action_row_remove (self->own_row, self->value);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), self->value);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  adw_preferences_group_add (self->own_group, row);
  g_object_unref (self->value);
  gtk_widget_set_hexpand (GTK_WIDGET (self->entry), TRUE);
  gtk_widget_add_css_class (self->value, "value-row");
}

static void
add_presets (TsLimitWindow *self)
{
  gboolean is_large = ts_chart_text_is_large (GTK_WIDGET (self));

  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    {
      g_autofree char *amount = ts_limit_words_amount (presets[i].limit_ns);
      g_autofree char *source = let_break (_(presets[i].source));
      g_autofree char *both = ts_join_list ((const char *const[]) { amount, source }, 2);
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *choice = gtk_check_button_new ();
      GtkWidget *value = gtk_label_new (amount);

      self->choices[i] = GTK_CHECK_BUTTON (choice);
      gtk_check_button_set_group (GTK_CHECK_BUTTON (choice), self->off);
      gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, amount, -1);
      gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (value, "numeric");
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(presets[i].name));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), is_large ? both : source);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), choice);
      gtk_widget_set_visible (value, !is_large);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), value);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), choice);
      adw_preferences_group_add (self->presets_group, row);
    }
}

static void
add_units (TsLimitWindow *self)
{
  g_autoptr (GtkStringList) units = gtk_string_list_new (NULL);

  for (TsUnit unit = LEAST_UNIT; unit <= GREATEST_UNIT; unit++)
    gtk_string_list_append (units, ts_unit_get_symbol (unit));
  gtk_drop_down_set_model (self->unit, G_LIST_MODEL (units));
}

/* Shows the limit that is set. The unit for a typed value is milliseconds, unless the limit has another one. */
static void
show_limit (TsLimitWindow *self)
{
  gint64 limit_ns = ts_monitor_get_limit (self->monitor)->limit_ns;
  GtkCheckButton *chosen = limit_ns == 0 ? self->off : self->own;
  g_autofree char *number = NULL;

  gtk_drop_down_set_selected (self->unit, TS_UNIT_MS - LEAST_UNIT);
  for (gsize i = 0; i < G_N_ELEMENTS (presets); i++)
    if (limit_ns == presets[i].limit_ns)
      chosen = self->choices[i];
  if (chosen == self->own)
    {
      TsUnit unit = ts_limit_words_split (limit_ns, LEAST_UNIT, GREATEST_UNIT, &number);

      gtk_editable_set_text (self->entry, number);
      gtk_drop_down_set_selected (self->unit, unit - LEAST_UNIT);
    }
  gtk_check_button_set_active (chosen, TRUE);
  gtk_widget_grab_focus (chosen == self->own ? GTK_WIDGET (self->entry) : GTK_WIDGET (chosen));
}

static void
ts_limit_window_dispose (GObject *object)
{
  TsLimitWindow *self = TS_LIMIT_WINDOW (object);

  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (ts_limit_window_parent_class)->dispose (object);
}

static void
ts_limit_window_class_init (TsLimitWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_limit_window_dispose;

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-limit-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, title);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, presets_group);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, off);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, own_group);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, own_row);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, own);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, value);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, entry);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, unit);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, TsLimitWindow, set_button);
  gtk_widget_class_bind_template_callback (widget_class, own_changed);
  gtk_widget_class_bind_template_callback (widget_class, own_toggled);
  gtk_widget_class_bind_template_callback (widget_class, set_limit);
  gtk_widget_class_bind_template_callback (widget_class, ts_closures_has_text);
}

static void
ts_limit_window_init (TsLimitWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ts_chart_text_widen (GTK_WINDOW (self));
  add_presets (self);
  add_units (self);
  if (ts_chart_text_is_large (GTK_WIDGET (self)))
    make_room (self);
}

/**
 * ts_limit_window_new:
 * @parent: a window
 * @monitor: a server
 *
 * Returns: (transfer floating): a window that shows the limit of @monitor and lets the user change it
 */
GtkWidget *
ts_limit_window_new (GtkWindow *parent,
                     TsMonitor *monitor)
{
  TsLimitWindow *self = g_object_new (TS_TYPE_LIMIT_WINDOW, "transient-for", parent, NULL);
  g_autofree char *name = ts_isolate_name (ts_monitor_get_name (monitor));
  /* Large text may leave no room for all of it. */
  g_autofree char *title = g_strdup_printf ("%s\n%s", gtk_window_get_title (GTK_WINDOW (self)), name);

  self->monitor = g_object_ref (monitor);
  adw_window_title_set_subtitle (self->title, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), title);
  show_limit (self);
  g_signal_connect_object (self->unit, "notify::selected", G_CALLBACK (own_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (own_changed), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
