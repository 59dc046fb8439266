/* Numbers and times as people read them, in their locale and only as precise as is known.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "words/ts-isolate.h"

G_BEGIN_DECLS

#define TS_MINUS        "\u2212"
#define TS_UNKNOWN_TEXT "–"

typedef enum
{
  TS_UNIT_NS,
  TS_UNIT_US,
  TS_UNIT_MS,
  TS_UNIT_S,
  TS_UNIT_MIN,
  TS_UNIT_H,
  TS_UNIT_DAYS,
} TsUnit;

/**
 * TsRounding:
 * @TS_ROUND_NEAREST: for estimates
 * @TS_ROUND_DOWN: towards minus infinity, for the lower end of what is certain
 * @TS_ROUND_UP: towards plus infinity, for the upper end
 */
typedef enum
{
  TS_ROUND_NEAREST,
  TS_ROUND_DOWN,
  TS_ROUND_UP,
} TsRounding;

TsUnit      ts_unit_for           (gint64      magnitude_ns);
gint64      ts_unit_get_ns        (TsUnit      unit);
const char *ts_unit_get_symbol    (TsUnit      unit);
int         ts_format_decimals    (gint64      half_width_ns,
                                   TsUnit      unit);
char       *ts_format_number      (gint64      value_ns,
                                   TsUnit      unit,
                                   int         decimals,
                                   TsRounding  rounding,
                                   gboolean    with_plus);
char       *ts_format_count       (guint64     count);
char       *ts_format_duration    (gint64      duration_ns);
char       *ts_format_offset      (gint64      offset_ns,
                                   gint64      half_width_ns);
char       *ts_format_brief       (gint64      offset_ns,
                                   gint64      half_width_ns);
char       *ts_format_error       (gint64      offset_ns,
                                   gint64      error_ns);
char       *ts_format_distance    (gint64      offset_ns,
                                   gint64      half_width_ns);
char       *ts_format_limit       (gint64      limit_ns);
gboolean    ts_format_ends        (gint64      min_ns,
                                   gint64      max_ns,
                                   gint64      offset_ns,
                                   char      **min,
                                   char      **max,
                                   char      **reach,
                                   TsUnit     *unit);
char       *ts_format_range       (const char *min,
                                   const char *max,
                                   const char *unit);
char       *ts_format_interval    (gint64      min_ns,
                                   gint64      max_ns,
                                   gint64      offset_ns);
char       *ts_format_drift       (double      drift_ppm,
                                   double      half_range_ppm,
                                   TsRounding  rounding);
char       *ts_format_age         (gint64      age_ns);
char       *ts_format_clock       (gint64      instant_ns,
                                   guint       n_decimals);
char       *ts_format_clock_and_zone (gint64   instant_ns,
                                      guint    n_decimals);
char       *ts_format_date        (gint64      instant_ns,
                                   gint64      now_ns);
char       *ts_format_instant     (gint64      instant_ns,
                                   gint64      now_ns,
                                   guint       n_decimals);

G_END_DECLS
