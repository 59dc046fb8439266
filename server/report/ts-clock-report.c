/* What a server's log says about its clock: that it was stepped, and whether something disciplines it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "report/ts-clock-report.h"

#include <glib/gi18n-lib.h>

#include "report/ts-log.h"

/**
 * ts_clock_report_update:
 * @self: (inout): the state of the clock at the last call
 * @generation: the generation of the clock now
 * @quality: the quality of the clock now
 *
 * Writes a message about each change.
 */
void
ts_clock_report_update (TsClockReport *self,
                        guint generation,
                        const TsClockQuality *quality)
{
  TsClockReport before = *self;

  *self = (TsClockReport) { generation, quality->is_synchronized };
  if (generation != before.generation)
    ts_log_event (G_LOG_LEVEL_WARNING, "clock-stepped", NULL, _("the clock was stepped"));
  if (before.is_synchronized && !self->is_synchronized)
    ts_log_event (G_LOG_LEVEL_WARNING, "synchronization-lost", NULL, _("the clock is no longer synchronized"));
  if (!before.is_synchronized && self->is_synchronized)
    ts_log_event (G_LOG_LEVEL_MESSAGE, "synchronization-found", NULL, _("the clock is synchronized now"));
}
