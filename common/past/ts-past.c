/* What is drawn of a server's recorded past.
 *
 * Each of the newest records is an entry of its own, but for those of the burst that a session begins with, of which only
 * the last one is, as in a series that is measured now. Older ones are drawn as roll-ups: of 64 records each, then of 64 such
 * roll-ups, and so on, so that entries are the coarser the older they are. Years therefore take no more memory than hours,
 * and every stretch that ends now has some thousand entries. A stretch that ends earlier is read separately when the user
 * looks at it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "past/ts-past.h"

#include "measure/ts-time.h"
#include "measure/ts-schedule.h"

/* This many exchanges around an instant are enough. */
#define MIN_EXCHANGES 64

/* What was read so far; the newest part is read first. */
typedef struct
{
  GArray *entries; /* (element-type TsHistoryEntry) */
  gint64 until_ns;
  gint64 since_ns;
  gint64 session;      /* the session of the last record; 0: no record was read */
  gint64 last_ns;      /* the instant of the last record */
  guint n_burst;       /* how many records of the session's burst were read; 0: it is over */
  gboolean has_bursts; /* whether the samples that later ones of a burst overrule are wanted too */
} Reading;

/* A session begins with a burst. Returns: whether @entry goes on with it, and so overrules the entry before it */
static gboolean
follow_burst (Reading *self,
              const TsRecordedBlock *block,
              const TsHistoryEntry *entry)
{
  gboolean is_first = block->session != self->session;
  gboolean goes_on = !is_first && self->n_burst > 0 && self->n_burst < TS_SCHEDULE_BURST &&
                     ts_history_entry_is_in_burst (entry, self->last_ns);

  self->n_burst = is_first ? (block->is_fresh ? 1 : 0) : goes_on ? self->n_burst + 1 : 0;
  self->session = block->session;
  self->last_ns = entry->at_ns;
  return goes_on;
}

static gboolean
take_block (const TsRecordedBlock *block,
            gpointer user_data)
{
  Reading *self = user_data;

  for (guint i = 0; i < block->records->len; i++)
    {
      TsHistoryEntry entry = ts_record_to_entry (&g_array_index (block->records, TsRecord, i));
      gint64 before_ns = self->last_ns;
      gboolean is_overruling = follow_burst (self, block, &entry) && !self->has_bursts;
      guint n = self->entries->len;

      if (entry.at_ns < self->since_ns || entry.at_ns > self->until_ns)
        continue;
      if (is_overruling && n > 0 && g_array_index (self->entries, TsHistoryEntry, n - 1).at_ns == before_ns)
        g_array_set_size (self->entries, n - 1);
      g_array_append_val (self->entries, entry);
    }
  return TRUE;
}

/* A gap has an entry where it begins, and one where it ends. */
static void
append_rollup (GArray *entries,
               const TsRollup *rollup)
{
  TsHistoryEntry entry = ts_rollup_to_entry (rollup);

  g_array_append_val (entries, entry);
  if (rollup->kind == TS_ENTRY_SAMPLE || rollup->end_ns == rollup->begin_ns)
    return;
  entry.at_ns = rollup->end_ns;
  g_array_append_val (entries, entry);
}

static int
compare_entries (const void *a,
                 const void *b)
{
  gint64 x = ((const TsHistoryEntry *) a)->at_ns, y = ((const TsHistoryEntry *) b)->at_ns;

  return (x > y) - (x < y);
}

/* A time without recording has an entry right after the last one before it. */
static gboolean
append_pauses (TsRecording *recording,
               const TsRecordedServer *server,
               Reading *self,
               GError **error)
{
  g_autoptr (GPtrArray) events = ts_recording_read_events (recording, server, self->since_ns, self->until_ns, error);

  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      const TsRecordedEvent *event = events->pdata[i];
      TsHistoryEntry entry = { .at_ns = event->at_ns + 1, .kind = TS_ENTRY_NOT_RECORDED };

      if (event->kind == TS_RECORD_EVENT_NOT_RUNNING && event->at_ns >= self->since_ns)
        g_array_append_val (self->entries, entry);
    }
  return events != NULL;
}

/* @level: the finest level to consider
 *
 * Returns: the level that has the most entries for a stretch without having too many; 0: the records themselves */
static int
choose_level (TsRecording *recording,
              const TsRecordedServer *server,
              int level,
              gint64 begin_ns,
              gint64 end_ns,
              GError **error)
{
  for (; level < TS_ROLLUP_N_LEVELS; level++)
    {
      gint64 n = 0;

      if (!ts_recording_count (recording, server, level, begin_ns, end_ns, &n, error))
        return -1;
      if (n <= 2 * TS_PAST_MAX_ENTRIES)
        return level;
    }
  return TS_ROLLUP_N_LEVELS;
}

static gboolean
append_level (TsRecording *recording,
              const TsRecordedServer *server,
              int level,
              Reading *self,
              GError **error)
{
  g_autoptr (GArray) rollups = NULL;
  guint n_damaged;

  if (level == 0)
    return ts_recording_read (recording, server, self->since_ns, self->until_ns, take_block, self, &n_damaged, error);
  rollups = ts_recording_read_rollups (recording, server, level, self->since_ns, self->until_ns, error);
  for (guint i = 0; rollups != NULL && i < rollups->len; i++)
    {
      const TsRollup *rollup = &g_array_index (rollups, TsRollup, i);

      if (rollup->begin_ns >= self->since_ns && rollup->end_ns <= self->until_ns)
        append_rollup (self->entries, rollup);
    }
  return rollups != NULL;
}

