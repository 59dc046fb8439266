/* Tests of the list of servers, without a display: settings in memory, and probes that the test answers for.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-recent-hosts.h"
#include "servers/ts-servers.h"

#include "test-bus.h"
#include "test-fake-probe.h"
#include "test-notifications.h"

#define NOW_NS (1700000000 * TS_NS_PER_S)
#define N      "\u2060\u2009\u2060"

typedef struct
{
  GSettings *settings;
  TsClock *clock;
  TsServers *servers;
  guint n_changes;
  guint n_choices;
} Fixture;

/* Made by the list under test, in this order. */
static GPtrArray *probes;

static TsProbe *
new_fake_probe (const TsAddress *address,
                gint64 timeout_ns,
                TsClock *clock)
{
  FakeProbe *probe = fake_probe_new_for (address);

  probe->default_interval_ns = TS_NS_PER_S;
  g_ptr_array_add (probes, g_object_ref (probe));
  return TS_PROBE (probe);
}

static void
count_change (Fixture *fixture)
{
  fixture->n_changes++;
}

static void
count_choice (Fixture *fixture)
{
  fixture->n_choices++;
}

static void
open_list (Fixture *fixture)
{
  fixture->servers =
    ts_servers_new (fixture->settings, fixture->clock, new_fake_probe, g_application_get_default ());
  g_signal_connect_swapped (fixture->servers, "changed", G_CALLBACK (count_change), fixture);
  g_signal_connect_swapped (fixture->servers, "notify::chosen", G_CALLBACK (count_choice), fixture);
}

/* Nothing of a list that is freed is left behind. */
static void
close_list (Fixture *fixture)
{
  TsServers *servers = g_steal_pointer (&fixture->servers);

  ts_servers_stop (servers);
  for (guint i = 0; i < probes->len; i++)
    fake_probe_lose (probes->pdata[i]);
  g_assert_finalize_object (servers);
  for (guint i = 0; i < probes->len; i++)
    g_assert_cmpuint (G_OBJECT (probes->pdata[i])->ref_count, ==, 1);
  g_ptr_array_set_size (probes, 0);
}

/* @saved: (nullable): the list to begin with */
static void
set_up (Fixture *fixture,
        gconstpointer saved)
{
  const char *const keys[] = { "server-list",      "chosen-server", "overlaid-servers",
                               "interval-seconds", "recent-hosts",  "limit-samples" };

  probes = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->settings = g_settings_new ("org.timesync.TimeSync");
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (fixture->settings, keys[i]);
  if (saved != NULL)
    g_settings_set_value (fixture->settings, "server-list", g_variant_new_parsed (saved));
  fixture->clock = ts_clock_new_fake (NOW_NS);
  open_list (fixture);
}

static void
tear_down (Fixture *fixture,
           gconstpointer saved)
{
  if (fixture->servers != NULL)
    close_list (fixture);
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
  g_ptr_array_unref (probes);
}

static void
add (Fixture *fixture,
     const char *host)
{
  g_autoptr (TsAddress) address = ts_address_parse (host, NULL);

  ts_servers_add (fixture->servers, address);
}

static TsMonitor *
get (Fixture *fixture,
     const char *host)
{
  TsMonitor *monitor = ts_ensemble_find_host (ts_servers_get_ensemble (fixture->servers), host);

  g_assert_nonnull (monitor);
  return monitor;
}

static void
remove_host (Fixture *fixture,
             const char *host)
{
  ts_servers_choose (fixture->servers, get (fixture, host));
  ts_servers_remove_selected (fixture->servers);
}

