/* Whether the fastest packets of a way have moved, and with them a clock or the path.
 *
 * When the server's clock is set forward, packets to it seem to take longer by as much as packets from it seem to take
 * less. When a way changes, the other way stays as it was. So a packet that comes much earlier than was thought
 * possible raises a suspicion, and the other way's packets decide: one that is as early as ever shows that no clock was
 * set; a few that are all later than nearly all before show that one was.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-shift.h"

#include <math.h>

/* So many packets are needed to know what is usual. */
#define MIN_PACKETS 24

/* A packet is too early if it is earlier by more than so many deviations and, added to them, reaches of the near
 * packets. */
#define EARLY_DEVIATIONS 6.0
#define EARLY_REACHES 1.0

/* Logarithm of a probability that is too small for chance. */
#define LOG_CHANCE (-9.5)

/* So many packets of the other way must be late to show that a clock was set, because packets often queue together. */
#define MIN_LATE_OTHER 3

/* A way is slower if it goes without near packets for longer than this probability, as a logarithm, explains. It must
 * be at least so many packets, because queues come and go within fewer. */
#define LOG_SILENCE (-9.5)
#define MIN_SILENCE 32

/* A way is slower, too, if at least so many packets in a row are later than all but the part LATE of those before, and
 * that is less likely than this probability, as a logarithm. */
#define LATE     0.1
#define MIN_LATE 6
#define LOG_LATE (-18.0)

/* A suspicion ends after so many packets. By then so many must be early if one way has become faster, and so many of
 * each way if both have. */
#define MAX_PACKETS    48
#define MIN_EARLY      3
#define MIN_EARLY_BOTH 2

/* After so many packets the counts are halved, so that old ones are forgotten. */
#define MAX_COUNTED 4096

static guint
get_bin (double gap_ns)
{
  return gap_ns > 1.0 ? MIN ((guint) (2.0 * log2 (gap_ns)), TS_SHIFT_N_BINS - 1) : 0;
}

static void
count (TsShiftWay *way,
       double gap_ns)
{
  if (way->n == MAX_COUNTED)
    {
      way->n = 0;
      for (guint i = 0; i < TS_SHIFT_N_BINS; i++)
        way->n += way->bins[i] /= 2;
    }
  way->bins[get_bin (gap_ns)]++;
  way->n++;
}

/* Returns: how likely a packet is to be as late as that, or later */
static double
get_chance (const TsShiftWay *way,
            double gap_ns)
{
  guint n_later = 0;

  for (guint i = get_bin (gap_ns); i < TS_SHIFT_N_BINS; i++)
    n_later += way->bins[i];
  return (n_later + 1.0) / (way->n + 2.0);
}

/* Returns: by how much a packet must come earlier than the fastest possible one to be too early */
static double
get_least_early_ns (double deviation_ns,
                    double reach_ns)
{
  return EARLY_DEVIATIONS * deviation_ns + EARLY_REACHES * reach_ns;
}

/**
 * ts_shift_is_early:
 * @self: both ways
 * @is_upper: whether a packet went to the server
 * @gap_ns: how much later than the fastest possible it was
 * @deviation_ns: standard deviation of that
 * @reach_ns: how late a near packet may be
 *
 * Returns: whether the packet came earlier than was thought possible; FALSE while little is known about its way
 */
gboolean
ts_shift_is_early (const TsShift *self,
                   gboolean is_upper,
                   double gap_ns,
                   double deviation_ns,
                   double reach_ns)
{
  return self->ways[is_upper].n >= MIN_PACKETS && gap_ns < -get_least_early_ns (deviation_ns, reach_ns);
}

/**
 * ts_shift_is_usual:
 * @self: both ways
 * @is_upper: whether a packet went to the server
 * @gap_ns: how much later than the fastest possible it was
 *
 * Returns: whether packets of that way are often as late as that, or later
 */
gboolean
ts_shift_is_usual (const TsShift *self,
                   gboolean is_upper,
                   double gap_ns)
{
  return get_chance (&self->ways[is_upper], gap_ns) >= LATE;
}

/**
 * ts_shift_settle:
 * @self: both ways
 *
 * Ends the suspicion and begins to watch again. To be called when the news have been taken into account.
 */
void
ts_shift_settle (TsShift *self)
{
  self->is_suspected = FALSE;
  self->ways[FALSE].silent.n = self->ways[TRUE].silent.n = 0;
  self->ways[FALSE].late.n = self->ways[TRUE].late.n = 0;
}

/* Counts a packet of the other way that is as late as it would be if a clock was set. */
static void
count_late (TsShift *self,
            gboolean is_upper)
{
  self->n_late_other++;
  self->log_chance += log (get_chance (&self->ways[is_upper], 0.5 * self->early_ns));
}

