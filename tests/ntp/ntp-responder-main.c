/* An NTP responder as a program of its own, for tests with other people's clients.
 *
 *   ntp-responder-main [ADDRESS:]PORT LOCAL-STRATUM SHIFT-NS
 *
 * Says its port, and ends at the end of standard input. It only reads the clock.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "ntp/ts-ntp-responder.h"

int
main (int argc,
      char *argv[])
{
  g_autoptr (TsClock) clock = NULL;
  g_autoptr (TsNtpResponder) responder = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 4)
    {
      g_printerr ("usage: %s [ADDRESS:]PORT LOCAL-STRATUM SHIFT-NS\n", argv[0]);
      return 2;
    }

  clock = ts_clock_new_system (g_ascii_strtoll (argv[3], NULL, 10));
  responder = ts_ntp_responder_new (argv[1], clock, NULL, (guint) g_ascii_strtoull (argv[2], NULL, 10),
                                    &error);
  if (responder == NULL)
    {
      g_printerr ("%s: %s\n", argv[0], error->message);
      return 1;
    }
  printf ("%u\n", ts_ntp_responder_get_port (responder));
  fflush (stdout);
  while (getchar () != EOF)
    ;
  return 0;
}
