/* The days of a server's recorded past.
 *
 * Each day is summed up from its roll-ups of 64 records. They are read one day at a time, so that years do not fill memory.
 * If a roll-up reaches from one day into the next, its records are read instead.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "past/ts-past-days.h"

#include "measure/ts-time.h"

/* Between two exchanges that were rolled up together are fewer days than these. Only a file that lies has more. */
#define MAX_EMPTY_DAYS 366

/* Returns: whether the calendar has that day */
static gboolean
find_day (gint64 at_ns,
          GTimeZone *zone,
          TsPastDay *day)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (at_ns / TS_NS_PER_S);
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_timezone (time, zone) : NULL;
  g_autoptr (GDateTime) begin = local == NULL ? NULL
                                              : g_date_time_new (zone, g_date_time_get_year (local),
                                                                 g_date_time_get_month (local),
                                                                 g_date_time_get_day_of_month (local), 0, 0, 0);
  g_autoptr (GDateTime) end = begin != NULL ? g_date_time_add_days (begin, 1) : NULL;

  if (end == NULL)
    return FALSE;
  *day = (TsPastDay) {
    .begin_ns = g_date_time_to_unix (begin) * TS_NS_PER_S,
    .end_ns = g_date_time_to_unix (end) * TS_NS_PER_S,
  };
  return TRUE;
}

static void
add_rollup (TsPastDay *day,
            const TsRollup *rollup)
{
  gint64 certain_ns = ts_rollup_get_certain_ns (rollup);

  day->n_samples += rollup->n_samples;
  day->n_failed += rollup->n_lost + rollup->n_refused;
  day->n_steps += ts_clock_event_is_step (rollup->event);
  if (ABS (certain_ns) > ABS (day->worst_ns))
    day->worst_ns = certain_ns;
}

/* A roll-up that lies in two days. */
typedef struct
{
  const TsRollup *rollup;
  TsPastDay *day;
  gboolean is_any; /* whether its records are kept */
} Straddling;

static gboolean
take_block (const TsRecordedBlock *block,
            gpointer user_data)
{
  Straddling *self = user_data;

  for (guint i = 0; i < block->records->len; i++)
    {
      const TsRecord *record = &g_array_index (block->records, TsRecord, i);
      TsRollup rollup = ts_rollup_for_record (record);

      if (record->at_ns < self->rollup->begin_ns || record->at_ns > self->rollup->end_ns)
        continue;
      self->is_any = TRUE;
      if (record->at_ns >= self->day->begin_ns && record->at_ns < self->day->end_ns)
        add_rollup (self->day, &rollup);
    }
  return TRUE;
}

static gboolean
read_day (TsRecording *recording,
          const TsRecordedServer *server,
          TsPastDay *day,
          GError **error)
{
  g_autoptr (GArray) rollups = ts_recording_read_rollups (recording, server, 1, day->begin_ns, day->end_ns - 1, error);
  guint n_damaged;

  for (guint i = 0; rollups != NULL && i < rollups->len; i++)
    {
      const TsRollup *rollup = &g_array_index (rollups, TsRollup, i);
      Straddling straddling = { rollup, day, FALSE };

      if (rollup->end_ns < day->begin_ns || rollup->begin_ns >= day->end_ns)
        continue;
      if ((rollup->begin_ns < day->begin_ns || rollup->end_ns >= day->end_ns) &&
          !ts_recording_read (recording, server, rollup->begin_ns, rollup->end_ns, take_block, &straddling, &n_damaged, error))
        return FALSE;
      /* If its records are no longer kept, it counts for the day in which it begins. */
      if (!straddling.is_any && rollup->begin_ns >= day->begin_ns)
        add_rollup (day, rollup);
    }
  return rollups != NULL;
}

/* Finds the first instant from @from_ns on of which anything is recorded.
 *
 * @tails: (element-type TsRollup): what is not in the file's roll-ups so far
 * @next_ns: (out): %G_MAXINT64: there is none */
static gboolean
find_next (TsRecording *recording,
           const TsRecordedServer *server,
           const GArray *tails,
           gint64 from_ns,
           gint64 *next_ns,
           GError **error)
{
  if (!ts_recording_find_next (recording, server, from_ns, next_ns, error))
    return FALSE;
  for (guint i = 0; i < tails->len; i++)
    {
      const TsRollup *rollup = &g_array_index (tails, TsRollup, i);

      if (rollup->end_ns >= from_ns)
        *next_ns = MIN (*next_ns, MAX (rollup->begin_ns, from_ns));
    }
  return TRUE;
}

/**
 * ts_past_list_days:
 * @recording: a recording
 * @server: one of its servers
 * @zone: in which days begin
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsPastDay): the days of which there is a sample, the oldest first
 */
GArray *
ts_past_list_days (TsRecording *recording,
                   const TsRecordedServer *server,
                   GTimeZone *zone,
                   GError **error)
{
  g_autoptr (GArray) days = g_array_new (FALSE, FALSE, sizeof (TsPastDay));
  /* No roll-up of the file is that new, so these are only the ones of the tails. */
  g_autoptr (GArray) tails = ts_recording_read_rollups (recording, server, 1, G_MAXINT64, G_MAXINT64, error);
  gint64 next_ns = G_MAXINT64;
  TsPastDay day = { .end_ns = G_MININT64 };
  guint n_empty = 0;

  if (tails == NULL || !find_next (recording, server, tails, day.end_ns, &next_ns, error))
    return NULL;
  while (next_ns < G_MAXINT64 && n_empty < MAX_EMPTY_DAYS && find_day (next_ns, zone, &day))
    {
      if (!read_day (recording, server, &day, error) ||
          !find_next (recording, server, tails, day.end_ns, &next_ns, error))
        return NULL;
      n_empty = day.n_samples + day.n_failed > 0 ? 0 : n_empty + 1;
      if (day.n_samples > 0)
        g_array_append_val (days, day);
    }
  return g_steal_pointer (&days);
}
