/* A clock's digits, the uncertain ones grey.
 *
 * It is not a GtkLabel, because that would cause a new layout of the window in each frame.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-clock-face.h"

#include <math.h>
#include <string.h>

#include "words/ts-format.h"
#include "measure/ts-time.h"

/* 54 % has a contrast of 3 : 1 with the background, which is enough for text this large. */
#define GREY_ALPHA ((guint16) (0.54 * 65535))

#define MOST_SHRUNK 3

struct _TsClockFace
{
  GtkWidget parent_instance;

  PangoLayout *layout;
  char *text;
  guint n_grey;
  gboolean shrinks;
  gint64 spoken_second;
};

G_DEFINE_FINAL_TYPE (TsClockFace, ts_clock_face, GTK_TYPE_WIDGET)

/* The last digits are grey; the signs between them do not count. */
static PangoAttrList *
create_attributes (TsClockFace *self)
{
  PangoAttrList *attributes = pango_attr_list_new ();
  const char *from = self->text + strlen (self->text);

  for (guint n_left = self->n_grey; n_left > 0 && from > self->text; from--)
    if (g_ascii_isdigit (from[-1]))
      n_left--;
  if (self->n_grey > 0)
    {
      PangoAttribute *grey = pango_attr_foreground_alpha_new (GREY_ALPHA);

      grey->start_index = (guint) (from - self->text);
      pango_attr_list_insert (attributes, grey);
    }
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  return attributes;
}

/* Returns: by how much the digits are smaller than the style says, so that they have room in @width_px; 1 at most */
static double
get_factor (TsClockFace *self,
            int width_px)
{
  int width;

  pango_layout_get_pixel_size (self->layout, &width, NULL);
  return self->shrinks && width_px >= 0 && width_px < width ? MAX (width_px, 1) / (double) width : 1;
}

static GtkSizeRequestMode
ts_clock_face_get_request_mode (GtkWidget *widget)
{
  return TS_CLOCK_FACE (widget)->shrinks ? GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH : GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
ts_clock_face_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  TsClockFace *self = TS_CLOCK_FACE (widget);
  int width, height;
  double factor;

  /* Tabular figures: every time of day is as wide. */
  pango_layout_get_pixel_size (self->layout, &width, &height);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *natural = width;
      *minimum = self->shrinks ? width / MOST_SHRUNK : width;
      return;
    }
  factor = get_factor (self, for_size);
  *minimum = *natural = (int) ceil (height * factor);
  *minimum_baseline = *natural_baseline = (int) (pango_layout_get_baseline (self->layout) * factor / PANGO_SCALE);
}

static void
ts_clock_face_snapshot (GtkWidget *widget,
                        GtkSnapshot *snapshot)
{
  TsClockFace *self = TS_CLOCK_FACE (widget);
  double factor = get_factor (self, gtk_widget_get_width (widget));
  gboolean is_at_end = (gtk_widget_get_halign (widget) == GTK_ALIGN_END) !=
                       (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
  int width;

  pango_layout_get_pixel_size (self->layout, &width, NULL);
  gtk_snapshot_save (snapshot);
  if (is_at_end)
    gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float) (gtk_widget_get_width (widget) - width * factor), 0));
  gtk_snapshot_scale (snapshot, (float) factor, (float) factor);
  gtk_snapshot_render_layout (snapshot, gtk_widget_get_style_context (widget), 0, 0, self->layout);
  gtk_snapshot_restore (snapshot);
}

static void
ts_clock_face_css_changed (GtkWidget *widget,
                           GtkCssStyleChange *change)
{
  TsClockFace *self = TS_CLOCK_FACE (widget);

  GTK_WIDGET_CLASS (ts_clock_face_parent_class)->css_changed (widget, change);
  pango_layout_context_changed (self->layout);
  gtk_widget_queue_resize (widget);
}

static void
ts_clock_face_system_setting_changed (GtkWidget *widget,
                                      GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (ts_clock_face_parent_class)->system_setting_changed (widget, setting);
  pango_layout_context_changed (TS_CLOCK_FACE (widget)->layout);
  gtk_widget_queue_resize (widget);
}

static void
ts_clock_face_dispose (GObject *object)
{
  TsClockFace *self = TS_CLOCK_FACE (object);

  g_clear_object (&self->layout);
  G_OBJECT_CLASS (ts_clock_face_parent_class)->dispose (object);
}

static void
ts_clock_face_finalize (GObject *object)
{
  g_free (TS_CLOCK_FACE (object)->text);
  G_OBJECT_CLASS (ts_clock_face_parent_class)->finalize (object);
}

