/* What jumped among the packets that are kept: clocks that were set, and ways that changed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-jumps.h"

#include <math.h>
#include <string.h>

/* A way that moves back by the size of a jump, give or take this part of it, is where it was before the jump. */
#define SAME_JUMP 0.3

/* Returns: what a jump did to one way alone */
static TsFilterChange *
get_change (TsFilterJump *jump,
            gboolean is_upper)
{
  return is_upper ? &jump->there : &jump->back;
}

/* Returns: by how much a jump made one way longer, ns */
static double
get_longer_ns (TsFilterJump *jump,
               gboolean is_upper)
{
  return jump->both.ns + get_change (jump, is_upper)->ns;
}

/* Removes the @n oldest. */
static void
remove_oldest (TsJumps *self,
               guint n)
{
  self->n -= n;
  memmove (self->items, self->items + n, self->n * sizeof self->items[0]);
}

/**
 * ts_jumps_add:
 * @self: jumps
 * @jump: one more, at any instant
 *
 * Adds a jump in the order of time. If there are %TS_JUMPS_MAX already, the oldest is forgotten.
 */
void
ts_jumps_add (TsJumps *self,
              const TsFilterJump *jump)
{
  guint place;

  if (self->n == TS_JUMPS_MAX)
    remove_oldest (self, 1);
  place = self->n++;
  for (; place > 0 && self->items[place - 1].at_s > jump->at_s; place--)
    self->items[place] = self->items[place - 1];
  self->items[place] = *jump;
}

/**
 * ts_jumps_forget:
 * @self: jumps
 * @until_s: an instant
 *
 * Forgets the jumps until then, that instant included.
 *
 * Returns: how many they were
 */
guint
ts_jumps_forget (TsJumps *self,
                 double until_s)
{
  guint n_gone = 0;

  while (n_gone < self->n && self->items[n_gone].at_s <= until_s)
    n_gone++;
  remove_oldest (self, n_gone);
  return n_gone;
}

/**
 * ts_jumps_set_sizes:
 * @self: jumps
 * @measured: the same jumps, as a filter has measured them
 *
 * Takes over how far each way jumped, but not how sure that is.
 */
void
ts_jumps_set_sizes (TsJumps *self,
                    const TsJumps *measured)
{
  for (guint i = 0; i < self->n; i++)
    {
      self->items[i].there.ns = measured->items[i].there.ns;
      self->items[i].back.ns = measured->items[i].back.ns;
      self->items[i].both.ns = measured->items[i].both.ns;
    }
}

/**
 * ts_jumps_find_last_move:
 * @self: jumps
 * @is_upper: whether the way to the server is meant, or the one back
 *
 * Returns: the instant at which that way last moved, alone or with the other; -HUGE_VAL if it has not moved
 */
double
ts_jumps_find_last_move (TsJumps *self,
                         gboolean is_upper)
{
  for (guint i = self->n; i-- > 0;)
    if (self->items[i].both.deviation_ns > 0.0 || get_change (&self->items[i], is_upper)->deviation_ns > 0.0)
      return self->items[i].at_s;
  return -HUGE_VAL;
}

/**
 * ts_jumps_get_delay_ns:
 * @self: jumps
 * @is_upper: whether the way to the server is meant, or the one back
 *
 * Returns: by how much the newest jump that made that way longer did so; 0 if none did
 */
double
ts_jumps_get_delay_ns (TsJumps *self,
                       gboolean is_upper)
{
  for (guint i = self->n; i-- > 0;)
    {
      double longer_ns = get_longer_ns (&self->items[i], is_upper);

      if (longer_ns > 0.0)
        return longer_ns;
    }
  return 0.0;
}

/**
 * ts_jumps_undo:
 * @self: jumps
 * @more_there: (inout): by how much longer the way there is than the one back after the jumps; then: before them
 */
void
ts_jumps_undo (const TsJumps *self,
               TsFilterChange *more_there)
{
  for (guint i = 0; i < self->n; i++)
    more_there->ns -= self->items[i].there.ns - self->items[i].back.ns;
}

/**
 * ts_jumps_take_back:
 * @self: jumps
 * @is_upper: the way that has moved: to the server, or back
 * @moved_ns: by how much it is shorter now, positive
 * @at_s: (out): the instant of the jump that was taken back
 * @was_both: (out): whether that jump had moved both ways together
 *
 * Takes back the newest jump that had made the way longer by about as much, because the way is where it was before.
 *
 * Returns: whether there was such a jump
 */
gboolean
ts_jumps_take_back (TsJumps *self,
                    gboolean is_upper,
                    double moved_ns,
                    double *at_s,
                    gboolean *was_both)
{
  for (guint i = self->n; i-- > 0;)
    {
      TsFilterJump *jump = &self->items[i];
      double longer_ns = get_longer_ns (jump, is_upper);

      if (longer_ns <= 0.0 || fabs (moved_ns - longer_ns) > SAME_JUMP * longer_ns)
        continue;
      *at_s = jump->at_s;
      *was_both = jump->both.deviation_ns > 0.0;
      *get_change (jump, is_upper) = jump->both = (TsFilterChange) { 0 };
      return TRUE;
    }
  return FALSE;
}

/**
 * ts_jumps_move_way:
 * @self: jumps
 * @jump: (inout): a jump that is about to be added
 * @is_upper: the way that has moved: to the server, or back
 * @moved_ns: by how much at least, positive
 * @apart_s: how far apart two jumps may be, and still be one
 *
 * Lets @jump move that way. If the other way has just moved, too, @jump moves both ways from then on, because the path
 * is another then, and its ways are as likely to be equal as before.
 */
void
ts_jumps_move_way (TsJumps *self,
                   TsFilterJump *jump,
                   gboolean is_upper,
                   double moved_ns,
                   double apart_s)
{
  for (guint i = self->n; i-- > 0;)
    {
      TsFilterJump *other = &self->items[i];
      TsFilterChange *change = get_change (other, !is_upper);

      if (change->deviation_ns > 0.0 && fabs (other->at_s - jump->at_s) < apart_s)
        {
          jump->both.deviation_ns = MAX (change->deviation_ns, moved_ns);
          jump->at_s = MIN (jump->at_s, other->at_s);
          *change = (TsFilterChange) { 0 };
          return;
        }
    }
  get_change (jump, is_upper)->deviation_ns = moved_ns;
}
