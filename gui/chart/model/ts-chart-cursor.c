/* The chart's cursor: the entry that pointer or keys have chosen.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-cursor.h"

#include <math.h>

/**
 * ts_chart_cursor_put:
 * @self: a cursor
 * @at_ns: the instant of an entry
 * @is_pointed: whether the pointer is on that entry; otherwise keys have chosen it
 */
void
ts_chart_cursor_put (TsChartCursor *self,
                     gint64 at_ns,
                     gboolean is_pointed)
{
  *self = (TsChartCursor) { .is_set = TRUE, .is_pointed = is_pointed, .at_ns = at_ns, .pointer_part = NAN };
}

/**
 * ts_chart_cursor_take_away:
 * @self: a cursor
 */
void
ts_chart_cursor_take_away (TsChartCursor *self)
{
  self->is_set = self->is_pointed = FALSE;
}

/**
 * ts_chart_cursor_point_at:
 * @self: a cursor
 * @part: where the pointer is across the view, from 0 to 1
 *
 * Binds the cursor to the pointer. It is put on an entry by ts_chart_cursor_follow_pointer().
 */
void
ts_chart_cursor_point_at (TsChartCursor *self,
                          double part)
{
  self->is_pointed = TRUE;
  self->pointer_part = part;
}

/**
 * ts_chart_cursor_follow_pointer:
 * @self: a cursor
 * @history: (nullable): what is shown
 * @span: what is in view
 *
 * Puts the cursor on the sample nearest to the pointer, because the samples move on under a pointer that rests. Does
 * nothing if the cursor is not bound to a place across the view.
 */
void
ts_chart_cursor_follow_pointer (TsChartCursor *self,
                                const TsHistory *history,
                                const TsChartSpan *span)
{
  gsize index;

  if (!self->is_pointed || isnan (self->pointer_part) || history == NULL)
    return;
  index = ts_chart_find_nearest (history, ts_chart_span_get_instant (span, self->pointer_part));
  self->is_set = index != TS_CHART_NOWHERE;
  if (self->is_set)
    self->at_ns = ts_history_get (history, index)->at_ns;
}

/**
 * ts_chart_cursor_find:
 * @self: a cursor
 * @history: (nullable): what is shown
 *
 * Returns: the index of the entry under the cursor, or %TS_CHART_NOWHERE
 */
gsize
ts_chart_cursor_find (const TsChartCursor *self,
                      const TsHistory *history)
{
  gsize length = history != NULL && self->is_set ? ts_history_get_length (history) : 0;
  gsize index = length > 0 ? ts_chart_find_from (history, length, self->at_ns) : 0;

  return index < length ? index : TS_CHART_NOWHERE;
}

/**
 * ts_chart_cursor_find_next:
 * @self: a cursor
 * @history: (nullable): what is shown
 * @direction: 1 to later entries, -1 to earlier ones
 * @to_event: whether to the next gap or step instead of the next sample
 * @end_ns: the newest instant in view: without a cursor the search begins at the sample nearest to it
 *
 * Returns: the index of the entry to which the cursor moves, or %TS_CHART_NOWHERE
 */
gsize
ts_chart_cursor_find_next (const TsChartCursor *self,
                           const TsHistory *history,
                           int direction,
                           gboolean to_event,
                           gint64 end_ns)
{
  gsize here = ts_chart_cursor_find (self, history);
  gsize index = here != TS_CHART_NOWHERE || history == NULL ? here : ts_chart_find_nearest (history, end_ns);

  if (index == TS_CHART_NOWHERE)
    return TS_CHART_NOWHERE;
  if (to_event)
    return ts_chart_find_next_event (history, index, direction);
  return here != TS_CHART_NOWHERE ? ts_chart_find_next_sample (history, index, direction) : index;
}
