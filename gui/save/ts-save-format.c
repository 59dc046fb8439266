/* The formats that measurements are saved in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-format.h"

#include <glib/gi18n.h>

static const TsSaveFormatInfo formats[] = {
  /* Translators: what to save, and as what. */
  [TS_SAVE_CSV] = { N_ ("Samples (CSV)"), "csv", "text/csv", FALSE },
  [TS_SAVE_JSON] = { N_ ("Samples (JSON)"), "json", "application/json", FALSE },
  [TS_SAVE_JSON_LINES] = { N_ ("Samples (JSON Lines)"), "jsonl", "application/jsonl", FALSE },
  [TS_SAVE_PNG] = { N_ ("Chart (PNG)"), "png", "image/png", TRUE },
  [TS_SAVE_SVG] = { N_ ("Chart (SVG)"), "svg", "image/svg+xml", TRUE },
};

G_STATIC_ASSERT (G_N_ELEMENTS (formats) == TS_SAVE_N_FORMATS);

/**
 * ts_save_format_get:
 * @format: a format
 *
 * Returns: (transfer none): what there is to know of it
 */
const TsSaveFormatInfo *
ts_save_format_get (TsSaveFormat format)
{
  return &formats[format];
}

/**
 * ts_save_format_for_name:
 * @name: a file's name
 * @otherwise: the format to use if the name has no known extension
 *
 * Returns: the format of @name's extension
 */
TsSaveFormat
ts_save_format_for_name (const char *name,
                         TsSaveFormat otherwise)
{
  const char *dot = strrchr (name, '.');

  for (guint i = 0; dot != NULL && i < TS_SAVE_N_FORMATS; i++)
    if (g_ascii_strcasecmp (dot + 1, formats[i].extension) == 0)
      return (TsSaveFormat) i;
  return otherwise;
}
