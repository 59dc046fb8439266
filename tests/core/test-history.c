/* Tests of ts-history: the ring of samples and gaps, and what is read from it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-history.h"

#include <stdlib.h>

#include "test-cases.h"

/* A sample at @at_ns whose proven interval is @offset_ns ± @delay_ns / 2. */
static TsSample
make_sample (gint64 at_ns,
             gint64 offset_ns,
             gint64 delay_ns)
{
  return (TsSample) {
    .exchange = { .t1_ns = at_ns - delay_ns, .t4_ns = at_ns },
    .offset_ns = offset_ns,
    .delay_ns = delay_ns,
    .proven_min_ns = offset_ns - delay_ns / 2,
    .proven_max_ns = offset_ns + delay_ns / 2,
    .max_error_ns = TS_MAX_ERROR_UNKNOWN,
  };
}

static void
add_sample (TsHistory *history,
            gint64 at_ns,
            gint64 offset_ns,
            gint64 delay_ns)
{
  const TsSample sample = make_sample (at_ns, offset_ns, delay_ns);

  ts_history_add_sample (history, &sample);
}

static void
test_empty (void)
{
  g_autoptr (TsHistory) history = ts_history_new (4);
  TsHistoryEntry best;

  g_assert_cmpuint (ts_history_get_length (history), ==, 0);
  g_assert_cmpuint (ts_history_get_n_samples (history), ==, 0);
  g_assert_cmpuint (ts_history_get_n_lost (history), ==, 0);
  g_assert_cmpint (ts_history_get_least_delay_ns (history), ==, -1);
  g_assert_null (ts_history_get_last (history));
  g_assert_false (ts_history_get_best (history, 8, &best));
  g_assert_cmpint (ts_history_get_jitter_ns (history, 8), ==, -1);
}

static void
test_entry_is_the_sample (void)
{
  g_autoptr (TsHistory) history = ts_history_new (4);
  const TsHistoryEntry *entry;
  TsHistoryEntry best;

  add_sample (history, 1000, -50, 20);
  entry = ts_history_get (history, 0);
  g_assert_cmpint (entry->kind, ==, TS_ENTRY_SAMPLE);
  g_assert_cmpint (entry->at_ns, ==, 1000);
  g_assert_cmpint (entry->offset_ns, ==, -50);
  g_assert_cmpint (entry->delay_ns, ==, 20);
  g_assert_cmpint (entry->proven_min_ns, ==, -60);
  g_assert_cmpint (entry->proven_max_ns, ==, -40);
  g_assert_true (ts_history_get_last (history) == entry);
  g_assert_true (ts_history_get_best (history, 1, &best));
  g_assert_cmpint (best.at_ns, ==, 1000);
  g_assert_cmpint (best.proven_min_ns, ==, -60);
  g_assert_cmpint (best.proven_max_ns, ==, -40);
  g_assert_cmpint (ts_history_get_least_delay_ns (history), ==, 20);
}

static void
test_gaps (void)
{
  g_autoptr (TsHistory) history = ts_history_new (8);
  const TsHistoryEntry *entry;

  ts_history_add_gap (history, TS_ENTRY_LOST, 1);
  g_assert_null (ts_history_get_last (history));
  add_sample (history, 2, 7, 4);
  ts_history_add_gap (history, TS_ENTRY_REFUSED, 3);
  ts_history_add_gap (history, TS_ENTRY_PAUSED, 4);

  g_assert_cmpuint (ts_history_get_length (history), ==, 4);
  g_assert_cmpuint (ts_history_get_n_samples (history), ==, 1);
  g_assert_cmpuint (ts_history_get_n_lost (history), ==, 2);
  g_assert_cmpint (ts_history_get_last (history)->at_ns, ==, 2);
  g_assert_cmpint (ts_history_get_jitter_ns (history, 8), ==, -1);

  entry = ts_history_get (history, 3);
  g_assert_cmpint (entry->kind, ==, TS_ENTRY_PAUSED);
  g_assert_cmpint (entry->at_ns, ==, 4);
  g_assert_cmpint (entry->offset_ns, ==, 0);
  g_assert_cmpint (entry->delay_ns, ==, 0);
}

