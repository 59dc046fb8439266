/* How coarse the stamps of an NTP server are.
 *
 * A server states the precision of its clock as a power of two of a second (RFC 5905 §7.3). Some servers state a fine
 * one and send stamps that are cut off to seconds or milliseconds. Others leave the field 0, which means a second,
 * although their stamps are fine. So this looks at the stamps themselves:
 *
 *  - If a clock ticks, all its stamps are multiples of its tick. The longest usual tick of which all stamps so far are
 *    multiples is taken as theirs. While there are few stamps, this may be longer than the true tick by chance, which
 *    widens what is proven and is never wrong.
 *  - Two stamps that differ are at least one tick apart.
 *
 * A stated precision is never made finer, because a server may fill the bits below it at random (RFC 5905 §6). But a
 * field of 0 or more counts as left out.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-ntp-precision.h"

#include "measure/ts-precision.h"
#include "measure/ts-time.h"

/* The stamps of servers that multiply milliseconds by 4294967 instead of 2³² / 1000 are off by up to 69 ns.
 * Microseconds have a smaller tolerance, because with that one they could not be told from chance. */
#define COARSE_TOLERANCE_NS 100
#define FINE_TOLERANCE_NS   2

/* So many answers whose stamps are on no usual tick show a fine clock, even if both stamps are always the same. */
#define ENOUGH_ANSWERS 4

/* The usual ticks, the longest first. Each fits into a second a whole number of times. */
static const gint64 ticks_ns[] = {
  1000000000, 500000000, 250000000, 200000000, 125000000, 100000000, 62500000, 50000000, 40000000, 31250000,
  20000000, 15625000, 10000000, 7812500, 5000000, 4000000, 3906250, 2000000, 1953125, 1000000,
  500000, 200000, 100000, 50000, 20000, 10000, 5000, 2000, 1000,
};

G_STATIC_ASSERT (G_N_ELEMENTS (ticks_ns) <= 64);

static gboolean
is_on_tick (gint64 fraction_ns,
            gint64 tick_ns)
{
  gint64 beyond_ns = fraction_ns % tick_ns;

  return MIN (beyond_ns, tick_ns - beyond_ns) <=
         (tick_ns >= TS_NS_PER_MS ? COARSE_TOLERANCE_NS : FINE_TOLERANCE_NS);
}

static guint64
list_excluded (TsNtpStamp stamp)
{
  gint64 fraction_ns = (gint64) ((stamp & 0xffffffffu) * (guint64) TS_NS_PER_S >> 32);
  guint64 excluded = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ticks_ns); i++)
    if (!is_on_tick (fraction_ns, ticks_ns[i]))
      excluded |= G_GUINT64_CONSTANT (1) << i;
  return excluded;
}

static gint64
get_tick_ns (guint64 excluded)
{
  for (guint i = 0; i < G_N_ELEMENTS (ticks_ns); i++)
    if ((excluded >> i & 1) == 0)
      return ticks_ns[i];
  return 0;
}

/* Returns: the precision that the stamps alone show; no finer than the shortest tick that can be told from chance */
static gint64
get_shown_ns (const TsNtpPrecision *self,
              gint64 tick_ns)
{
  gint64 shown_ns = TS_NS_PER_S;

  if (self->least_served_ns > 0)
    shown_ns = MIN (self->least_served_ns, TS_NS_PER_S);
  else if (self->n_answers >= ENOUGH_ANSWERS)
    shown_ns = TS_NS_PER_US;
  return MAX (shown_ns, MAX (tick_ns, TS_NS_PER_US));
}

/**
 * ts_ntp_precision_take:
 * @self: what the server's answers have shown so far
 * @answer: another answer that passed all checks
 */
void
ts_ntp_precision_take (TsNtpPrecision *self,
                       const TsNtpPacket *answer)
{
  guint64 served = MIN (answer->transmit - answer->receive, G_GUINT64_CONSTANT (1) << 32);
  gint64 served_ns = (gint64) (served * (guint64) TS_NS_PER_S >> 32);

  if (served_ns > 0 && (self->least_served_ns == 0 || served_ns < self->least_served_ns))
    self->least_served_ns = served_ns;
  self->excluded[0] |= list_excluded (answer->receive);
  self->excluded[1] |= list_excluded (answer->transmit);
  self->n_answers = MIN (self->n_answers + 1, ENOUGH_ANSWERS);
}

/**
 * ts_ntp_precision_get_ns:
 * @self: what at least one answer of the server has shown
 * @stated: log₂ of the precision in seconds, as the last answer states it
 *
 * Returns: by how much a stamp of the server may be off its clock, in nanoseconds; a step of ts-precision, more than 0
 *   and at most about a second
 */
gint64
ts_ntp_precision_get_ns (const TsNtpPrecision *self,
                         gint8 stated)
{
  gint64 tick_ns = MAX (get_tick_ns (self->excluded[0]), get_tick_ns (self->excluded[1]));
  gint64 stated_ns;

  if (stated >= 0)
    return ts_precision_round_up (get_shown_ns (self, tick_ns));
  /* Stamps are cut off, and t2 and t3 are rounded to nanoseconds, by up to half a nanosecond each. */
  stated_ns = (TS_NS_PER_S >> MIN (-stated, 63)) + 2;
  return ts_precision_round_up (MAX (stated_ns, tick_ns));
}
