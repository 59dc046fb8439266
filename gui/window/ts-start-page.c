/* The page that is shown while there are no servers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-start-page.h"

#include <glib/gi18n.h>

#include "servers/ts-recent-hosts.h"
#include "servers/ts-time-sources.h"
#include "share/ts-share-row.h"
#include "wire/ts-address.h"
#include "words/ts-isolate.h"

/* As in the template: with text of the usual size. */
#define PAGE_PX   640
#define COLUMN_PX 480

/* The key of a row's label that tells what was measured last. */
#define LAST "timesync-last"

struct _TsStartPage
{
  AdwBin parent_instance;

  AdwClamp *page_clamp;
  GtkWidget *column;
  AdwClamp *clamp; /* of the address bar */
  GtkWidget *examples;
  GtkWidget *recent;
  GtkListBox *recent_list;
  GtkWidget *sources;
  GtkListBox *source_list;
  TsShareRow *share_row;
  gboolean is_tiny; /* whether there is no room for two texts beside each other */
  GPtrArray *hosts; /* (nullable): of TsRecentHost, in the list's order */
};

enum
{
  EXAMPLE_CHOSEN,
  RECENT_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsStartPage, ts_start_page, ADW_TYPE_BIN)

static void
example_clicked (TsStartPage *self,
                 GtkButton *button)
{
  g_signal_emit (self, signals[EXAMPLE_CHOSEN], 0, gtk_button_get_label (button));
}

static void
recent_activated (TsStartPage *self,
                  GtkListBoxRow *row)
{
  const TsRecentHost *recent = g_ptr_array_index (self->hosts, (guint) gtk_list_box_row_get_index (row));
  g_autofree char *host = g_strdup (recent->host);

  g_signal_emit (self, signals[RECENT_CHOSEN], 0, host);
}

static void
ts_start_page_finalize (GObject *object)
{
  g_clear_pointer (&TS_START_PAGE (object)->hosts, g_ptr_array_unref);
  G_OBJECT_CLASS (ts_start_page_parent_class)->finalize (object);
}

static void
ts_start_page_class_init (TsStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ts_start_page_finalize;

  /**
   * TsStartPage::example-chosen:
   * @host: an example of an address, which is not to be connected to
   */
  signals[EXAMPLE_CHOSEN] = g_signal_new ("example-chosen", TS_TYPE_START_PAGE, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * TsStartPage::recent-chosen:
   * @host: the address of a recent host, which is to be measured
   */
  signals[RECENT_CHOSEN] = g_signal_new ("recent-chosen", TS_TYPE_START_PAGE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (TS_TYPE_SHARE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TsStartPage, page_clamp);
  gtk_widget_class_bind_template_child (widget_class, TsStartPage, column);
  gtk_widget_class_bind_template_child (widget_class, TsStartPage, clamp);
  gtk_widget_class_bind_template_child (widget_class, TsStartPage, examples);
  gtk_widget_class_bind_template_child (widget_class, TsStartPage, recent);
  gtk_widget_class_bind_template_child (widget_class, TsStartPage, recent_list);
  gtk_widget_class_bind_template_child (widget_class, TsStartPage, sources);
  gtk_widget_class_bind_template_child (widget_class, TsStartPage, source_list);
  gtk_widget_class_bind_template_child (widget_class, TsStartPage, share_row);
  gtk_widget_class_bind_template_callback (widget_class, example_clicked);
  gtk_widget_class_bind_template_callback (widget_class, recent_activated);
}

static void
ts_start_page_init (TsStartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_start_page_get_clamp:
 * @self: a start page
 *
 * Returns: (transfer none): where the address bar belongs
 */
AdwClamp *
ts_start_page_get_clamp (TsStartPage *self)
{
  return self->clamp;
}

/* What was measured last stands beside the name, or below it. */
static void
place_last (GtkWidget *row,
            gboolean is_below)
{
  GtkWidget *last = g_object_get_data (G_OBJECT (row), LAST);

  gtk_widget_set_visible (last, !is_below);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), is_below ? gtk_label_get_text (GTK_LABEL (last)) : "");
}

/**
 * ts_start_page_set_text_scale:
 * @self: a start page
 * @text_scale: how large its text is; 1 is the usual size
 * @is_tiny: whether there is no room for two texts beside each other
 *
 * Makes its columns as wide as before in terms of their text.
 */
void
ts_start_page_set_text_scale (TsStartPage *self,
                              double text_scale,
                              gboolean is_tiny)
{
  self->is_tiny = is_tiny;
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->recent_list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    place_last (row, is_tiny);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->examples),
                                  is_tiny ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  if (is_tiny)
    gtk_widget_add_css_class (GTK_WIDGET (self), "tiny");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "tiny");
  adw_clamp_set_maximum_size (self->page_clamp, (int) (PAGE_PX * text_scale));
  for (GtkWidget *child = gtk_widget_get_first_child (self->column); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ADW_IS_CLAMP (child))
      adw_clamp_set_maximum_size (ADW_CLAMP (child), (int) (COLUMN_PX * text_scale));
}

