/* The window of preferences. Each of them is a key of the settings and takes effect at once.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-preferences.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-text.h"
#include "servers/ts-recent-hosts.h"
#include "servers/ts-servers.h"
#include "words/ts-words.h"

struct _TsPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *style;
  GtkSwitch *utc;
  AdwComboRow *interval;
  GtkSwitch *record_history;
  GtkAdjustment *history_days;
  GtkAdjustment *history_exact_days;
  GtkAdjustment *limit_samples;
  GtkOrientable *history_days_button;
  GtkOrientable *history_exact_days_button;
  GtkOrientable *limit_samples_button;
  AdwActionRow *recent;
  GtkWidget *forget_button;

  GSettings *settings;
  gboolean is_interval_changing; /* we change row or key ourselves, so the other must not follow */
};

G_DEFINE_FINAL_TYPE (TsPreferences, ts_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* In the order of the rows. */
static const char *const styles[] = { "default", "force-light", "force-dark" };

static gboolean
style_to_row (GValue *row,
              GVariant *style,
              gpointer unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_str_equal (g_variant_get_string (style, NULL), styles[i]))
      g_value_set_uint (row, i);
  return TRUE;
}

static GVariant *
row_to_style (const GValue *row,
              const GVariantType *type,
              gpointer unused)
{
  guint i = g_value_get_uint (row);

  return i < G_N_ELEMENTS (styles) ? g_variant_new_string (styles[i]) : NULL;
}

/* Returns: the index of that interval, or -1 if it is none of those that can be chosen */
static int
find_interval (double interval_s)
{
  for (int i = 0; i < TS_SERVERS_N_INTERVALS; i++)
    if (fabs (interval_s - ts_servers_intervals_s[i]) < 1e-9)
      return i;
  return -1;
}

/* The first row is “Automatic”; then come the intervals of the menu, and last the chosen one if it is none of them. */
static void
show_interval (TsPreferences *self)
{
  g_autoptr (GVariant) chosen = g_settings_get_user_value (self->settings, "interval-seconds");
  double interval_s = chosen != NULL ? g_variant_get_double (chosen) : 0;
  int index = chosen != NULL ? find_interval (interval_s) : 0;
  g_autoptr (GtkStringList) rows = gtk_string_list_new (NULL);

  if (self->is_interval_changing)
    return;
  /* Translators: how often a server is asked: the usual interval of its protocol. */
  gtk_string_list_append (rows, _("Automatic"));
  for (guint i = 0; i < TS_SERVERS_N_INTERVALS; i++)
    gtk_string_list_take (rows, ts_words_interval (ts_servers_intervals_s[i]));
  if (index < 0)
    gtk_string_list_take (rows, ts_words_interval (interval_s));

  self->is_interval_changing = TRUE;
  adw_combo_row_set_model (self->interval, G_LIST_MODEL (rows));
  adw_combo_row_set_selected (self->interval,
                              chosen == NULL ? 0 : (guint) (index >= 0 ? index : TS_SERVERS_N_INTERVALS) + 1);
  self->is_interval_changing = FALSE;
}

static void
interval_chosen (TsPreferences *self)
{
  guint row = adw_combo_row_get_selected (self->interval);

  if (self->settings == NULL || self->is_interval_changing)
    return;
  self->is_interval_changing = TRUE;
  if (row == 0)
    g_settings_reset (self->settings, "interval-seconds");
  else if (row <= TS_SERVERS_N_INTERVALS)
    g_settings_set_double (self->settings, "interval-seconds", ts_servers_intervals_s[row - 1]);
  self->is_interval_changing = FALSE;
}

static void
show_recent (TsPreferences *self)
{
  g_autoptr (GPtrArray) hosts = ts_recent_hosts_load (self->settings);
  guint n_hosts = hosts->len;
  g_autofree char *count = g_strdup_printf (ngettext ("%u address is remembered", "%u addresses are remembered", n_hosts),
                                            n_hosts);

  adw_action_row_set_subtitle (self->recent, n_hosts > 0 ? count : _("No address is remembered"));
  gtk_widget_set_sensitive (self->forget_button, n_hosts > 0);
}

static void
forget_recent (TsPreferences *self)
{
  g_settings_reset (self->settings, "recent-hosts");
}

static void
bind (TsPreferences *self)
{
  g_settings_bind_with_mapping (self->settings, "color-scheme", self->style, "selected", G_SETTINGS_BIND_DEFAULT,
                                style_to_row, row_to_style, NULL, NULL);
  g_settings_bind (self->settings, "utc", self->utc, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "record-history", self->record_history, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "history-days", self->history_days, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "history-exact-days", self->history_exact_days, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "limit-samples", self->limit_samples, "value", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->settings, "changed::interval-seconds", G_CALLBACK (show_interval), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::recent-hosts", G_CALLBACK (show_recent), self,
                           G_CONNECT_SWAPPED);
  show_interval (self);
  show_recent (self);
}

static void
ts_preferences_dispose (GObject *object)
{
  TsPreferences *self = TS_PREFERENCES (object);

  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ts_preferences_parent_class)->dispose (object);
}

static void
ts_preferences_class_init (TsPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_preferences_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, style);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, utc);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, interval);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, record_history);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, history_days);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, history_exact_days);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, limit_samples);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, history_days_button);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, history_exact_days_button);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, limit_samples_button);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, recent);
  gtk_widget_class_bind_template_child (widget_class, TsPreferences, forget_button);
  gtk_widget_class_bind_template_callback (widget_class, interval_chosen);
  gtk_widget_class_bind_template_callback (widget_class, forget_recent);
}

static void
ts_preferences_init (TsPreferences *self)
{
  GtkOrientable **buttons[] = { &self->history_days_button, &self->history_exact_days_button, &self->limit_samples_button };

  gtk_widget_init_template (GTK_WIDGET (self));
  ts_chart_text_widen (GTK_WINDOW (self));
  /* Beside long words there is room for a narrow button only. */
  if (ts_chart_text_is_large (GTK_WIDGET (self)))
    for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
      gtk_orientable_set_orientation (*buttons[i], GTK_ORIENTATION_VERTICAL);
}

/**
 * ts_preferences_new:
 * @parent: a window
 * @settings: the application's
 *
 * Returns: (transfer floating): a window that shows the preferences and lets the user change them
 */
GtkWidget *
ts_preferences_new (GtkWindow *parent,
                    GSettings *settings)
{
  TsPreferences *self = g_object_new (TS_TYPE_PREFERENCES, "transient-for", parent, NULL);

  self->settings = g_object_ref (settings);
  bind (self);
  return GTK_WIDGET (self);
}