/* The servers in their order, the chosen one in brackets, a paused one with a p. */
static void
assert_list (Fixture *fixture,
             const char *expected)
{
  TsEnsemble *ensemble = ts_servers_get_ensemble (fixture->servers);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ts_ensemble_get_length (ensemble); i++)
    {
      TsMonitor *monitor = ts_ensemble_get (ensemble, i);
      gboolean is_chosen = monitor == ts_servers_get_chosen (fixture->servers);
      gboolean is_paused = ts_monitor_get_state (monitor) == TS_MONITOR_PAUSED;

      g_string_append_printf (text, "%s%s%s%s ", is_chosen ? "[" : "", ts_monitor_get_name (monitor),
                              is_chosen ? "]" : "", is_paused ? "p" : "");
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_saved (Fixture *fixture,
              const char *list,
              const char *chosen)
{
  g_autoptr (GVariant) value = g_settings_get_value (fixture->settings, "server-list");
  g_autofree char *text = g_variant_print (value, FALSE);
  g_autofree char *host = g_settings_get_string (fixture->settings, "chosen-server");

  g_assert_cmpstr (text, ==, list);
  g_assert_cmpstr (host, ==, chosen);
}

static void
assert_recent (Fixture *fixture,
               const char *expected)
{
  g_autoptr (GPtrArray) hosts = ts_recent_hosts_load (fixture->settings);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < hosts->len; i++)
    g_string_append_printf (text, "%s ", ((TsRecentHost *) hosts->pdata[i])->host);
  g_assert_cmpstr (text->str, ==, expected);
}

/* Answers for the probe at @index: its server is @ahead_ns ahead, and the round trip takes 20 ns. */
static void
answer (Fixture *fixture,
        guint index,
        gint64 ahead_ns)
{
  gint64 t1_ns = ts_clock_get_now_ns (fixture->clock);

  fake_probe_answer (probes->pdata[index],
                     &(TsExchange) { t1_ns, t1_ns + ahead_ns + 5, t1_ns + ahead_ns + 15, t1_ns + 30 });
}

static void
test_empty (Fixture *fixture,
            gconstpointer saved)
{
  assert_list (fixture, "");
  assert_saved (fixture, "[]", "");
  g_assert_null (ts_servers_get_chosen (fixture->servers));
  g_assert_false (ts_servers_can_undo (fixture->servers));
  ts_servers_undo (fixture->servers);
  g_object_set (fixture->servers, "is-paused", TRUE, "is-overlaid", TRUE, NULL);
  assert_list (fixture, "");
}

static void
test_add (Fixture *fixture,
          gconstpointer saved)
{
  add (fixture, "a.example");
  assert_list (fixture, "[a.example] ");
  add (fixture, "b.example:7");
  assert_list (fixture, "a.example [b.example:7] ");
  g_assert_cmpuint (((FakeProbe *) probes->pdata[1])->n_exchanges, ==, 1);
  assert_saved (fixture, "[('a.example', {}), ('b.example:7', {})]", "b.example:7");

  /* One that is listed is not listed twice, but measured again. */
  ts_monitor_pause (get (fixture, "a.example"));
  assert_saved (fixture, "[('a.example', {'paused': <true>}), ('b.example:7', {})]", "b.example:7");
  add (fixture, "a.example");
  assert_list (fixture, "[a.example] b.example:7 ");
  g_assert_cmpuint (probes->len, ==, 2);
}

static void
test_comes_back (Fixture *fixture,
                 gconstpointer saved)
{
  assert_list (fixture, "[Lab]p b.example ");
  ts_servers_choose (fixture->servers, get (fixture, "b.example"));
  assert_list (fixture, "Labp [b.example] ");
  close_list (fixture);
  open_list (fixture);
  assert_list (fixture, "Labp [b.example] ");
  assert_saved (fixture, "[('a.example', {'name': <'Lab'>, 'paused': <true>}), ('b.example', {})]", "b.example");

  /* The chosen server may be gone from the settings. */
  close_list (fixture);
  g_settings_set_string (fixture->settings, "chosen-server", "gone.example");
  open_list (fixture);
  assert_list (fixture, "[Lab]p b.example ");
}

static void
test_choose (Fixture *fixture,
             gconstpointer saved)
{
  ts_servers_choose (fixture->servers, get (fixture, "b.example"));
  ts_servers_choose (fixture->servers, get (fixture, "b.example"));
  g_assert_cmpuint (fixture->n_choices, ==, 1);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  assert_list (fixture, "a.example [b.example] c.example ");
}

