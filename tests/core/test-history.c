/* Tests of ts-history: the ring of samples and gaps, and what is read from it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/history/ts-history.h"

#include <stdlib.h>

#include "measure/ts-time.h"

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
    .proven_max_ns = offset_ns - delay_ns / 2 + delay_ns,
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
  const TsEstimate estimate = { .at_ns = at_ns, .estimate_ns = offset_ns };

  ts_history_add_sample (history, &sample, &estimate, TS_CLOCK_EVENT_NONE);
}

static void
test_empty (void)
{
  g_autoptr (TsHistory) history = ts_history_new (4);

  g_assert_cmpuint (ts_history_get_length (history), ==, 0);
  g_assert_cmpuint (ts_history_get_n_samples (history), ==, 0);
  g_assert_cmpuint (ts_history_get_n_lost (history), ==, 0);
  g_assert_cmpint (ts_history_get_least_delay_ns (history), ==, -1);
  g_assert_null (ts_history_get_last (history));
  g_assert_cmpint (ts_history_get_jitter_ns (history, 8), ==, -1);
}

static void
test_entry_is_the_sample (void)
{
  g_autoptr (TsHistory) history = ts_history_new (4);
  const TsEstimate estimate = { .estimate_ns = -49, .proven_min_ns = -58, .proven_max_ns = -42 };
  TsSample sample = make_sample (1000, -50, 20);
  const TsHistoryEntry *entry;

  ts_history_add_sample (history, &sample, &estimate, TS_CLOCK_EVENT_STEP_REMOTE);
  entry = ts_history_get (history, 0);
  g_assert_cmpint (entry->kind, ==, TS_ENTRY_SAMPLE);
  g_assert_cmpint (entry->event, ==, TS_CLOCK_EVENT_STEP_REMOTE);
  g_assert_cmpint (entry->at_ns, ==, 1000);
  g_assert_cmpint (ts_history_entry_get_offset_ns (entry), ==, -50);
  g_assert_cmpint (ts_history_entry_get_delay_ns (entry), ==, 20);
  g_assert_cmpint (entry->proven_min_ns, ==, -60);
  g_assert_cmpint (entry->proven_max_ns, ==, -40);
  g_assert_cmpint (entry->estimate_ns, ==, -49);
  g_assert_cmpint (entry->now_min_ns, ==, -58);
  g_assert_cmpint (entry->now_max_ns, ==, -42);
  g_assert_true (ts_history_get_last (history) == entry);
  g_assert_cmpint (ts_history_get_least_delay_ns (history), ==, 20);

  /* Coarse stamps widen what is proven, not the round trip. */
  sample.exchange.precision_ns = 1;
  ts_history_add_sample (history, &sample, &estimate, TS_CLOCK_EVENT_NONE);
  g_assert_cmpint (ts_history_entry_get_delay_ns (ts_history_get (history, 1)), ==, 18);
  sample.exchange.precision_ns = 100;
  ts_history_add_sample (history, &sample, &estimate, TS_CLOCK_EVENT_NONE);
  g_assert_cmpint (ts_history_entry_get_delay_ns (ts_history_get (history, 2)), ==, 0);
}

/* A step is as large as was noted, or else as the estimates differ; what is forgotten takes what was noted with it. */
static void
test_steps (void)
{
  g_autoptr (TsHistory) history = ts_history_new (4);

  for (gint64 i = 0; i < 12; i++)
    {
      add_sample (history, 1000 * (i + 1), 10 * i * i, 20);
      if (i == 0)
        continue;
      if (i % 2 == 0)
        ts_history_note_step (history, -i);
      for (gsize index = 1; index < ts_history_get_length (history); index++)
        {
          gint64 nth = ts_history_get (history, index)->at_ns / 1000 - 1;

          g_assert_cmpint (ts_history_get_step_ns (history, index - 1, index), ==,
                           nth % 2 == 0 ? -nth : 10 * (2 * nth - 1));
        }
    }
  ts_history_clear (history);
  for (gint64 i = 0; i < 4; i++)
    add_sample (history, i, i % 2 == 0 ? G_MAXINT64 : G_MININT64 + 1, 0);
  g_assert_cmpint (ts_history_get_step_ns (history, 0, 1), ==, -G_MAXINT64);
  g_assert_cmpint (ts_history_get_step_ns (history, 1, 2), ==, G_MAXINT64);
}

