/* The banner of a server's page: why it cannot be measured, that its key has changed, that it is paused, that it
 * contradicts another server, or that its clock is slewed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-server-banner.h"

#include <glib/gi18n.h>
#include <string.h>

#include "parts/ts-details.h"
#include "parts/ts-sentence.h"
#include "words/ts-isolate.h"
#include "words/ts-join.h"
#include "words/ts-list-words.h"
#include "words/ts-words.h"

struct _TsServerBanner
{
  AdwBin parent_instance;

  GtkInfoBar *bar;
  GtkImage *icon;
  GtkBox *row; /* what it says, and the button */
  GtkLabel *title;
  GtkLabel *detail;
  TsDetails *details;
  GtkButton *button;
};

G_DEFINE_FINAL_TYPE (TsServerBanner, ts_server_banner, ADW_TYPE_BIN)

enum
{
  KIND_FAILURE,
  KIND_OFFLINE,
  KIND_PAUSE,
  KIND_DISPUTE,
  KIND_KEY,
  KIND_NEWS,
};

static const struct
{
  GtkMessageType type;
  const char *icon;
  const char *label;  /* (nullable): of the button */
  const char *action; /* (nullable) */
} kinds[] = {
  [KIND_FAILURE] = { GTK_MESSAGE_ERROR, "dialog-error-symbolic", N_("Retry"), "win.retry" },
  [KIND_OFFLINE] = { GTK_MESSAGE_INFO, "network-offline-symbolic", NULL, NULL },
  [KIND_PAUSE] = { GTK_MESSAGE_INFO, "media-playback-pause-symbolic", N_("Resume"), "win.pause" },
  [KIND_DISPUTE] = { GTK_MESSAGE_WARNING, "dialog-warning-symbolic", N_("Show Both"), "win.show-both" },
  [KIND_KEY] = { GTK_MESSAGE_WARNING, "channel-insecure-symbolic", N_("Show Key"), "win.key" },
  [KIND_NEWS] = { GTK_MESSAGE_INFO, "dialog-information-symbolic", NULL, NULL },
};

/**
 * ts_server_banner_set_layout:
 * @self: a banner
 * @layout: that of the page
 *
 * Puts the button below the text where there is no room beside it.
 */
void
ts_server_banner_set_layout (TsServerBanner *self,
                             TsPageLayout layout)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->row),
                                  layout == TS_PAGE_TINY ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

/**
 * ts_server_banner_hide:
 * @self: a banner
 */
void
ts_server_banner_hide (TsServerBanner *self)
{
  gtk_info_bar_set_revealed (self->bar, FALSE);
  /* A screen reader finds them even while the bar is hidden. */
  gtk_widget_set_visible (GTK_WIDGET (self->button), FALSE);
  gtk_label_set_label (self->title, "");
  gtk_label_set_label (self->detail, "");
  ts_details_set_text (self->details, NULL);
}

static void
show_text (GtkLabel *label,
           const char *text)
{
  gboolean is_whole = ts_sentence_show (label, text, gtk_widget_get_width (GTK_WIDGET (label)));

  if (is_whole || g_strcmp0 (text, gtk_widget_get_tooltip_text (GTK_WIDGET (label))) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (label), is_whole ? NULL : text);
}

/* @technical: (nullable): what is behind "Details" */
static void
show (TsServerBanner *self,
      guint kind,
      const char *title,
      const char *detail,
      const char *technical)
{
  gtk_info_bar_set_revealed (self->bar, TRUE);
  gtk_info_bar_set_message_type (self->bar, kinds[kind].type);
  gtk_image_set_from_icon_name (self->icon, kinds[kind].icon);
  gtk_button_set_label (self->button, kinds[kind].label != NULL ? _(kinds[kind].label) : "");
  /* Two words may be too wide for a narrow window. Chinese and Japanese are short, and would be broken within a word. */
  gtk_label_set_justify (GTK_LABEL (gtk_button_get_child (self->button)), GTK_JUSTIFY_CENTER);
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (self->button)),
                      strchr (gtk_button_get_label (self->button), ' ') != NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), kinds[kind].action);
  gtk_widget_set_visible (GTK_WIDGET (self->button), kinds[kind].action != NULL);
  show_text (self->title, title);
  show_text (self->detail, detail);
  ts_details_set_text (self->details, technical);
}

