/* What stands in the chart's place while nothing is measured.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-status.h"

#include <glib/gi18n.h>

#include "parts/ts-details.h"
#include "words/ts-closures.h"
#include "words/ts-format.h"
#include "words/ts-join.h"
#include "words/ts-words.h"

struct _TsStatus
{
  AdwBin parent_instance;

  GtkWidget *icon;
  GtkWidget *spinner;
  GtkLabel *title;
  GtkLabel *detail;
  GtkButton *button;
  TsDetails *details;
};

G_DEFINE_FINAL_TYPE (TsStatus, ts_status, ADW_TYPE_BIN)

/* Returns: (transfer full): how often the server was asked, since when, and when it is asked again */
static char *
describe_tries (TsMonitor *monitor)
{
  const TsHistory *history = ts_monitor_get_history (monitor);
  guint n_tries = (guint) ts_history_get_n_lost (history);
  g_autofree char *next_try = ts_words_next_try (ts_monitor_get_until_next_ns (monitor));
  g_autofree char *time = NULL;
  g_autofree char *tries = NULL;

  if (n_tries == 0)
    return g_steal_pointer (&next_try);
  time = ts_format_clock (ts_history_get (history, 0)->at_ns, 0);
  /* Translators: how often a server was asked in vain, and the time of the first try: "Asked 3 times since 10:24:02." */
  tries = g_strdup_printf (ngettext ("Asked %1$u time since %2$s.", "Asked %1$u times since %2$s.", n_tries), n_tries,
                           time);
  return ts_join_sentences (tries, next_try);
}

static void
ts_status_class_init (TsStatusClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-status.ui");
  gtk_widget_class_bind_template_child (widget_class, TsStatus, icon);
  gtk_widget_class_bind_template_child (widget_class, TsStatus, spinner);
  gtk_widget_class_bind_template_child (widget_class, TsStatus, title);
  gtk_widget_class_bind_template_child (widget_class, TsStatus, detail);
  gtk_widget_class_bind_template_child (widget_class, TsStatus, button);
  gtk_widget_class_bind_template_child (widget_class, TsStatus, details);
  gtk_widget_class_bind_template_callback (widget_class, gtk_spinner_start);
  gtk_widget_class_bind_template_callback (widget_class, gtk_spinner_stop);
  gtk_widget_class_bind_template_callback (widget_class, ts_closures_has_text);
}

static void
ts_status_init (TsStatus *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_status_show:
 * @self: a status
 * @monitor: a server without a measurement
 *
 * Says what is done about it: it is asked now, it was asked in vain, or it is not asked.
 */
void
ts_status_show (TsStatus *self,
                TsMonitor *monitor)
{
  TsMonitorState state = ts_monitor_get_state (monitor);
  gboolean is_failing = state == TS_MONITOR_FAILING && !ts_monitor_is_offline (monitor);
  gboolean is_asked = state == TS_MONITOR_STARTING || state == TS_MONITOR_MEASURING;
  gboolean has_button = !is_asked && !ts_monitor_is_offline (monitor);
  g_autofree char *detail = is_failing ? describe_tries (monitor) : g_strdup ("");

  ts_details_set_text (self->details, is_failing ? ts_words_failure_details (ts_monitor_get_error (monitor),
                                                                              ts_monitor_get_probe (monitor),
                                                                              ts_monitor_get_name (monitor))
                                                 : NULL);
  gtk_widget_set_visible (self->icon, !is_asked);
  gtk_widget_set_visible (self->spinner, is_asked);
  gtk_label_set_label (self->title, is_asked ? "" : _("Not measured yet"));
  gtk_label_set_label (self->detail, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->button), has_button);
  gtk_widget_set_focusable (GTK_WIDGET (self), !has_button);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_asked ? _("measuring…") : _("Not measured yet"), -1);
  gtk_button_set_label (self->button, is_failing ? _("Retry") : _("Resume"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), is_failing ? "win.retry" : "win.pause");
}

/**
 * ts_status_take_focus:
 * @self: a status
 *
 * Moves the keyboard focus to the button, or where there is none, to the status itself: if the focus went elsewhere,
 * single keys would be typed into the address.
 */
void
ts_status_take_focus (TsStatus *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self->button)))
    gtk_widget_grab_focus (GTK_WIDGET (self->button));
  else
    gtk_widget_grab_focus (GTK_WIDGET (self));
}
