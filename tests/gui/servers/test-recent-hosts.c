/* Tests of the recent hosts: their order, and what is told of each.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-recent-hosts.h"
#include "measure/ts-time.h"

#include "test-cases.h"

#define MS     TS_NS_PER_MS
#define DAY_NS (86400 * TS_NS_PER_S)
#define NOW_NS (1700000000 * TS_NS_PER_S) /* 2023-11-14 22:13:20 UTC */

static void
assert_hosts (GSettings *settings,
              const char *expected)
{
  g_autoptr (GPtrArray) hosts = ts_recent_hosts_load (settings);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < hosts->len; i++)
    g_string_append_printf (text, "%s ", ((TsRecentHost *) hosts->pdata[i])->host);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_order (void)
{
  static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
  g_autoptr (GSettings) settings = g_settings_new ("org.timesync.TimeSync");

  assert_hosts (settings, "");
  for (gsize i = 0; i < 3; i++)
    ts_recent_hosts_remember (settings, names[i]);
  assert_hosts (settings, "c b a ");
  ts_recent_hosts_remember (settings, "a");
  assert_hosts (settings, "a c b ");
  for (gsize i = 3; i < 6; i++)
    ts_recent_hosts_remember (settings, names[i]);
  assert_hosts (settings, "f e d a c ");
  g_settings_reset (settings, "recent-hosts");
}

/* What is known of a host stays when it is measured again. */
static void
test_result_stays (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.timesync.TimeSync");
  g_autoptr (GPtrArray) hosts = NULL;
  const TsRecentHost *recent;

  g_settings_set_value (settings, "recent-hosts",
                        g_variant_new_parsed ("@a(sxxxx) [('a', 5, 1, 0, 2), ('b', 7, 12, 11, 13)]"));
  ts_recent_hosts_remember (settings, "b");
  hosts = ts_recent_hosts_load (settings);
  g_assert_cmpuint (hosts->len, ==, 2);
  recent = hosts->pdata[0];
  g_assert_cmpstr (recent->host, ==, "b");
  g_assert_cmpint (recent->last.at_ns, ==, 7);
  g_assert_cmpint (recent->last.estimate_ns, ==, 12);
  g_assert_cmpint (recent->last.proven_min_ns, ==, 11);
  g_assert_cmpint (recent->last.proven_max_ns, ==, 13);
  g_settings_reset (settings, "recent-hosts");
}

static const struct
{
  const char *name;
  TsEstimate last;
  const char *description;
} descriptions[] = {
  { "never-measured", { 0 }, "" },
  { "today", { .at_ns = NOW_NS, .estimate_ns = 12427000, .proven_min_ns = 9838000, .proven_max_ns = 15022000 },
    "+12.4\u202fms, today 22:13" },
  { "first-minute-of-today", { .at_ns = NOW_NS / DAY_NS * DAY_NS, .proven_min_ns = -4000, .proven_max_ns = 5000 },
    "±5\u202fµs, today 00:00" },
  { "yesterday", { .at_ns = NOW_NS - DAY_NS, .estimate_ns = -MS, .proven_min_ns = -2 * MS, .proven_max_ns = -MS / 2 },
    "−1.00\u202fms, yesterday 22:13" },
  { "before", { .at_ns = NOW_NS - 2 * DAY_NS, .proven_min_ns = -4000, .proven_max_ns = 5000 },
    "±5\u202fµs, 11/12/23" },
  { "a-clock-that-was-set-back", { .at_ns = NOW_NS + DAY_NS, .proven_min_ns = -4000, .proven_max_ns = 5000 },
    "±5\u202fµs, 11/15/23" },
};

static void
test_description (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  const TsRecentHost recent = { .host = (char *) "time.example", .last = descriptions[i].last };
  g_autofree char *description = ts_recent_host_describe (&recent, NOW_NS);

  g_assert_cmpstr (description, ==, descriptions[i].description);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recent-hosts/order", test_order);
  g_test_add_func ("/recent-hosts/result-stays", test_result_stays);
  ADD_CASES ("/recent-hosts/description/", descriptions, test_description);
  return g_test_run ();
}
