/* Ranges of offsets that alarm, in the form of the Monitoring Plugins guidelines.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The range has no such end. */
#define TS_RANGE_NO_MIN G_MININT64
#define TS_RANGE_NO_MAX G_MAXINT64

/**
 * TsRange:
 * @min_ns: the least offset of the range, or %TS_RANGE_NO_MIN
 * @max_ns: the greatest offset of the range, or %TS_RANGE_NO_MAX
 * @alarms_inside: whether offsets inside the range alarm; otherwise those outside alarm
 */
typedef struct
{
  gint64 min_ns;
  gint64 max_ns;
  gboolean alarms_inside;
} TsRange;

/**
 * TsRangeVerdict:
 * @TS_RANGE_QUIET: no offset of the interval alarms
 * @TS_RANGE_UNDECIDED: some offsets alarm and some do not
 * @TS_RANGE_ALARM: all offsets alarm
 */
typedef enum
{
  TS_RANGE_QUIET,
  TS_RANGE_UNDECIDED,
  TS_RANGE_ALARM,
} TsRangeVerdict;

gboolean        ts_range_parse        (TsRange        *range,
                                       const char     *text,
                                       GError        **error);
TsRangeVerdict  ts_range_judge        (const TsRange  *range,
                                       gint64          min_ns,
                                       gint64          max_ns);
gint64          ts_range_get_distance (const TsRange  *range,
                                       gint64          offset_ns);
char           *ts_range_to_string    (const TsRange  *range);

G_END_DECLS