static void
test_ring (gconstpointer data)
{
  gsize capacity = GPOINTER_TO_SIZE (data);
  g_autoptr (TsHistory) history = ts_history_new (capacity);

  for (gsize added = 1; added <= 3 * capacity + 2; added++)
    {
      gsize length = MIN (added, capacity);
      TsHistoryEntry best;

      add_sample (history, (gint64) added, 0, 1000 + (gint64) added);
      g_assert_cmpuint (ts_history_get_length (history), ==, length);
      g_assert_cmpuint (ts_history_get_n_samples (history), ==, added);
      for (gsize i = 0; i < length; i++)
        g_assert_cmpint (ts_history_get (history, i)->at_ns, ==, (gint64) (added - length + 1 + i));
      g_assert_cmpint (ts_history_get_last (history)->at_ns, ==, (gint64) added);
      g_assert_true (ts_history_get_best (history, G_MAXUINT, &best));
      g_assert_cmpint (best.at_ns, ==, (gint64) (added - length + 1));
      /* The least delay of all, though its sample is forgotten. */
      g_assert_cmpint (ts_history_get_least_delay_ns (history), ==, 1001);
    }

  ts_history_clear (history);
  g_assert_cmpuint (ts_history_get_length (history), ==, 0);
  g_assert_cmpuint (ts_history_get_n_samples (history), ==, 0);
  g_assert_cmpint (ts_history_get_least_delay_ns (history), ==, -1);
  add_sample (history, 5, 0, 9);
  g_assert_cmpint (ts_history_get (history, 0)->at_ns, ==, 5);
  g_assert_cmpint (ts_history_get_least_delay_ns (history), ==, 9);
}

static void
test_gaps_push_samples_out (void)
{
  g_autoptr (TsHistory) history = ts_history_new (3);

  add_sample (history, 1, 0, 10);
  for (gint64 at_ns = 2; at_ns < 5; at_ns++)
    ts_history_add_gap (history, TS_ENTRY_LOST, at_ns);
  g_assert_null (ts_history_get_last (history));
  g_assert_cmpuint (ts_history_get_n_samples (history), ==, 1);
  g_assert_cmpuint (ts_history_get_n_lost (history), ==, 3);
}

/* Each row is a series of samples, oldest first; a delay of -1 is a lost exchange. */
static const struct
{
  const char *name;
  guint n_samples;
  struct
  {
    gint64 offset_ns;
    gint64 delay_ns;
  } series[8];
  gint64 best_at_ns; /* the place in the series, from 1 */
} choices[] = {
  { "one", 8, { { 0, 50 } }, 1 },
  { "least-delay", 8, { { 0, 50 }, { 0, 20 }, { 0, 40 } }, 2 },
  { "newest-of-equals", 8, { { 0, 20 }, { 0, 20 }, { 0, 40 } }, 2 },
  { "only-the-newest", 2, { { 0, 10 }, { 0, 50 }, { 0, 40 } }, 3 },
  { "gaps-do-not-count", 2, { { 0, 10 }, { 0, -1 }, { 0, -1 }, { 0, 40 } }, 1 },
  { "step-forward", 8, { { 0, 10 }, { 0, 12 }, { 1000, 50 }, { 1000, 40 } }, 4 },
  { "step-backward", 8, { { 1000, 10 }, { 0, 40 }, { 0, 50 } }, 2 },
  { "nothing-from-before-a-step", 8, { { 0, 10 }, { 1000, 20 }, { 0, 40 } }, 3 },
  { "intervals-that-touch", 8, { { 0, 20 }, { 30, 40 } }, 1 },
  { "intervals-that-just-miss", 8, { { 0, 20 }, { 31, 40 } }, 2 },
  { "step-hidden-by-a-gap", 8, { { 0, 10 }, { 0, -1 }, { 1000, 40 } }, 3 },
};

static void
test_best (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (TsHistory) history = ts_history_new (5);
  TsHistoryEntry best;

  for (gsize j = 0; j < G_N_ELEMENTS (choices[i].series) && choices[i].series[j].delay_ns != 0; j++)
    if (choices[i].series[j].delay_ns < 0)
      ts_history_add_gap (history, TS_ENTRY_LOST, (gint64) j + 1);
    else
      add_sample (history, (gint64) j + 1, choices[i].series[j].offset_ns, choices[i].series[j].delay_ns);

  g_assert_true (ts_history_get_best (history, choices[i].n_samples, &best));
  g_assert_cmpint (best.at_ns, ==, choices[i].best_at_ns);
}

