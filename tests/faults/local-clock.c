/* What is said when this computer's own clock is set, or when it sleeps: by a fake clock, because nobody sets the real
 * one. A line for each fault: what happened, and the word or the sentence for it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>

#include "measure/estimate/ts-estimator.h"
#include "measure/ts-time.h"
#include "net/clock/ts-clock.h"

#define START_NS (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S)
#define WAY_NS   (5 * TS_NS_PER_MS)

typedef void (*Fault) (TsClock *clock);

static void
set_forward (TsClock *clock)
{
  ts_clock_step (clock, 90 * TS_NS_PER_S);
}

static void
set_back (TsClock *clock)
{
  ts_clock_step (clock, -90 * TS_NS_PER_S);
}

static void
sleep_an_hour (TsClock *clock)
{
  ts_clock_suspend (clock, 3600 * TS_NS_PER_S);
}

static const struct
{
  const char *name;
  Fault fault;
} faults[] = {
  { "set-forward", set_forward },
  { "set-back", set_back },
  { "sleep", sleep_an_hour },
};

/* An exchange with a server whose clock agrees with ours at its start, with a fault under way.
 *
 * Returns: whether it is valid */
static gboolean
exchange (TsClock *clock,
          Fault fault,
          TsSample *sample,
          GError **error)
{
  TsClockReading before, after;
  gint64 server_ns;

  ts_clock_read (clock, &before);
  server_ns = before.real_ns + WAY_NS;
  ts_clock_advance (clock, 2 * WAY_NS);
  if (fault != NULL)
    fault (clock);
  ts_clock_read (clock, &after);
  if (!ts_exchange_check_clocks (&before, &after, error) ||
      !ts_sample_derive (sample, &(TsExchange) { before.real_ns, server_ns, server_ns, after.real_ns, 0 }, error))
    return FALSE;
  sample->sent_reading = before;
  sample->reading = after;
  return TRUE;
}

/* Returns: what the newest exchange shows to have happened before it */
static TsClockEvent
add_exchange (TsClock *clock,
              TsEstimator *estimator)
{
  TsSample sample;
  gboolean is_valid = exchange (clock, NULL, &sample, NULL);

  g_assert_true (is_valid);
  return ts_estimator_add (estimator, &sample, NULL);
}

int
main (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (TsClock) clock = ts_clock_new_fake (START_NS);
      g_autoptr (TsEstimator) estimator = ts_estimator_new ();
      g_autoptr (GError) error = NULL;
      TsSample sample;

      for (guint n = 0; n < 20; n++)
        {
          add_exchange (clock, estimator);
          ts_clock_advance (clock, TS_NS_PER_S);
        }
      faults[i].fault (clock);
      printf ("%s-between %s\n", faults[i].name, ts_clock_event_get_name (add_exchange (clock, estimator)));
      if (!exchange (clock, faults[i].fault, &sample, &error))
        printf ("%s-within %s\n", faults[i].name, error->message);
    }
  return 0;
}
