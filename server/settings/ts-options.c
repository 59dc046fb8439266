/* The command line of ts-server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "settings/ts-options.h"

#include <glib/gi18n-lib.h>

#include "settings/ts-settings-file.h"

/* A setting by its name, which is the key in the file too. */
#define SETTING(name, letter, flags, description, argument) \
  { name, letter, flags, G_OPTION_ARG_CALLBACK, set_option, description, argument }

static gboolean
set_option (const char *option,
            const char *value,
            gpointer user_data,
            GError **error)
{
  TsOptions *self = user_data;
  g_autoptr (TsSettings) scratch = ts_settings_new_default ();
  const char *name = g_str_equal (option, "-p") ? "port" : g_str_equal (option, "-a") ? "address" : option + 2;

  /* A wrong address is no wrong usage but one that cannot be had, as those that this computer lacks. */
  if (g_str_equal (name, "address"))
    {
      g_ptr_array_add (self->addresses, g_strdup (value));
      return TRUE;
    }
  if (value == NULL)
    value = "true";
  if (!ts_settings_set (scratch, name, value, error))
    {
      g_prefix_error (error, "--%s: ", name);
      return FALSE;
    }
  g_hash_table_replace (self->values, g_strdup (name), g_strdup (value));
  return TRUE;
}

static GOptionGroup *
make_group (TsOptions *self)
{
  const GOptionEntry entries[] = {
    SETTING ("port", 'p', 0, N_("The TCP port, 10085 by default; 0 picks a free one"), N_("PORT")),
    SETTING ("address", 'a', 0, N_("Listen on this IP address only; may be repeated"), N_("ADDRESS")),
    SETTING ("workers", 0, 0, N_("Serve in N threads; one for each processor by default, 8 at most"), N_("N")),
    SETTING ("max-connections", 0, 0,
             N_("Keep N connections at most; by default as many as there are descriptors for"), N_("N")),
    SETTING ("max-connections-per-address", 0, 0,
             N_("Keep N connections of one IPv4 address or IPv6 /64 at most, 4096 by default; 0: no limit"), N_("N")),
    SETTING ("requests-per-second", 0, 0,
             N_("Answer N requests a second of one connection at most, 1000 by default; 0: no limit"), N_("N")),
    SETTING ("address-requests-per-second", 0, 0,
             N_("Answer N requests a second of one address at most, 10000 by default; 0: no limit"), N_("N")),
    SETTING ("idle-timeout", 0, 0, N_("Close a connection that asks nothing for so long, 120 by default"),
             N_("SECONDS")),
    SETTING ("handshake-timeout", 0, 0, N_("Close a connection whose TLS handshake takes longer, 10 by default"),
             N_("SECONDS")),
    SETTING ("tls-certificate", 0, G_OPTION_FLAG_FILENAME,
             N_("Offer TLS with the certificate and its chain in this PEM file"), N_("FILE")),
    SETTING ("tls-key", 0, G_OPTION_FLAG_FILENAME,
             N_("The certificate’s private key, by default in the same file"), N_("FILE")),
    SETTING ("metrics", 0, G_OPTION_FLAG_FILENAME,
             N_("Tell OpenMetrics on a Unix socket (a path) or a loopback ADDRESS:PORT"), N_("WHERE")),
    SETTING ("ntp", 0, 0, N_("Answer NTP over UDP too"), N_("[ADDRESS:]PORT")),
    SETTING ("local-stratum", 0, 0,
             N_("Let NTP clients trust the clock, as of stratum N, while nothing synchronizes it"), N_("N")),
    SETTING ("log-addresses", 0, G_OPTION_FLAG_NO_ARG, N_("Name clients in messages"), NULL),
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &self->config,
      N_("Read settings from this file; those of the command line win"), N_("FILE") },
    { "check-config", 0, 0, G_OPTION_ARG_NONE, &self->checks_config,
      N_("Only say what is wrong with the settings, if anything is"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &self->shows_version, N_("Show the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  GOptionGroup *group = g_option_group_new ("server", "", "", self, NULL);

  g_option_group_add_entries (group, entries);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  return group;
}

/**
 * ts_options_parse:
 * @argc: (inout): how many arguments
 * @argv: (inout): the arguments
 * @error: return location for a #GOptionError or #TsSettingsError that names the option
 *
 * Ends the program where help is asked for.
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

  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->addresses = g_ptr_array_new_with_free_func (g_free);

  g_option_context_set_summary (context, _("Tells the time to every client that asks, for Time Sync."));
  g_option_context_set_main_group (context, make_group (self));
  if (!g_option_context_parse (context, argc, argv, error))
    return NULL;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("unexpected argument “%s”"), (*argv)[1]);
      return NULL;
    }
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
  g_hash_table_unref (self->values);
  g_ptr_array_unref (self->addresses);
  g_free (self);
}

static gboolean
set_given (const TsOptions *self,
           TsSettings *settings,
           GError **error)
{
  g_autofree char *addresses = NULL;
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (!ts_settings_set (settings, name, value, error))
      return FALSE;
  if (self->addresses->len == 0)
    return TRUE;

  g_ptr_array_add (self->addresses, NULL);
  addresses = g_strjoinv (";", (char **) self->addresses->pdata);
  g_ptr_array_set_size (self->addresses, (int) self->addresses->len - 1);
  if (ts_settings_set (settings, "address", addresses, error))
    return TRUE;
  g_prefix_error (error, "--address: ");
  return FALSE;
}

/**
 * ts_options_load_settings:
 * @self: a command line
 * @error: return location for a #TsSettingsError or #GFileError
 *
 * Reads the configuration file, where there is one, anew each time; the command line goes over it.
 *
 * Returns: (transfer full) (nullable): what shall hold
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
