/* What a series of exchanges brought: samples, and why there are none.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/history/ts-history.h"

#include <stdlib.h>

#define MAX_JITTER_SAMPLES 64

struct _TsHistory
{
  TsHistoryRing *ring;
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
  self->ring = ts_history_ring_new (capacity);
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
  ts_history_ring_free (self->ring);
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
  ts_history_ring_clear (self->ring);
  self->n_samples = 0;
  self->n_lost = 0;
  self->least_delay_ns = -1;
}

/**
 * ts_history_add_sample:
 * @self: a history
 * @sample: a sample, newer than all before
 * @estimate: what all samples until then make of its instant
 * @event: what broke the series just before it
 */
void
ts_history_add_sample (TsHistory *self,
                       const TsSample *sample,
                       const TsEstimate *estimate,
                       TsClockEvent event)
{
  const TsHistoryEntry entry = ts_history_entry_for_sample (sample, estimate, event);

  ts_history_ring_append (self->ring, &entry);
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
  const TsHistoryEntry entry = { .at_ns = at_ns, .kind = kind };

  g_return_if_fail (kind != TS_ENTRY_SAMPLE);

  ts_history_ring_append (self->ring, &entry);
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
  return ts_history_ring_get_length (self->ring);
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
  g_return_val_if_fail (index < ts_history_get_length (self), NULL);

  return ts_history_ring_get (self->ring, index);
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
 * ts_history_summarize:
 * @self: a history
 * @from: the first entry to look at
 * @to: the first not to look at any more, at most ts_history_get_length()
 * @summary: (out): what they come to
 *
 * Hardly takes longer for many entries than for few.
 */
void
ts_history_summarize (const TsHistory *self,
                      gsize from,
                      gsize to,
                      TsHistorySummary *summary)
{
  g_return_if_fail (from <= to && to <= ts_history_get_length (self));

  ts_history_ring_summarize (self->ring, from, to, summary);
}

/**
 * ts_history_find:
 * @self: a history
 * @mark: what is looked for
 * @from: the first entry to look at
 * @to: the first not to look at any more, at most ts_history_get_length()
 *
 * Returns: the first entry of these with @mark, or @to where there is none
 */
gsize
ts_history_find (const TsHistory *self,
                 TsHistoryMark mark,
                 gsize from,
                 gsize to)
{
  g_return_val_if_fail (to <= ts_history_get_length (self), to);

  return ts_history_ring_find (self->ring, mark, from, to);
}

/**
 * ts_history_find_last:
 * @self: a history
 * @mark: what is looked for
 * @from: the first entry to look at
 * @to: the first not to look at any more, at most ts_history_get_length()
 *
 * Returns: the last entry of these with @mark, or @to where there is none
 */
gsize
ts_history_find_last (const TsHistory *self,
                      TsHistoryMark mark,
                      gsize from,
                      gsize to)
{
  g_return_val_if_fail (to <= ts_history_get_length (self), to);

  return ts_history_ring_find_last (self->ring, mark, from, to);
}

/**
 * ts_history_find_outside:
 * @self: a history
 * @from: the first entry to look at
 * @to: the first not to look at any more, at most ts_history_get_length()
 * @min_ns: an instant
 * @max_ns: an instant
 *
 * Returns: the first entry of these before @min_ns or after @max_ns, or @to where there is none. After an entry
 *   that is later there may be earlier ones: our clock may have been set back.
 */
gsize
ts_history_find_outside (const TsHistory *self,
                         gsize from,
                         gsize to,
                         gint64 min_ns,
                         gint64 max_ns)
{
  g_return_val_if_fail (to <= ts_history_get_length (self), to);

  return ts_history_ring_find_outside (self->ring, from, to, min_ns, max_ns);
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
  gsize length = ts_history_get_length (self);
  gsize index = ts_history_find_last (self, TS_HISTORY_SAMPLE, 0, length);

  return index < length ? ts_history_get (self, index) : NULL;
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
  gsize end = ts_history_get_length (self);
  guint n_changes = 0;

  g_return_val_if_fail (n_samples >= 2 && n_samples <= MAX_JITTER_SAMPLES, -1);

  while (n_changes + 1 < n_samples)
    {
      gsize index = ts_history_find_last (self, TS_HISTORY_SAMPLE, 0, end);
      const TsHistoryEntry *entry;

      if (index == end)
        break;
      entry = ts_history_get (self, index);
      end = index;
      if (later != NULL)
        changes_ns[n_changes++] = ABS (ts_history_entry_get_delay_ns (later) - ts_history_entry_get_delay_ns (entry));
      later = entry;
    }
  if (n_changes == 0)
    return -1;
  qsort (changes_ns, n_changes, sizeof *changes_ns, compare_ns);
  return changes_ns[n_changes / 2];
}
