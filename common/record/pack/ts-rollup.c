/* What many records come to.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/pack/ts-rollup.h"

#include <string.h>

#include "measure/ts-time.h"
#include "record/pack/ts-packing.h"

/* No recording has more records. */
#define MAX_RECORDS (G_GINT64_CONSTANT (1) << 40)

/* Greater than what any stamps' precisions come to. */
#define MAX_PRECISION_NS (8 * TS_NS_PER_S)

/* This many exchanges in a row without a sample are a gap, which has a roll-up of its own. */
#define GAP_LENGTH 8

enum
{
  BEGIN,
  LENGTH,
  KIND,
  N_SAMPLES,
  N_LOST,
  N_REFUSED,
  EVENT,
  EVENT_SIZE,
  LOW, /* less the best estimate, as those that follow */
  HIGH,
  CERTAIN_MIN,
  CERTAIN_MAX,
  SLOWEST,
  BEST_AT, /* less the begin */
  BEST_ESTIMATE,
  BEST_MIN,
  BEST_MAX,
  BEST_SERVED,
  BEST_PRECISION,
  N_COLUMNS
};

/**
 * ts_rollup_for_record:
 * @record: a record
 *
 * Returns: the roll-up of that record alone
 */
TsRollup
ts_rollup_for_record (const TsRecord *record)
{
  gboolean is_sample = record->kind == TS_ENTRY_SAMPLE;

  return (TsRollup) {
    .begin_ns = record->at_ns,
    .end_ns = record->at_ns,
    .kind = record->kind,
    .n_samples = is_sample,
    .n_lost = record->kind == TS_ENTRY_LOST,
    .n_refused = record->kind == TS_ENTRY_REFUSED,
    .event = record->event,
    .event_size_ns = record->event_size_ns,
    .low_ns = record->now_min_ns,
    .high_ns = record->now_max_ns,
    .certain_min_ns = record->now_min_ns,
    .certain_max_ns = record->now_max_ns,
    .slowest_ns = is_sample ? record->sample.delay_ns : 0,
    .best = ts_record_to_entry (record),
  };
}

static gint64
count_records (const TsRollup *self)
{
  return self->n_samples + self->n_lost + self->n_refused + !ts_entry_kind_is_exchange (self->kind);
}

static gboolean
is_gap (const TsRollup *self)
{
  return !ts_entry_kind_is_exchange (self->kind) || (self->kind != TS_ENTRY_SAMPLE && count_records (self) >= GAP_LENGTH);
}

/**
 * ts_rollup_can_take:
 * @self: a roll-up
 * @next: the one that comes after it
 *
 * A step, a suspend, a pause and time without a network divide, and so do many exchanges in a row that brought no sample: a
 * chart draws nothing across them.
 *
 * Returns: whether both may become one
 */
gboolean
ts_rollup_can_take (const TsRollup *self,
                    const TsRollup *next)
{
  if (next->event != TS_CLOCK_EVENT_NONE || !ts_entry_kind_is_exchange (self->kind) ||
      !ts_entry_kind_is_exchange (next->kind))
    return FALSE;
  return self->kind == next->kind || (!is_gap (self) && !is_gap (next));
}

static void
take_samples (TsRollup *self,
              const TsRollup *next)
{
  self->low_ns = MIN (self->low_ns, next->low_ns);
  self->high_ns = MAX (self->high_ns, next->high_ns);
  self->certain_min_ns = MAX (self->certain_min_ns, next->certain_min_ns);
  self->certain_max_ns = MIN (self->certain_max_ns, next->certain_max_ns);
  self->slowest_ns = MAX (self->slowest_ns, next->slowest_ns);
  if (ts_history_entry_get_delay_ns (&next->best) < ts_history_entry_get_delay_ns (&self->best))
    self->best = next->best;
}

/**
 * ts_rollup_take:
 * @self: a roll-up
 * @next: the one that comes after it
 *
 * Adds @next to @self.
 */
void
ts_rollup_take (TsRollup *self,
                const TsRollup *next)
{
  TsRollup before = *self;

  if (self->n_samples > 0 && next->n_samples > 0)
    take_samples (self, next);
  else if (next->n_samples > 0)
    {
      *self = *next;
      self->event = before.event;
      self->event_size_ns = before.event_size_ns;
    }
  self->begin_ns = MIN (before.begin_ns, next->begin_ns);
  self->end_ns = MAX (before.end_ns, next->end_ns);
  self->n_samples = before.n_samples + next->n_samples;
  self->n_lost = before.n_lost + next->n_lost;
  self->n_refused = before.n_refused + next->n_refused;
}

/* Returns: how many records from the first one on are of the same kind and no samples */
static gsize
count_gap (const TsRecord *records,
           gsize n_records)
{
  gsize n = 0;

  while (n < n_records && records[n].kind != TS_ENTRY_SAMPLE && records[n].kind == records[0].kind)
    n++;
  return n;
}

/**
 * ts_rollups_of:
 * @records: (array length=n_records): records of one series, in order
 * @n_records: how many
 *
 * Returns: (transfer full) (element-type TsRollup): their roll-ups, each of at most %TS_ROLLUP_FACTOR records, or of a gap
 */