/* Returns: the oldest instant of the entries from number @first on; @otherwise if there are none */
static gint64
get_oldest_ns (const GArray *entries,
               guint first,
               gint64 otherwise)
{
  gint64 oldest_ns = otherwise;

  for (guint i = first; i < entries->len; i++)
    oldest_ns = MIN (oldest_ns, g_array_index (entries, TsHistoryEntry, i).at_ns);
  return oldest_ns;
}

/* Roll-ups stand for what is older than the oldest record that is kept.
 *
 * @level: the finest level to consider */
static gboolean
append_span (TsRecording *recording,
             const TsRecordedServer *server,
             int level,
             Reading *self,
             GError **error)
{
  guint first = self->entries->len;
  gint64 oldest_ns;

  level = choose_level (recording, server, level, self->since_ns, self->until_ns, error);
  if (level < 0 || !append_level (recording, server, level, self, error))
    return FALSE;
  oldest_ns = get_oldest_ns (self->entries, first, self->until_ns + 1);
  if (level > 0 || oldest_ns <= self->since_ns)
    return TRUE;
  self->until_ns = oldest_ns - 1;
  return append_span (recording, server, 1, self, error);
}

/**
 * ts_past_read_span:
 * @recording: a recording
 * @server: one of its servers
 * @begin_ns: our clock: the first instant
 * @end_ns: the last
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsHistoryEntry): what is drawn of that stretch, in order: some thousand
 *   entries at most
 */
GArray *
ts_past_read_span (TsRecording *recording,
                   const TsRecordedServer *server,
                   gint64 begin_ns,
                   gint64 end_ns,
                   GError **error)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (TsHistoryEntry));
  Reading reading = { .entries = entries, .since_ns = begin_ns, .until_ns = MIN (end_ns, G_MAXINT64 - 1) };

  if (!append_span (recording, server, 0, &reading, error))
    return NULL;
  reading.until_ns = end_ns;
  if (!append_pauses (recording, server, &reading, error))
    return NULL;
  g_array_sort (entries, compare_entries);
  return g_steal_pointer (&entries);
}

/**
 * ts_past_read:
 * @recording: a recording
 * @server: one of its servers
 * @until_ns: our clock: nothing later is wanted
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsHistoryEntry): what is drawn of all until then, in order: the newest
 *   in full, the older the coarser
 */
GArray *
ts_past_read (TsRecording *recording,
              const TsRecordedServer *server,
              gint64 until_ns,
              GError **error)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (TsHistoryEntry));
  Reading reading = { .entries = entries, .until_ns = until_ns };

  for (int level = 0; level <= TS_ROLLUP_N_LEVELS; level++)
    {
      guint first = entries->len;

      reading.since_ns = server->hidden_until_ns;
      if (level < TS_ROLLUP_N_LEVELS &&
          !ts_recording_find_newest (recording, server, level, TS_PAST_MAX_ENTRIES, reading.until_ns, &reading.since_ns, error))
        return NULL;
      if (!append_level (recording, server, level, &reading, error))
        return NULL;
      /* If this level has nothing older, there may still be roll-ups of records that are no longer kept. */
      reading.until_ns = reading.since_ns > server->hidden_until_ns
                           ? reading.since_ns - 1
                           : get_oldest_ns (entries, first, reading.until_ns) - 1;
    }
  reading.since_ns = server->hidden_until_ns;
  reading.until_ns = until_ns;
  if (!append_pauses (recording, server, &reading, error))
    return NULL;
  g_array_sort (entries, compare_entries);
  return g_steal_pointer (&entries);
}

/**
 * ts_past_read_exchanges:
 * @recording: a recording
 * @server: one of its servers
 * @at_ns: our clock
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsHistoryEntry): the exchanges of the minute before and after @at_ns, or
 *   of the hour, day or month if there are few, in order; none if only roll-ups are kept of that time
 */
GArray *
ts_past_read_exchanges (TsRecording *recording,
                        const TsRecordedServer *server,
                        gint64 at_ns,
                        GError **error)
{
  const gint64 around_ns[] = { 60 * TS_NS_PER_S, 3600 * TS_NS_PER_S, 86400 * TS_NS_PER_S, 30 * 86400 * TS_NS_PER_S };
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (TsHistoryEntry));

  for (gsize i = 0; i < G_N_ELEMENTS (around_ns) && entries->len < MIN_EXCHANGES; i++)
    {
      Reading reading = { .entries = entries, .since_ns = at_ns - around_ns[i], .until_ns = at_ns + around_ns[i], .has_bursts = TRUE };

      g_array_set_size (entries, 0);
      if (!append_level (recording, server, 0, &reading, error))
        return NULL;
    }
  g_array_sort (entries, compare_entries);
  return g_steal_pointer (&entries);
}

/**
 * ts_past_read_events:
 * @recording: a recording
 * @server: one of its servers
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsPastEvent): all of them, in order
 */
GArray *
ts_past_read_events (TsRecording *recording,
                     const TsRecordedServer *server,
                     GError **error)
{
  g_autoptr (GPtrArray) events = ts_recording_read_events (recording, server, G_MININT64, G_MAXINT64, error);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (TsPastEvent));

  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      const TsRecordedEvent *event = events->pdata[i];

      if (event->kind != TS_RECORD_EVENT_NOT_RUNNING)
        g_array_append_val (list, ((TsPastEvent) { event->at_ns, event->kind, event->value }));
    }
  return events != NULL ? g_steal_pointer (&list) : NULL;
}
