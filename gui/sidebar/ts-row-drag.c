/* Lets the user drag the servers of the list to another place in it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-row-drag.h"

static GdkContentProvider *
prepare (TsServerRow *row)
{
  return gdk_content_provider_new_typed (TS_TYPE_MONITOR, ts_server_row_get_monitor (row));
}

static void
drag_began (GtkDragSource *source,
            GdkDrag *drag,
            GtkWidget *row)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (row);
  double x_px = 0, y_px = 0;

  gtk_gesture_get_point (GTK_GESTURE (source), NULL, &x_px, &y_px);
  gtk_drag_source_set_icon (source, picture, (int) x_px, (int) y_px);
}

static GdkDragAction
moved (GtkDropTarget *target,
       double x,
       double y,
       GtkListBox *list)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (list, (int) y);

  gtk_list_box_drag_unhighlight_row (list);
  if (row == NULL)
    return 0;
  gtk_list_box_drag_highlight_row (list, row);
  return GDK_ACTION_MOVE;
}

/* Moves the server to the place of the one that it is dropped on. One from the list of another window is not accepted. */
static gboolean
dropped (GtkDropTarget *target,
         const GValue *value,
         double x,
         double y,
         TsEnsemble *ensemble)
{
  GtkListBox *list = GTK_LIST_BOX (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)));
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (list, (int) y);
  guint from, to;

  /* GTK leaves the row marked that the pointer was over. */
  gtk_list_box_drag_unhighlight_row (list);
  if (row == NULL || !ts_ensemble_find (ensemble, g_value_get_object (value), &from) ||
      !ts_ensemble_find (ensemble, ts_server_row_get_monitor (TS_SERVER_ROW (row)), &to))
    return FALSE;
  ts_ensemble_move (ensemble, from, to);
  return TRUE;
}

/**
 * ts_row_drag_add_source:
 * @row: a row, which can be dragged from now on
 */
void
ts_row_drag_add_source (TsServerRow *row)
{
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare), row, G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (drag_began), row, 0);
  gtk_widget_add_controller (GTK_WIDGET (row), GTK_EVENT_CONTROLLER (source));
}

/**
 * ts_row_drag_add_target:
 * @list: a list with a row for each server of @ensemble; rows can be dropped on it from now on
 * @ensemble: the servers, which are moved when a row is dropped
 *
 * Returns: (transfer none): what takes the rows that are dropped
 */
GtkEventController *
ts_row_drag_add_target (GtkListBox *list,
                        TsEnsemble *ensemble)
{
  GtkDropTarget *target = gtk_drop_target_new (TS_TYPE_MONITOR, GDK_ACTION_MOVE);

  g_signal_connect_object (target, "motion", G_CALLBACK (moved), list, 0);
  g_signal_connect_object (target, "leave", G_CALLBACK (gtk_list_box_drag_unhighlight_row), list, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop", G_CALLBACK (dropped), ensemble, 0);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (target));
  return GTK_EVENT_CONTROLLER (target);
}
