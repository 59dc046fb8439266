/* Tests of what the window repeats from the metainfo.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-metainfo.h"

#include <gio/gio.h>

static const char example[] =
  "<?xml version=\"1.0\"?><component><!-- none --><url type=\"homepage\">https://x.example/?a&amp;b</url>\n"
  "<url type=\"help\">https://x.example/help</url><description><p>Not this.</p></description>\n"
  "<releases><release version=\"2.0\" date=\"2026-02-02\"><url type=\"details\">https://x.example/2</url><description>\n<p>Two &amp; a half.</p>\n"
  "<ul>\n<li>One thing</li>\n<li>Another</li>\n</ul></description></release>\n"
  "<release version=\"1.0\"><description><p>Old.</p></description></release><release version=\"0.1\"/></releases>"
  "</component>";

static void
test_example (void)
{
  g_autofree char *homepage = ts_metainfo_get_url (example, "homepage");
  g_autofree char *newest = ts_metainfo_get_release_notes (example, "2.0");
  g_autofree char *old = ts_metainfo_get_release_notes (example, "1.0");
  g_autofree char *silent = ts_metainfo_get_release_notes (example, "0.1");

  g_assert_cmpstr (homepage, ==, "https://x.example/?a&b");
  g_assert_null (ts_metainfo_get_url (example, "donation"));
  g_assert_cmpstr (newest, ==, "<p>Two &amp; a half.</p><ul><li>One thing</li><li>Another</li></ul>");
  g_assert_cmpstr (old, ==, "<p>Old.</p>");
  g_assert_cmpstr (silent, ==, "");
  g_assert_null (ts_metainfo_get_release_notes (example, "3.0"));
}

/* The program's own: this version has notes, and each link of the window an address below the website's. */
static void
test_own (void)
{
  static const char *const links[] = { "bugtracker", "vcs-browser" };
  g_autoptr (GBytes) metainfo =
    g_resources_lookup_data ("/org/timesync/TimeSync/metainfo.xml", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  const char *xml = g_bytes_get_data (metainfo, NULL);
  g_autofree char *notes = ts_metainfo_get_release_notes (xml, TS_VERSION);
  g_autofree char *homepage = ts_metainfo_get_url (xml, "homepage");

  g_assert_nonnull (notes);
  g_assert_true (g_str_has_prefix (notes, "<p>"));
  g_assert_nonnull (homepage);
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *link = ts_metainfo_get_url (xml, links[i]);

      g_assert_nonnull (link);
      g_assert_true (g_str_has_prefix (link, homepage));
      g_assert_cmpuint (strlen (link), >, strlen (homepage) + 1);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metainfo/example", test_example);
  g_test_add_func ("/metainfo/own", test_own);
  return g_test_run ();
}
