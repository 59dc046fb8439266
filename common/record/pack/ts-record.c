/* What is recorded of an exchange, and how records become bytes.
 *
 * Each record is a row of numbers, which ts-packing writes. Numbers that are near each other are written as their
 * difference: an instant as its distance from another instant of the exchange, a reading of this computer's clocks as its
 * distance from the stamp next to it, a stamp that was told later as its distance from that of the sample before. The bare
 * oscillator drifts from the slewed clock at a rate that hardly changes, so this rate is subtracted first. A record without a
 * sample repeats the row before it, because repetition takes no room. For the same reason a number that a sample does not
 * have repeats that of the sample before.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/pack/ts-record.h"

#include <math.h>

#include "measure/ts-time.h"
#include "record/pack/ts-packing.h"

/* The drawn bounds are rounded to a 32nd of their distance at most, as a power of two. */
#define COARSENESS_BITS 6

/* The rate of the oscillator has a unit of 2^-40, which is below a thousandth of a ppb. No clock has a rate above MAX_RATE. */
#define RATE_BITS    40
#define ELAPSED_BITS 10 /* low bits of a time that are left out before it is multiplied: no rate makes a nanosecond of them */
#define MAX_RATE     (1 << 30)

enum
{
  FLAG_RETRANSMITTED = 1 << 0,
  FLAG_GENERATION = 1 << 1,
  FLAG_QUALITY = 1 << 2,
  FLAG_SENT_READING = 1 << 3,
  FLAG_READING = 1 << 4,
  FLAG_PREVIOUS_T3 = 1 << 5,
  FLAG_PREVIOUS_T4 = 1 << 6,
};

/* The columns, in their order in the bytes. */
enum
{
  KIND,
  BEGIN,     /* t1; of a record that is no sample its at_ns */
  UPPER,     /* t2 − t1 */
  LOWER,     /* t3 − t4 */
  SERVED,    /* t3 − t2 */
  PRECISION,
  MAX_ERROR, /* less the root distance, from which NTP makes it */
  FLAGS,
  SOURCES,   /* two bits each, t1 lowest */
  GENERATION,
  SERVER_ID,
  LEAP,
  STRATUM,
  ROOT_DELAY,
  ROOT_DISPERSION,
  REFERENCE_ID,
  RATE,      /* of raw_ns against boot_ns, less 1, in units of 2^-RATE_BITS; the same for all */
  SENT_REAL, /* less t1 */
  SENT_BOOT, /* less the reading's own real_ns */
  SENT_RAW,  /* less the reading's own boot_ns, and less what RATE makes of the time since the first reading */
  SENT_WIDTH,
  REAL,      /* less t4 */
  BOOT,
  RAW,
  WIDTH,
  PREVIOUS_T3, /* less t3 of the sample before, within the same bytes */
  PREVIOUS_T4, /* less t4 of the same */
  EVENT,
  EVENT_SIZE,
  SHIFT,     /* by how many bits the next three are shifted */
  ESTIMATE,
  NOW_MIN,
  NOW_MAX,
  N_COLUMNS
};

/* What the numbers of a row refer to besides each other. */
typedef struct
{
  gint64 row[N_COLUMNS];   /* the row before, which becomes the row of this record */
  TsSample before;         /* the sample before; all 0 if there is none */
  gboolean has_origin;
  gint64 origin_ns;        /* boot_ns of the first reading */
} Context;

/* Wraps around, as its inverse does, so that every number comes back. */
static gint64
add (gint64 a,
     gint64 b)
{
  return (gint64) ((guint64) a + (guint64) b);
}

static gint64
subtract (gint64 a,
          gint64 b)
{
  return (gint64) ((guint64) a - (guint64) b);
}

/**
 * ts_record_for_sample:
 * @sample: a sample
 * @estimate: what all samples until then make of its instant
 * @event: what broke the series just before it
 * @event_size_ns: how far a clock was set, or how long this computer slept
 *
 * Returns: the record of it
 */
