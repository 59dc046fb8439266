/* Recorded exchanges through the estimator again.
 *
 * The estimator depends on its samples and on nothing else, so the same version gives the same numbers, bit by bit. Two
 * things show this: the digest of all numbers that it gave, and the numbers in the file, which are the same ones, rounded.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-replay.h"

#include <string.h>

struct _TsReplay
{
  TsEstimator *estimator; /* (nullable) */
  gint64 session;
  GChecksum *digest;
};

/**
 * ts_replay_new:
 *
 * Returns: (transfer full): a replay without a record
 */
TsReplay *
ts_replay_new (void)
{
  TsReplay *self = g_new0 (TsReplay, 1);

  self->digest = g_checksum_new (G_CHECKSUM_SHA256);
  return self;
}

/**
 * ts_replay_free:
 * @self: (transfer full): a replay
 */
void
ts_replay_free (TsReplay *self)
{
  g_clear_pointer (&self->estimator, ts_estimator_free);
  g_checksum_free (self->digest);
  g_free (self);
}

static guint64
get_bits (double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

/* Every number of the estimate, as eight bytes each, big-endian. */
static void
digest_estimate (TsReplay *self,
                 const TsEstimate *estimate,
                 TsClockEvent event,
                 gint64 size_ns)
{
  guint64 numbers[] = {
    (guint64) estimate->at_ns,
    (guint64) estimate->estimate_ns,
    (guint64) estimate->error_ns,
    (guint64) estimate->proven_min_ns,
    (guint64) estimate->proven_max_ns,
    (guint64) estimate->unset_since_ns,
    get_bits (estimate->drift_ppm),
    get_bits (estimate->drift_min_ppm),
    get_bits (estimate->drift_max_ppm),
    estimate->n_samples,
    estimate->verdict,
    event,
    (guint64) size_ns,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    numbers[i] = GUINT64_TO_BE (numbers[i]);
  g_checksum_update (self->digest, (const guchar *) numbers, sizeof numbers);
}

/**
 * ts_replay_add:
 * @self: a replay
 * @session: the number of the run of the estimator that @record is of; the estimator starts again when it changes
 * @record: what was recorded, after all records before
 * @estimate: (out) (optional): what all samples of the session until then make of its instant; zero if it is no sample
 *
 * Returns: @record with the estimator's own numbers
 */
TsRecord
ts_replay_add (TsReplay *self,
               gint64 session,
               const TsRecord *record,
               TsEstimate *estimate)
{
  TsEstimate exact = { 0 };
  TsClockEvent event;
  gint64 size_ns = 0;

  if (self->estimator == NULL || session != self->session)
    {
      g_clear_pointer (&self->estimator, ts_estimator_free);
      self->estimator = ts_estimator_new ();
      self->session = session;
    }
  if (estimate != NULL)
    *estimate = exact;
  if (record->kind != TS_ENTRY_SAMPLE)
    return *record;
  event = ts_estimator_add (self->estimator, &record->sample, &size_ns);
  ts_estimator_get (self->estimator, record->sample.exchange.t4_ns, &exact);
  digest_estimate (self, &exact, event, size_ns);
  if (estimate != NULL)
    *estimate = exact;
  return ts_record_for_sample (&record->sample, &exact, event, size_ns);
}

/**
 * ts_replay_add_block:
 * @self: a replay
 * @block: recorded records
 * @records: (element-type TsRecord): the same records with the estimator's own numbers; overwritten
 * @estimates: (element-type TsEstimate): the estimates; overwritten
 *
 * Returns: whether the estimator gave the numbers that it had given when the records were made
 */
gboolean
ts_replay_add_block (TsReplay *self,
                     const TsRecordedBlock *block,
                     GArray *records,
                     GArray *estimates)
{
  g_array_set_size (records, block->records->len);
  g_array_set_size (estimates, block->records->len);
  for (guint i = 0; i < block->records->len; i++)
    g_array_index (records, TsRecord, i) = ts_replay_add (self, block->session,
                                                          &g_array_index (block->records, TsRecord, i),
                                                          &g_array_index (estimates, TsEstimate, i));
  return ts_records_agree ((const TsRecord *) (void *) records->data, (const TsRecord *) (void *) block->records->data,
                           records->len, block->is_tail);
}

/**
 * ts_replay_get_digest:
 * @self: a replay
 *
 * Returns: (transfer full): the SHA-256 of all numbers that the estimator gave, as hexadecimal digits
 */
char *
ts_replay_get_digest (const TsReplay *self)
{
  g_autoptr (GChecksum) digest = g_checksum_copy (self->digest);

  return g_strdup (g_checksum_get_string (digest));
}
