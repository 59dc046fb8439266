/* What a server has done, for monitoring.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "report/ts-counters.h"

/* No increment is ever lost, because only one thread writes. Relaxed order is enough for figures that only grow. */
static void
grow (guint64 *value,
      guint64 n)
{
  __atomic_store_n (value, __atomic_load_n (value, __ATOMIC_RELAXED) + n, __ATOMIC_RELAXED);
}

/**
 * ts_counters_add:
 * @self: the counters of the calling thread
 * @count: which counter
 * @n: by how much it grows
 */
void
ts_counters_add (TsCounters *self,
                 TsCount count,
                 guint64 n)
{
  grow (&self->counts[count], n);
}

/**
 * ts_counters_add_service_time:
 * @self: the counters of the calling thread
 * @service_time_ns: t3 − t2 of an answer
 * @n: how many answers took that long
 */
void
ts_counters_add_service_time (TsCounters *self,
                              gint64 service_time_ns,
                              guint64 n)
{
  static const gint64 bounds_ns[] = TS_SERVICE_TIME_BOUNDS_NS;
  gsize bucket = 0;

  G_STATIC_ASSERT (G_N_ELEMENTS (bounds_ns) + 1 == TS_N_SERVICE_TIME_BUCKETS);

  while (bucket < G_N_ELEMENTS (bounds_ns) && service_time_ns > bounds_ns[bucket])
    bucket++;
  grow (&self->service_times[bucket], n);
  grow (&self->service_time_sum_ns, (guint64) MAX (service_time_ns, 0) * n);
}

/**
 * ts_counters_accumulate:
 * @sum: (inout): the sum
 * @counters: counters of any thread
 */
void
ts_counters_accumulate (TsCounters *sum,
                        const TsCounters *counters)
{
  for (gsize i = 0; i < TS_N_COUNTS; i++)
    sum->counts[i] += __atomic_load_n (&counters->counts[i], __ATOMIC_RELAXED);
  for (gsize i = 0; i < TS_N_SERVICE_TIME_BUCKETS; i++)
    sum->service_times[i] += __atomic_load_n (&counters->service_times[i], __ATOMIC_RELAXED);
  sum->service_time_sum_ns += __atomic_load_n (&counters->service_time_sum_ns, __ATOMIC_RELAXED);
}
