/* An exchange of four instants, and the sample that it proves.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-exchange.h"

#include "measure/ts-time.h"

#define SIZE_DECIMALS 6 /* microseconds */

/* The coarsest clock that NTP has words for ticks once in a second. */
#define MAX_PRECISION_NS (2 * TS_NS_PER_S)

/* A reading of this computer's clocks is of about the instant of its stamp, and no computer has been running for longer
 * than this. */
#define MAX_APART_NS  (365 * 86400 * TS_NS_PER_S)
#define MAX_UPTIME_NS (36 * MAX_APART_NS)

G_DEFINE_QUARK (ts-exchange-error-quark, ts_exchange_error)

static gboolean
check_instants (const TsExchange *exchange,
                GError **error)
{
  const struct
  {
    const char *name;
    gint64 instant_ns;
  } instants[] = {
    { "t1", exchange->t1_ns },
    { "t2", exchange->t2_ns },
    { "t3", exchange->t3_ns },
    { "t4", exchange->t4_ns },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (instants); i++)
    if (!ts_instant_is_valid (instants[i].instant_ns))
      {
        g_set_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_WILD_INSTANT,
                     "%s is %" G_GINT64_FORMAT " ns, outside 1970 to 2199",
                     instants[i].name, instants[i].instant_ns);
        return FALSE;
      }
  if (exchange->precision_ns >= 0 && exchange->precision_ns <= MAX_PRECISION_NS)
    return TRUE;
  g_set_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_WILD_INSTANT,
               "The stamps’ precision is %" G_GINT64_FORMAT " ns, outside 0 to 2 s", exchange->precision_ns);
  return FALSE;
}

static gboolean
check_order (const TsExchange *exchange,
             GError **error)
{
  gint64 waited_ns = exchange->t4_ns - exchange->t1_ns;
  gint64 served_ns = exchange->t3_ns - exchange->t2_ns;

  if (served_ns < -exchange->precision_ns)
    {
      g_set_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_SERVER_REVERSED,
                   "The answer left %" G_GINT64_FORMAT " ns before the request came", -served_ns);
      return FALSE;
    }
  if (waited_ns < 0)
    {
      g_set_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_REVERSED,
                   "This computer’s clock went back by %" G_GINT64_FORMAT " ns during the exchange", -waited_ns);
      return FALSE;
    }
  if (waited_ns - served_ns < -exchange->precision_ns)
    {
      g_set_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_NEGATIVE_DELAY,
                   "The server claims %" G_GINT64_FORMAT " ns between its stamps, but the whole exchange took %"
                   G_GINT64_FORMAT " ns", served_ns, waited_ns);
      return FALSE;
    }
  return TRUE;
}

/**
 * ts_exchange_check_clocks:
 * @before: this computer's clocks when the request left
 * @after: the same clocks when the answer was taken
 * @error: return location for %TS_EXCHANGE_ERROR_LOCAL_STEPPED or %TS_EXCHANGE_ERROR_SUSPENDED
 *
 * An exchange proves nothing if our clock was set or stood still meanwhile.
 *
 * Returns: whether t1 and t4 are by the same clock
 */
gboolean
ts_exchange_check_clocks (const TsClockReading *before,
                          const TsClockReading *after,
                          GError **error)
{
  gint64 size_ns;
  TsClockEvent event = ts_clock_reading_compare (before, after, &size_ns);
  char size_s[TS_TIME_TEXT_SIZE];

  ts_time_format_seconds (size_ns, SIZE_DECIMALS, size_s);
  switch (event)
    {
    case TS_CLOCK_EVENT_STEP_LOCAL:
      g_set_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_STEPPED,
                   "This computer’s clock was set by %s s during the exchange", size_s);
      return FALSE;
    case TS_CLOCK_EVENT_SUSPEND:
      g_set_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_SUSPENDED,
                   "This computer slept for %s s during the exchange", size_s);
      return FALSE;
    case TS_CLOCK_EVENT_STEP_REMOTE:
    case TS_CLOCK_EVENT_STEP_PROBABLE:
    case TS_CLOCK_EVENT_NONE:
    default:
      return TRUE;
    }
}

/**
 * ts_sample_derive:
 * @sample: (out caller-allocates): the sample; left alone on failure
 * @exchange: four instants
 * @error: return location for a %TS_EXCHANGE_ERROR
 *
 * Validates @exchange and derives what it tells. No packet arrives before it was sent, so the offset lies in [t3 − t4,
 * t2 − t1] whatever the path's asymmetry; stamps of coarse text widen that by their precision. The offset is the
 * interval's centre, and the delay is its width (RFC 5905 §8). If the precision explains a delay below zero, the delay
 * becomes 0. The caller fills in what is known about the two ends: the server's own bound is set to unknown here, and
 * all other fields to 0.
 *
 * Returns: whether @exchange is valid
 */
gboolean
ts_sample_derive (TsSample *sample,
                  const TsExchange *exchange,
                  GError **error)
{
  gint64 lower_ns, upper_ns;

  if (!check_instants (exchange, error) || !check_order (exchange, error))
    return FALSE;

  lower_ns = exchange->t3_ns - exchange->t4_ns;
  upper_ns = exchange->t2_ns - exchange->t1_ns;

  *sample = (TsSample) { .exchange = *exchange, .max_error_ns = TS_MAX_ERROR_UNKNOWN };
  /* The sum of the two may not fit 64 bits; their difference, the delay, does. */
  sample->offset_ns = lower_ns + (upper_ns - lower_ns) / 2;
  sample->delay_ns = MAX (upper_ns - lower_ns, 0);
  sample->proven_min_ns = lower_ns - exchange->precision_ns;
  sample->proven_max_ns = upper_ns + exchange->precision_ns;
  return TRUE;
}

/* Returns: whether the clocks were not read, or may have been so at @stamp_ns */
static gboolean
may_be_read (const TsClockReading *reading,
             gint64 stamp_ns)
{
  if (!ts_clock_reading_is_known (reading))
    return TRUE;
  return ts_instant_is_valid (reading->real_ns) && ABS (reading->real_ns - stamp_ns) <= MAX_APART_NS &&
         reading->boot_ns >= 0 && reading->boot_ns <= MAX_UPTIME_NS && reading->raw_ns >= 0 &&
         reading->raw_ns <= MAX_UPTIME_NS && reading->width_ns >= 0 && reading->width_ns <= MAX_APART_NS;
}

/**
 * ts_sample_check:
 * @sample: a sample that ts_sample_derive() made, with what is known about the two ends
 * @error: return location for %TS_EXCHANGE_ERROR_WILD_INSTANT
 *
 * Checks the numbers beside an exchange, because another program may have written the recording. The difference of any
 * two instants of a sample that passes fits 64 bits.
 *
 * Returns: whether all of it can be
 */
gboolean
ts_sample_check (const TsSample *sample,
                 GError **error)
{
  if (may_be_read (&sample->sent_reading, sample->exchange.t1_ns) &&
      may_be_read (&sample->reading, sample->exchange.t4_ns) && ts_instant_is_valid (sample->previous_t3_ns) &&
      ts_instant_is_valid (sample->previous_t4_ns))
    return TRUE;
  g_set_error_literal (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_WILD_INSTANT,
                       "This computer’s clocks cannot have been as they were read");
  return FALSE;
}
