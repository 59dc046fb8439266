/* Fuzz target of ts-estimator and ts-history: any legal series of exchanges, with clocks that are set, slewed and stopped
 * by sleep at either end.
 *
 * The input is one run of like exchanges after the other: what is special about them, how many they are, how our clock is
 * slewed, how long after the one before each was, how far the server's clock was set before the first, how long each way
 * took at least, how long the server had them, and the precision of its stamps.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-certainty.h"
#include "measure/estimate/ts-estimator.h"
#include "measure/history/ts-history.h"

#include <math.h>

#include "fuzz-input.h"
#include "fuzz-target.h"
#include "measure/ts-time.h"

#define START_NS      (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S)
#define MAX_ENTRIES   200
#define LOCAL_STEP_NS (-7 * TS_NS_PER_S)
#define SLEEP_NS      (3600 * TS_NS_PER_S)

enum
{
  HAS_READINGS = 1,
  IS_GAP = 2,
  IS_LOCAL_STEP = 4,
  IS_SLEEP = 8,
  IS_RETRANSMITTED = 16,
  HAS_GENERATION = 32,
  IS_TOLD_STEP = 64,
  HAS_PREVIOUS = 128,
};

enum
{
  IS_AHEAD = 1,
  HAS_NO_SENT_READING = 2,
  IS_OTHER_SERVER = 4,
  IS_STEADY = 8,
};

/* Several entries of one kind, in a row. */
typedef struct
{
  guint8 flags;
  guint8 more;
  gint8 slew;      /* of our clock against its oscillator, in units of 2^-11 */
  gint64 pause_ns; /* before each */
  gint64 there_ns;
  gint64 back_ns;
  gint64 server_ns;
  gint64 precision_ns;
} Run;

typedef struct
{
  FuzzInput input;
  TsEstimator *estimator;
  TsHistory *history;
  TsCertaintyHold hold;
  gint64 real_ns;   /* ours */
  gint64 boot_ns;
  gint64 asleep_ns;
  gint64 slewed_ns; /* by how much slews have moved our clock */
  gint64 offset_ns; /* of the server's clock */
  guint32 generation;
  guint32 random;
  guint n_entries;
  TsSample last;
} Fuzz;

/* Returns: a number up to 255 << 44, most of them small */
static gint64
take_duration (FuzzInput *input)
{
  guint64 mantissa = fuzz_input_byte (input), exponent = fuzz_input_byte (input) % 45;

  return (gint64) (mantissa << exponent);
}

static gint64
get_slewed_ns (const Run *run,
               gint64 passed_ns)
{
  return passed_ns * run->slew / 2048;
}

static TsClockReading
read_clocks (const Fuzz *self,
             const Run *run,
             gint64 real_ns)
{
  gint64 passed_ns = real_ns - self->real_ns;
  gint64 boot_ns = self->boot_ns + passed_ns;

  return (TsClockReading) {
    real_ns, boot_ns, boot_ns - self->asleep_ns - self->slewed_ns - get_slewed_ns (run, passed_ns), 100,
  };
}

/* Lets time pass, by our clock. */
static void
pass (Fuzz *self,
      const Run *run,
      gint64 passed_ns)
{
  self->boot_ns += passed_ns;
  self->real_ns += passed_ns;
  self->slewed_ns += get_slewed_ns (run, passed_ns);
}

/* Returns: a time on the way that is longer than @least_ns by up to an eighth, and mostly by less */
static gint64
delay (Fuzz *self,
       const Run *run,
       gint64 least_ns)
{
  gint64 part;

  self->random = self->random * 1664525 + 1013904223;
  part = self->random >> 24;
  return (run->more & IS_STEADY) != 0 ? least_ns : least_ns + least_ns * part / 2048 * part / 256;
}

static void
check_estimate (Fuzz *self,
                gint64 at_ns)
{
  TsEstimate estimate;
  TsCertainty certainty;

  if (!ts_estimator_get (self->estimator, at_ns, &estimate))
    return;
  g_assert_cmpint (estimate.at_ns, ==, at_ns);
  g_assert_cmpint (estimate.proven_min_ns, <=, estimate.estimate_ns);
  g_assert_cmpint (estimate.estimate_ns, <=, estimate.proven_max_ns);
  g_assert_cmpint (estimate.error_ns, >=, 0);
  g_assert_true (isfinite (estimate.drift_ppm));
  g_assert_cmpfloat (estimate.drift_min_ppm, <=, estimate.drift_ppm);
  g_assert_cmpfloat (estimate.drift_ppm, <=, estimate.drift_max_ppm);
  g_assert_cmpuint (estimate.n_samples, >, 0);
  ts_certainty_hold_follow (&self->hold, &estimate);
  certainty = ts_certainty_judge (&estimate);
  g_assert_true ((certainty == TS_CERTAINTY_CERTAIN) == (estimate.proven_min_ns > 0 || estimate.proven_max_ns < 0));
  g_assert_nonnull (ts_certainty_get_name (certainty));
}