TsRecord
ts_record_for_sample (const TsSample *sample,
                      const TsEstimate *estimate,
                      TsClockEvent event,
                      gint64 event_size_ns)
{
  return (TsRecord) {
    .at_ns = sample->exchange.t4_ns,
    .kind = TS_ENTRY_SAMPLE,
    .sample = *sample,
    .event = event,
    .event_size_ns = event_size_ns,
    .estimate_ns = estimate->estimate_ns,
    .now_min_ns = estimate->proven_min_ns,
    .now_max_ns = estimate->proven_max_ns,
  };
}

/**
 * ts_record_for_gap:
 * @kind: why there is no sample; not %TS_ENTRY_SAMPLE
 * @at_ns: our clock when that was known
 *
 * Returns: the record of it
 */
TsRecord
ts_record_for_gap (TsEntryKind kind,
                   gint64 at_ns)
{
  return (TsRecord) { .at_ns = at_ns, .kind = kind };
}

/**
 * ts_record_to_entry:
 * @record: a record
 *
 * Returns: the entry of a history that shows it
 */
TsHistoryEntry
ts_record_to_entry (const TsRecord *record)
{
  TsEstimate estimate = {
    .estimate_ns = record->estimate_ns,
    .proven_min_ns = record->now_min_ns,
    .proven_max_ns = record->now_max_ns,
  };

  if (record->kind != TS_ENTRY_SAMPLE)
    return (TsHistoryEntry) { .at_ns = record->at_ns, .kind = record->kind };
  return ts_history_entry_for_sample (&record->sample, &estimate, record->event);
}

static gboolean
is_read (const TsClockReading *reading)
{
  return reading->real_ns != 0 || reading->boot_ns != 0 || reading->raw_ns != 0 || reading->width_ns != 0;
}

static gint64
get_flags (const TsSample *sample)
{
  return (sample->is_retransmitted ? FLAG_RETRANSMITTED : 0) | (sample->has_generation ? FLAG_GENERATION : 0) |
         (sample->quality.is_known ? FLAG_QUALITY : 0) | (is_read (&sample->sent_reading) ? FLAG_SENT_READING : 0) |
         (is_read (&sample->reading) ? FLAG_READING : 0) | (sample->previous_t3_ns != 0 ? FLAG_PREVIOUS_T3 : 0) |
         (sample->previous_t4_ns != 0 ? FLAG_PREVIOUS_T4 : 0);
}

/* Returns: what the rate makes of the time from the first reading to @reading */
static gint64
predict_raw (Context *self,
             const TsClockReading *reading)
{
  guint64 elapsed;

  if (!self->has_origin)
    self->origin_ns = reading->boot_ns;
  self->has_origin = TRUE;
  elapsed = (guint64) (subtract (reading->boot_ns, self->origin_ns) >> ELAPSED_BITS);
  return (gint64) ((guint64) self->row[RATE] * elapsed) >> (RATE_BITS - ELAPSED_BITS);
}

static void
put_reading (Context *self,
             int column,
             const TsClockReading *reading,
             gint64 beside_ns)
{
  gint64 *row = self->row + column;

  if (!is_read (reading))
    return;
  row[0] = subtract (reading->real_ns, beside_ns);
  row[1] = subtract (reading->boot_ns, reading->real_ns);
  row[2] = subtract (subtract (reading->raw_ns, reading->boot_ns), predict_raw (self, reading));
  row[3] = reading->width_ns;
}

static TsClockReading
get_reading (Context *self,
             int column,
             gint64 beside_ns)
{
  const gint64 *row = self->row + column;
  TsClockReading reading = { .real_ns = add (row[0], beside_ns), .width_ns = row[3] };

  reading.boot_ns = add (row[1], reading.real_ns);
  reading.raw_ns = add (add (row[2], reading.boot_ns), predict_raw (self, &reading));
  return reading;
}

/* Returns: the distance to the primary reference; 0 where the server says nothing of it */
static gint64
get_root_distance_ns (const TsServerQuality *quality)
{
  return quality->is_known ? add (quality->root_delay_ns / 2, quality->root_dispersion_ns) : 0;
}

