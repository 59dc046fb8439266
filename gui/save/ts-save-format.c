/* The formats that measurements are saved in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-format.h"

#include <glib/gi18n.h>

static const struct
{
  const char *title;
  const char *extension;
  const char *mime_type;
} formats[] = {
  /* Translators: what to save, and as what. */
  [TS_SAVE_CSV] = { N_ ("Samples (CSV)"), "csv", "text/csv" },
  [TS_SAVE_JSON] = { N_ ("Samples (JSON)"), "json", "application/json" },
  [TS_SAVE_PNG] = { N_ ("Chart (PNG)"), "png", "image/png" },
  [TS_SAVE_SVG] = { N_ ("Chart (SVG)"), "svg", "image/svg+xml" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (formats) == TS_SAVE_N_FORMATS);

/**
 * ts_save_format_get_title:
 * @format: a format
 *
 * Returns: (transfer none): what is saved in it, in the user's language
 */
const char *
ts_save_format_get_title (TsSaveFormat format)
{
  return _ (formats[format].title);
}

/**
 * ts_save_format_get_extension:
 * @format: a format
 *
 * Returns: (transfer none): what its files' names end in, without the full stop
 */
const char *
ts_save_format_get_extension (TsSaveFormat format)
{
  return formats[format].extension;
}

/**
 * ts_save_format_get_mime_type:
 * @format: a format
 *
 * Returns: (transfer none): its media type
 */
const char *
ts_save_format_get_mime_type (TsSaveFormat format)
{
  return formats[format].mime_type;
}

/**
 * ts_save_format_is_picture:
 * @format: a format
 *
 * Returns: whether it shows the chart, and does not list the samples
 */
gboolean
ts_save_format_is_picture (TsSaveFormat format)
{
  return format == TS_SAVE_PNG || format == TS_SAVE_SVG;
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