/* The entry keeps the exchange, but for its precision. */
static void
check_entry (const TsHistoryEntry *entry,
             const TsSample *sample)
{
  const TsExchange *exchange = &sample->exchange;
  TsExchange kept = ts_history_entry_get_exchange (entry);

  g_assert_cmpint (kept.t4_ns, ==, exchange->t4_ns);
  g_assert_cmpint (kept.precision_ns, >=, exchange->precision_ns);
  g_assert_cmpint (kept.t3_ns, >=, exchange->t3_ns);
  g_assert_cmpint (ts_history_entry_get_offset_ns (entry), >=, entry->proven_min_ns);
  g_assert_cmpint (ts_history_entry_get_offset_ns (entry), <=, entry->proven_max_ns);
  g_assert_cmpint (ts_history_entry_get_delay_ns (entry), <=, sample->delay_ns);
}

static void
add_sample (Fuzz *self,
            const TsSample *sample)
{
  gint64 t4_ns = sample->exchange.t4_ns, size_ns = 0;
  TsClockEvent event = ts_estimator_add (self->estimator, sample, &size_ns);
  TsEstimate estimate;

  check_estimate (self, t4_ns);
  if (self->n_entries % 8 == 0)
    {
      check_estimate (self, t4_ns + TS_NS_PER_S);
      check_estimate (self, START_NS);
      check_estimate (self, TS_INSTANT_MAX_NS);
    }
  g_assert_true (ts_estimator_get (self->estimator, t4_ns, &estimate));
  ts_history_add_sample (self->history, sample, &estimate, event);
  check_entry (ts_history_get (self->history, ts_history_get_length (self->history) - 1), sample);
  if (ts_clock_event_is_step (event))
    ts_history_note_step (self->history, size_ns);
}

static void
take_exchange (Fuzz *self,
               const Run *run)
{
  gint64 there_ns = delay (self, run, run->there_ns), back_ns = delay (self, run, run->back_ns);
  gint64 t1_ns = self->real_ns, t2_ns;
  TsExchange exchange;
  TsSample sample;

  if (__builtin_add_overflow (t1_ns, there_ns + self->offset_ns, &t2_ns))
    return;
  exchange = (TsExchange) { t1_ns, t2_ns, t2_ns + run->server_ns, t1_ns + there_ns + run->server_ns + back_ns,
                            run->precision_ns };
  if (!ts_sample_derive (&sample, &exchange, NULL))
    return;
  sample.is_retransmitted = (run->flags & IS_RETRANSMITTED) != 0;
  sample.has_generation = (run->flags & HAS_GENERATION) != 0;
  sample.clock_generation = self->generation;
  sample.server_id = (run->more & IS_OTHER_SERVER) != 0 ? 43 : 42;
  if ((run->flags & HAS_READINGS) != 0)
    {
      if ((run->more & HAS_NO_SENT_READING) == 0)
        sample.sent_reading = read_clocks (self, run, t1_ns);
      sample.reading = read_clocks (self, run, exchange.t4_ns);
    }
  if ((run->flags & HAS_PREVIOUS) != 0 && self->last.exchange.t4_ns != 0)
    {
      sample.previous_t3_ns = self->last.exchange.t3_ns + (self->random >> 16 & 0xff);
      sample.previous_t4_ns = self->last.exchange.t4_ns;
    }
  pass (self, run, exchange.t4_ns - t1_ns);
  add_sample (self, &sample);
  self->last = sample;
}