static GtkWidget *
create_row (const TsRecentHost *recent,
            gint64 now_ns)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *description = ts_recent_host_describe (recent, now_ns);
  g_autofree char *address = ts_recent_host_get_shown_address (recent);
  g_autofree char *title = ts_isolate_name (address);
  g_autofree char *tooltip = g_strdup_printf ("%s\n%s", title, description);
  GtkWidget *last = gtk_label_new (description);

  gtk_label_set_ellipsize (GTK_LABEL (last), PANGO_ELLIPSIZE_END);
  g_object_set_data (G_OBJECT (row), LAST, last);
  gtk_widget_add_css_class (last, "caption");
  gtk_widget_add_css_class (last, "secondary");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  gtk_widget_set_tooltip_text (row, tooltip);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), last);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

/* Servers to begin with are for a user who has measured none so far. */
static void
update_sources (TsStartPage *self)
{
  gtk_widget_set_visible (self->sources, !gtk_widget_get_visible (self->recent) &&
                                           gtk_list_box_get_row_at_index (self->source_list, 0) != NULL);
}

/**
 * ts_start_page_set_recent:
 * @self: a start page
 * @hosts: (element-type TsRecentHost): recent hosts, which are not changed after that; if there are none, the list is hidden
 * @now_ns: our clock now
 */
void
ts_start_page_set_recent (TsStartPage *self,
                          GPtrArray *hosts,
                          gint64 now_ns)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->recent_list))) != NULL)
    gtk_list_box_remove (self->recent_list, row);
  g_clear_pointer (&self->hosts, g_ptr_array_unref);
  self->hosts = g_ptr_array_ref (hosts);
  for (guint i = 0; i < hosts->len; i++)
    {
      row = create_row (hosts->pdata[i], now_ns);
      place_last (row, self->is_tiny);
      gtk_list_box_append (self->recent_list, row);
    }
  gtk_widget_set_visible (self->recent, hosts->len > 0);
  update_sources (self);
}

static void
add_source (TsStartPage *self,
            const char *address,
            const char *description)
{
  GtkWidget *row = adw_action_row_new ();
  g_autoptr (TsAddress) parsed = ts_address_parse (address, NULL);
  g_autofree char *title = ts_isolate_name (parsed->host);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), description);
  /* With a limit, which no text of ours reaches, GTK measures the label at once; without, at dozens of widths. */
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 6);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.measure-source");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", address);
  gtk_list_box_append (self->source_list, row);
}

/**
 * ts_start_page_set_sources:
 * @self: a start page
 * @addresses: the servers that this computer sets its clock by, as ts_time_sources_find_async() finds them
 *
 * Offers these servers and the public pool while there are no recent hosts.
 */
void
ts_start_page_set_sources (TsStartPage *self,
                           const char *const *addresses)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->source_list, 0)) != NULL)
    gtk_list_box_remove (self->source_list, GTK_WIDGET (row));
  for (gsize i = 0; addresses[i] != NULL; i++)
    add_source (self, addresses[i], _("This computer sets its clock by it"));
  add_source (self, TS_TIME_SOURCES_POOL, _("Public servers, run by volunteers"));
  update_sources (self);
}

/**
 * ts_start_page_set_share:
 * @self: a start page that is not shown so far
 * @share: what the switch on it is for
 */
void
ts_start_page_set_share (TsStartPage *self,
                         TsShare *share)
{
  ts_share_row_set_share (self->share_row, share);
}