/* A single answer that does not come is in the headline and in the chart. The banner would move the page for it, and back
 * again with the next answer. */
static gboolean
is_single_loss (TsMonitor *monitor)
{
  const TsHistory *history = ts_monitor_get_history (monitor);
  gsize length = ts_history_get_length (history);

  return g_error_matches (ts_monitor_get_error (monitor), G_IO_ERROR, G_IO_ERROR_TIMED_OUT) && length >= 2 &&
         ts_history_get (history, length - 2)->kind == TS_ENTRY_SAMPLE;
}

static void
show_failure (TsServerBanner *self,
              TsMonitor *monitor)
{
  const GError *error = ts_monitor_get_error (monitor);
  TsProbe *probe = ts_monitor_get_probe (monitor);
  const char *name = ts_monitor_get_name (monitor);
  g_autofree char *cause = ts_words_failure (error, probe, name);
  g_autofree char *hint = ts_words_error_hint (error);
  g_autofree char *next_try = ts_words_next_try (ts_monitor_get_until_next_ns (monitor));
  g_autofree char *detail = ts_join_sentences (hint, next_try);

  show (self, KIND_FAILURE, cause, detail, ts_words_failure_details (error, probe, name));
}

static void
show_dispute (TsServerBanner *self,
              TsMonitor *monitor,
              const TsServerDispute *dispute)
{
  g_autofree char *title = ts_list_words_contradiction (ts_monitor_get_name (monitor), dispute->opponent);
  g_autofree char *detail = ts_list_words_gap (dispute->gap_ns);

  show (self, KIND_DISPUTE, title, detail, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->button), !dispute->is_shown);
}

static void
show_other_key (TsServerBanner *self,
                TsMonitor *monitor)
{
  g_autofree char *name = ts_isolate_name (ts_monitor_get_name (monitor));
  /* Translators: the name of a server. */
  g_autofree char *title = g_strdup_printf (_("The key of %s has changed"), name);

  show (self, KIND_KEY, title, _("Somebody else may be answering."), NULL);
}

static void
ts_server_banner_class_init (TsServerBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-server-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, bar);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, icon);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, row);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, title);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, detail);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, details);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, button);
}

static void
ts_server_banner_init (TsServerBanner *self)
{
  g_type_ensure (TS_TYPE_DETAILS);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_server_banner_show:
 * @self: a banner
 * @monitor: the server
 * @trend: the verdict of its estimate
 * @dispute: (nullable): whom the server disagrees with
 * @has_other_key: whether it has sealed something by another key than before
 *
 * Tells why the server cannot be measured, that its key has changed, that it is paused, that it contradicts another one,
 * or that its clock is slewed; otherwise hides the banner.
 */
void
ts_server_banner_show (TsServerBanner *self,
                       TsMonitor *monitor,
                       TsVerdict trend,
                       const TsServerDispute *dispute,
                       gboolean has_other_key)
{
  TsMonitorState state = ts_monitor_get_state (monitor);

  if (ts_monitor_is_offline (monitor))
    show (self, KIND_OFFLINE, _("This computer is not connected to a network"),
          _("Measuring continues when it is connected again."), NULL);
  else if (state == TS_MONITOR_FAILING && is_single_loss (monitor))
    ts_server_banner_hide (self);
  else if (state == TS_MONITOR_FAILING)
    show_failure (self, monitor);
  else if (has_other_key)
    show_other_key (self, monitor);
  else if (state == TS_MONITOR_PAUSED)
    show (self, KIND_PAUSE, _("Paused"), _("The server is not asked until you resume."), NULL);
  else if (state == TS_MONITOR_MEASURING && dispute != NULL)
    show_dispute (self, monitor, dispute);
  else if (state == TS_MONITOR_MEASURING && trend == TS_VERDICT_SLEWED)
    show (self, KIND_NEWS, _("The server’s clock is being slewed"),
          _("The offset changes faster than clocks drift by themselves, but evenly."), NULL);
  else
    ts_server_banner_hide (self);
}
