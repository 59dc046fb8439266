/* Records as a real server and a real path make them, and their comparison.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <math.h>

#include "measure/ts-time.h"
#include "record/pack/ts-record.h"

#define TEST_START_NS (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S)

/* What paths, servers and stamps are like. */
typedef enum
{
  TEST_WORLD_KEPT,    /* a connection that is kept to a Time Sync server, 20 ms away; the path jitters by @jitter_ns */
  TEST_WORLD_STILL,   /* the same in a network that hardly jitters */
  TEST_WORLD_JITTERY, /* the same over a path with queues: gamma jitter of 2 ms */
  TEST_WORLD_NTP,     /* an NTP server: stamps of 2^-32 s, a root dispersion that grows, nothing told later */
  TEST_WORLD_KERNEL,  /* stamps of the kernel on both ends, 50 µs away */
  TEST_N_WORLDS
} TestWorld;

/* Makes the records of one series, each from the one before. */
typedef struct
{
  TestWorld world;
  GRand *rand;
  TsEstimator *estimator;
  gint64 at_ns;
  gint64 interval_ns;
  gint64 offset_ns;
  gint64 jitter_ns;
  gboolean is_plain; /* whether no estimator is asked, which takes most of the time */
  guint n;
  TsSample last;
} TestSeries;

static inline void
test_series_init (TestSeries *self,
                  guint32 seed,
                  gint64 interval_ns)
{
  *self = (TestSeries) {
    .rand = g_rand_new_with_seed (seed),
    .estimator = ts_estimator_new (),
    .at_ns = TEST_START_NS,
    .interval_ns = interval_ns,
    .offset_ns = 12345678,
    .jitter_ns = TS_NS_PER_MS / 5,
  };
}

static inline void
test_series_clear (TestSeries *self)
{
  g_clear_pointer (&self->rand, g_rand_free);
  g_clear_pointer (&self->estimator, ts_estimator_free);
}

static inline gint64
test_series_draw_ns (TestSeries *self,
                     gint64 below_ns)
{
  return (gint64) g_rand_double_range (self->rand, 0, (double) below_ns);
}

/* Until shortly before 1970 the computer started; the oscillator is 10 ppm fast. */
static inline TsClockReading
test_series_read (TestSeries *self,
                  gint64 real_ns)
{
  gint64 boot_ns = real_ns - TEST_START_NS + 1000 * TS_NS_PER_S;

  return (TsClockReading) {
    .real_ns = real_ns,
    .boot_ns = boot_ns + test_series_draw_ns (self, 30),
    .raw_ns = boot_ns - 37 * TS_NS_PER_S - boot_ns / 100000 + test_series_draw_ns (self, 30),
    .width_ns = 90 + test_series_draw_ns (self, 60),
  };
}

/* One way of a packet. */
static inline gint64
test_series_draw_way_ns (TestSeries *self)
{
  switch (self->world)
    {
    case TEST_WORLD_STILL:
      return 20 * TS_NS_PER_MS + test_series_draw_ns (self, 2000);
    case TEST_WORLD_JITTERY:
      return 20 * TS_NS_PER_MS - (gint64) (1e6 * log (1 - g_rand_double (self->rand)) + 1e6 * log (1 - g_rand_double (self->rand)));
    case TEST_WORLD_KERNEL:
      return 50000 - (gint64) (3000 * log (1 - g_rand_double (self->rand)));
    default:
      return 20 * TS_NS_PER_MS + test_series_draw_ns (self, self->jitter_ns);
    }
}

/* What an NTP server says, and what cannot be said in its packets. */
static inline void
test_series_make_ntp (TestSeries *self,
                      TsSample *sample)
{
  gint64 dispersion = 500 + self->n % 640 / 6; /* of 2^-16 s */

  sample->has_generation = FALSE;
  sample->clock_generation = 0;
  sample->server_id = 0;
  sample->previous_t3_ns = sample->previous_t4_ns = 0;
  sample->sources[1] = sample->sources[2] = TS_STAMP_UNKNOWN;
  sample->quality.root_dispersion_ns = dispersion * TS_NS_PER_S >> 16;
  sample->max_error_ns = (guint64) (sample->quality.root_delay_ns / 2 + sample->quality.root_dispersion_ns) + 62;
}