/* What was proven a while ago is less certain now: clocks drift. */
static void
test_best_ages (void)
{
  const gint64 s = G_GINT64_CONSTANT (1000000000), us = 1000;
  g_autoptr (TsHistory) history = ts_history_new (8);
  TsHistoryEntry best;

  add_sample (history, 1 * s, 0, 100 * us);
  add_sample (history, 1 * s + s / 10, 0, 300 * us);
  g_assert_true (ts_history_get_best (history, 8, &best));
  g_assert_cmpint (best.at_ns, ==, 1 * s);
  g_assert_cmpint (best.proven_min_ns, ==, -70 * us); /* 200 ppm of 0.1 s more than ±50 µs */
  g_assert_cmpint (best.proven_max_ns, ==, 70 * us);

  add_sample (history, 2 * s, 0, 300 * us);
  g_assert_true (ts_history_get_best (history, 8, &best));
  g_assert_cmpint (best.at_ns, ==, 2 * s);
  g_assert_cmpint (best.proven_max_ns, ==, 150 * us);
}

static void
test_step (void)
{
  const gint64 hour_ns = G_GINT64_CONSTANT (3600000000000), ms = 1000000;
  const struct
  {
    gint64 elapsed_ns, offset_ns;
    gboolean is_step;
  } cases[] = {
    { 0, 10, FALSE }, { 0, 11, TRUE }, { 0, -11, TRUE },
    { hour_ns, 720 * ms, FALSE }, { hour_ns, -720 * ms, FALSE }, { hour_ns, 721 * ms, TRUE },
    { -hour_ns, 720 * ms, FALSE }, { -hour_ns, -721 * ms, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TsHistoryEntry before = { .at_ns = hour_ns, .proven_min_ns = -5, .proven_max_ns = 5 };
      TsHistoryEntry after = {
        .at_ns = hour_ns + cases[i].elapsed_ns,
        .offset_ns = cases[i].offset_ns,
        .proven_min_ns = cases[i].offset_ns - 5,
        .proven_max_ns = cases[i].offset_ns + 5,
      };

      g_assert_cmpint (ts_history_entry_is_step (&before, &after), ==, cases[i].is_step);
    }
}

static const struct
{
  const char *name;
  guint n_samples;
  gint64 delays_ns[8]; /* oldest first; -1 is a lost exchange, 0 the end */
  gint64 jitter_ns;
} jitters[] = {
  { "one-sample", 8, { 100 }, -1 },
  { "two-samples", 8, { 100, 130 }, 30 },
  { "falling", 8, { 130, 100 }, 30 },
  { "median-of-three-changes", 8, { 100, 110, 115, 1115 }, 10 },
  { "a-wild-one-does-not-matter", 8, { 100, 102, 5000, 101, 103, 100, 101 }, 3 },
  { "steady", 8, { 100, 100, 100 }, 0 },
  { "only-the-newest", 2, { 1, 1000, 100, 103 }, 3 },
  { "over-a-gap", 8, { 100, -1, 107 }, 7 },
  { "gaps-do-not-count", 2, { 100, -1, -1, 107 }, 7 },
};

static void
test_jitter (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (TsHistory) history = ts_history_new (100);

  for (gsize j = 0; j < G_N_ELEMENTS (jitters[i].delays_ns) && jitters[i].delays_ns[j] != 0; j++)
    if (jitters[i].delays_ns[j] < 0)
      ts_history_add_gap (history, TS_ENTRY_LOST, (gint64) j);
    else
      add_sample (history, (gint64) j, 0, jitters[i].delays_ns[j]);

  g_assert_cmpint (ts_history_get_jitter_ns (history, jitters[i].n_samples), ==, jitters[i].jitter_ns);
}

static int
compare_ns (const void *a,
            const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* The same as the history's own functions, by plain arrays that forget nothing. */
typedef struct
{
  TsHistoryEntry entries[600];
  gsize length;
} Model;

static const TsHistoryEntry *
model_best (const Model *model,
            gsize capacity,
            guint n_samples)
{
  const TsHistoryEntry *newest = NULL, *best = NULL;
  gsize n_forgotten = model->length > capacity ? model->length - capacity : 0;

  for (gsize i = model->length; i-- > n_forgotten && n_samples > 0;)
    {
      const TsHistoryEntry *entry = &model->entries[i];

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      newest = newest != NULL ? newest : entry;
      if (entry->proven_max_ns < newest->proven_min_ns || entry->proven_min_ns > newest->proven_max_ns)
        return best;
      if (best == NULL || entry->delay_ns < best->delay_ns)
        best = entry;
      n_samples--;
    }
  return best;
}

static gint64
model_jitter_ns (const Model *model,
                 gsize capacity,
                 guint n_samples)
{
  gint64 delays_ns[64], changes_ns[64];
  gsize n_forgotten = model->length > capacity ? model->length - capacity : 0;
  guint n_delays = 0;

  for (gsize i = model->length; i-- > n_forgotten && n_delays < n_samples;)
    if (model->entries[i].kind == TS_ENTRY_SAMPLE)
      delays_ns[n_delays++] = model->entries[i].delay_ns;
  if (n_delays < 2)
    return -1;
  for (guint i = 0; i + 1 < n_delays; i++)
    changes_ns[i] = ABS (delays_ns[i] - delays_ns[i + 1]);
  qsort (changes_ns, n_delays - 1, sizeof *changes_ns, compare_ns);
  return changes_ns[(n_delays - 1) / 2];
}

static void
test_against_model (void)
{
  for (guint round = 0; round < 50; round++)
    {
      gsize capacity = (gsize) g_test_rand_int_range (1, 80);
      g_autoptr (TsHistory) history = ts_history_new (capacity);
      g_autofree Model *model = g_new0 (Model, 1);

      for (gint64 at_ns = 1; at_ns <= (gint64) G_N_ELEMENTS (model->entries); at_ns++)
        {
          guint n_samples = (guint) g_test_rand_int_range (2, 65);
          const TsHistoryEntry *expected;
          TsHistoryEntry best;
          gboolean has_best;

          if (g_test_rand_int_range (0, 5) == 0)
            {
              TsEntryKind kind = (TsEntryKind) g_test_rand_int_range (TS_ENTRY_LOST, TS_ENTRY_PAUSED + 1);

              ts_history_add_gap (history, kind, at_ns);
              model->entries[model->length++] = (TsHistoryEntry) { .at_ns = at_ns, .kind = kind };
            }
          else
            {
              TsSample sample = make_sample (at_ns, g_test_rand_int_range (-60, 61), g_test_rand_int_range (0, 100));

              ts_history_add_sample (history, &sample);
              model->entries[model->length++] = (TsHistoryEntry) {
                at_ns, sample.offset_ns, sample.proven_min_ns, sample.proven_max_ns, sample.delay_ns, TS_ENTRY_SAMPLE
              };
            }

          has_best = ts_history_get_best (history, n_samples, &best);
          expected = model_best (model, capacity, n_samples);
          g_assert_true (has_best == (expected != NULL));
          if (has_best)
            g_assert_cmpint (best.at_ns, ==, expected->at_ns);
          g_assert_cmpint (ts_history_get_jitter_ns (history, n_samples), ==,
                           model_jitter_ns (model, capacity, n_samples));
        }
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/history/empty", test_empty);
  g_test_add_func ("/history/entry-is-the-sample", test_entry_is_the_sample);
  g_test_add_func ("/history/gaps", test_gaps);
  g_test_add_func ("/history/gaps-push-samples-out", test_gaps_push_samples_out);
  g_test_add_data_func ("/history/ring/of-1", GSIZE_TO_POINTER (1), test_ring);
  g_test_add_data_func ("/history/ring/of-2", GSIZE_TO_POINTER (2), test_ring);
  g_test_add_data_func ("/history/ring/of-7", GSIZE_TO_POINTER (7), test_ring);
  g_test_add_data_func ("/history/ring/of-64", GSIZE_TO_POINTER (64), test_ring);
  ADD_CASES ("/history/best/", choices, test_best);
  g_test_add_func ("/history/best-ages", test_best_ages);
  g_test_add_func ("/history/step", test_step);
  ADD_CASES ("/history/jitter/", jitters, test_jitter);
  g_test_add_func ("/history/against-model", test_against_model);
  return g_test_run ();
}