static void
test_remove (Fixture *fixture,
             gconstpointer saved)
{
  ts_servers_choose (fixture->servers, get (fixture, "b.example"));
  remove_host (fixture, "b.example");
  assert_list (fixture, "a.example [c.example] ");
  assert_saved (fixture, "[('a.example', {}), ('c.example', {})]", "c.example");
  remove_host (fixture, "c.example");
  assert_list (fixture, "[a.example] ");
  remove_host (fixture, "a.example");
  assert_list (fixture, "");
  assert_saved (fixture, "[]", "");

  /* Each comes back to its place, the latest first, and is measured again. */
  ts_servers_undo (fixture->servers);
  assert_list (fixture, "[a.example] ");
  ts_servers_undo (fixture->servers);
  assert_list (fixture, "a.example [c.example] ");
  ts_servers_undo (fixture->servers);
  assert_list (fixture, "a.example [b.example] c.example ");
  g_assert_false (ts_servers_can_undo (fixture->servers));
  assert_saved (fixture, "[('a.example', {}), ('b.example', {}), ('c.example', {})]", "b.example");
}

/* Chooses the first of @hosts, unless one of them is chosen. */
static void
select_hosts (Fixture *fixture,
              const char *const *hosts)
{
  g_autoptr (GPtrArray) selected = g_ptr_array_new ();

  for (gsize i = 0; hosts[i] != NULL; i++)
    g_ptr_array_add (selected, get (fixture, hosts[i]));
  ts_servers_select (fixture->servers, selected);
}

/* Several at once are paused and removed, and come back, with one stroke each. */
static void
test_several (Fixture *fixture,
              gconstpointer saved)
{
  gboolean is_paused;

  select_hosts (fixture, (const char *const[]) { NULL });
  assert_list (fixture, "[a.example] b.example c.example ");
  select_hosts (fixture, (const char *const[]) { "c.example", "b.example", NULL });
  assert_list (fixture, "a.example b.example [c.example] ");
  g_object_set (fixture->servers, "is-paused", TRUE, NULL);
  assert_list (fixture, "a.example b.examplep [c.example]p ");
  ts_monitor_resume (get (fixture, "b.example"));
  g_object_get (fixture->servers, "is-paused", &is_paused, NULL);
  g_assert_false (is_paused);
  /* The one that is chosen stays so. */
  select_hosts (fixture, (const char *const[]) { "a.example", "c.example", NULL });
  assert_list (fixture, "a.example b.example [c.example]p ");
  ts_servers_remove_selected (fixture->servers);
  assert_list (fixture, "[b.example] ");
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 1);
  ts_servers_undo (fixture->servers);
  assert_list (fixture, "a.example b.example [c.example]p ");
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 2);
  g_assert_false (ts_servers_can_undo (fixture->servers));

  /* Another one that is chosen is selected alone. */
  ts_servers_choose (fixture->servers, get (fixture, "b.example"));
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 1);
}

static void
test_undo_keeps_pause_and_history (Fixture *fixture,
                                   gconstpointer saved)
{
  TsMonitor *monitor = get (fixture, "a.example");

  answer (fixture, 0, 7);
  ts_monitor_pause (get (fixture, "b.example"));
  remove_host (fixture, "a.example");
  remove_host (fixture, "b.example");
  /* What happens to a server that is not listed is not saved. */
  ts_monitor_set_name (monitor, "Lab");
  assert_saved (fixture, "[('c.example', {})]", "c.example");
  ts_servers_undo (fixture->servers);
  ts_servers_undo (fixture->servers);
  assert_list (fixture, "[Lab] b.examplep c.example ");
  g_assert_cmpuint (ts_history_get_n_samples (ts_monitor_get_history (monitor)), ==, 1);
}

static void
test_undo_of_one_that_was_added_again (Fixture *fixture,
                                       gconstpointer saved)
{
  remove_host (fixture, "a.example");
  add (fixture, "a.example");
  assert_list (fixture, "b.example c.example [a.example] ");
  ts_servers_choose (fixture->servers, get (fixture, "b.example"));
  ts_servers_undo (fixture->servers);
  assert_list (fixture, "b.example c.example [a.example] ");
}

/* Removed servers keep their histories, so there is an end to how many are kept. */
static void
test_removals_are_bounded (Fixture *fixture,
                           gconstpointer saved)
{
  guint n_undone = 0;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *host = g_strdup_printf ("%u.example", i);

      add (fixture, host);
      remove_host (fixture, host);
      fake_probe_lose (probes->pdata[i]);
    }
  for (; ts_servers_can_undo (fixture->servers); n_undone++)
    ts_servers_undo (fixture->servers);
  g_assert_cmpuint (n_undone, ==, 8);
  g_assert_nonnull (get (fixture, "12.example"));
}

