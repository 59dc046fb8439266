/* One figure: caption, value and context.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-figure.h"

struct _TsFigure
{
  GtkBox parent_instance;

  GtkLabel *caption;
  GtkLabel *value;
  GtkLabel *context;
  gboolean is_compact;
  char *more; /* (nullable) */
  char *explanation;
};

enum
{
  PROP_0,
  PROP_CAPTION,
  PROP_EXPLANATION,
  PROP_WIDTH_CHARS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsFigure, ts_figure, GTK_TYPE_BOX)

/* The context moves to the tooltip if there is no room for it. */
static void
update_context (TsFigure *self)
{
  const char *context = gtk_label_get_label (self->context);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *tooltip = NULL;

  if (self->is_compact && *context != '\0')
    g_string_append_printf (text, "%s\n", context);
  if (self->more != NULL)
    g_string_append_printf (text, "%s\n", self->more);
  g_string_append (text, self->explanation != NULL ? self->explanation : "");
  tooltip = g_string_free (g_steal_pointer (&text), FALSE);
  /* GTK shows a tooltip again when it is set, even if the text is the same. */
  if (g_strcmp0 (tooltip, gtk_widget_get_tooltip_text (GTK_WIDGET (self))) != 0)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  gtk_widget_set_visible (GTK_WIDGET (self->context), !self->is_compact);
}

static void
ts_figure_set_property (GObject *object,
                        guint property_id,
                        const GValue *value,
                        GParamSpec *pspec)
{
  TsFigure *self = TS_FIGURE (object);

  switch (property_id)
    {
    case PROP_CAPTION:
      gtk_label_set_label (self->caption, g_value_get_string (value));
      break;
    case PROP_EXPLANATION:
      g_free (self->explanation);
      self->explanation = g_value_dup_string (value);
      update_context (self);
      break;
    case PROP_WIDTH_CHARS:
      gtk_label_set_width_chars (self->context, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_figure_finalize (GObject *object)
{
  g_free (TS_FIGURE (object)->more);
  g_free (TS_FIGURE (object)->explanation);
  G_OBJECT_CLASS (ts_figure_parent_class)->finalize (object);
}

static void
ts_figure_class_init (TsFigureClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = ts_figure_set_property;
  object_class->finalize = ts_figure_finalize;

  properties[PROP_CAPTION] =
    g_param_spec_string ("caption", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EXPLANATION] =
    g_param_spec_string ("explanation", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  /* Room for the context's usual length, so that figures side by side do not move with each other's digits. */
  properties[PROP_WIDTH_CHARS] =
    g_param_spec_int ("width-chars", NULL, NULL, -1, G_MAXINT, -1, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-figure.ui");
  gtk_widget_class_bind_template_child (widget_class, TsFigure, caption);
  gtk_widget_class_bind_template_child (widget_class, TsFigure, value);
  gtk_widget_class_bind_template_child (widget_class, TsFigure, context);
}

static void
ts_figure_init (TsFigure *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_figure_set:
 * @self: a figure
 * @value: its value
 * @context: (nullable): what to compare the value with
 */
void
ts_figure_set (TsFigure *self,
               const char *value,
               const char *context)
{
  gtk_label_set_label (self->value, value);
  gtk_label_set_label (self->context, context != NULL ? context : "");
  update_context (self);
}

/**
 * ts_figure_set_more:
 * @self: a figure
 * @more: (nullable): what else to say in the tooltip, because there is no room for a figure of its own
 */
void
ts_figure_set_more (TsFigure *self,
                    const char *more)
{
  if (g_strcmp0 (more, self->more) == 0)
    return;
  g_free (self->more);
  self->more = g_strdup (more);
  update_context (self);
}

/**
 * ts_figure_set_layout:
 * @self: a figure
 * @layout: the page's
 *
 * Moves the context to the tooltip where there is no room for it, and puts the value beside its name where each figure
 * has a line.
 */
void
ts_figure_set_layout (TsFigure *self,
                      TsPageLayout layout)
{
  gboolean is_line = layout == TS_PAGE_TINY;

  self->is_compact = layout == TS_PAGE_NARROW || layout == TS_PAGE_TINY;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self),
                                  is_line ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_hexpand (GTK_WIDGET (self->caption), is_line);
  update_context (self);
}
