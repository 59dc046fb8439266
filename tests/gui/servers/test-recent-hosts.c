/* Tests of the recent hosts: their order, and what is told of each.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-recent-hosts.h"
#include "measure/ts-time.h"
#include "words/ts-isolate.h"

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
record (GSettings *settings,
        const char *host,
        gint64 at_ns)
{
  const TsEstimate last = { .at_ns = at_ns, .estimate_ns = 12, .proven_min_ns = 11, .proven_max_ns = 13 };

  ts_recent_hosts_record (settings, host, &last);
}

/* By when they were measured last, and not by when that was written down. */
static void
test_order (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.timesync.TimeSync");

  assert_hosts (settings, "");
  record (settings, "a", NOW_NS);
  record (settings, "c", NOW_NS + 2);
  record (settings, "b", NOW_NS + 1);
  assert_hosts (settings, "c b a ");
  record (settings, "a", NOW_NS + 3);
  assert_hosts (settings, "a c b ");
  record (settings, "d", NOW_NS + 4);
  record (settings, "e", NOW_NS + 5);
  record (settings, "f", NOW_NS + 6);
  assert_hosts (settings, "f e d a c ");
  record (settings, "g", NOW_NS);
  assert_hosts (settings, "f e d a c ");
  g_settings_reset (settings, "recent-hosts");
}

/* What an older version saved of hosts that never answered is left out. */
static void
test_result (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.timesync.TimeSync");
  g_autoptr (GPtrArray) hosts = NULL;
  const TsRecentHost *recent;

  g_settings_set_value (settings, "recent-hosts",
                        g_variant_new_parsed ("@a(sxxxx) [('typo', 0, 0, 0, 0), ('a', 5, 1, 0, 2), ('b', 3, 4, 5, 6)]"));
  assert_hosts (settings, "a b ");
  record (settings, "b", 7);
  assert_hosts (settings, "b a ");
  hosts = ts_recent_hosts_load (settings);
  recent = hosts->pdata[0];
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
  { "today", { .at_ns = NOW_NS, .estimate_ns = 12427000, .proven_min_ns = 9838000, .proven_max_ns = 15022000 },
    "+12.4" TS_THIN_SPACE "ms, today 22:13" },
  { "first-minute-of-today", { .at_ns = NOW_NS / DAY_NS * DAY_NS, .proven_min_ns = -4000, .proven_max_ns = 5000 },
    "±5" TS_THIN_SPACE "µs, today 00:00" },
  { "yesterday", { .at_ns = NOW_NS - DAY_NS, .estimate_ns = -MS, .proven_min_ns = -2 * MS, .proven_max_ns = -MS / 2 },
    "−1.00" TS_THIN_SPACE "ms, yesterday 22:13" },
  { "before", { .at_ns = NOW_NS - 2 * DAY_NS, .proven_min_ns = -4000, .proven_max_ns = 5000 },
    "±5" TS_THIN_SPACE "µs, 11/12/23" },
  { "a-clock-that-was-set-back", { .at_ns = NOW_NS + DAY_NS, .proven_min_ns = -4000, .proven_max_ns = 5000 },
    "±5" TS_THIN_SPACE "µs, 11/15/23" },
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
  g_test_add_func ("/recent-hosts/result", test_result);
  ADD_CASES ("/recent-hosts/description/", descriptions, test_description);
  return g_test_run ();
}
