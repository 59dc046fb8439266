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
 * @TS_SAVE_JSON_LINES: the samples as an object on each line
 * @TS_SAVE_PNG: the chart as pixels
 * @TS_SAVE_SVG: the chart as lines and outlines
 *
 * What measurements are saved as.
 */
typedef enum
{
  TS_SAVE_CSV,
  TS_SAVE_JSON,
  TS_SAVE_JSON_LINES,
  TS_SAVE_PNG,
  TS_SAVE_SVG,
} TsSaveFormat;

#define TS_SAVE_N_FORMATS 5

/**
 * TsSaveFormatInfo:
 * @title: what is saved in it, to be translated
 * @extension: what its files' names end in, without the full stop
 * @mime_type: its media type
 * @is_picture: whether it shows the chart, and does not list the samples
 */
typedef struct
{
  const char *title;
  const char *extension;
  const char *mime_type;
  gboolean is_picture;
} TsSaveFormatInfo;

const TsSaveFormatInfo *ts_save_format_get      (TsSaveFormat  format);
TsSaveFormat            ts_save_format_for_name (const char   *name,
                                                 TsSaveFormat  otherwise);

G_END_DECLS
