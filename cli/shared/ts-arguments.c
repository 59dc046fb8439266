/* Reads the words of a command line, for all commands of ts-client.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shared/ts-arguments.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "measure/ts-time.h"
#include "ts-switches.h"
#include "wire/ts-address.h"

/**
 * ts_arguments_detach_values:
 * @argc: the number of words
 * @argv: (array length=argc): the words, the program's first
 * @flags: the letters of the short options that take a value
 *
 * Splits "-c5" into "-c 5", because GOption understands the latter only.
 *
 * Returns: (transfer full): the words of @argv with the values of short options as words of their own
 */
char **
ts_arguments_detach_values (int argc,
                            char **argv,
                            const char *flags)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean has_ended = FALSE;

  for (int i = 0; i < argc; i++)
    {
      const char *word = argv[i];
      gsize n_flags = word[0] == '-' && word[1] != '-' ? strcspn (word, flags) : strlen (word);
      g_autofree char *head = NULL;

      has_ended = has_ended || g_str_equal (word, "--");
      if (i == 0 || has_ended || word[n_flags] == '\0' || word[n_flags + 1] == '\0')
        {
          g_strv_builder_add (builder, word);
          continue;
        }
      head = g_strndup (word, n_flags + 1);
      g_strv_builder_add (builder, head);
      g_strv_builder_add (builder, word + n_flags + 1);
    }
  return g_strv_builder_end (builder);
}

/* Returns: (transfer full): @entries, with texts taken byte by byte, because GLib would take them for text in the
 * locale's charset, and its error names no option */
static GOptionEntry *
copy_raw (const GOptionEntry *entries)
{
  g_autoptr (GArray) raw = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));

  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    {
      GOptionEntry copy = *entry;

      if (copy.arg == G_OPTION_ARG_STRING)
        copy.arg = G_OPTION_ARG_FILENAME;
      else if (copy.arg == G_OPTION_ARG_STRING_ARRAY)
        copy.arg = G_OPTION_ARG_FILENAME_ARRAY;
      g_array_append_val (raw, copy);
    }
  return (GOptionEntry *) g_array_free (g_steal_pointer (&raw), FALSE);
}

static gboolean
check_text (const char *option,
            const char *text,
            GError **error)
{
  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--%s: “%s” is not UTF-8"), option, text);
  return FALSE;
}

/* Checks what was given for the options of a command: a text has to be text, and a file has to have a name. */
static gboolean
check_values (const GOptionEntry *entries,
              GError **error)
{
  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    if (entry->arg == G_OPTION_ARG_STRING)
      {
        if (!check_text (entry->long_name, *(char **) entry->arg_data, error))
          return FALSE;
      }
    else if (entry->arg == G_OPTION_ARG_STRING_ARRAY)
      {
        for (char **text = *(char ***) entry->arg_data; text != NULL && *text != NULL; text++)
          if (!check_text (entry->long_name, *text, error))
            return FALSE;
      }
    else if (entry->arg == G_OPTION_ARG_FILENAME && g_strcmp0 (*(char **) entry->arg_data, "") == 0)
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--%s: “” is not the name of a file"),
                     entry->long_name);
        return FALSE;
      }
  return TRUE;
}

/**
 * ts_arguments_parse_options:
 * @context: a command, with its summary
 * @entries: its options, without --help and --version, which all commands have
 * @version_letter: the short form of --version; 0: none
 * @words: (inout): the command line; afterwards the words that are not options, the first of which is the program's
 *   name
 * @text: (out) (transfer full) (nullable): what --help or --version shows; %NULL if neither was given
 * @error: return location for a %G_OPTION_ERROR
 *
 * Returns: whether all options are valid
 */
