/* Tests of the ensemble, with probes that answer with the offset that they are told.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "monitor/ts-ensemble.h"
#include "measure/ts-time.h"

#include "test-fake-probe.h"

#define NOW_NS    (1700000000 * TS_NS_PER_S)
#define DELAY_NS  (2 * TS_NS_PER_MS)
#define N_SERVERS 4

typedef struct
{
  TsClock *clock;
  TsEnsemble *ensemble;
  FakeProbe *probes[N_SERVERS];
  TsMonitor *monitors[N_SERVERS];
  guint n_selections;
  GString *items; /* what became of the list: position, removed, added */
} Fixture;

static void
selection_changed (TsEnsemble *ensemble,
                   gpointer user_data)
{
  ((Fixture *) user_data)->n_selections++;
}

static void
items_changed (GListModel *model,
               guint position,
               guint n_removed,
               guint n_added,
               gpointer user_data)
{
  g_string_append_printf (((Fixture *) user_data)->items, "%u-%u+%u ", position, n_removed, n_added);
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->clock = ts_clock_new_fake (NOW_NS);
  fixture->ensemble = ts_ensemble_new ();
  fixture->items = g_string_new (NULL);
  for (gsize i = 0; i < N_SERVERS; i++)
    {
      fixture->probes[i] = fake_probe_new ();
      fixture->monitors[i] = ts_monitor_new (TS_PROBE (fixture->probes[i]), fixture->clock);
      ts_monitor_set_punctual (fixture->monitors[i], TRUE);
    }
  g_signal_connect (fixture->ensemble, "selection-changed", G_CALLBACK (selection_changed), fixture);
  g_signal_connect (fixture->ensemble, "items-changed", G_CALLBACK (items_changed), fixture);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->ensemble);
  for (gsize i = 0; i < N_SERVERS; i++)
    {
      ts_monitor_stop (fixture->monitors[i]);
      fake_probe_lose (fixture->probes[i]);
      g_assert_finalize_object (fixture->monitors[i]);
      g_assert_finalize_object (fixture->probes[i]);
    }
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->items, TRUE);
}

static guint64
n_samples_of (TsMonitor *monitor)
{
  return ts_history_get_n_samples (ts_monitor_get_history (monitor));
}

/* Ends the exchange with server @i, which is @offset_ns ahead. */
static void
answer (Fixture *fixture,
        gsize i,
        gint64 offset_ns)
{
  guint64 n_samples = n_samples_of (fixture->monitors[i]);
  gint64 t1_ns = ts_clock_get_now_ns (fixture->clock);
  gint64 remote_ns = t1_ns + DELAY_NS / 2 + offset_ns;
  const TsExchange exchange = { t1_ns, remote_ns, remote_ns, t1_ns + DELAY_NS };
  TsSample sample;

  g_assert_true (ts_sample_derive (&sample, &exchange, NULL));
  /* It says that it is right. */
  sample.max_error_ns = 0;
  fake_probe_end (fixture->probes[i], &sample, NULL);
  g_assert_cmpuint (n_samples_of (fixture->monitors[i]), ==, n_samples + 1);
}

/* One more sample of server @i, which is @offset_ns ahead. */
static void
sample (Fixture *fixture,
        gsize i,
        gint64 offset_ns)
{
  ts_monitor_stop (fixture->monitors[i]);
  ts_monitor_start (fixture->monitors[i]);
  answer (fixture, i, offset_ns);
}

static void
assert_order (Fixture *fixture,
              const char *expected)
{
  g_autoptr (GString) order = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->ensemble)); i++)
    {
      g_autoptr (TsMonitor) monitor = g_list_model_get_item (G_LIST_MODEL (fixture->ensemble), i);

      g_assert_true (ts_ensemble_get (fixture->ensemble, i) == monitor);
      for (gsize j = 0; j < N_SERVERS; j++)
        if (fixture->monitors[j] == monitor)
          g_string_append_printf (order, "%" G_GSIZE_FORMAT, j);
    }
  g_assert_cmpstr (order->str, ==, expected);
}

static void
assert_items_changed (Fixture *fixture,
                      const char *expected)
{
  g_assert_cmpstr (fixture->items->str, ==, expected);
  g_string_truncate (fixture->items, 0);
}

/* A letter for each server in the order of the fixture: u, a, f. */
static void
assert_verdicts (Fixture *fixture,
                 const char *expected)
{
  g_autoptr (GString) verdicts = g_string_new (NULL);

  for (gsize i = 0; i < N_SERVERS; i++)
    g_string_append_c (verdicts, ts_selection_verdict_get_name (
                                   ts_ensemble_get_verdict (fixture->ensemble, fixture->monitors[i]))[0]);
  g_assert_cmpstr (verdicts->str, ==, expected);
}