/* Rounds down. */
static gint64
coarsen (gint64 value,
         gint64 shift)
{
  return value >> shift;
}

static void
put_estimate (gint64 *row,
              const TsRecord *record,
              gint64 shift)
{
  gint64 half = shift > 0 ? G_GINT64_CONSTANT (1) << (shift - 1) : 0;

  row[ESTIMATE] = coarsen (add (record->estimate_ns, half), shift);
  row[NOW_MIN] = coarsen (record->now_min_ns, shift);
  row[NOW_MAX] = subtract (0, coarsen (subtract (0, record->now_max_ns), shift));
}

static void
put_sample (Context *self,
            const TsRecord *record)
{
  gint64 *row = self->row;
  const TsSample *sample = &record->sample;
  const TsExchange *exchange = &sample->exchange;

  row[BEGIN] = exchange->t1_ns;
  row[UPPER] = subtract (exchange->t2_ns, exchange->t1_ns);
  row[LOWER] = subtract (exchange->t3_ns, exchange->t4_ns);
  row[SERVED] = subtract (exchange->t3_ns, exchange->t2_ns);
  row[PRECISION] = exchange->precision_ns;
  row[MAX_ERROR] = subtract ((gint64) sample->max_error_ns, get_root_distance_ns (&sample->quality));
  row[FLAGS] = get_flags (sample);
  row[SOURCES] = 0;
  for (int i = 0; i < 4; i++)
    row[SOURCES] |= (gint64) (sample->sources[i] & 3) << 2 * i;
  row[GENERATION] = sample->clock_generation;
  row[SERVER_ID] = (gint64) sample->server_id;
  row[LEAP] = sample->quality.leap;
  row[STRATUM] = sample->quality.stratum;
  row[ROOT_DELAY] = sample->quality.root_delay_ns;
  row[ROOT_DISPERSION] = sample->quality.root_dispersion_ns;
  row[REFERENCE_ID] = sample->quality.reference_id;
  put_reading (self, SENT_REAL, &sample->sent_reading, exchange->t1_ns);
  put_reading (self, REAL, &sample->reading, exchange->t4_ns);
  if (sample->previous_t3_ns != 0)
    row[PREVIOUS_T3] = subtract (sample->previous_t3_ns, self->before.exchange.t3_ns);
  if (sample->previous_t4_ns != 0)
    row[PREVIOUS_T4] = subtract (sample->previous_t4_ns, self->before.exchange.t4_ns);
  row[EVENT] = record->event;
  row[EVENT_SIZE] = record->event_size_ns;
  put_estimate (row, record, row[SHIFT]);
  self->before = *sample;
}

static gint64
refine (gint64 value,
        gint64 shift)
{
  return (gint64) ((guint64) value << shift);
}

static void
get_estimate (const gint64 *row,
              TsRecord *record,
              gint64 shift)
{
  record->now_min_ns = refine (row[NOW_MIN], shift);
  record->now_max_ns = refine (row[NOW_MAX], shift);
  record->estimate_ns = refine (row[ESTIMATE], shift);
}

/* Returns: by how many bits the drawn bounds are shifted: by as many as the narrowest ones allow */
static gint64
choose_shift (const TsRecord *records,
              gsize n_records)
{
  gint64 least_ns = G_MAXINT64;

  for (gsize i = 0; i < n_records; i++)
    if (records[i].kind == TS_ENTRY_SAMPLE)
      least_ns = CLAMP (subtract (records[i].now_max_ns, records[i].now_min_ns), 0, least_ns);
  for (gint64 shift = 0; shift < 40; shift++)
    if (least_ns >> shift < (1 << COARSENESS_BITS))
      return shift;
  return 40;
}