static void
test_move (Fixture *fixture,
           gconstpointer saved)
{
  TsMonitor *monitor = get (fixture, "a.example");

  ts_servers_move (fixture->servers, monitor, -1);
  assert_list (fixture, "[a.example] b.example c.example ");
  ts_servers_move (fixture->servers, monitor, 2);
  assert_list (fixture, "b.example c.example [a.example] ");
  assert_saved (fixture, "[('b.example', {}), ('c.example', {}), ('a.example', {})]", "a.example");
  ts_servers_move (fixture->servers, monitor, 1);
  ts_servers_move (fixture->servers, monitor, -1);
  assert_list (fixture, "b.example [a.example] c.example ");
}

/* They are the chosen server's. */
static void
test_properties (Fixture *fixture,
                 gconstpointer saved)
{
  double interval_s;
  gboolean is_paused, is_overlaid;

  g_object_set (fixture->servers, "interval-seconds", 5.0, "is-paused", TRUE, "is-overlaid", TRUE, NULL);
  assert_saved (fixture, "[('a.example', {'interval-seconds': <5.0>, 'paused': <true>}), ('b.example', {}), "
                         "('c.example', {})]", "a.example");
  g_assert_true (ts_overlays_find (ts_servers_get_overlays (fixture->servers), get (fixture, "a.example"), NULL));
  ts_servers_choose (fixture->servers, get (fixture, "b.example"));
  g_object_get (fixture->servers, "interval-seconds", &interval_s, "is-paused", &is_paused, "is-overlaid", &is_overlaid,
                NULL);
  g_assert_cmpfloat (interval_s, ==, 1);
  g_assert_false (is_paused);
  g_assert_false (is_overlaid);

  /* A server that is added later has the interval that was chosen last. */
  add (fixture, "d.example");
  g_assert_cmpint (ts_monitor_get_interval_ns (get (fixture, "d.example")), ==, 5 * TS_NS_PER_S);
}

/* Only what answers is a recent host: from its first answer on, and as it was when it was measured last. */
static void
test_recent (Fixture *fixture,
             gconstpointer saved)
{
  g_autoptr (GPtrArray) hosts = NULL;
  const TsRecentHost *recent;

  add (fixture, "a.example");
  add (fixture, "typo.example");
  add (fixture, "c.example");
  fake_probe_lose (probes->pdata[1]);
  assert_recent (fixture, "");
  answer (fixture, 0, 1000);
  assert_recent (fixture, "a.example ");
  ts_clock_advance (fixture->clock, TS_NS_PER_S);
  answer (fixture, 2, 1000);
  assert_recent (fixture, "c.example a.example ");
  ts_clock_advance (fixture->clock, TS_NS_PER_S);
  ts_monitor_retry (get (fixture, "a.example"));
  answer (fixture, 0, 1000);
  /* A later loss does not make it measured later. */
  ts_clock_advance (fixture->clock, TS_NS_PER_S);
  ts_monitor_retry (get (fixture, "a.example"));
  fake_probe_lose (probes->pdata[0]);
  remove_host (fixture, "a.example");
  remove_host (fixture, "typo.example");
  assert_recent (fixture, "a.example c.example ");

  hosts = ts_recent_hosts_load (fixture->settings);
  recent = hosts->pdata[0];
  g_assert_cmpint (recent->last.at_ns, ==, NOW_NS + 2 * TS_NS_PER_S + 30);
  g_assert_cmpint (recent->last.proven_min_ns, <=, 1000);
  g_assert_cmpint (recent->last.proven_max_ns, >=, 1000);

  /* What is listed when the window closes is kept as it is then. */
  ts_clock_advance (fixture->clock, TS_NS_PER_S);
  ts_monitor_retry (get (fixture, "c.example"));
  answer (fixture, 2, 1000);
  ts_servers_stop (fixture->servers);
  assert_recent (fixture, "c.example a.example ");
}

