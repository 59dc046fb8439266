/* What a server's log says about its clock.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/clock/ts-clock-quality.h"

G_BEGIN_DECLS

/**
 * TsClockReport:
 * @generation: the generation of the clock at the last call, from ts_clock_get_generation()
 * @is_synchronized: whether something disciplined the clock then
 */
typedef struct
{
  guint generation;
  gboolean is_synchronized;
} TsClockReport;

void ts_clock_report_update (TsClockReport        *self,
                             guint                 generation,
                             const TsClockQuality *quality);

G_END_DECLS