/* As a stamp of 2^-32 s tells it. */
static inline gint64
test_series_coarsen_ns (TestSeries *self,
                        gint64 at_ns)
{
  gint64 ns = at_ns % TS_NS_PER_S;

  if (self->world != TEST_WORLD_NTP)
    return at_ns;
  return at_ns - ns + (gint64) (((guint64) (ns << 32) / TS_NS_PER_S) * TS_NS_PER_S >> 32);
}

static inline TsSample
test_series_draw_sample (TestSeries *self)
{
  gint64 t1_ns = self->at_ns, t2_ns = t1_ns + test_series_draw_way_ns (self) + self->offset_ns;
  gint64 t3_ns = t2_ns + 15000 + test_series_draw_ns (self, 8000);
  gint64 t4_ns = t3_ns - self->offset_ns + test_series_draw_way_ns (self);
  TsExchange exchange = {
    t1_ns, test_series_coarsen_ns (self, t2_ns), test_series_coarsen_ns (self, t3_ns), t4_ns,
    self->world == TEST_WORLD_NTP ? 60 : 0,
  };
  TsSample sample;

  g_assert_true (ts_sample_derive (&sample, &exchange, NULL));
  sample.max_error_ns = 500000 + (guint64) (self->n / 10) * 500000 % 5000000;
  memcpy (sample.sources, (guint8[]) { TS_STAMP_KERNEL, TS_STAMP_KERNEL, TS_STAMP_USER, TS_STAMP_KERNEL }, 4);
  sample.has_generation = TRUE;
  sample.clock_generation = 0xf0000007;
  sample.server_id = G_GUINT64_CONSTANT (0xfedcba9876543210);
  sample.quality = (TsServerQuality) { TRUE, 0, 2, 1234567, 7654321, 0x7f000001 };
  sample.sent_reading = test_series_read (self, t1_ns - 20000 - test_series_draw_ns (self, 5000));
  sample.reading = test_series_read (self, t4_ns + 30000 + test_series_draw_ns (self, 9000));
  sample.is_retransmitted = self->n % 97 == 5;
  if (self->last.exchange.t4_ns != 0)
    {
      sample.previous_t3_ns = self->last.exchange.t3_ns + 3000 + test_series_draw_ns (self, 2000);
      sample.previous_t4_ns = self->last.exchange.t4_ns;
    }
  if (self->world == TEST_WORLD_KERNEL)
    sample.sources[2] = TS_STAMP_KERNEL;
  if (self->world == TEST_WORLD_NTP)
    test_series_make_ntp (self, &sample);
  return sample;
}

/* Returns: the next record, now and then one without a sample */
static inline TsRecord
test_series_next (TestSeries *self)
{
  TsSample sample;
  TsEstimate estimate;
  TsClockEvent event;
  gint64 size_ns = 0;

  self->n++;
  self->at_ns += self->interval_ns + test_series_draw_ns (self, self->interval_ns / 5) - self->interval_ns / 10;
  if (g_rand_int_range (self->rand, 0, 200) == 0)
    return ts_record_for_gap (self->n % 2 ? TS_ENTRY_LOST : TS_ENTRY_REFUSED, self->at_ns);
  sample = test_series_draw_sample (self);
  self->last = sample;
  if (self->is_plain)
    return ts_record_for_sample (&sample,
                                 &(TsEstimate) {
                                   .estimate_ns = sample.offset_ns,
                                   .proven_min_ns = sample.proven_min_ns,
                                   .proven_max_ns = sample.proven_max_ns,
                                 },
                                 TS_CLOCK_EVENT_NONE, 0);
  event = ts_estimator_add (self->estimator, &sample, &size_ns);
  ts_estimator_get (self->estimator, sample.exchange.t4_ns, &estimate);
  return ts_record_for_sample (&sample, &estimate, event, size_ns);
}

