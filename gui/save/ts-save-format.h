/* The formats that measurements are saved in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsSaveFormat:
 * @TS_SAVE_CSV: the samples as a table, RFC 4180
 * @TS_SAVE_JSON: the samples as an object, RFC 8259
 * @TS_SAVE_PNG: the chart as pixels
 * @TS_SAVE_SVG: the chart as lines and outlines
 *
 * What measurements are saved as.
 */
typedef enum
{
  TS_SAVE_CSV,
  TS_SAVE_JSON,
  TS_SAVE_PNG,
  TS_SAVE_SVG,
} TsSaveFormat;

#define TS_SAVE_N_FORMATS 4

const char     *ts_save_format_get_title     (TsSaveFormat  format);
const char     *ts_save_format_get_extension (TsSaveFormat  format);
const char     *ts_save_format_get_mime_type (TsSaveFormat  format);
gboolean        ts_save_format_is_picture    (TsSaveFormat  format);
TsSaveFormat  ts_save_format_for_name      (const char     *name,
                                                TsSaveFormat  otherwise);

G_END_DECLS
