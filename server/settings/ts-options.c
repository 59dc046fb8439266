/* The command line of ts-server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "settings/ts-options.h"

#include <glib/gi18n-lib.h>

#include "settings/ts-settings-file.h"
#include "ts-switches.h"

/* Returns: (transfer none): the setting that @option, such as "-p" or "--port", sets */
static const TsSetting *
find_setting (const char *option)
{
  gsize n_settings;
  const TsSetting *settings = ts_settings_get_table (&n_settings);

  for (gsize i = 0; i < n_settings; i++)
    if (option[1] == '-' ? g_str_equal (settings[i].name, option + 2) : settings[i].letter == option[1])
      return &settings[i];
  g_assert_not_reached ();
}

static gboolean
set_option (const char *option,
            const char *value,
            gpointer user_data,
            GError **error)
{
  TsOptions *self = user_data;
  g_autoptr (TsSettings) scratch = ts_settings_new_default ();
  const TsSetting *setting = find_setting (option);

  if (value != NULL && !g_utf8_validate (value, -1, NULL) && setting->kind != TS_SETTING_FILE &&
      setting->kind != TS_SETTING_METRICS)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--%s: “%s” is not UTF-8"), setting->name, value);
      return FALSE;
    }
  /* A wrong address is not a usage error. It cannot be listened on, as an address that this computer lacks. */
  if (setting->kind == TS_SETTING_ADDRESSES)
    {
      if (self->addresses == NULL || value[0] == '\0')
        {
          g_clear_pointer (&self->addresses, g_ptr_array_unref);
          self->addresses = g_ptr_array_new_with_free_func (g_free);
        }
      if (value[0] != '\0')
        g_ptr_array_add (self->addresses, g_strdup (value));
      return TRUE;
    }
  if (value == NULL)
    value = "true";
  /* An empty value switches off what the file switched on. */
  if (!(value[0] == '\0' && ts_settings_unset (scratch, setting->name)) &&
      !ts_settings_set (scratch, setting->name, value, error))
    {
      g_prefix_error (error, "--%s: ", setting->name);
      return FALSE;
    }
  g_hash_table_replace (self->values, g_strdup (setting->name), g_strdup (value));
  return TRUE;
}

static GOptionEntry
make_entry (const TsSetting *setting)
{
  GOptionEntry entry = {
    .flags = G_OPTION_FLAG_FILENAME, /* byte by byte, because GLib's error about bad text names no option */
    .long_name = setting->name,
    .short_name = setting->letter,
    .arg = G_OPTION_ARG_CALLBACK,
    .arg_data = set_option,
    .description = setting->description,
    .arg_description = setting->argument,
  };

  if (setting->kind == TS_SETTING_BOOLEAN)
    entry.flags |= G_OPTION_FLAG_OPTIONAL_ARG;
  return entry;
}

static GOptionGroup *
make_group (TsOptions *self,
            const GOptionEntry *others)
{
  GOptionGroup *group = g_option_group_new ("server", "", "", self, NULL);
  gsize n_settings;
  const TsSetting *settings = ts_settings_get_table (&n_settings);

  for (gsize i = 0; i < n_settings; i++)
    {
      const GOptionEntry entry[] = { make_entry (&settings[i]), G_OPTION_ENTRY_NULL };

      g_option_group_add_entries (group, entry);
    }
  g_option_group_add_entries (group, others);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  return group;
}

/**
 * ts_options_parse:
 * @argc: (inout): how many arguments
 * @argv: (inout): the arguments
 * @error: return location for a #GOptionError or #TsSettingsError that names the option
 *
 * Returns: (transfer full) (nullable): the command line
 */
TsOptions *
ts_options_parse (int *argc,
                  char ***argv,
                  GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (TsOptions) self = g_new0 (TsOptions, 1);
  gboolean shows_help = FALSE;
  const GOptionEntry others[] = {
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &self->config,
      N_("Read settings from FILE; options override them"), N_("FILE") },
    { "check-config", 0, 0, G_OPTION_ARG_NONE, &self->checks_config,
      N_("Check the settings and exit"), NULL },
    { "make-signing-key", 0, 0, G_OPTION_ARG_FILENAME, &self->new_signing_key,
      N_("Write a new key for --signing-key into FILE and exit"), N_("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->shows_version, N_("Show the version"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &shows_help, N_("Show the options"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_option_context_set_summary (context, _("Answers Time Sync clients that ask for the time."));
  g_option_context_set_main_group (context, make_group (self, others));
  /* GLib's own option would end the program without checking that the help could be written. */
  g_option_context_set_help_enabled (context, FALSE);
  if (!ts_switches_check (others, *argv, error) || !g_option_context_parse (context, argc, argv, error))
    return NULL;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("unexpected argument “%s”"), (*argv)[1]);
      return NULL;
    }
  if (shows_help)
    self->help = g_option_context_get_help (context, TRUE, NULL);
  return g_steal_pointer (&self);
}

/**
 * ts_options_free:
 * @self: (transfer full): a command line
 */
void
ts_options_free (TsOptions *self)
{
  g_free (self->config);
  g_free (self->new_signing_key);
  g_free (self->help);
  g_hash_table_unref (self->values);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  g_free (self);
}

/* Returns: (transfer full) (nullable): what was given for a setting; %NULL: nothing */
static char *
get_given (const TsOptions *self,
           const TsSetting *setting)
{
  g_autoptr (GString) addresses = NULL;

  if (setting->kind != TS_SETTING_ADDRESSES)
    return g_strdup (g_hash_table_lookup (self->values, setting->name));
  if (self->addresses == NULL)
    return NULL;
  addresses = g_string_new (NULL);
  for (guint i = 0; i < self->addresses->len; i++)
    g_string_append_printf (addresses, "%s%s", i > 0 ? ";" : "", (char *) self->addresses->pdata[i]);
  return g_string_free (g_steal_pointer (&addresses), FALSE);
}

/* In the order of the table, so that switching the certificate off does not undo a key that was given. */
static gboolean
set_given (const TsOptions *self,
           TsSettings *settings,
           GError **error)
{
  gsize n_settings;
  const TsSetting *table = ts_settings_get_table (&n_settings);

  for (gsize i = 0; i < n_settings; i++)
    {
      const char *name = table[i].name;
      g_autofree char *value = get_given (self, &table[i]);
      g_autofree char *place = g_strconcat ("--", name, NULL);

      if (value == NULL || (value[0] == '\0' && ts_settings_unset (settings, name)))
        continue;
      if (!ts_settings_set (settings, name, value, error))
        {
          g_prefix_error (error, "%s: ", place);
          return FALSE;
        }
      ts_settings_set_place (settings, name, place);
    }
  return TRUE;
}

/**
 * ts_options_load_settings:
 * @self: a command line
 * @error: return location for a #TsSettingsError or #GFileError
 *
 * Reads the configuration file again each time, if there is one; the command line overrules it.
 *
 * Returns: (transfer full) (nullable): the settings of both
 */
TsSettings *
ts_options_load_settings (const TsOptions *self,
                          GError **error)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();

  if ((self->config == NULL || ts_settings_file_load (self->config, settings, error)) &&
      set_given (self, settings, error) && ts_settings_validate (settings, error))
    return g_steal_pointer (&settings);
  return NULL;
}