static TsShiftNews
suspect (TsShift *self,
         gboolean is_upper,
         double at_s,
         double gap_ns)
{
  self->is_suspected = TRUE;
  self->is_upper = is_upper;
  self->since_s = at_s;
  self->first_ns = self->early_ns = -gap_ns;
  self->n_early = 1;
  self->n_early_other = 0;
  self->n_packets = 0;
  self->n_late_other = 0;
  self->log_chance = 0.0;
  /* The request of the same exchange came before this answer, and counts as well. */
  if (!is_upper && self->ways[TRUE].newest_ns > 0.5 * self->early_ns)
    count_late (self, TRUE);
  return TS_SHIFT_SUSPECTED;
}

static TsShiftNews
weigh (TsShift *self,
       gboolean is_upper,
       double gap_ns,
       double least_early_ns,
       double reach_ns)
{
  self->n_packets++;
  if (is_upper == self->is_upper)
    {
      self->n_early += gap_ns < -least_early_ns;
      self->early_ns = MAX (self->early_ns, -gap_ns);
    }
  else if (gap_ns < 0.5 * self->early_ns)
    {
      /* It is as early as ever, or too early itself, so no clock was set. */
      self->log_chance = HUGE_VAL;
      self->n_early_other += gap_ns < -least_early_ns;
    }
  else
    {
      count_late (self, is_upper);
    }
  /* A clock that goes on moving is slewed, and was not set. */
  if (self->log_chance < LOG_CHANCE && self->n_late_other >= MIN_LATE_OTHER)
    return self->early_ns - self->first_ns < MAX (0.5 * self->first_ns, 2.0 * reach_ns) ? TS_SHIFT_CLOCK
                                                                                        : TS_SHIFT_CLEARED;
  if (self->n_early >= MIN_EARLY_BOTH && self->n_early_other >= MIN_EARLY_BOTH)
    return TS_SHIFT_PATHS;
  if (self->log_chance == HUGE_VAL && self->n_early >= MIN_EARLY)
    return TS_SHIFT_PATH;
  if (self->n_packets >= MAX_PACKETS || (self->log_chance == HUGE_VAL && self->n_packets >= MAX_PACKETS / 4))
    return TS_SHIFT_CLEARED;
  return TS_SHIFT_NOTHING;
}

static void
lengthen (TsShiftRun *run,
          gboolean goes_on,
          double at_s,
          double gap_ns)
{
  if (!goes_on)
    {
      run->n = 0;
      return;
    }
  if (run->n++ == 0)
    *run = (TsShiftRun) { 1, at_s, gap_ns };
  run->least_ns = MIN (run->least_ns, gap_ns);
}

/* Returns: whether a way has gone without near packets for longer than chance and queues explain, or its packets have
 * all been later than nearly all before */
static gboolean
is_slower (TsShiftWay *way,
           double at_s,
           double gap_ns,
           double limit_ns,
           double near_share)
{
  gboolean is_far = gap_ns > limit_ns;

  if (!is_far)
    way->longest_silence = MAX (way->longest_silence, way->silent.n);
  lengthen (&way->silent, is_far, at_s, gap_ns);
  lengthen (&way->late, is_far && get_chance (way, gap_ns) < LATE, at_s, gap_ns);
  return (way->late.n >= MIN_LATE && way->late.n * log (get_chance (way, way->late.least_ns)) < LOG_LATE) ||
         (way->silent.n >= MAX (MIN_SILENCE, 4 * way->longest_silence) &&
          way->silent.n * log (1.0 - MIN (near_share, 0.9)) < LOG_SILENCE);
}

/**
 * ts_shift_take:
 * @self: both ways
 * @is_upper: whether a packet went to the server
 * @at_s: its instant
 * @gap_ns: how much later than the fastest possible it was
 * @deviation_ns: standard deviation of that
 * @reach_ns: how late a near packet may be
 * @near_share: how likely a packet is near
 *
 * Returns: what the packet says about clocks and path
 */
TsShiftNews
ts_shift_take (TsShift *self,
               gboolean is_upper,
               double at_s,
               double gap_ns,
               double deviation_ns,
               double reach_ns,
               double near_share)
{
  TsShiftWay *way = &self->ways[is_upper];
  double least_early_ns = get_least_early_ns (deviation_ns, reach_ns);
  TsShiftNews news = TS_SHIFT_NOTHING;

  if (self->is_suspected)
    news = weigh (self, is_upper, gap_ns, least_early_ns, reach_ns);
  else if (ts_shift_is_early (self, is_upper, gap_ns, deviation_ns, reach_ns))
    news = suspect (self, is_upper, at_s, gap_ns);
  else if (is_slower (way, at_s, gap_ns, reach_ns + 3.0 * deviation_ns, near_share))
    news = TS_SHIFT_SLOWER;
  way->newest_ns = gap_ns;
  /* Packets that may show a slower way do not count as usual until that is decided. */
  if (!self->is_suspected && way->late.n < MIN_LATE)
    count (way, gap_ns);
  return news;
}