GArray *
ts_rollups_of (const TsRecord *records,
               gsize n_records)
{
  GArray *rollups = g_array_new (FALSE, FALSE, sizeof (TsRollup));
  TsRollup rollup = { 0 };

  for (gsize i = 0; i < n_records;)
    {
      gsize n_gap = count_gap (records + i, n_records - i);
      gsize n = n_gap >= GAP_LENGTH ? n_gap : 1;
      TsRollup next = ts_rollup_for_record (&records[i]);

      for (gsize j = 1; j < n; j++)
        {
          TsRollup other = ts_rollup_for_record (&records[i + j]);

          ts_rollup_take (&next, &other);
        }
      if (i > 0 && count_records (&rollup) < TS_ROLLUP_FACTOR && ts_rollup_can_take (&rollup, &next))
        ts_rollup_take (&rollup, &next);
      else
        {
          if (i > 0)
            g_array_append_val (rollups, rollup);
          rollup = next;
        }
      i += n;
    }
  if (n_records > 0)
    g_array_append_val (rollups, rollup);
  return rollups;
}

/**
 * ts_rollup_to_entry:
 * @self: a roll-up
 *
 * Returns: the entry of a history that is drawn for it: its best sample, with the widest bounds of all its samples
 */
TsHistoryEntry
ts_rollup_to_entry (const TsRollup *self)
{
  TsHistoryEntry entry = self->best;

  if (self->kind != TS_ENTRY_SAMPLE)
    return (TsHistoryEntry) { .at_ns = self->begin_ns, .kind = self->kind };
  entry.now_min_ns = self->low_ns;
  entry.now_max_ns = self->high_ns;
  entry.event = self->event;
  return entry;
}

/**
 * ts_rollup_get_certain_ns:
 * @self: a roll-up
 *
 * Returns: how far apart the clocks certainly were at the worst instant; positive when the server was ahead; 0 if they may
 *   have agreed all the time
 */
gint64
ts_rollup_get_certain_ns (const TsRollup *self)
{
  gint64 ahead_ns = MAX (self->certain_min_ns, 0), behind_ns = MIN (self->certain_max_ns, 0);

  return ahead_ns >= -behind_ns ? ahead_ns : behind_ns;
}

static void
put_rollup (gint64 row[N_COLUMNS],
            const TsRollup *rollup)
{
  const TsHistoryEntry *best = &rollup->best;
  gint64 origin_ns = best->estimate_ns;
  const gint64 values[] = {
    [BEGIN] = rollup->begin_ns,
    [LENGTH] = (gint64) ((guint64) rollup->end_ns - (guint64) rollup->begin_ns),
    [KIND] = rollup->kind,
    [N_SAMPLES] = rollup->n_samples,
    [N_LOST] = rollup->n_lost,
    [N_REFUSED] = rollup->n_refused,
    [EVENT] = rollup->event,
    [EVENT_SIZE] = rollup->event_size_ns,
    [LOW] = (gint64) ((guint64) rollup->low_ns - (guint64) origin_ns),
    [HIGH] = (gint64) ((guint64) rollup->high_ns - (guint64) origin_ns),
    [CERTAIN_MIN] = (gint64) ((guint64) rollup->certain_min_ns - (guint64) origin_ns),
    [CERTAIN_MAX] = (gint64) ((guint64) rollup->certain_max_ns - (guint64) origin_ns),
    [SLOWEST] = rollup->slowest_ns,
    [BEST_AT] = (gint64) ((guint64) best->at_ns - (guint64) rollup->begin_ns),
    [BEST_ESTIMATE] = origin_ns,
    [BEST_MIN] = (gint64) ((guint64) best->proven_min_ns - (guint64) origin_ns),
    [BEST_MAX] = (gint64) ((guint64) best->proven_max_ns - (guint64) origin_ns),
    [BEST_SERVED] = best->server_ns,
    [BEST_PRECISION] = best->precision_code,
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (values) == N_COLUMNS);
  memcpy (row, values, sizeof values);
}

static gint64
add (gint64 a,
     gint64 b)
{
  return (gint64) ((guint64) a + (guint64) b);
}

static gboolean
is_number (gint64 number)
{
  return number >= 0 && number <= MAX_RECORDS;
}

/* Returns: whether the instants of the exchange are valid, give or take their precision */
static gboolean
is_exchange (const TsHistoryEntry *entry)
{
  gint64 t3_ns, t1_ns;

  return ts_instant_is_valid (entry->at_ns) && ts_interval_is_valid (entry->proven_min_ns, entry->proven_max_ns) &&
         !__builtin_add_overflow (entry->at_ns, entry->proven_min_ns, &t3_ns) &&
         !__builtin_sub_overflow (t3_ns, entry->proven_max_ns, &t1_ns) && MIN (t3_ns, t1_ns) >= -MAX_PRECISION_NS &&
         MAX (t3_ns, t1_ns) <= TS_INSTANT_MAX_NS + MAX_PRECISION_NS;
}

