/* Instants as nanoseconds since the Unix epoch, and their decimal text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_NS_PER_US G_GINT64_CONSTANT (1000)
#define TS_NS_PER_MS G_GINT64_CONSTANT (1000000)
#define TS_NS_PER_S  G_GINT64_CONSTANT (1000000000)

/**
 * TS_INSTANT_MAX_NS:
 *
 * The last instant that is accepted: 2200-01-01 00:00:00 UTC. The first is 0, so the difference of any two instants
 * fits a #gint64.
 */
#define TS_INSTANT_MAX_NS (G_GINT64_CONSTANT (7258118400) * TS_NS_PER_S)

/* "-9223372036.854775808" and its NUL. */
#define TS_TIME_TEXT_SIZE 22

#define TS_TIME_ERROR (ts_time_error_quark ())

/**
 * TsTimeError:
 * @TS_TIME_ERROR_MALFORMED: the text is not a decimal number of seconds
 * @TS_TIME_ERROR_OUT_OF_RANGE: the instant is after %TS_INSTANT_MAX_NS
 */
typedef enum
{
  TS_TIME_ERROR_MALFORMED,
  TS_TIME_ERROR_OUT_OF_RANGE,
} TsTimeError;

GQuark   ts_time_error_quark    (void);
gboolean ts_instant_is_valid    (gint64       instant_ns);
gboolean ts_interval_is_valid   (gint64       min_ns,
                                 gint64       max_ns);
gint64   ts_half_width_ns       (gint64       min_ns,
                                 gint64       max_ns);
gsize    ts_time_format_seconds (gint64       time_ns,
                                 guint        n_decimals,
                                 char         text[TS_TIME_TEXT_SIZE]);
gboolean ts_time_parse_seconds  (const char  *text,
                                 gsize        length,
                                 gint64      *instant_ns,
                                 guint       *n_decimals,
                                 GError     **error);

G_END_DECLS
