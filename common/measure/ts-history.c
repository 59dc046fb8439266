/* What a series of exchanges brought: samples, and why there are none.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-history.h"

#include <stdlib.h>

#define MAX_JITTER_SAMPLES 64

struct _TsHistory
{
  TsHistoryEntry *entries; /* a ring: the oldest is at start */
  gsize capacity;
  gsize start;
  gsize length;
  guint64 n_samples;
  guint64 n_lost;
  gint64 least_delay_ns;
};

/**
 * ts_history_new:
 * @capacity: how many entries to keep, at least 1; older ones are forgotten
 *
 * Returns: (transfer full): an empty history
 */
TsHistory *
ts_history_new (gsize capacity)
{
  TsHistory *self;

  g_return_val_if_fail (capacity > 0, NULL);

  self = g_new0 (TsHistory, 1);
  self->capacity = capacity;
  self->entries = g_new (TsHistoryEntry, capacity);
  self->least_delay_ns = -1;
  return self;
}

/**
 * ts_history_free:
 * @self: (transfer full): a history
 */
void
ts_history_free (TsHistory *self)
{
  g_free (self->entries);
  g_free (self);
}

/**
 * ts_history_clear:
 * @self: a history
 *
 * Forgets every entry and every count.
 */
void
ts_history_clear (TsHistory *self)
{
  self->start = 0;
  self->length = 0;
  self->n_samples = 0;
  self->n_lost = 0;
  self->least_delay_ns = -1;
}

static void
append (TsHistory *self,
        const TsHistoryEntry *entry)
{
  self->entries[(self->start + self->length) % self->capacity] = *entry;
  if (self->length < self->capacity)
    self->length++;
  else
    self->start = (self->start + 1) % self->capacity;
}

/**
 * ts_history_add_sample:
 * @self: a history
 * @sample: a sample, newer than all before
 */
void
ts_history_add_sample (TsHistory *self,
                       const TsSample *sample)
{
  TsHistoryEntry entry = {
    .at_ns = sample->exchange.t4_ns,
    .offset_ns = sample->offset_ns,
    .proven_min_ns = sample->proven_min_ns,
    .proven_max_ns = sample->proven_max_ns,
    .delay_ns = sample->delay_ns,
    .kind = TS_ENTRY_SAMPLE,
  };

  append (self, &entry);
  self->n_samples++;
  if (self->least_delay_ns < 0 || sample->delay_ns < self->least_delay_ns)
    self->least_delay_ns = sample->delay_ns;
}

/**
 * ts_history_add_gap:
 * @self: a history
 * @kind: why there is no sample; not %TS_ENTRY_SAMPLE
 * @at_ns: our clock when that was known
 *
 * Every kind but %TS_ENTRY_PAUSED counts as a lost exchange.
 */
void
ts_history_add_gap (TsHistory *self,
                    TsEntryKind kind,
                    gint64 at_ns)
{
  TsHistoryEntry entry = { .at_ns = at_ns, .kind = kind };

  g_return_if_fail (kind != TS_ENTRY_SAMPLE);

  append (self, &entry);
  if (kind != TS_ENTRY_PAUSED)
    self->n_lost++;
}

/**
 * ts_history_get_length:
 * @self: a history
 *
 * Returns: the number of entries kept, gaps included
 */
gsize
ts_history_get_length (const TsHistory *self)
{
  return self->length;
}

/**
 * ts_history_get:
 * @self: a history
 * @index: below ts_history_get_length(); 0 is the oldest
 *
 * Returns: (transfer none): the entry, valid until the history changes
 */
const TsHistoryEntry *
ts_history_get (const TsHistory *self,
                gsize index)
{
  g_return_val_if_fail (index < self->length, NULL);

  return &self->entries[(self->start + index) % self->capacity];
}

/**
 * ts_history_get_n_samples:
 * @self: a history
 *
 * Returns: how many samples there were, those forgotten included
 */
guint64
ts_history_get_n_samples (const TsHistory *self)
{
  return self->n_samples;
}

/**
 * ts_history_get_n_lost:
 * @self: a history
 *
 * Returns: how many exchanges brought no sample, those forgotten included
 */
guint64
ts_history_get_n_lost (const TsHistory *self)
{
  return self->n_lost;
}