/* Returns: the rate between the first reading and the last one */
static gint64
find_rate (const TsRecord *records,
           gsize n_records)
{
  const TsClockReading *first = NULL, *last = NULL;
  double rate;

  for (gsize i = 0; i < n_records; i++)
    if (records[i].kind == TS_ENTRY_SAMPLE && is_read (&records[i].sample.reading))
      {
        last = &records[i].sample.reading;
        first = first != NULL ? first : last;
      }
  if (first == last || first->boot_ns == last->boot_ns)
    return 0;
  rate = ((double) subtract (last->raw_ns, first->raw_ns) / (double) subtract (last->boot_ns, first->boot_ns) - 1) *
         (double) (G_GINT64_CONSTANT (1) << RATE_BITS);
  return fabs (rate) < MAX_RATE ? (gint64) rate : 0;
}

/**
 * ts_records_pack:
 * @records: (array length=n_records): records of one series, in order
 * @n_records: how many, from 1 to %TS_PACKING_MAX_ROWS
 * @is_exact: whether to leave the drawn bounds as they are; else they are rounded
 * @tag: the tag of the row that they belong to
 *
 * Returns: (transfer full): the bytes from which ts_records_unpack() makes them again
 */
GByteArray *
ts_records_pack (const TsRecord *records,
                 gsize n_records,
                 gboolean is_exact,
                 guint64 tag)
{
  g_autofree gint64 *columns = g_new (gint64, n_records * N_COLUMNS);
  Context context = { 0 };

  context.row[RATE] = find_rate (records, n_records);
  context.row[SHIFT] = is_exact ? 0 : choose_shift (records, n_records);
  for (gsize i = 0; i < n_records; i++)
    {
      context.row[KIND] = records[i].kind;
      context.row[BEGIN] = records[i].at_ns;
      if (records[i].kind == TS_ENTRY_SAMPLE)
        put_sample (&context, &records[i]);
      for (gsize column = 0; column < N_COLUMNS; column++)
        columns[column * n_records + i] = context.row[column];
    }
  return ts_packing_write (columns, n_records, N_COLUMNS, tag);
}

/* Returns: whether the row makes a sample */
static gboolean
get_sample (Context *self,
            TsRecord *record,
            GError **error)
{
  const gint64 *row = self->row;
  TsExchange exchange = { .t1_ns = row[BEGIN], .precision_ns = row[PRECISION] };
  TsSample *sample = &record->sample;
  gint64 flags = row[FLAGS];

  exchange.t2_ns = add (row[UPPER], exchange.t1_ns);
  exchange.t3_ns = add (row[SERVED], exchange.t2_ns);
  exchange.t4_ns = subtract (exchange.t3_ns, row[LOWER]);
  record->at_ns = exchange.t4_ns;
  if (!ts_sample_derive (sample, &exchange, error))
    return FALSE;
  for (int i = 0; i < 4; i++)
    sample->sources[i] = (guint8) MIN (row[SOURCES] >> 2 * i & 3, TS_STAMP_KERNEL);
  sample->is_retransmitted = (flags & FLAG_RETRANSMITTED) != 0;
  sample->has_generation = (flags & FLAG_GENERATION) != 0;
  sample->clock_generation = (guint32) row[GENERATION];
  sample->server_id = (guint64) row[SERVER_ID];
  sample->quality = (TsServerQuality) {
    .is_known = (flags & FLAG_QUALITY) != 0,
    .leap = (guint8) row[LEAP],
    .stratum = (guint8) row[STRATUM],
    .root_delay_ns = row[ROOT_DELAY],
    .root_dispersion_ns = row[ROOT_DISPERSION],
    .reference_id = (guint32) row[REFERENCE_ID],
  };
  sample->max_error_ns = (guint64) add (row[MAX_ERROR], get_root_distance_ns (&sample->quality));
  if (flags & FLAG_SENT_READING)
    sample->sent_reading = get_reading (self, SENT_REAL, exchange.t1_ns);
  if (flags & FLAG_READING)
    sample->reading = get_reading (self, REAL, exchange.t4_ns);
  if (flags & FLAG_PREVIOUS_T3)
    sample->previous_t3_ns = add (row[PREVIOUS_T3], self->before.exchange.t3_ns);
  if (flags & FLAG_PREVIOUS_T4)
    sample->previous_t4_ns = add (row[PREVIOUS_T4], self->before.exchange.t4_ns);
  self->before = *sample;
  return ts_sample_check (sample, error);
}

