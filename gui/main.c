/* timesync: shows how far two clocks are apart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-application.h"
#include "ts-locale.h"

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = NULL;

  ts_locale_init ();

  application = ts_application_new ();
  return g_application_run (application, argc, argv);
}
