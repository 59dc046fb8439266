/* The formats that measurements are saved in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsExportFormat:
 * @TS_EXPORT_CSV: the samples as a table, RFC 4180
 * @TS_EXPORT_JSON: the samples as an object, RFC 8259
 * @TS_EXPORT_PNG: the chart as pixels
 * @TS_EXPORT_SVG: the chart as lines and outlines
 *
 * What measurements are saved as.
 */
typedef enum
{
  TS_EXPORT_CSV,
  TS_EXPORT_JSON,
  TS_EXPORT_PNG,
  TS_EXPORT_SVG,
} TsExportFormat;

#define TS_EXPORT_N_FORMATS 4

const char     *ts_export_format_get_title     (TsExportFormat  format);
const char     *ts_export_format_get_extension (TsExportFormat  format);
const char     *ts_export_format_get_mime_type (TsExportFormat  format);
gboolean        ts_export_format_is_picture    (TsExportFormat  format);
TsExportFormat  ts_export_format_for_name      (const char     *name,
                                                TsExportFormat  otherwise);

G_END_DECLS