/* The first estimates are worth showing once the burst is over, however it ends. */
static void
test_burst (void)
{
  static const struct
  {
    gint64 pause_ms;
    guint n_samples;
    gboolean has_gap;
    gint64 settled_ms; /* since the first; -1: never, -2: always */
  } cases[] = {
    { 50, 1, FALSE, -2 },  { 50, 2, FALSE, -1 },   { 50, 7, FALSE, -1 },  { 50, 8, FALSE, 350 },
    { 50, 20, FALSE, 350 }, { 50, 3, TRUE, 100 },  { 1000, 2, FALSE, -2 }, { 1000, 20, FALSE, -2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TsHistory) history = ts_history_new (64);
      gint64 expected_ns = cases[i].settled_ms == -1   ? G_MAXINT64
                           : cases[i].settled_ms == -2 ? G_MININT64
                                                       : TS_NS_PER_S + cases[i].settled_ms * TS_NS_PER_MS;

      g_test_message ("%u samples, %d ms apart", cases[i].n_samples, (int) cases[i].pause_ms);
      for (guint k = 0; k < cases[i].n_samples; k++)
        add_sample (history, TS_NS_PER_S + k * cases[i].pause_ms * TS_NS_PER_MS, 5, 10);
      if (cases[i].has_gap)
        ts_history_add_gap (history, TS_ENTRY_LOST, 2 * TS_NS_PER_S);
      g_assert_cmpint (ts_history_get_settled_ns (history), ==, expected_ns);
    }
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
  ts_history_add_gap (history, TS_ENTRY_OFFLINE, 5);

  g_assert_cmpuint (ts_history_get_length (history), ==, 5);
  g_assert_cmpuint (ts_history_get_n_samples (history), ==, 1);
  g_assert_cmpuint (ts_history_get_n_lost (history), ==, 2);
  g_assert_cmpint (ts_history_get_last (history)->at_ns, ==, 2);
  g_assert_cmpint (ts_history_get_jitter_ns (history, 8), ==, -1);

  entry = ts_history_get (history, 3);
  g_assert_cmpint (entry->kind, ==, TS_ENTRY_PAUSED);
  g_assert_cmpint (entry->at_ns, ==, 4);
  g_assert_cmpint (ts_history_entry_get_offset_ns (entry), ==, 0);
  g_assert_cmpint (ts_history_entry_get_delay_ns (entry), ==, 0);
}

static void
test_ring (gconstpointer data)
{
  gsize capacity = GPOINTER_TO_SIZE (data);
  g_autoptr (TsHistory) history = ts_history_new (capacity);

  for (gsize added = 1; added <= 3 * capacity + 2; added++)
    {
      gsize length = MIN (added, capacity);

      add_sample (history, (gint64) added, 0, 1000 + (gint64) added);
      g_assert_cmpuint (ts_history_get_length (history), ==, length);
      g_assert_cmpuint (ts_history_get_n_samples (history), ==, added);
      for (gsize i = 0; i < length; i++)
        g_assert_cmpint (ts_history_get (history, i)->at_ns, ==, (gint64) (added - length + 1 + i));
      g_assert_cmpint (ts_history_get_last (history)->at_ns, ==, (gint64) added);
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
      delays_ns[n_delays++] = ts_history_entry_get_delay_ns (&model->entries[i]);
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

          if (g_test_rand_int_range (0, 5) == 0)
            {
              TsEntryKind kind = (TsEntryKind) g_test_rand_int_range (TS_ENTRY_LOST, TS_ENTRY_PAUSED + 1);

              ts_history_add_gap (history, kind, at_ns);
              model->entries[model->length++] = (TsHistoryEntry) { .at_ns = at_ns, .kind = kind };
            }
          else
            {
              TsSample sample = make_sample (at_ns, g_test_rand_int_range (-60, 61), g_test_rand_int_range (0, 100));

              ts_history_add_sample (history, &sample, &(TsEstimate) { 0 }, TS_CLOCK_EVENT_NONE);
              model->entries[model->length++] = (TsHistoryEntry) {
                .at_ns = at_ns,
                .proven_min_ns = sample.proven_min_ns,
                .proven_max_ns = sample.proven_max_ns,
                .kind = TS_ENTRY_SAMPLE,
              };
            }

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
  g_test_add_func ("/history/steps", test_steps);
  g_test_add_func ("/history/burst", test_burst);
  g_test_add_func ("/history/gaps", test_gaps);
  g_test_add_func ("/history/gaps-push-samples-out", test_gaps_push_samples_out);
  g_test_add_data_func ("/history/ring/of-1", GSIZE_TO_POINTER (1), test_ring);
  g_test_add_data_func ("/history/ring/of-2", GSIZE_TO_POINTER (2), test_ring);
  g_test_add_data_func ("/history/ring/of-7", GSIZE_TO_POINTER (7), test_ring);
  g_test_add_data_func ("/history/ring/of-64", GSIZE_TO_POINTER (64), test_ring);
  ADD_CASES ("/history/jitter/", jitters, test_jitter);
  g_test_add_func ("/history/against-model", test_against_model);
  return g_test_run ();
}
