/* The formats that measurements are saved in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-export-format.h"

#include <glib/gi18n.h>

static const struct
{
  const char *title;
  const char *extension;
  const char *mime_type;
} formats[] = {
  /* Translators: what to save, and as what. */
  [TS_EXPORT_CSV] = { N_ ("Samples (CSV)"), "csv", "text/csv" },
  [TS_EXPORT_JSON] = { N_ ("Samples (JSON)"), "json", "application/json" },
  [TS_EXPORT_PNG] = { N_ ("Chart (PNG)"), "png", "image/png" },
  [TS_EXPORT_SVG] = { N_ ("Chart (SVG)"), "svg", "image/svg+xml" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (formats) == TS_EXPORT_N_FORMATS);

/**
 * ts_export_format_get_title:
 * @format: a format
 *
 * Returns: (transfer none): what is saved in it, in the user's language
 */
const char *
ts_export_format_get_title (TsExportFormat format)
{
  return _ (formats[format].title);
}

/**
 * ts_export_format_get_extension:
 * @format: a format
 *
 * Returns: (transfer none): what its files' names end in, without the full stop
 */
const char *
ts_export_format_get_extension (TsExportFormat format)
{
  return formats[format].extension;
}

/**
 * ts_export_format_get_mime_type:
 * @format: a format
 *
 * Returns: (transfer none): its media type
 */
const char *
ts_export_format_get_mime_type (TsExportFormat format)
{
  return formats[format].mime_type;
}

/**
 * ts_export_format_is_picture:
 * @format: a format
 *
 * Returns: whether it shows the chart, and does not list the samples
 */
gboolean
ts_export_format_is_picture (TsExportFormat format)
{
  return format == TS_EXPORT_PNG || format == TS_EXPORT_SVG;
}

/**
 * ts_export_format_for_name:
 * @name: a file's name
 * @otherwise: the format of one whose name tells none
 *
 * Returns: the format that @name ends in, for a file should be what it is called
 */
TsExportFormat
ts_export_format_for_name (const char *name,
                           TsExportFormat otherwise)
{
  const char *dot = strrchr (name, '.');

  for (guint i = 0; dot != NULL && i < TS_EXPORT_N_FORMATS; i++)
    if (g_ascii_strcasecmp (dot + 1, formats[i].extension) == 0)
      return (TsExportFormat) i;
  return otherwise;
}
