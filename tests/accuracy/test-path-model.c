/* Tests of path-model: what the models of a path's delay come to, over many packets and with fixed seeds.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "path-model.h"

#include "../core/test-cases.h"

#define N_PACKETS 40000
#define STEP_NS G_GINT64_CONSTANT (10000000)
#define START_NS G_GINT64_CONSTANT (5000000000)

/* Many packets' delays, in ms; the sorted ones tell quantiles. */
typedef struct
{
  double *delays_ms;
  guint n_delays;
  double mean_ms;
  guint n_reordered;
} Run;

static PathModel
parse (const char *text)
{
  PathModel model;
  g_autoptr (GError) error = NULL;

  g_assert_true (path_model_parse (text, &model, &error));
  g_assert_no_error (error);
  return model;
}

static int
compare_ms (gconstpointer a,
            gconstpointer b)
{
  double a_ms = *(const double *) a, b_ms = *(const double *) b;

  return (a_ms > b_ms) - (a_ms < b_ms);
}

static void
run_model (const char *text,
           guint32 seed,
           gint64 step_ns,
           Run *run)
{
  PathModel model = parse (text);
  PathDirection path;
  gint64 last_due_ns = G_MININT64, due_ns;

  *run = (Run){ .delays_ms = g_new (double, N_PACKETS) };
  path_direction_init (&path, &model, seed, START_NS);
  for (guint i = 0; i < N_PACKETS; i++)
    {
      gint64 now_ns = START_NS + i * step_ns;

      if (!path_direction_schedule (&path, now_ns, &due_ns))
        continue;
      g_assert_cmpint (due_ns, >=, now_ns);
      run->n_reordered += due_ns < last_due_ns;
      last_due_ns = due_ns;
      run->delays_ms[run->n_delays++] = (double) (due_ns - now_ns) / 1e6;
      run->mean_ms += (double) (due_ns - now_ns) / 1e6;
    }
  run->mean_ms /= MAX (run->n_delays, 1);
  path_direction_clear (&path);
}

static double
quantile_ms (Run *run,
             double share)
{
  qsort (run->delays_ms, run->n_delays, sizeof (double), compare_ms);
  return run->delays_ms[MIN ((guint) (share * run->n_delays), run->n_delays - 1)];
}

/* Quantiles are those of the distributions' textbooks; tolerances are five standard errors and more. */
static const struct
{
  const char *name;
  const char *model;
  double mean_ms;
  double least_ms;   /* what no packet may be faster than */
  double tenth_ms;   /* the quantile 0.1 */
  double most_ms;    /* the quantile 0.9 */
  double tolerance;
} distributions[] = {
  { "nothing", "", 0, 0, 0, 0, 1e-9 },
  { "base", "base=20", 20, 20, 20, 20, 1e-9 },
  { "exponential", "base=10,jitter=8/1,unordered", 18, 10, 10.843, 28.421, 0.03 },
  { "gamma-of-two", "base=20,jitter=2/2,unordered", 22, 20, 20.532, 23.890, 0.01 },
  { "gamma-of-three", "jitter=3/3,unordered", 3, 0, 1.102, 5.322, 0.03 },
  { "gamma-below-one", "jitter=2/0.6,unordered", 2, 0, 0.0602, 5.2017, 0.03 },
  { "weibull", "weibull=2/0.7,unordered", 2, 0, 0.0635, 5.2013, 0.04 },
  { "lognormal", "lognormal=3/0.8,unordered", 3, 0, 0.7814, 6.0730, 0.04 },
  { "mode", "base=1,mode=0.3/5,unordered", 2.5, 1, 1, 6, 0.03 },
  { "slot", "jitter=2/1,slot=1,unordered", 2.5415, 0, 1, 5, 0.03 },
  { "saw", "saw=4/2,unordered", 1.99, 0, 0.4, 3.6, 0.01 },
  { "noise", "base=0.2,noise=0.02,unordered", 0.2, 0.05, 0.1744, 0.2256, 0.01 },
  { "noise-never-below-zero", "noise=1,unordered", 0.3989, 0, 0, 1.2816, 0.06 },
  { "tail", "tail=1/3/2,unordered", 1, 0, 0.0715, 2.309, 0.08 },
  { "rare-tail", "base=5,tail=0.05/2/10,unordered", 5.5, 5, 5, 5, 0.05 },
  { "sway", "base=1,sway=4/20", 3, 1, 1.098, 4.902, 0.01 },
};

static void
test_distribution (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  double tolerance = distributions[i].tolerance;
  Run run;

  run_model (distributions[i].model, 1, STEP_NS, &run);
  g_assert_cmpuint (run.n_delays, ==, N_PACKETS);
  g_assert_cmpfloat_with_epsilon (run.mean_ms, distributions[i].mean_ms, tolerance * MAX (run.mean_ms, 1e-9) + 1e-9);
  g_assert_cmpfloat (quantile_ms (&run, 0), >=, distributions[i].least_ms - 1e-6);
  g_assert_cmpfloat_with_epsilon (quantile_ms (&run, 0.1), distributions[i].tenth_ms, tolerance * run.mean_ms + 1e-9);
  g_assert_cmpfloat_with_epsilon (quantile_ms (&run, 0.9), distributions[i].most_ms, tolerance * run.mean_ms + 1e-9);
  g_free (run.delays_ms);
}