static gboolean
get_record (Context *self,
            TsRecord *record,
            GError **error)
{
  const gint64 *row = self->row;
  gint64 shift = row[SHIFT];

  *record = (TsRecord) { .at_ns = row[BEGIN], .kind = (TsEntryKind) row[KIND] };
  if (row[KIND] < TS_ENTRY_SAMPLE || row[KIND] > TS_ENTRY_OFFLINE || row[EVENT] < TS_CLOCK_EVENT_NONE ||
      row[EVENT] > TS_CLOCK_EVENT_STEP_PROBABLE || shift < 0 || shift > 40)
    {
      g_set_error (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED,
                   "A record is of the unknown kind %" G_GINT64_FORMAT, row[KIND]);
      return FALSE;
    }
  if (record->kind == TS_ENTRY_SAMPLE)
    {
      record->event = (TsClockEvent) row[EVENT];
      record->event_size_ns = row[EVENT_SIZE];
      get_estimate (row, record, shift);
    }
  if (!ts_instant_is_valid (record->at_ns) || record->event_size_ns == G_MININT64 ||
      !ts_interval_is_valid (record->now_min_ns, record->now_max_ns))
    {
      g_set_error_literal (error, TS_PACKING_ERROR, TS_PACKING_ERROR_DAMAGED, "The numbers of a record cannot be");
      return FALSE;
    }
  return record->kind != TS_ENTRY_SAMPLE || get_sample (self, record, error);
}

/**
 * ts_records_unpack:
 * @data: (array length=length): bytes of ts_records_pack()
 * @length: how many there are
 * @tag: as they were packed with
 * @error: return location for a %TS_PACKING_ERROR or a %TS_EXCHANGE_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsRecord): the records; %NULL unless @data is whole
 */
GArray *
ts_records_unpack (const guint8 *data,
                   gsize length,
                   guint64 tag,
                   GError **error)
{
  gsize n_records;
  g_autofree gint64 *columns = ts_packing_read (data, length, N_COLUMNS, tag, &n_records, error);
  g_autoptr (GArray) records = NULL;
  Context context = { 0 };

  if (columns == NULL)
    return NULL;
  records = g_array_sized_new (FALSE, FALSE, sizeof (TsRecord), (guint) n_records);
  for (gsize i = 0; i < n_records; i++)
    {
      TsRecord record;

      for (gsize column = 0; column < N_COLUMNS; column++)
        context.row[column] = columns[column * n_records + i];
      if (!get_record (&context, &record, error))
        return NULL;
      g_array_append_val (records, record);
    }
  return g_steal_pointer (&records);
}

/**
 * ts_records_agree:
 * @exact: (array length=n_records): records as they were before they were packed
 * @unpacked: (array length=n_records): records of the same samples that came back
 * @n_records: how many
 * @is_exact: whether the drawn bounds were not rounded
 *
 * Returns: whether @exact with its bounds rounded has the same bounds and events as @unpacked
 */
gboolean
ts_records_agree (const TsRecord *exact,
                  const TsRecord *unpacked,
                  gsize n_records,
                  gboolean is_exact)
{
  gint64 shift = is_exact ? 0 : choose_shift (exact, n_records);

  for (gsize i = 0; i < n_records; i++)
    {
      TsRecord rounded = exact[i];
      gint64 row[N_COLUMNS];

      put_estimate (row, &exact[i], shift);
      get_estimate (row, &rounded, shift);
      if (rounded.kind != unpacked[i].kind || rounded.at_ns != unpacked[i].at_ns ||
          rounded.event != unpacked[i].event || rounded.event_size_ns != unpacked[i].event_size_ns)
        return FALSE;
      if (rounded.kind == TS_ENTRY_SAMPLE &&
          (rounded.estimate_ns != unpacked[i].estimate_ns || rounded.now_min_ns != unpacked[i].now_min_ns ||
           rounded.now_max_ns != unpacked[i].now_max_ns))
        return FALSE;
    }
  return TRUE;
}