/* A digit for each server: which one it disagrees with; a hyphen: none. */
static void
assert_opponents (Fixture *fixture,
                  const char *expected)
{
  g_autoptr (GString) opponents = g_string_new (NULL);

  for (gsize i = 0; i < N_SERVERS; i++)
    {
      TsMonitor *opponent = ts_ensemble_get_opponent (fixture->ensemble, fixture->monitors[i], NULL);
      gsize j = 0;

      while (j < N_SERVERS && fixture->monitors[j] != opponent)
        j++;
      g_string_append_c (opponents, (char) (j < N_SERVERS ? '0' + j : '-'));
    }
  g_assert_cmpstr (opponents->str, ==, expected);
}

static void
test_list (Fixture *fixture,
           gconstpointer data)
{
  guint position;

  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (fixture->ensemble)) == TS_TYPE_MONITOR);
  ts_ensemble_append (fixture->ensemble, fixture->monitors[0]);
  ts_ensemble_append (fixture->ensemble, fixture->monitors[1]);
  ts_ensemble_insert (fixture->ensemble, 0, fixture->monitors[2]);
  ts_ensemble_insert (fixture->ensemble, 3, fixture->monitors[3]);
  assert_order (fixture, "2013");
  assert_items_changed (fixture, "0-0+1 1-0+1 0-0+1 3-0+1 ");
  g_assert_true (ts_ensemble_find (fixture->ensemble, fixture->monitors[1], &position));
  g_assert_cmpuint (position, ==, 2);

  ts_ensemble_move (fixture->ensemble, 0, 3);
  assert_order (fixture, "0132");
  ts_ensemble_move (fixture->ensemble, 2, 1);
  assert_order (fixture, "0312");
  ts_ensemble_move (fixture->ensemble, 1, 1);
  assert_items_changed (fixture, "0-1+0 3-0+1 2-1+0 1-0+1 ");

  ts_ensemble_remove (fixture->ensemble, 3);
  ts_ensemble_remove (fixture->ensemble, 0);
  assert_order (fixture, "31");
  assert_items_changed (fixture, "3-1+0 0-1+0 ");
  g_assert_false (ts_ensemble_find (fixture->ensemble, fixture->monitors[0], NULL));
  g_assert_cmpuint (ts_ensemble_get_length (fixture->ensemble), ==, 2);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->ensemble), 2));
}

static void
test_falseticker (Fixture *fixture,
                  gconstpointer data)
{
  for (gsize i = 0; i < N_SERVERS; i++)
    ts_ensemble_append (fixture->ensemble, fixture->monitors[i]);
  assert_verdicts (fixture, "uuuu");
  g_assert_cmpuint (fixture->n_selections, ==, 0);

  sample (fixture, 0, 0);
  assert_verdicts (fixture, "auuu");
  /* Two that contradict each other: it cannot be said which one is wrong. */
  sample (fixture, 3, 100 * TS_NS_PER_MS);
  assert_verdicts (fixture, "uuuu");
  assert_opponents (fixture, "3--0");
  sample (fixture, 1, TS_NS_PER_MS / 2);
  assert_verdicts (fixture, "aauf");
  assert_opponents (fixture, "---0");
  g_assert_cmpuint (fixture->n_selections, ==, 3);
  /* The same again is no news. */
  sample (fixture, 1, TS_NS_PER_MS / 2);
  g_assert_cmpuint (fixture->n_selections, ==, 3);
}

/* Who disagreed is told to disagree until that is over for ten seconds, and not beyond the one that it contradicted. */
static void
test_disagreement_is_held (Fixture *fixture,
                           gconstpointer data)
{
  gint64 gap_ns;

  for (gsize i = 0; i < 3; i++)
    {
      ts_ensemble_append (fixture->ensemble, fixture->monitors[i]);
      sample (fixture, i, i == 2 ? 100 * TS_NS_PER_MS : 0);
    }
  assert_opponents (fixture, "--0-");
  g_assert_true (ts_ensemble_get_opponent (fixture->ensemble, fixture->monitors[2], &gap_ns) == fixture->monitors[0]);
  /* Each claim reaches half a round trip, and a bit further, because clocks drift. */
  g_assert_cmpint (gap_ns, <=, 100 * TS_NS_PER_MS - DELAY_NS);
  g_assert_cmpint (gap_ns, >, 97 * TS_NS_PER_MS);

  /* It is set right, and the others go on. */
  ts_clock_advance (fixture->clock, TS_NS_PER_S);
  sample (fixture, 2, 0);
  sample (fixture, 0, 0);
  assert_opponents (fixture, "--0-");
  ts_clock_advance (fixture->clock, 8 * TS_NS_PER_S);
  sample (fixture, 0, 0);
  assert_opponents (fixture, "--0-");
  ts_clock_advance (fixture->clock, 2 * TS_NS_PER_S);
  sample (fixture, 0, 0);
  assert_opponents (fixture, "----");

  sample (fixture, 2, 100 * TS_NS_PER_MS);
  assert_opponents (fixture, "--0-");
  ts_ensemble_remove (fixture->ensemble, 1);
  ts_ensemble_remove (fixture->ensemble, 0);
  assert_opponents (fixture, "----");
}