static void
test_loss (void)
{
  Run run;

  run_model ("loss=0.02", 1, STEP_NS, &run);
  g_assert_cmpfloat_with_epsilon (1 - run.n_delays / (double) N_PACKETS, 0.02, 0.004);
  g_free (run.delays_ms);
  run_model ("loss=1", 1, STEP_NS, &run);
  g_assert_cmpuint (run.n_delays, ==, 0);
  g_free (run.delays_ms);
}

static void
test_order (void)
{
  Run run;

  run_model ("base=10,jitter=20/1", 1, STEP_NS, &run);
  g_assert_cmpuint (run.n_reordered, ==, 0);
  g_free (run.delays_ms);
  run_model ("base=10,jitter=20/1,unordered", 1, STEP_NS, &run);
  g_assert_cmpuint (run.n_reordered, >, N_PACKETS / 10);
  g_free (run.delays_ms);
}

/* Two bursts a second, of 50 ms at first on average, each 0.1 s long: about 2 × 50 ms × 0.1, less as what is
 * still there of one is not added to the next. */
static void
test_bursts (void)
{
  Run run;

  run_model ("burst=2/100/100", 1, STEP_NS, &run);
  g_assert_cmpfloat (run.mean_ms, >, 8);
  g_assert_cmpfloat (run.mean_ms, <, 10);
  g_assert_cmpfloat (quantile_ms (&run, 1), <=, 100);
  g_assert_cmpfloat (quantile_ms (&run, 1), >, 95);
  g_assert_cmpfloat (quantile_ms (&run, 0.5), <, 5);
  g_free (run.delays_ms);
}

/* However many packets come, a burst is there at the same time. */
static void
test_bursts_are_the_paths (void)
{
  Run dense, sparse;

  run_model ("burst=1/100/50,unordered", 7, STEP_NS, &dense);
  run_model ("burst=1/100/50,unordered", 7, 10 * STEP_NS, &sparse);
  for (guint i = 0; i < N_PACKETS / 10; i++)
    g_assert_cmpfloat_with_epsilon (sparse.delays_ms[i], dense.delays_ms[10 * i], 1e-9);
  g_free (dense.delays_ms);
  g_free (sparse.delays_ms);
}

static void
test_seeds (void)
{
  const char *model = "base=1,jitter=2/2,noise=1,tail=0.1/2/10,burst=1/50/100,loss=0.1";
  Run one, same, other;

  run_model (model, 1, STEP_NS, &one);
  run_model (model, 1, STEP_NS, &same);
  run_model (model, 2, STEP_NS, &other);
  g_assert_cmpmem (one.delays_ms, one.n_delays * sizeof (double), same.delays_ms, same.n_delays * sizeof (double));
  g_assert_false (one.n_delays == other.n_delays && one.mean_ms == other.mean_ms);
  g_free (one.delays_ms);
  g_free (same.delays_ms);
  g_free (other.delays_ms);
}

static const struct
{
  const char *name;
  const char *text;
} refused[] = {
  { "unknown-item", "bass=20" },
  { "no-value", "base" },
  { "empty-value", "base=" },
  { "no-number", "base=fast" },
  { "not-a-number", "base=nan" },
  { "endless", "base=inf" },
  { "rubbish-after-a-number", "base=20ms" },
  { "negative", "base=-1" },
  { "too-few-values", "jitter=2" },
  { "too-many-values", "base=2/3" },
  { "shape-of-zero", "jitter=2/0" },
  { "weibull-without-shape", "weibull=2/0" },
  { "loss-above-one", "loss=1.1" },
  { "tail-without-exponent", "tail=0.1/0/10" },
  { "burst-without-decay", "burst=1/100/0" },
  { "saw-without-period", "saw=1/0" },
  { "sway-without-period", "sway=1/0" },
  { "comma-at-the-end", "base=20," },
};

static void
test_refused (gconstpointer data)
{
  PathModel model;
  g_autoptr (GError) error = NULL;

  g_assert_false (path_model_parse (refused[GPOINTER_TO_SIZE (data)].text, &model, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/path-model/distribution/", distributions, test_distribution);
  ADD_CASES ("/path-model/refused/", refused, test_refused);
  g_test_add_func ("/path-model/loss", test_loss);
  g_test_add_func ("/path-model/order", test_order);
  g_test_add_func ("/path-model/bursts", test_bursts);
  g_test_add_func ("/path-model/bursts-are-the-paths", test_bursts_are_the_paths);
  g_test_add_func ("/path-model/seeds", test_seeds);
  return g_test_run ();
}
