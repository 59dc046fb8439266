/* Two clocks, one below the other: the server's and this computer's.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-clocks.h"

#include <glib/gi18n.h>

#include "parts/ts-clock-face.h"
#include "measure/ts-time.h"
#include "words/ts-isolate.h"
#include "words/ts-zone.h"

#define NAME_GAP_PX 18

struct _TsClocks
{
  AdwBin parent_instance;

  GtkBox *remote;
  GtkBox *local;
  GtkLabel *remote_name;
  GtkLabel *local_name;
  TsClockFace *remote_clock;
  TsClockFace *local_clock;

  gboolean is_known; /* the server's clock */
  gint64 offset_ns;  /* by the estimate that was shown last */
  gint64 width_ns;   /* of its proven interval */
};

G_DEFINE_FINAL_TYPE (TsClocks, ts_clocks, ADW_TYPE_BIN)

/* Adds the server's date to its name if that is not this computer's, and says if the clock is only carried on. */
static void
update_remote_name (TsClocks *self,
                    TsMonitor *monitor,
                    const TsEstimate *now,
                    gint64 now_ns,
                    gboolean is_live)
{
  g_autofree char *name = ts_isolate_name (ts_monitor_get_name (monitor));
  g_autoptr (GString) text = g_string_new (name);

  gtk_widget_set_visible (GTK_WIDGET (self->remote), now != NULL);
  if (now != NULL)
    {
      gint64 remote_ns = now_ns + now->estimate_ns;

      if (!ts_zone_is_same_day (now_ns, remote_ns))
        {
          g_autoptr (GDateTime) remote = ts_zone_new_date_time (remote_ns / TS_NS_PER_S);
          g_autofree char *date = g_date_time_format (remote, "%x");

          g_string_append_printf (text, "\n%s", date);
        }
      if (!is_live)
        /* Translators: of a clock that is shown although the server no longer answers: it continues from the last answer. */
        g_string_append_printf (text, "\n%s", _("carried on"));
    }
  gtk_label_set_label (self->remote_name, text->str);
  /* It may be too long for its place. */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self->remote_name)), text->str) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->remote_name), text->str);
}

/* The tooltips always name the clocks' zone; the label does if it is not this computer's. */
static void
update_zone (TsClocks *self,
             gint64 now_ns)
{
  g_autofree char *name = g_strconcat (_("This computer"), ts_zone_is_utc () ? "\nUTC" : "", NULL);
  g_autoptr (GDateTime) now = ts_zone_new_date_time (now_ns / TS_NS_PER_S);
  g_autofree char *zone = now != NULL ? g_date_time_format (now, "%Z") : g_strdup ("");
  /* Translators: the name of a time zone, such as CET. */
  g_autofree char *remote = g_strdup_printf (_("The server’s time by the estimate, in %s; grey digits are not certain"),
                                             zone);
  /* Translators: the name of a time zone, such as CET. */
  g_autofree char *local = g_strdup_printf (_("This computer’s time, in %s"), zone);

  gtk_label_set_label (self->local_name, name);
  /* GTK shows a tooltip again when it is set, even if the text is the same. */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self->local_clock)), local) == 0)
    return;
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->remote_clock), remote);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->local_clock), local);
}

