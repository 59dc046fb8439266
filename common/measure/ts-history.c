/* What a series of exchanges brought: samples, and why there are none.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-history.h"

#include <stdlib.h>

#define MAX_JITTER_SAMPLES 64
#define MAX_SERVER_NS      ((G_GINT64_CONSTANT (1) << 49) - 1) /* what an entry has room for */

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

/* Returns: how many digits the precision has, rounded up to a power of ten; 0 where it is 0 */
static guint
count_precision_digits (gint64 precision_ns)
{
  guint n_digits = 0;

  for (gint64 power_ns = 1; precision_ns > 0 && power_ns < 10 * precision_ns; power_ns *= 10)
    n_digits++;
  return n_digits;
}

static gint64
get_precision_ns (const TsHistoryEntry *entry)
{
  gint64 power_ns = 1;

  for (guint i = 1; i < entry->precision_digits; i++)
    power_ns *= 10;
  return entry->precision_digits > 0 ? power_ns : 0;
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
  gint64 server_ns = sample->exchange.t3_ns - sample->exchange.t2_ns;
  TsHistoryEntry entry = {
    .at_ns = sample->exchange.t4_ns,
    .proven_min_ns = sample->proven_min_ns,
    .proven_max_ns = sample->proven_max_ns,
    .estimate_ns = estimate->estimate_ns,
    .now_min_ns = estimate->proven_min_ns,
    .now_max_ns = estimate->proven_max_ns,
    .server_ns = CLAMP (server_ns, -MAX_SERVER_NS, MAX_SERVER_NS),
    .precision_digits = count_precision_digits (sample->exchange.precision_ns),
    .kind = TS_ENTRY_SAMPLE,
    .event = event,
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
        changes_ns[n_changes++] = ABS (ts_history_entry_get_delay_ns (later) - ts_history_entry_get_delay_ns (entry));
      later = entry;
    }
  if (n_changes == 0)
    return -1;
  qsort (changes_ns, n_changes, sizeof *changes_ns, compare_ns);
  return changes_ns[n_changes / 2];
}

/**
 * ts_history_entry_get_offset_ns:
 * @entry: a sample
 *
 * Returns: the offset of this exchange alone, the centre of what it proves; 0 where @entry is no sample
 */
gint64
ts_history_entry_get_offset_ns (const TsHistoryEntry *entry)
{
  return entry->proven_min_ns + (entry->proven_max_ns - entry->proven_min_ns) / 2;
}

/**
 * ts_history_entry_get_delay_ns:
 * @entry: a sample
 *
 * Returns: the round trip less the server's own time: the width of what it proves, less the precision of the
 *   stamps at both ends; 0 where @entry is no sample
 */
gint64
ts_history_entry_get_delay_ns (const TsHistoryEntry *entry)
{
  return MAX (entry->proven_max_ns - entry->proven_min_ns - 2 * get_precision_ns (entry), 0);
}

/**
 * ts_history_entry_get_exchange:
 * @entry: a sample
 *
 * Returns: the exchange whose sample it is; its precision, where the server's stamps have one, is a power of ten
 */
TsExchange
ts_history_entry_get_exchange (const TsHistoryEntry *entry)
{
  gint64 precision_ns = get_precision_ns (entry);
  gint64 t3_ns = entry->at_ns + entry->proven_min_ns + precision_ns;
  gint64 t2_ns = t3_ns - entry->server_ns;

  return (TsExchange) {
    .t1_ns = t2_ns - (entry->proven_max_ns - precision_ns),
    .t2_ns = t2_ns,
    .t3_ns = t3_ns,
    .t4_ns = entry->at_ns,
    .precision_ns = precision_ns,
  };
}