/* What happens between two runs. */
static void
begin_run (Fuzz *self,
           const Run *run,
           gint64 change_ns)
{
  if ((run->flags & IS_SLEEP) != 0)
    {
      self->asleep_ns += SLEEP_NS;
      self->boot_ns += SLEEP_NS;
      self->real_ns += SLEEP_NS;
    }
  self->real_ns += (run->flags & IS_LOCAL_STEP) != 0 ? LOCAL_STEP_NS : 0;
  self->offset_ns += (run->more & IS_AHEAD) != 0 ? change_ns : -change_ns;
  self->offset_ns = CLAMP (self->offset_ns, -START_NS, START_NS);
  self->generation += (run->flags & IS_TOLD_STEP) != 0;
}

static void
take_run (Fuzz *self)
{
  FuzzInput *input = &self->input;
  Run run = { .flags = fuzz_input_byte (input), .more = fuzz_input_byte (input) };
  guint n = fuzz_input_byte (input) % 64 + 1;
  gint64 change_ns;

  run.slew = (gint8) fuzz_input_byte (input);
  run.pause_ns = take_duration (input);
  change_ns = take_duration (input);
  run.there_ns = take_duration (input);
  run.back_ns = take_duration (input);
  run.server_ns = take_duration (input);
  run.precision_ns = (gint64) fuzz_input_byte (input) << 19;
  begin_run (self, &run, change_ns);
  for (; n > 0 && self->n_entries < MAX_ENTRIES; n--, self->n_entries++)
    {
      pass (self, &run, run.pause_ns);
      self->real_ns = CLAMP (self->real_ns, START_NS / 2, TS_INSTANT_MAX_NS);
      if ((run.flags & IS_GAP) != 0)
        ts_history_add_gap (self->history, change_ns % 2 != 0 ? TS_ENTRY_LOST : TS_ENTRY_REFUSED, self->real_ns);
      else
        take_exchange (self, &run);
    }
}

/* What the pyramid says of a stretch is what its entries come to, one by one. */
static void
check_stretch (const TsHistory *history,
               gsize from,
               gsize to)
{
  TsHistorySummary summary;
  gsize counts[TS_HISTORY_N_MARKS] = { 0 };

  ts_history_summarize (history, from, to, &summary);
  for (guint mark = 0; mark < TS_HISTORY_N_MARKS; mark++)
    {
      gsize last = to, index = from;

      while ((index = ts_history_find (history, mark, index, to)) < to)
        {
          last = index++;
          counts[mark]++;
        }
      g_assert_cmpuint (summary.counts[mark], ==, counts[mark]);
      g_assert_cmpuint (ts_history_find_last (history, mark, from, to), ==, last);
    }
  for (gsize i = from; i < to; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      g_assert_cmpint (entry->proven_min_ns, >=, ts_history_get (history, summary.lowest)->proven_min_ns);
      g_assert_cmpint (entry->proven_max_ns, <=, ts_history_get (history, summary.highest)->proven_max_ns);
      g_assert_cmpint (ts_history_entry_get_delay_ns (entry), <=,
                       ts_history_entry_get_delay_ns (ts_history_get (history, summary.slowest)));
      g_assert_cmpint (ts_history_entry_get_delay_ns (entry), >=, 0);
    }
}

static void
check_history (const TsHistory *history,
               guint8 where)
{
  gsize length = ts_history_get_length (history);
  gsize from = length * (where & 15) / 16, to = from + (length - from) * (where >> 4) / 15;
  gint64 end_ns;

  if (length == 0)
    return;
  check_stretch (history, 0, length);
  if (to > from)
    check_stretch (history, from, to);
  end_ns = ts_history_get (history, from)->at_ns;
  g_assert_cmpuint (ts_history_find_outside (history, from, length, G_MININT64, G_MAXINT64), ==, length);
  g_assert_cmpuint (ts_history_find_outside (history, from, length, end_ns + 1, G_MAXINT64), ==, from);
  ts_history_get_step_ns (history, from, length - 1);
  g_assert_cmpint (ts_history_get_jitter_ns (history, 64), >=, -1);
  ts_history_get_settled_ns (history);
  g_assert_cmpint (ts_history_get_least_delay_ns (history), >=, -1);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  Fuzz self = {
    .input = { data, size },
    .estimator = ts_estimator_new (),
    .real_ns = START_NS,
    .boot_ns = TS_NS_PER_S,
  };
  guint8 where = fuzz_input_byte (&self.input);

  self.history = ts_history_new (where % 8 * 32 + 4);
  while (self.n_entries < MAX_ENTRIES && self.input.size > 0)
    take_run (&self);
  check_history (self.history, where);
  ts_history_free (self.history);
  ts_estimator_free (self.estimator);
  return 0;
}
