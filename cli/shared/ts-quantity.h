/* Durations as text, in a unit that is chosen or that fits.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsQuantityUnit:
 * @TS_QUANTITY_AUTO: the largest of which there is at least one, with three decimals
 * @TS_QUANTITY_NS: nanoseconds; these and the following are exact
 * @TS_QUANTITY_US: microseconds
 * @TS_QUANTITY_MS: milliseconds
 * @TS_QUANTITY_S: seconds
 */
typedef enum
{
  TS_QUANTITY_AUTO,
  TS_QUANTITY_NS,
  TS_QUANTITY_US,
  TS_QUANTITY_MS,
  TS_QUANTITY_S,
} TsQuantityUnit;

char     *ts_quantity_format  (gint64          duration_ns,
                               TsQuantityUnit  unit,
                               gboolean        with_plus);
char     *ts_quantity_seconds (gint64          duration_ns);
gboolean  ts_quantity_parse   (const char     *text,
                               gint64         *duration_ns);

G_END_DECLS