static void
test_removal (Fixture *fixture,
              gconstpointer data)
{
  for (gsize i = 0; i < 3; i++)
    {
      ts_ensemble_append (fixture->ensemble, fixture->monitors[i]);
      sample (fixture, i, i == 2 ? TS_NS_PER_S : 0);
    }
  assert_verdicts (fixture, "aafu");

  /* Without the one there is no majority left, and its later samples do not count. */
  ts_ensemble_remove (fixture->ensemble, 0);
  assert_verdicts (fixture, "uuuu");
  assert_opponents (fixture, "-21-");
  fixture->n_selections = 0;
  sample (fixture, 0, 0);
  g_assert_cmpuint (fixture->n_selections, ==, 0);

  /* It comes back with what it had. */
  ts_ensemble_insert (fixture->ensemble, 0, fixture->monitors[0]);
  assert_verdicts (fixture, "aafu");
  ts_ensemble_move (fixture->ensemble, 0, 2);
  assert_verdicts (fixture, "aafu");
}

static void
test_find_host (Fixture *fixture,
                gconstpointer data)
{
  g_assert_null (ts_ensemble_find_host (fixture->ensemble, "time.example"));
  ts_ensemble_append (fixture->ensemble, fixture->monitors[2]);
  g_assert_true (ts_ensemble_find_host (fixture->ensemble, "time.example") == fixture->monitors[2]);
  g_assert_null (ts_ensemble_find_host (fixture->ensemble, "time.example:1"));
}

static void
test_pause (Fixture *fixture,
            gconstpointer data)
{
  g_assert_true (ts_ensemble_is_paused (fixture->ensemble));
  ts_ensemble_append (fixture->ensemble, fixture->monitors[0]);
  ts_ensemble_append (fixture->ensemble, fixture->monitors[1]);
  sample (fixture, 0, 0);
  sample (fixture, 1, 0);
  ts_monitor_pause (fixture->monitors[0]);
  g_assert_false (ts_ensemble_is_paused (fixture->ensemble));
  ts_ensemble_set_paused (fixture->ensemble, TRUE);
  g_assert_true (ts_ensemble_is_paused (fixture->ensemble));
  ts_ensemble_set_paused (fixture->ensemble, FALSE);
  answer (fixture, 0, 0);
  answer (fixture, 1, 0);
  g_assert_cmpuint (n_samples_of (fixture->monitors[0]), ==, 2);
  g_assert_cmpuint (n_samples_of (fixture->monitors[1]), ==, 2);
}

/* An ensemble that goes leaves no handler behind: its monitors go on. */
static void
test_outlived (Fixture *fixture,
               gconstpointer data)
{
  TsEnsemble *other = ts_ensemble_new ();

  ts_ensemble_append (other, fixture->monitors[0]);
  sample (fixture, 0, 0);
  g_assert_finalize_object (other);
  sample (fixture, 0, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ensemble/list", Fixture, NULL, set_up, test_list, tear_down);
  g_test_add ("/ensemble/falseticker", Fixture, NULL, set_up, test_falseticker, tear_down);
  g_test_add ("/ensemble/disagreement-is-held", Fixture, NULL, set_up, test_disagreement_is_held, tear_down);
  g_test_add ("/ensemble/removal", Fixture, NULL, set_up, test_removal, tear_down);
  g_test_add ("/ensemble/find-host", Fixture, NULL, set_up, test_find_host, tear_down);
  g_test_add ("/ensemble/pause", Fixture, NULL, set_up, test_pause, tear_down);
  g_test_add ("/ensemble/outlived", Fixture, NULL, set_up, test_outlived, tear_down);
  return g_test_run ();
}