/**
 * ts_history_get_least_delay_ns:
 * @self: a history
 *
 * Returns: the least delay of all samples, or -1 while there is none
 */
gint64
ts_history_get_least_delay_ns (const TsHistory *self)
{
  return self->least_delay_ns;
}

/**
 * ts_history_get_last:
 * @self: a history
 *
 * Returns: (transfer none) (nullable): the newest sample that is kept, gaps passed over
 */
const TsHistoryEntry *
ts_history_get_last (const TsHistory *self)
{
  for (gsize i = self->length; i > 0; i--)
    if (ts_history_get (self, i - 1)->kind == TS_ENTRY_SAMPLE)
      return ts_history_get (self, i - 1);
  return NULL;
}

/* How far two clocks may have drifted apart from the one sample to the other. */
static gint64
get_drift_ns (const TsHistoryEntry *a,
              const TsHistoryEntry *b)
{
  return ABS (b->at_ns - a->at_ns) / (1000000 / TS_DRIFT_BOUND_PPM);
}

/**
 * ts_history_entry_is_step:
 * @before: a sample
 * @after: a later one of the same server
 *
 * Returns: whether a clock was set between the two: no drift within %TS_DRIFT_BOUND_PPM brings their proven
 *   intervals together
 */
gboolean
ts_history_entry_is_step (const TsHistoryEntry *before,
                          const TsHistoryEntry *after)
{
  gint64 drift_ns = get_drift_ns (before, after);

  return before->proven_min_ns - drift_ns > after->proven_max_ns ||
         before->proven_max_ns + drift_ns < after->proven_min_ns;
}

/**
 * ts_history_get_best:
 * @self: a history
 * @n_samples: how many of the newest samples to choose from, at least 1
 * @best: (out caller-allocates): the best of them
 *
 * Chooses, among the newest samples, the one that bounds the offset most tightly at the time of the newest: the
 * clock filter of RFC 5905 §10, where the delay and the age count. What @best proves was true at its own time;
 * here its interval is widened by how far the clocks may have drifted since. A sample from before a step, and
 * all before that, is left out.
 *
 * Returns: whether there is any sample
 */
gboolean
ts_history_get_best (const TsHistory *self,
                     guint n_samples,
                     TsHistoryEntry *best)
{
  const TsHistoryEntry *newest = ts_history_get_last (self);
  const TsHistoryEntry *chosen = newest;
  gint64 drift_ns;

  for (gsize i = self->length; i > 0 && n_samples > 0; i--)
    {
      const TsHistoryEntry *entry = ts_history_get (self, i - 1);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      if (ts_history_entry_is_step (entry, newest))
        break;
      if (entry->delay_ns + 2 * get_drift_ns (entry, newest) < chosen->delay_ns + 2 * get_drift_ns (chosen, newest))
        chosen = entry;
      n_samples--;
    }
  if (chosen == NULL)
    return FALSE;

  drift_ns = get_drift_ns (chosen, newest);
  *best = *chosen;
  best->proven_min_ns -= drift_ns;
  best->proven_max_ns += drift_ns;
  return TRUE;
}

static int
compare_ns (const void *a,
            const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/**
 * ts_history_get_jitter_ns:
 * @self: a history
 * @n_samples: over how many of the newest samples, 2 to 64
 *
 * Returns: the median change of the delay from one sample to the next, or -1 with fewer than two samples
 */
gint64
ts_history_get_jitter_ns (const TsHistory *self,
                          guint n_samples)
{
  gint64 changes_ns[MAX_JITTER_SAMPLES];
  const TsHistoryEntry *later = NULL;
  guint n_changes = 0;

  g_return_val_if_fail (n_samples >= 2 && n_samples <= MAX_JITTER_SAMPLES, -1);

  for (gsize i = self->length; i > 0 && n_changes + 1 < n_samples; i--)
    {
      const TsHistoryEntry *entry = ts_history_get (self, i - 1);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      if (later != NULL)
        changes_ns[n_changes++] = ABS (later->delay_ns - entry->delay_ns);
      later = entry;
    }
  if (n_changes == 0)
    return -1;
  qsort (changes_ns, n_changes, sizeof *changes_ns, compare_ns);
  return changes_ns[n_changes / 2];
}