static inline GArray *
test_series_take (TestSeries *self,
                  guint n)
{
  GArray *records = g_array_new (FALSE, TRUE, sizeof (TsRecord));

  for (guint i = 0; i < n; i++)
    {
      TsRecord record = test_series_next (self);

      g_array_append_val (records, record);
    }
  return records;
}

static inline void
test_assert_same_reading (const TsClockReading *a,
                          const TsClockReading *b)
{
  g_assert_cmpint (a->real_ns, ==, b->real_ns);
  g_assert_cmpint (a->boot_ns, ==, b->boot_ns);
  g_assert_cmpint (a->raw_ns, ==, b->raw_ns);
  g_assert_cmpint (a->width_ns, ==, b->width_ns);
}

/* All that a recording keeps exactly. */
static inline void
test_assert_same_record (const TsRecord *a,
                         const TsRecord *b)
{
  g_assert_cmpint (a->at_ns, ==, b->at_ns);
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpint (a->event, ==, b->event);
  g_assert_cmpint (a->event_size_ns, ==, b->event_size_ns);
  g_assert_cmpint (a->sample.exchange.t1_ns, ==, b->sample.exchange.t1_ns);
  g_assert_cmpint (a->sample.exchange.t2_ns, ==, b->sample.exchange.t2_ns);
  g_assert_cmpint (a->sample.exchange.t3_ns, ==, b->sample.exchange.t3_ns);
  g_assert_cmpint (a->sample.exchange.t4_ns, ==, b->sample.exchange.t4_ns);
  g_assert_cmpint (a->sample.exchange.precision_ns, ==, b->sample.exchange.precision_ns);
  g_assert_cmpint (a->sample.offset_ns, ==, b->sample.offset_ns);
  g_assert_cmpint (a->sample.delay_ns, ==, b->sample.delay_ns);
  g_assert_cmpint (a->sample.proven_min_ns, ==, b->sample.proven_min_ns);
  g_assert_cmpint (a->sample.proven_max_ns, ==, b->sample.proven_max_ns);
  g_assert_cmpuint (a->sample.max_error_ns, ==, b->sample.max_error_ns);
  g_assert_cmpmem (a->sample.sources, 4, b->sample.sources, 4);
  g_assert_cmpint (a->sample.is_retransmitted, ==, b->sample.is_retransmitted);
  g_assert_cmpint (a->sample.has_generation, ==, b->sample.has_generation);
  g_assert_cmpuint (a->sample.clock_generation, ==, b->sample.clock_generation);
  g_assert_cmpuint (a->sample.server_id, ==, b->sample.server_id);
  g_assert_cmpint (a->sample.quality.is_known, ==, b->sample.quality.is_known);
  g_assert_cmpint (a->sample.quality.leap, ==, b->sample.quality.leap);
  g_assert_cmpint (a->sample.quality.stratum, ==, b->sample.quality.stratum);
  g_assert_cmpint (a->sample.quality.root_delay_ns, ==, b->sample.quality.root_delay_ns);
  g_assert_cmpint (a->sample.quality.root_dispersion_ns, ==, b->sample.quality.root_dispersion_ns);
  g_assert_cmpuint (a->sample.quality.reference_id, ==, b->sample.quality.reference_id);
  g_assert_cmpint (a->sample.previous_t3_ns, ==, b->sample.previous_t3_ns);
  g_assert_cmpint (a->sample.previous_t4_ns, ==, b->sample.previous_t4_ns);
  test_assert_same_reading (&a->sample.sent_reading, &b->sample.sent_reading);
  test_assert_same_reading (&a->sample.reading, &b->sample.reading);
}
