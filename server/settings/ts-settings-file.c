/* Reads the configuration file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "settings/ts-settings-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The only group. */
#define GROUP "server"

/* Enough for a path of the greatest length. A longer line is no setting, and too long for a message. */
#define MAX_LINE_LENGTH 4200

typedef struct
{
  const char *path;
  TsSettings *settings;
  guint n_line; /* of the line being read, from 1 */
  gboolean is_in_group;
  GHashTable *lines; /* of a setting's name to the line that set it */
} Reader;

static gboolean
begin_group (Reader *self,
             GKeyFile *file,
             GError **error)
{
  g_autofree char *group = g_key_file_get_start_group (file);

  self->is_in_group = strcmp (group, GROUP) == 0;
  if (!self->is_in_group)
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_UNKNOWN, _("unknown group “%s”"), group);
  return self->is_in_group;
}

static gboolean
set_once (Reader *self,
          const char *name,
          const char *value,
          GError **error)
{
  guint n_earlier_line = GPOINTER_TO_UINT (g_hash_table_lookup (self->lines, name));
  g_autofree char *place = NULL;

  if (n_earlier_line != 0)
    {
      g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_TWICE, _("“%s” was already set in line %u"), name,
                   n_earlier_line);
      return FALSE;
    }
  g_hash_table_insert (self->lines, g_strdup (name), GUINT_TO_POINTER (self->n_line));
  place = g_strdup_printf ("%s:%u: %s", self->path, self->n_line, name);
  if (ts_settings_set (self->settings, name, value, error))
    {
      ts_settings_set_place (self->settings, name, place);
      return TRUE;
    }
  g_prefix_error (error, "%s: ", name);
  return FALSE;
}

/* Returns: whether each backslash of @value begins an escape. GKeyFile would take two that do not for a mistake of the
 * program, and warn of it. */
static gboolean
has_escapes_only (const char *value)
{
  for (const char *c = strchr (value, '\\'); c != NULL; c = strchr (c + 2, '\\'))
    if (c[1] == '\0' || strchr ("sntr\\", c[1]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
read_setting (Reader *self,
              GKeyFile *file,
              const char *line,
              GError **error)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, GROUP, NULL, NULL);
  /* GKeyFile skips keys for one language, such as “port[de]”, and there are none here. */
  const char *name = keys != NULL && keys[0] != NULL ? keys[0] : line;
  g_autofree char *raw = NULL;
  g_autofree char *value = NULL;

  if (!ts_settings_has (name))
    {
      g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_UNKNOWN, _("unknown setting “%s”"), name);
      return FALSE;
    }
  raw = g_key_file_get_value (file, GROUP, name, NULL);
  if (raw != NULL && has_escapes_only (raw))
    value = g_key_file_get_string (file, GROUP, name, NULL);
  if (value != NULL)
    return set_once (self, name, value, error);
  g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_SYNTAX,
               _("“%s” has a backslash that begins none of \\s \\n \\t \\r \\\\"), line);
  return FALSE;
}

/* Reads one line at a time, because GKeyFile does not say which line is wrong. */
static gboolean
read_line (Reader *self,
           const char *line,
           GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gboolean is_group = line[0] == '[';
  g_autofree char *text = g_strconcat (is_group ? "" : "[" GROUP "]\n", line, "\n", NULL);

  if (line[0] == '\0' || line[0] == '#')
    return TRUE;
  if (!g_key_file_load_from_data (file, text, (gsize) -1, G_KEY_FILE_NONE, NULL))
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_SYNTAX,
                 _("“%s” is neither a group, a setting nor a comment"), line);
  else if (is_group)
    return begin_group (self, file, error);
  else if (!self->is_in_group)
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_SYNTAX, _("“%s” stands before the group [%s]"), line,
                 GROUP);
  else
    return read_setting (self, file, line, error);
  return FALSE;
}

/**
 * ts_settings_file_parse:
 * @text: the contents of the file: a #GKeyFile with one group, [server], whose keys are the names of the options
 * @length: its length in bytes
 * @path: the file's name, for errors
 * @settings: (inout): the settings to change; not to be used after an error
 * @error: return location for a #TsSettingsError, whose message begins with @path and the number of the line
 *
 * Returns: whether the whole text is valid
 */
gboolean
ts_settings_file_parse (const char *text,
                        gsize length,
                        const char *path,
                        TsSettings *settings,
                        GError **error)
{
  g_autoptr (GHashTable) lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Reader reader = { .path = path, .settings = settings, .lines = lines };
  const char *end = text + length;

  /* Skips the byte order mark, which some editors write at the beginning of a file. */
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    text += 3;
  while (text < end)
    {
      const char *line_end = memchr (text, '\n', (gsize) (end - text));
      gsize line_length = (gsize) ((line_end != NULL ? line_end : end) - text);
      g_autofree char *line = g_utf8_make_valid (text, (gssize) line_length);
      gboolean is_text = g_utf8_validate_len (text, line_length, NULL);

      reader.n_line++;
      if (line_length > MAX_LINE_LENGTH)
        g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_SYNTAX, _("the line is longer than %d bytes"),
                     MAX_LINE_LENGTH);
      else if (!is_text)
        g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_SYNTAX, _("“%s” is not UTF-8 text"), line);
      if (line_length > MAX_LINE_LENGTH || !is_text || !read_line (&reader, g_strstrip (line), error))
        {
          g_prefix_error (error, "%s:%u: ", path, reader.n_line);
          return FALSE;
        }
      text = line_end != NULL ? line_end + 1 : end;
    }
  return TRUE;
}

/**
 * ts_settings_file_load:
 * @path: a file
 * @settings: (inout): the settings to change; not to be used after an error
 * @error: return location for a #GFileError, or an error as in ts_settings_file_parse()
 *
 * Returns: whether the file could be read and is valid
 */
gboolean
ts_settings_file_load (const char *path,
                       TsSettings *settings,
                       GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *text = NULL;
  gsize length;

  return g_file_get_contents (path, &text, &length, error) &&
         ts_settings_file_parse (text, length, shown, settings, error);
}
