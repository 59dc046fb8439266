/* Holds the whole of ts-core and GLib, and no other library: the link is the test.
 *
 * Each object file of ts-core is linked in, whether it is called or not. A call of GIO or GObject in any of
 * them is then an undefined reference, and this program cannot be built.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib.h>

static void
test_links_glib_only (void)
{
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/purity/links-glib-only", test_links_glib_only);
  return g_test_run ();
}
