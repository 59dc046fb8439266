/* From instants and offsets to pixels, and the ticks of both axes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "words/ts-format.h"

G_BEGIN_DECLS

/**
 * TsChartScale:
 * @origin_ns: what is drawn at @origin_px
 * @origin_px: a pixel coordinate
 * @px_per_ns: how many pixels further a greater value is; negative if greater values are further up
 *
 * Maps data to pixels.
 */
typedef struct
{
  gint64 origin_ns;
  double origin_px;
  double px_per_ns;
} TsChartScale;

/**
 * TsChartUnit:
 * @unit: what is shown
 * @wanted: what the latest updates asked for instead
 * @n_wanted: how many of them in a row
 * @is_known: whether @unit was ever asked for
 *
 * A unit that does not flicker. All zero to begin with.
 */
typedef struct
{
  TsUnit unit;
  TsUnit wanted;
  guint n_wanted;
  gboolean is_known;
} TsChartUnit;

/**
 * TsChartAxis:
 * @min_ns: the lower end
 * @max_ns: the upper end, always above @min_ns
 * @base_ns: the value that the labels count from; not 0 only if labels would be too long otherwise
 * @step_ns: the distance between two ticks
 * @unit: of the labels
 * @decimals: of the labels
 *
 * An axis of offsets or delays.
 */
typedef struct
{
  gint64 min_ns;
  gint64 max_ns;
  gint64 base_ns;
  gint64 step_ns;
  TsUnit unit;
  int decimals;
} TsChartAxis;

/**
 * TsChartTick:
 * @value_ns: an instant, an offset or a delay
 * @label: its text
 */
typedef struct
{
  gint64 value_ns;
  char *label;
} TsChartTick;

/**
 * TsChartLabelWidths:
 * @clock_px: how wide "00:00" is
 * @seconds_px: how wide "00:00:00" is
 * @date_px: how wide a date is
 */
typedef struct
{
  double clock_px;
  double seconds_px;
  double date_px;
} TsChartLabelWidths;

void    ts_chart_scale_init          (TsChartScale             *self,
                                      gint64                    from_ns,
                                      gint64                    to_ns,
                                      double                    from_px,
                                      double                    to_px);
double  ts_chart_scale_to_px         (const TsChartScale       *self,
                                      gint64                    value_ns);
gint64  ts_chart_scale_from_px       (const TsChartScale       *self,
                                      double                    px);
TsUnit  ts_chart_unit_for            (gint64                    min_ns,
                                      gint64                    max_ns);
TsUnit  ts_chart_unit_update         (TsChartUnit              *self,
                                      TsUnit                    wanted);
void    ts_chart_axis_init           (TsChartAxis              *self,
                                      gint64                    min_ns,
                                      gint64                    max_ns,
                                      TsUnit                    unit,
                                      double                    length_px);
void    ts_chart_axis_init_from_zero (TsChartAxis              *self,
                                      gint64                    max_ns,
                                      TsUnit                    unit);
GArray *ts_chart_axis_get_ticks      (const TsChartAxis        *self,
                                      gboolean                  with_sign);
char   *ts_chart_axis_get_base_text  (const TsChartAxis        *self);
GArray *ts_chart_get_time_ticks      (gint64                    begin_ns,
                                      gint64                    end_ns,
                                      double                    width_px,
                                      const TsChartLabelWidths *widths);

G_END_DECLS
