/* Tests of waking up: a network that comes back, and a bus that signals sleep.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "monitor/ts-wake-up.h"

#include "test-bus.h"
#include "test-fake-network.h"
#include "test-fake-probe.h"

#define NOW_NS (1700000000 * TS_NS_PER_S)
#define LOGIN1 "org.freedesktop.login1"

typedef struct
{
  TsClock *clock;
  FakeProbe *probe;
  TsMonitor *monitor;
  TsEnsemble *ensemble;
  GNetworkMonitor *network;
  TsWakeUp *wake_up;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->clock = ts_clock_new_fake (NOW_NS);
  fixture->probe = fake_probe_new ();
  fixture->monitor = ts_monitor_new (TS_PROBE (fixture->probe), fixture->clock);
  ts_monitor_set_punctual (fixture->monitor, TRUE);
  fixture->ensemble = ts_ensemble_new ();
  ts_ensemble_append (fixture->ensemble, fixture->monitor);
  fixture->network = G_NETWORK_MONITOR (fake_network_new ());
  fixture->wake_up = ts_wake_up_new (fixture->ensemble, fixture->network);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  ts_monitor_stop (fixture->monitor);
  fake_probe_lose (fixture->probe);
  g_assert_finalize_object (fixture->wake_up);
  g_assert_finalize_object (fixture->network);
  g_assert_finalize_object (fixture->ensemble);
  g_assert_finalize_object (fixture->monitor);
  g_assert_finalize_object (fixture->probe);
  g_assert_finalize_object (fixture->clock);
}

/* Ends the exchange well. */
static void
answer (Fixture *fixture)
{
  fake_probe_answer (fixture->probe, &(TsExchange) { NOW_NS, NOW_NS, NOW_NS, NOW_NS });
  g_assert_cmpint (ts_monitor_get_state (fixture->monitor), ==, TS_MONITOR_MEASURING);
}

static void
test_network (Fixture *fixture,
              gconstpointer data)
{
  ts_monitor_start (fixture->monitor);
  fake_probe_lose (fixture->probe);
  g_assert_cmpint (ts_monitor_get_state (fixture->monitor), ==, TS_MONITOR_FAILING);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);

  /* One that has gone is no reason to ask. */
  g_signal_emit_by_name (fixture->network, "network-changed", FALSE);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);

  g_signal_emit_by_name (fixture->network, "network-changed", TRUE);
  answer (fixture);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 2);

  /* A server that was reached needs no second question, and one that is paused none at all. */
  g_signal_emit_by_name (fixture->network, "network-changed", TRUE);
  ts_monitor_pause (fixture->monitor);
  g_signal_emit_by_name (fixture->network, "network-changed", TRUE);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 2);
}

static void
tell_of_sleep (GDBusConnection *bus,
               gboolean is_about_to_sleep)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (bus, NULL, "/org/freedesktop/login1", LOGIN1 ".Manager", "PrepareForSleep",
                                 g_variant_new ("(b)", is_about_to_sleep), &error);
  g_assert_no_error (error);
}

static void
name_acquired (GDBusConnection *bus,
               const char *name,
               gpointer has_name)
{
  *(gboolean *) has_name = TRUE;
}

static void
test_sleep (Fixture *fixture,
            gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autoptr (GSubprocess) bus = start_bus (&address);
  g_autoptr (GDBusConnection) listening = connect_to_bus (address);
  g_autoptr (GDBusConnection) telling = connect_to_bus (address);
  g_autoptr (GError) error = NULL;
  gboolean has_name = FALSE;
  guint name_id;

  ts_wake_up_set_bus (fixture->wake_up, listening);
  /* The subscription is on its way before the name is asked for on the other connection. */
  g_dbus_connection_flush_sync (listening, NULL, &error);
  g_assert_no_error (error);
  name_id = g_bus_own_name_on_connection (telling, LOGIN1, G_BUS_NAME_OWNER_FLAGS_NONE, name_acquired, NULL, &has_name,
                                          NULL);
  TEST_WAIT (has_name);

  ts_monitor_start (fixture->monitor);
  answer (fixture);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);
  tell_of_sleep (telling, TRUE);
  tell_of_sleep (telling, FALSE);
  TEST_WAIT (fixture->probe->n_exchanges == 2);
  answer (fixture);
  g_assert_cmpuint (ts_history_get_n_samples (ts_monitor_get_history (fixture->monitor)), ==, 2);

  g_bus_unown_name (name_id);
  g_dbus_connection_close_sync (telling, NULL, NULL);
  g_dbus_connection_close_sync (listening, NULL, NULL);
  g_subprocess_force_exit (bus);
  g_subprocess_wait (bus, NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc,
      char *argv[])
{
  g_autofree char *bus = g_find_program_in_path ("dbus-daemon");

  g_test_init (&argc, &argv, NULL);
  g_test_add ("/wake-up/network", Fixture, NULL, set_up, test_network, tear_down);
  if (bus != NULL)
    g_test_add ("/wake-up/sleep", Fixture, NULL, set_up, test_sleep, tear_down);
  return g_test_run ();
}