/* That the window closes changes nothing of what is saved. */
static void
test_stop (Fixture *fixture,
           gconstpointer saved)
{
  ts_servers_choose (fixture->servers, get (fixture, "b.example"));
  ts_servers_stop (fixture->servers);
  g_assert_null (ts_servers_get_chosen (fixture->servers));
  g_assert_cmpint (ts_monitor_get_state (get (fixture, "a.example")), ==, TS_MONITOR_STOPPED);
  assert_saved (fixture, "[('a.example', {}), ('b.example', {}), ('c.example', {})]", "b.example");
}

static void
assert_notification (const char *id,
                     const char *title)
{
  GVariant *notification;
  const char *shown_title;

  TEST_WAIT (g_hash_table_contains (shown, id));
  notification = g_hash_table_lookup (shown, id);
  g_assert_true (g_variant_lookup (notification, "title", "&s", &shown_title));
  g_assert_cmpstr (shown_title, ==, title);
}

static void
test_alarm (Fixture *fixture,
            gconstpointer saved)
{
  TsMonitor *monitor = get (fixture, "a.example");
  const char *body;

  g_hash_table_remove_all (shown);
  g_settings_set_uint (fixture->settings, "limit-samples", 1);
  ts_monitor_set_limit_ns (monitor, TS_NS_PER_MS);
  answer (fixture, 0, 0);
  ts_clock_advance (fixture->clock, TS_NS_PER_S);
  ts_monitor_retry (monitor);
  /* Within a second no clock is slewed so far. */
  answer (fixture, 0, 2 * TS_NS_PER_S);
  assert_notification ("limit:a.example", "a.example is outside its limit of 1" N "ms");
  g_assert_true (g_variant_lookup (g_hash_table_lookup (shown, "limit:a.example"), "body", "&s", &body));
  g_assert_true (g_str_has_prefix (body, "This computer is "));
  g_assert_true (g_str_has_suffix (body, ". The server’s clock was set, by 2.0" N "s"));
  remove_host (fixture, "a.example");
  TEST_WAIT (g_hash_table_size (shown) == 0);
  ts_servers_undo (fixture->servers);
  assert_notification ("limit:a.example", "a.example is outside its limit of 1" N "ms");
  ts_servers_stop (fixture->servers);
  TEST_WAIT (g_hash_table_size (shown) == 0);
}

/* Returns: (transfer full): an application on a bus of its own, where notifications are kept in @shown */
static GApplication *
register_application (const char *address)
{
  GApplication *application = g_application_new ("org.timesync.Test", G_APPLICATION_NON_UNIQUE);
  g_autoptr (GError) error = NULL;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
  g_application_register (application, NULL, &error);
  g_assert_no_error (error);
  begin_to_show_notifications (g_application_get_dbus_connection (application));
  return application;
}

#define ADD(path, saved, function) g_test_add ("/servers/" path, Fixture, saved, set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  static const char three[] = "[('a.example', @a{sv} {}), ('b.example', {}), ('c.example', {})]";
  static const char named[] = "[('a.example', {'name': <'Lab'>, 'paused': <true>}), ('b.example', {})]";
  g_autofree char *program = g_find_program_in_path ("dbus-daemon");
  g_autofree char *address = NULL;
  g_autoptr (GSubprocess) bus = program != NULL ? start_bus (&address) : NULL;
  g_autoptr (GApplication) application = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  application = bus != NULL ? register_application (address) : g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_application_set_default (application);
  ADD ("empty", NULL, test_empty);
  ADD ("add", NULL, test_add);
  ADD ("comes-back", named, test_comes_back);
  ADD ("choose", three, test_choose);
  ADD ("remove", three, test_remove);
  ADD ("several", three, test_several);
  ADD ("undo-keeps-pause-and-history", three, test_undo_keeps_pause_and_history);
  ADD ("undo-of-one-that-was-added-again", three, test_undo_of_one_that_was_added_again);
  ADD ("removals-are-bounded", NULL, test_removals_are_bounded);
  ADD ("move", three, test_move);
  ADD ("properties", three, test_properties);
  ADD ("recent", NULL, test_recent);
  ADD ("stop", three, test_stop);
  if (bus != NULL)
    ADD ("alarm", three, test_alarm);
  status = g_test_run ();
  if (bus != NULL)
    g_subprocess_force_exit (bus);
  return status;
}
