/* The banner of a server's page: why it cannot be measured, or that it is paused.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-server-banner.h"

#include <glib/gi18n.h>

#include "words/ts-words.h"

struct _TsServerBanner
{
  AdwBin parent_instance;

  GtkInfoBar *bar;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *detail;
  GtkButton *button;

  GNetworkMonitor *network; /* not ours */
};

G_DEFINE_FINAL_TYPE (TsServerBanner, ts_server_banner, ADW_TYPE_BIN)

/* @title is what to tell, or %NULL for nothing; it stays what it was while the banner goes. */
static void
show (TsServerBanner *self,
      gboolean is_error,
      const char *title,
      const char *detail)
{
  gtk_info_bar_set_revealed (self->bar, title != NULL);
  if (title != NULL)
    {
      gtk_info_bar_set_message_type (self->bar, is_error ? GTK_MESSAGE_ERROR : GTK_MESSAGE_INFO);
      gtk_image_set_from_icon_name (self->icon,
                                    is_error ? "dialog-error-symbolic" : "media-playback-pause-symbolic");
      gtk_button_set_label (self->button, is_error ? _("Retry") : _("Resume"));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), is_error ? "win.retry" : "win.pause");
    }
  /* A screen reader finds the labels of a bar that is not revealed, too. */
  gtk_label_set_label (self->title, title != NULL ? title : "");
  gtk_label_set_label (self->detail, title != NULL ? detail : "");
}

static void
ts_server_banner_class_init (TsServerBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-server-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, bar);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, icon);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, title);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, detail);
  gtk_widget_class_bind_template_child (widget_class, TsServerBanner, button);
}

static void
ts_server_banner_init (TsServerBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->network = g_network_monitor_get_default ();
}

/**
 * ts_server_banner_show:
 * @self: a banner
 * @monitor: of whose trouble, or pause, to tell; of nothing while it measures
 */
void
ts_server_banner_show (TsServerBanner *self,
                       TsMonitor *monitor)
{
  const GError *error = ts_monitor_get_error (monitor);
  gboolean is_offline;
  g_autofree char *hint = NULL;
  g_autofree char *next_try = NULL;
  g_autofree char *detail = NULL;

  switch (ts_monitor_get_state (monitor))
    {
    case TS_MONITOR_FAILING:
      is_offline = ts_words_is_offline (error, g_network_monitor_get_network_available (self->network));
      hint = is_offline ? g_strdup (_("Measuring goes on as soon as it is.")) : ts_words_error_hint (error);
      next_try = ts_words_next_try (ts_monitor_get_until_next_ns (monitor));
      detail = g_strjoin (*hint != '\0' ? " " : "", hint, next_try, NULL);
      show (self, TRUE, is_offline ? _("This computer is not connected to a network") : error->message, detail);
      break;
    case TS_MONITOR_PAUSED:
      show (self, FALSE, _("Paused"), _("Nothing is asked of the server until you resume."));
      break;
    case TS_MONITOR_STOPPED:
    case TS_MONITOR_STARTING:
    case TS_MONITOR_MEASURING:
    default:
      show (self, FALSE, NULL, NULL);
    }
}