/* Returns: whether all numbers of @rollup can be, so that sums and differences of them fit 64 bits */
static gboolean
can_be (const TsRollup *rollup)
{
  return ts_instant_is_valid (rollup->begin_ns) && ts_instant_is_valid (rollup->end_ns) &&
         rollup->begin_ns <= rollup->end_ns && is_number (rollup->n_samples) && is_number (rollup->n_lost) &&
         is_number (rollup->n_refused) && rollup->event_size_ns > G_MININT64 &&
         ts_interval_is_valid (rollup->low_ns, rollup->high_ns) && rollup->certain_min_ns > G_MININT64 &&
         rollup->certain_max_ns > G_MININT64 && rollup->slowest_ns >= 0 && is_exchange (&rollup->best);
}

/* Returns: whether @row makes a roll-up */
static gboolean
get_rollup (const gint64 row[N_COLUMNS],
            TsRollup *rollup)
{
  gint64 origin_ns = row[BEST_ESTIMATE];

  if (row[KIND] < TS_ENTRY_SAMPLE || row[KIND] > TS_ENTRY_OFFLINE || row[EVENT] < TS_CLOCK_EVENT_NONE ||
      row[EVENT] > TS_CLOCK_EVENT_STEP_PROBABLE || row[BEST_PRECISION] < 0 || row[BEST_PRECISION] >> TS_PRECISION_BITS)
    return FALSE;
  *rollup = (TsRollup) {
    .begin_ns = row[BEGIN],
    .end_ns = add (row[BEGIN], row[LENGTH]),
    .kind = (TsEntryKind) row[KIND],
    .n_samples = row[N_SAMPLES],
    .n_lost = row[N_LOST],
    .n_refused = row[N_REFUSED],
    .event = (TsClockEvent) row[EVENT],
    .event_size_ns = row[EVENT_SIZE],
    .low_ns = add (row[LOW], origin_ns),
    .high_ns = add (row[HIGH], origin_ns),
    .certain_min_ns = add (row[CERTAIN_MIN], origin_ns),
    .certain_max_ns = add (row[CERTAIN_MAX], origin_ns),
    .slowest_ns = row[SLOWEST],
    .best = {
      .at_ns = add (row[BEST_AT], row[BEGIN]),
      .proven_min_ns = add (row[BEST_MIN], origin_ns),
      .proven_max_ns = add (row[BEST_MAX], origin_ns),
      .estimate_ns = origin_ns,
      .now_min_ns = add (row[LOW], origin_ns),
      .now_max_ns = add (row[HIGH], origin_ns),
      .server_ns = row[BEST_SERVED],
      .precision_code = (guint64) row[BEST_PRECISION],
      .kind = (guint64) row[KIND],
    },
  };
  return can_be (rollup);
}

/**
 * ts_rollups_pack:
 * @rollups: (array length=n_rollups): roll-ups of one series and level, in order
 * @n_rollups: how many, from 1 to %TS_PACKING_MAX_ROWS
 * @tag: says where they belong
 *
 * Returns: (transfer full): the bytes from which ts_rollups_unpack() makes them again
 */
GByteArray *
ts_rollups_pack (const TsRollup *rollups,
                 gsize n_rollups,
                 guint64 tag)
{
  g_autofree gint64 *columns = g_new (gint64, n_rollups * N_COLUMNS);

  for (gsize i = 0; i < n_rollups; i++)
    {
      gint64 row[N_COLUMNS];

      put_rollup (row, &rollups[i]);
      for (gsize column = 0; column < N_COLUMNS; column++)
        columns[column * n_rollups + i] = row[column];
    }
  return ts_packing_write (columns, n_rollups, N_COLUMNS, tag);
}

/**
 * ts_rollups_unpack:
 * @data: (array length=length): bytes of ts_rollups_pack()
 * @length: how many there are
 * @tag: as they were packed with
 * @error: return location for a %TS_PACKING_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsRollup): the roll-ups; %NULL unless @data is whole. The bounds of a
 *   best sample at its own instant are not kept: they are those of its roll-up.
 */
GArray *
ts_rollups_unpack (const guint8 *data,
                   gsize length,
                   guint64 tag,
                   GError **error)
{
  gsize n_rollups;
  g_autofree gint64 *columns = ts_packing_read (data, length, N_COLUMNS, tag, &n_rollups, error);
  g_autoptr (GArray) rollups = NULL;

  if (columns == NULL)
    return NULL;
  rollups = g_array_sized_new (FALSE, FALSE, sizeof (TsRollup), (guint) n_rollups);
  for (gsize i = 0; i < n_rollups; i++)
    {
      gint64 row[N_COLUMNS];
      TsRollup rollup;

      for (gsize column = 0; column < N_COLUMNS; column++)
        row[column] = columns[column * n_rollups + i];
      if (!get_rollup (row, &rollup))
        {
          g_set_error_literal (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED, "The numbers of a roll-up cannot be");
          return NULL;
        }
      g_array_append_val (rollups, rollup);
    }
  return g_steal_pointer (&rollups);
}
