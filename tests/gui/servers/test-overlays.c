/* Tests of which servers are laid over others: their places, and what is kept of the choice.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-overlays.h"
#include "servers/ts-saved-servers.h"
#include "net/ts-probe-factory.h"

#define SETTINGS_KEY "overlaid-servers"

typedef struct
{
  GSettings *settings;
  TsClock *clock;
  TsEnsemble *ensemble;
  TsOverlays *overlays;
  guint n_changes;
} Fixture;

static TsMonitor *
new_monitor (Fixture *fixture,
             const char *host)
{
  g_autoptr (TsAddress) address = ts_address_parse (host, NULL);

  return ts_saved_servers_new_monitor (address, ts_probe_new, fixture->clock, 0);
}

static void
count_change (Fixture *fixture)
{
  fixture->n_changes++;
}

/* Servers "a" to "d", and what was saved. */
static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  static const char *const hosts[] = { "a", "b", "c", "d" };
  const char *const *saved = data;

  fixture->settings = g_settings_new ("org.timesync.TimeSync");
  fixture->clock = ts_clock_new_system (0);
  fixture->ensemble = ts_ensemble_new ();
  g_settings_set_strv (fixture->settings, SETTINGS_KEY, saved);
  fixture->overlays = ts_overlays_new (fixture->ensemble, fixture->settings);
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (TsMonitor) monitor = new_monitor (fixture, hosts[i]);

      ts_ensemble_append (fixture->ensemble, monitor);
    }
  g_signal_connect_swapped (fixture->overlays, "changed", G_CALLBACK (count_change), fixture);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_settings_reset (fixture->settings, SETTINGS_KEY);
  g_assert_finalize_object (fixture->overlays);
  g_assert_finalize_object (fixture->ensemble);
  g_object_unref (fixture->clock);
  g_object_unref (fixture->settings);
}

static TsMonitor *
get (Fixture *fixture,
     const char *host)
{
  TsMonitor *monitor = ts_ensemble_find_host (fixture->ensemble, host);

  g_assert_nonnull (monitor);
  return monitor;
}

/* The servers that are laid over others with their places, in the order of the list. */
static void
assert_places (Fixture *fixture,
               const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ts_ensemble_get_length (fixture->ensemble); i++)
    {
      TsMonitor *monitor = ts_ensemble_get (fixture->ensemble, i);
      guint place;

      if (ts_overlays_find (fixture->overlays, monitor, &place))
        g_string_append_printf (text, "%s%u ", ts_monitor_get_name (monitor), place);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_saved (Fixture *fixture,
              const char *expected)
{
  g_auto (GStrv) saved = g_settings_get_strv (fixture->settings, SETTINGS_KEY);
  g_autofree char *text = g_strjoinv (" ", saved);

  g_assert_cmpstr (text, ==, expected);
}

/* A place stays while others come and go; the first that is free is taken next. */
static void
test_places (Fixture *fixture,
             gconstpointer data)
{
  assert_places (fixture, "");
  ts_overlays_toggle (fixture->overlays, get (fixture, "c"));
  ts_overlays_toggle (fixture->overlays, get (fixture, "a"));
  ts_overlays_set (fixture->overlays, get (fixture, "d"), TRUE);
  assert_places (fixture, "a1 c0 d2 ");
  assert_saved (fixture, "c a d");
  g_assert_cmpuint (fixture->n_changes, ==, 3);

  ts_overlays_set (fixture->overlays, get (fixture, "d"), TRUE);
  g_assert_cmpuint (fixture->n_changes, ==, 3);
  ts_overlays_toggle (fixture->overlays, get (fixture, "c"));
  assert_places (fixture, "a1 d2 ");
  assert_saved (fixture, "a d");
  ts_overlays_toggle (fixture->overlays, get (fixture, "b"));
  assert_places (fixture, "a1 b0 d2 ");
  assert_saved (fixture, "b a d");
}

/* Not the one whose chart it is; and who is taken from the list meanwhile lives on in what was asked for before. */
static void
test_list (Fixture *fixture,
           gconstpointer data)
{
  g_autoptr (GArray) list = NULL;
  const TsOverlay *first, *second;

  ts_overlays_toggle (fixture->overlays, get (fixture, "c"));
  ts_overlays_toggle (fixture->overlays, get (fixture, "a"));
  ts_overlays_toggle (fixture->overlays, get (fixture, "d"));
  list = ts_overlays_list (fixture->overlays, get (fixture, "a"));
  ts_ensemble_remove (fixture->ensemble, 2);
  g_assert_cmpuint (list->len, ==, 2);
  first = &g_array_index (list, TsOverlay, 0);
  second = &g_array_index (list, TsOverlay, 1);
  g_assert_cmpstr (ts_monitor_get_name (first->monitor), ==, "c");
  g_assert_cmpuint (first->place, ==, 0);
  g_assert_cmpstr (ts_monitor_get_name (second->monitor), ==, "d");
  g_assert_cmpuint (second->place, ==, 2);
}

/* What cannot be, and what is there twice, anybody may have written. */
static void
test_comes_back (Fixture *fixture,
                 gconstpointer data)
{
  assert_places (fixture, "b1 d2 ");
  ts_overlays_toggle (fixture->overlays, get (fixture, "a"));
  /* The place of one that is not listed is free. */
  assert_places (fixture, "a0 b1 d2 ");
  assert_saved (fixture, "a b d");
}

static void
test_removal (Fixture *fixture,
              gconstpointer data)
{
  g_autoptr (TsMonitor) removed = g_object_ref (get (fixture, "b"));

  ts_overlays_toggle (fixture->overlays, removed);
  ts_ensemble_remove (fixture->ensemble, 1);
  g_assert_cmpuint (fixture->n_changes, ==, 2);
  assert_places (fixture, "");
  /* An undo brings it back as it was, */
  ts_ensemble_insert (fixture->ensemble, 1, removed);
  g_assert_cmpuint (fixture->n_changes, ==, 3);
  assert_places (fixture, "b0 ");
  /* unless another one came to its place. */
  ts_ensemble_remove (fixture->ensemble, 1);
  ts_overlays_toggle (fixture->overlays, get (fixture, "d"));
  assert_saved (fixture, "d");
  ts_ensemble_insert (fixture->ensemble, 1, removed);
  assert_places (fixture, "d0 ");
}

int
main (int argc,
      char *argv[])
{
  static const char *const nothing[] = { NULL };
  static const char *const saved[] = { "gone", "b", "d", "b", NULL };

  g_test_init (&argc, &argv, NULL);
  g_test_add ("/overlays/places", Fixture, nothing, set_up, test_places, tear_down);
  g_test_add ("/overlays/comes-back", Fixture, saved, set_up, test_comes_back, tear_down);
  g_test_add ("/overlays/list", Fixture, nothing, set_up, test_list, tear_down);
  g_test_add ("/overlays/removal", Fixture, nothing, set_up, test_removal, tear_down);
  return g_test_run ();
}
