/* Tests of the list of servers that is saved, with settings in memory and servers that are not asked.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-saved-servers.h"
#include "measure/ts-time.h"
#include "net/ts-probe-factory.h"

typedef struct
{
  GSettings *settings;
  TsClock *clock;
  TsEnsemble *ensemble;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->settings = g_settings_new ("org.timesync.TimeSync");
  g_settings_reset (fixture->settings, "servers");
  g_settings_reset (fixture->settings, "server-list");
  fixture->clock = ts_clock_new_fake (1700000000 * TS_NS_PER_S);
  fixture->ensemble = ts_ensemble_new ();
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->ensemble);
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
}

static void
set (Fixture *fixture,
     const char *key,
     const char *value)
{
  g_settings_set_value (fixture->settings, key, g_variant_new_parsed (value));
}

static void
assert_saved (Fixture *fixture,
              const char *expected)
{
  g_autoptr (GVariant) list = g_settings_get_value (fixture->settings, "server-list");
  g_autofree char *text = g_variant_print (list, FALSE);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_no_old (Fixture *fixture)
{
  g_autoptr (GVariant) old = g_settings_get_user_value (fixture->settings, "servers");

  g_assert_null (old);
}

/* Name, seconds, limit in ms, and p where it is paused, of each. */
static void
assert_servers (TsEnsemble *ensemble,
                const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ts_ensemble_get_length (ensemble); i++)
    {
      TsMonitor *monitor = ts_ensemble_get (ensemble, i);

      g_string_append_printf (text, "%s,%g,%g%s;", ts_monitor_get_name (monitor),
                              (double) ts_monitor_get_interval_ns (monitor) / TS_NS_PER_S,
                              (double) ts_monitor_get_limit (monitor)->limit_ns / TS_NS_PER_MS,
                              ts_monitor_get_state (monitor) == TS_MONITOR_PAUSED ? ",p" : "");
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
load (Fixture *fixture)
{
  ts_saved_servers_load (fixture->settings, fixture->ensemble, ts_probe_new, fixture->clock);
}

static void
test_nothing (Fixture *fixture,
              gconstpointer data)
{
  load (fixture);
  assert_servers (fixture->ensemble, "");
  ts_saved_servers_save (fixture->settings, fixture->ensemble);
  assert_saved (fixture, "[]");
}

static void
test_load (Fixture *fixture,
           gconstpointer data)
{
  set (fixture, "server-list",
       "[('a.example', {'name': <'Lab'>, 'interval-seconds': <5.0>, 'paused': <true>, 'limit-ns': <int64 50000000>}),"
       " ('b.example', {'paused': <true>})]");
  load (fixture);
  assert_servers (fixture->ensemble, "Lab,5,50,p;b.example,1,0,p;");
}

/* Anybody may write there: a newer version, too. */
static void
test_what_cannot_be_read (Fixture *fixture,
                          gconstpointer data)
{
  set (fixture, "server-list",
       "[('no:address', {'paused': <true>}),"
       " ('a.example', {'paused': <true>, 'name': <7>, 'interval-seconds': <'x'>, 'limit-ns': <50>, 'new': <1>}),"
       " ('b.example', {'paused': <true>, 'name': <''>, 'interval-seconds': <-1.0>, 'limit-ns': <int64 -5>}),"
       " ('c.example', {'paused': <true>, 'interval-seconds': <1e6>, 'limit-ns': <int64 9223372036854775807>})]");
  load (fixture);
  assert_servers (fixture->ensemble, "a.example,1,0,p;b.example,1,0,p;c.example,3600,8.64e+07,p;");
}

/* What is usual is not saved. */
static void
test_save (Fixture *fixture,
           gconstpointer data)
{
  const char *const hosts[] = { "a.example", "b.example", "c.example" };

  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (TsAddress) address = ts_address_parse (hosts[i], NULL);
      g_autoptr (TsMonitor) monitor = ts_saved_servers_new_monitor (address, ts_probe_new, fixture->clock, i == 1 ? 0.5 : 0);

      ts_ensemble_append (fixture->ensemble, monitor);
    }
  ts_monitor_set_name (ts_ensemble_get (fixture->ensemble, 0), "Lab");
  ts_monitor_start_paused (ts_ensemble_get (fixture->ensemble, 1));
  ts_monitor_set_limit_ns (ts_ensemble_get (fixture->ensemble, 1), 50 * TS_NS_PER_MS);
  ts_saved_servers_save (fixture->settings, fixture->ensemble);
  assert_saved (fixture, "[('a.example', {'name': <'Lab'>}), "
                         "('b.example', {'interval-seconds': <0.5>, 'paused': <true>, 'limit-ns': <int64 50000000>}), "
                         "('c.example', {})]");
}

static void
test_comes_back (Fixture *fixture,
                 gconstpointer data)
{
  g_autoptr (TsEnsemble) again = ts_ensemble_new ();

  set (fixture, "server-list",
       "[('a.example', {'name': <'Lab'>, 'interval-seconds': <5.0>, 'paused': <true>, 'limit-ns': <int64 1>}),"
       " ('b.example', {'paused': <true>, 'limit-ns': <int64 300000000000>})]");
  load (fixture);
  ts_saved_servers_save (fixture->settings, fixture->ensemble);
  ts_saved_servers_load (fixture->settings, again, ts_probe_new, fixture->clock);
  assert_servers (again, "Lab,5,1e-06,p;b.example,1,300000,p;");
}

/* Nobody loses the list that an older version saved. */
static void
test_old_list (Fixture *fixture,
               gconstpointer data)
{
  set (fixture, "servers", "[('a.example', 'Lab', 5.0, true), ('b.example', '', 0.0, true)]");
  load (fixture);
  assert_servers (fixture->ensemble, "Lab,5,0,p;b.example,1,0,p;");
  assert_no_old (fixture);

  ts_saved_servers_save (fixture->settings, fixture->ensemble);
  assert_saved (fixture, "[('a.example', {'name': <'Lab'>, 'interval-seconds': <5.0>, 'paused': <true>}), "
                         "('b.example', {'paused': <true>})]");
}

/* Nor what the newer version saved before the older one was started again. */
static void
test_old_list_beside_a_new_one (Fixture *fixture,
                                gconstpointer data)
{
  set (fixture, "server-list", "[('a.example', {'paused': <true>, 'limit-ns': <int64 50000000>})]");
  set (fixture, "servers", "[('b.example', 'Lab', 0.0, true), ('a.example', '', 7.0, true)]");
  load (fixture);
  assert_servers (fixture->ensemble, "a.example,1,50,p;Lab,1,0,p;");
  assert_no_old (fixture);
}

#define ADD(path, function) g_test_add ("/saved-servers/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("nothing", test_nothing);
  ADD ("load", test_load);
  ADD ("what-cannot-be-read", test_what_cannot_be_read);
  ADD ("save", test_save);
  ADD ("comes-back", test_comes_back);
  ADD ("old-list", test_old_list);
  ADD ("old-list-beside-a-new-one", test_old_list_beside_a_new_one);
  return g_test_run ();
}