static void
ts_clocks_class_init (TsClocksClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (TS_TYPE_CLOCK_FACE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-clocks.ui");
  gtk_widget_class_bind_template_child (widget_class, TsClocks, remote);
  gtk_widget_class_bind_template_child (widget_class, TsClocks, local);
  gtk_widget_class_bind_template_child (widget_class, TsClocks, remote_name);
  gtk_widget_class_bind_template_child (widget_class, TsClocks, local_name);
  gtk_widget_class_bind_template_child (widget_class, TsClocks, remote_clock);
  gtk_widget_class_bind_template_child (widget_class, TsClocks, local_clock);
}

static void
ts_clocks_init (TsClocks *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_clocks_show:
 * @self: clocks
 * @monitor: the server
 * @now: (nullable): its estimate for this instant; without one its clock is not shown
 * @is_live: whether it answers
 *
 * Labels the two clocks, which go by @now from then on.
 */
void
ts_clocks_show (TsClocks *self,
                TsMonitor *monitor,
                const TsEstimate *now,
                gboolean is_live)
{
  gint64 now_ns = ts_clock_get_now_ns (ts_monitor_get_clock (monitor));

  self->is_known = now != NULL;
  self->offset_ns = now != NULL ? now->estimate_ns : 0;
  self->width_ns = now != NULL ? now->proven_max_ns - now->proven_min_ns : 0;
  update_remote_name (self, monitor, now, now_ns, is_live);
  update_zone (self, now_ns);
}

/**
 * ts_clocks_tick:
 * @self: clocks
 * @now_ns: the time of this computer's clock
 * @pace: how often it is called, which is how many digits of the second are shown
 *
 * Shows the time. The estimate is not computed again for each frame, because that costs more than to draw a clock.
 */
void
ts_clocks_tick (TsClocks *self,
                gint64 now_ns,
                TsPace pace)
{
  static const guint n_decimals[] = { [TS_PACE_FRAMES] = 3, [TS_PACE_TENTHS] = 1, [TS_PACE_SECONDS] = 0 };

  ts_clock_face_show (self->local_clock, now_ns, n_decimals[pace], 0);
  if (self->is_known)
    ts_clock_face_show (self->remote_clock, now_ns + self->offset_ns, n_decimals[pace], self->width_ns);
}

/**
 * ts_clocks_clear:
 * @self: clocks
 *
 * Clears the server's clock, because another server is shown from now on.
 */
void
ts_clocks_clear (TsClocks *self)
{
  ts_clock_face_clear (self->remote_clock);
}

static void
lay_out_clock (GtkBox *clock,
               GtkLabel *name,
               TsClockFace *face,
               TsPageLayout layout)
{
  gboolean is_below = layout == TS_PAGE_MEDIUM || layout == TS_PAGE_TINY;
  gboolean ends = layout == TS_PAGE_WIDE;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (clock),
                                  is_below ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (clock, is_below ? 0 : NAME_GAP_PX);
  /* A name may have a second line, with the date, the zone, or that the clock is carried on. */
  gtk_label_set_justify (name, ends ? GTK_JUSTIFY_RIGHT : GTK_JUSTIFY_LEFT);
  gtk_label_set_xalign (name, ends ? 1 : 0);
  ts_clock_face_set_shrinks (face, layout == TS_PAGE_TINY);
}

/**
 * ts_clocks_set_layout:
 * @self: clocks
 * @layout: the page's
 *
 * Puts each clock beside its name, or below it.
 */
void
ts_clocks_set_layout (TsClocks *self,
                      TsPageLayout layout)
{
  lay_out_clock (self->remote, self->remote_name, self->remote_clock, layout);
  lay_out_clock (self->local, self->local_name, self->local_clock, layout);
}

/**
 * ts_clocks_fit:
 * @self: clocks
 * @layout: the page's
 * @width_px: how much room there is
 *
 * Puts the clocks of a narrow page below their names if the font has digits so wide that there is no room beside them.
 */
void
ts_clocks_fit (TsClocks *self,
               TsPageLayout layout,
               int width_px)
{
  int name_px, clock_px;

  if (layout != TS_PAGE_NARROW)
    return;
  gtk_widget_measure (GTK_WIDGET (self->local_name), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &name_px, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (self->local_clock), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &clock_px, NULL, NULL);
  ts_clocks_set_layout (self, name_px + NAME_GAP_PX + clock_px > width_px ? TS_PAGE_TINY : TS_PAGE_NARROW);
}

/**
 * ts_clocks_add_to_groups:
 * @self: clocks
 * @remote: a group of which the server's clock, with its name, becomes as high as the others
 * @local: the same for this computer's
 */
void
ts_clocks_add_to_groups (TsClocks *self,
                         GtkSizeGroup *remote,
                         GtkSizeGroup *local)
{
  gtk_size_group_add_widget (remote, GTK_WIDGET (self->remote));
  gtk_size_group_add_widget (local, GTK_WIDGET (self->local));
}
