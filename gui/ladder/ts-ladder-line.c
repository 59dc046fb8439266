/* A line of the ladder's arithmetic: what, how, and how much.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-line.h"

#include "words/ts-join.h"

struct _TsLadderLine
{
  GtkListBoxRow parent_instance;

  GtkBox *line;
  GtkBox *texts;
  GtkLabel *name;
  GtkLabel *formula;
  GtkLabel *value;
};

G_DEFINE_FINAL_TYPE (TsLadderLine, ts_ladder_line, GTK_TYPE_LIST_BOX_ROW)

static void
ts_ladder_line_class_init (TsLadderLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-ladder-line.ui");
  gtk_widget_class_bind_template_child (widget_class, TsLadderLine, line);
  gtk_widget_class_bind_template_child (widget_class, TsLadderLine, texts);
  gtk_widget_class_bind_template_child (widget_class, TsLadderLine, name);
  gtk_widget_class_bind_template_child (widget_class, TsLadderLine, formula);
  gtk_widget_class_bind_template_child (widget_class, TsLadderLine, value);
}

static void
ts_ladder_line_init (TsLadderLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_ladder_line_show:
 * @self: a line
 * @row: what to show from now on
 */
void
ts_ladder_line_show (TsLadderLine *self,
                     const TsLadderRow *row)
{
  g_autofree char *result = ts_join_caption (row->name, row->value);
  const char *const parts[] = { result, row->formula };
  g_autofree char *label = ts_join_clauses (parts, G_N_ELEMENTS (parts));

  gtk_label_set_label (self->name, row->name);
  gtk_label_set_label (self->formula, row->formula);
  gtk_label_set_label (self->value, row->value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/**
 * ts_ladder_line_set_compact:
 * @self: a line
 * @is_compact: whether the formula goes below the name
 * @is_tiny: whether the value goes below both
 */
void
ts_ladder_line_set_compact (TsLadderLine *self,
                            gboolean is_compact,
                            gboolean is_tiny)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->line),
                                  is_tiny ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (self->line, is_tiny ? 3 : 12);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->texts),
                                  is_compact ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (self->texts, is_compact ? 0 : 12);
  gtk_label_set_width_chars (self->name, is_compact ? -1 : 12);
}