static void
ts_clock_face_class_init (TsClockFaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ts_clock_face_dispose;
  object_class->finalize = ts_clock_face_finalize;
  widget_class->get_request_mode = ts_clock_face_get_request_mode;
  widget_class->measure = ts_clock_face_measure;
  widget_class->snapshot = ts_clock_face_snapshot;
  widget_class->css_changed = ts_clock_face_css_changed;
  widget_class->system_setting_changed = ts_clock_face_system_setting_changed;
  gtk_widget_class_set_css_name (widget_class, "clockface");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TIMER);
}

static void
ts_clock_face_init (TsClockFace *self)
{
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  self->spoken_second = -1;
  ts_clock_face_clear (self);
}

/* Once a second, because a screen reader would read nothing else if the time changed with each frame. */
static void
update_accessible_text (TsClockFace *self,
                        gint64 instant_ns)
{
  if (instant_ns / TS_NS_PER_S == self->spoken_second)
    return;
  self->spoken_second = instant_ns / TS_NS_PER_S;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, self->text, -1);
}

/* @text: (transfer full) */
static void
take_text (TsClockFace *self,
           char *text,
           guint n_grey)
{
  gboolean is_same_length = self->text != NULL && strlen (self->text) == strlen (text);
  gboolean is_as_grey = is_same_length && n_grey == self->n_grey;

  g_free (self->text);
  self->text = text;
  self->n_grey = n_grey;
  pango_layout_set_text (self->layout, text, -1);
  if (!is_as_grey)
    {
      PangoAttrList *attributes = create_attributes (self);

      pango_layout_set_attributes (self->layout, attributes);
      pango_attr_list_unref (attributes);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (!is_same_length)
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * ts_clock_face_count_grey:
 * @uncertainty_ns: the width of the proven interval
 * @n_decimals: how many digits of the second's fraction are shown
 *
 * A digit is uncertain when its place is smaller than @uncertainty_ns: 5.2 ms greys thousandths, 10.6 ms
 * hundredths too.
 *
 * Returns: how many digits are uncertain, from the right; at most six of them are left of the decimal sign
 */
guint
ts_clock_face_count_grey (gint64 uncertainty_ns,
                          guint n_decimals)
{
  gint64 place_ns = TS_NS_PER_S;
  guint n_grey = 0;

  for (guint i = 0; i < n_decimals; i++)
    place_ns /= 10;
  for (; place_ns < TS_NS_PER_S && place_ns < uncertainty_ns; place_ns *= 10)
    n_grey++;
  if (n_grey < n_decimals)
    return n_grey;
  /* Digits of the clock are seconds, tens of them, minutes, and so on. */
  {
    const gint64 places_s[] = { 1, 10, 60, 600, 3600, 36000 };

    for (guint i = 0; i < G_N_ELEMENTS (places_s) && places_s[i] * TS_NS_PER_S < uncertainty_ns; i++)
      n_grey++;
  }
  return n_grey;
}

/**
 * ts_clock_face_show:
 * @self: a clock
 * @instant_ns: the time to show, in nanoseconds since the Unix epoch
 * @n_decimals: how many digits of the second's fraction
 * @uncertainty_ns: the width of the proven interval; with 0 no digit is grey
 */
void
ts_clock_face_show (TsClockFace *self,
                    gint64 instant_ns,
                    guint n_decimals,
                    gint64 uncertainty_ns)
{
  g_autofree char *text = ts_format_clock (instant_ns, n_decimals);
  guint n_grey = ts_clock_face_count_grey (uncertainty_ns, n_decimals);

  if (g_strcmp0 (text, self->text) == 0 && n_grey == self->n_grey)
    return;
  take_text (self, g_steal_pointer (&text), n_grey);
  update_accessible_text (self, instant_ns);
}

/**
 * ts_clock_face_clear:
 * @self: a clock
 *
 * Shows that the time is not known.
 */
void
ts_clock_face_clear (TsClockFace *self)
{
  take_text (self, g_strdup ("--:--:--"), 0);
  self->spoken_second = -1;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, TS_UNKNOWN_TEXT, -1);
}

/**
 * ts_clock_face_set_shrinks:
 * @self: a clock
 * @shrinks: whether its digits become smaller where there is no room for them, down to a third
 */
void
ts_clock_face_set_shrinks (TsClockFace *self,
                           gboolean shrinks)
{
  if (self->shrinks == shrinks)
    return;
  self->shrinks = shrinks;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