gboolean
ts_arguments_parse_options (GOptionContext *context,
                            const GOptionEntry *entries,
                            char version_letter,
                            char ***words,
                            char **text,
                            GError **error)
{
  gboolean shows_version = FALSE, shows_help = FALSE;
  const GOptionEntry common[] = {
    { "version", version_letter, 0, G_OPTION_ARG_NONE, &shows_version, N_("Show the version"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &shows_help, N_("Show the options"), NULL },
    G_OPTION_ENTRY_NULL,
  };

  g_autofree GOptionEntry *raw = copy_raw (entries);

  g_option_context_add_main_entries (context, raw, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  /* GLib's own --help does not notice a full disk. */
  g_option_context_set_help_enabled (context, FALSE);
  if (!ts_switches_check (entries, *words, error) || !ts_switches_check (common, *words, error) ||
      !g_option_context_parse_strv (context, words, error) || !check_values (entries, error))
    return FALSE;
  /* GLib leaves it there before a word that begins with a hyphen. */
  if (g_strcmp0 ((*words)[1], "--") == 0)
    {
      g_free ((*words)[1]);
      memmove (*words + 1, *words + 2, g_strv_length (*words + 1) * sizeof (char *));
    }
  *text = shows_help ? g_option_context_get_help (context, TRUE, NULL)
        : shows_version ? g_strdup_printf ("ts-client %s\n", TS_VERSION)
        : NULL;
  return TRUE;
}

/**
 * ts_arguments_expect_one:
 * @words: the words that are not options, the program's name first
 * @message: what to say if there is not exactly one word beside that name
 * @error: return location for a %G_OPTION_ERROR
 *
 * Returns: whether there is exactly one
 */
gboolean
ts_arguments_expect_one (char **words,
                         const char *message,
                         GError **error)
{
  if (g_strv_length (words) == 2)
    return TRUE;
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
  return FALSE;
}

/**
 * ts_arguments_parse_choice:
 * @option: the option's name, for the error
 * @text: (nullable): one of @choices
 * @choices: (array zero-terminated=1): the words that are allowed
 * @choice: (inout): the number of the word; left alone if @text is %NULL
 * @error: return location for a %G_OPTION_ERROR
 *
 * Returns: whether @text is one of @choices, or %NULL
 */
gboolean
ts_arguments_parse_choice (const char *option,
                           const char *text,
                           const char *const *choices,
                           int *choice,
                           GError **error)
{
  g_autofree char *expected = NULL;

  if (text == NULL)
    return TRUE;
  for (int i = 0; choices[i] != NULL; i++)
    if (g_str_equal (text, choices[i]))
      {
        *choice = i;
        return TRUE;
      }
  expected = g_strjoinv (", ", (char **) choices);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s: “%s” is not one of: %s"), option, text, expected);
  return FALSE;
}

/**
 * ts_arguments_parse_number:
 * @option: the option's name, for the error
 * @text: (nullable): decimal digits only; a leading zero does not make them octal
 * @max: the largest number allowed; the least is 1
 * @number: (inout): the number; left alone if @text is %NULL
 * @error: return location for a %G_OPTION_ERROR
 *
 * Returns: whether @text is such a number, or %NULL
 */
gboolean
ts_arguments_parse_number (const char *option,
                           const char *text,
                           guint max,
                           int *number,
                           GError **error)
{
  guint64 value;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, max, &value, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s: “%s” is not a whole number from 1 to %u"),
                   option, text, max);
      return FALSE;
    }
  *number = (int) value;
  return TRUE;
}

/**
 * ts_arguments_parse_duration:
 * @option: the option's name, for the error
 * @text: (nullable): seconds in decimal digits, with a full stop in every language
 * @min_s: the shortest duration allowed, in seconds
 * @max_s: the longest one, in seconds
 * @duration_ns: (inout): the duration; left alone if @text is %NULL
 * @error: return location for a %G_OPTION_ERROR
 *
 * Returns: whether @text is such a duration, or %NULL
 */
gboolean
ts_arguments_parse_duration (const char *option,
                             const char *text,
                             double min_s,
                             double max_s,
                             gint64 *duration_ns,
                             GError **error)
{
  double value_s = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  if (text == NULL)
    return TRUE;
  if (text[strspn (text, "0123456789.")] != '\0' || strchr (text, '.') != strrchr (text, '.') ||
      !(value_s >= min_s && value_s <= max_s))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s: “%s” is not a number of seconds from %g to %g"), option, text, min_s, max_s);
      return FALSE;
    }
  *duration_ns = llround (value_s * TS_NS_PER_S);
  return TRUE;
}

/**
 * ts_arguments_parse_targets:
 * @hosts: (array zero-terminated=1): hosts as typed; none means this computer
 * @max_targets: how many there may be
 * @port: the port of hosts that have none; 0: the protocol's own
 * @error: return location for a %G_OPTION_ERROR, or for what is wrong with an address
 *
 * A host that is named twice is taken once, because it would otherwise have two votes on which hosts agree.
 *
 * Returns: (nullable) (transfer full) (element-type TsAddress): the hosts to measure, at least one
 */
GPtrArray *
ts_arguments_parse_targets (char **hosts,
                            guint max_targets,
                            int port,
                            GError **error)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func ((GDestroyNotify) ts_address_free);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  char *here[] = { (char *) "localhost", NULL };
  guint n_hosts = g_strv_length (hosts);

  if (n_hosts == 0)
    return ts_arguments_parse_targets (here, max_targets, port, error);
  if (n_hosts > max_targets)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("too many hosts: %u (at most %u)"),
                   n_hosts, max_targets);
      return NULL;
    }
  for (guint i = 0; i < n_hosts; i++)
    {
      TsAddress *target = ts_address_parse (hosts[i], error);

      if (target == NULL)
        return NULL;
      g_ptr_array_add (targets, target);
      if (port != 0 && target->has_port && target->port != port)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s has another port than --port %d"),
                       hosts[i], port);
          return NULL;
        }
      if (port != 0)
        target->port = (guint16) port;
      if (!g_hash_table_add (known, ts_address_to_string (target)))
        g_ptr_array_remove_index (targets, targets->len - 1);
    }
  return g_steal_pointer (&targets);
}

/**
 * ts_arguments_load_trust:
 * @file: the path of a PEM file
 * @error: return location for a %G_OPTION_ERROR, or for why the file cannot be used
 *
 * Returns: (nullable) (transfer full): a database that trusts the certificates of @file
 */
GTlsDatabase *
ts_arguments_load_trust (const char *file,
                         GError **error)
{
  g_autolist (GTlsCertificate) certificates = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) reason = NULL;

  certificates = g_tls_certificate_list_new_from_file (file, &reason);
  if (certificates == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--tls-ca: “%s” has no readable certificate: %s"),
                   file, reason != NULL ? reason->message : _("it is not a PEM file"));
      return NULL;
    }
  path = g_canonicalize_filename (file, NULL);
  return g_tls_file_database_new (path, error);
}
