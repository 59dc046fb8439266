/* ts-client: measures how far apart clocks are, for terminals and scripts.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>

#include "check/ts-check.h"
#include "exporter/ts-exporter.h"
#include "recording/ts-export-command.h"
#include "recording/ts-replay-command.h"
#include "shared/ts-output.h"
#include "ts-descriptors.h"
#include "ts-locale.h"
#include "ts-measure.h"
#include "verify/ts-verify.h"

/* A command, which the first word names. Without one, ts-client measures hosts. */
typedef struct
{
  const char *name;
  const char *summary; /* one line for the help, to be translated */
  int (*run) (int argc, char *argv[], TsOutput *output);
} Command;

static const Command commands[] = {
  { "check", N_("Check for monitoring (Icinga, Nagios) whether a clock is within limits"), ts_check_run },
  { "export", N_("Write recorded exchanges as CSV or JSON Lines"), ts_export_command_run },
#ifdef HAVE_LIBSOUP
  { "exporter", N_("Measure continuously, for Prometheus to scrape"), ts_exporter_run },
#endif
  { "replay", N_("Run the estimator on recorded exchanges again"), ts_replay_command_run },
  { "verify", N_("Verify evidence, and say what it proves"), ts_verify_run },
  { NULL },
};

/* Returns: (nullable): the command that @word names */
static const Command *
find_command (const char *word)
{
  for (const Command *command = commands; command->name != NULL; command++)
    if (g_str_equal (command->name, word))
      return command;
  return NULL;
}

/* Returns: (transfer full): a list of the commands for the help */
static char *
describe_commands (void)
{
  GString *text = g_string_new (_("Commands:"));

  for (const Command *command = commands; command->name != NULL; command++)
    g_string_append_printf (text, "\n  %-20s %s", command->name, _(command->summary));
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

int
main (int argc,
      char *argv[])
{
  const Command *command = argc > 1 ? find_command (argv[1]) : NULL;
  TsOutput output;
  int status;

  ts_descriptors_open_standard ();
  ts_output_init (&output);
  ts_locale_init ();
  if (command != NULL)
    {
      g_autofree char *name = g_strdup_printf ("ts-client %s", command->name);

      g_set_prgname (name);
      status = command->run (argc - 1, argv + 1, &output);
    }
  else
    {
      g_autofree char *description = describe_commands ();

      g_set_prgname ("ts-client");
      status = ts_measure_run (argc, argv, &output, description);
    }
  ts_output_clear (&output);
  return status;
}
