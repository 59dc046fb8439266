/* Tests of ts-history: what stretches come to, against a plain array that is looked through.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/history/ts-history.h"

#include "test-cases.h"

/* All entries that ever came, and which of them are kept. */
typedef struct
{
  GArray *entries; /* (element-type TsHistoryEntry) */
  gsize capacity;
} Model;

static gsize
model_get_length (const Model *model)
{
  return MIN (model->entries->len, model->capacity);
}

static const TsHistoryEntry *
model_get (const Model *model,
           gsize index)
{
  return &g_array_index (model->entries, TsHistoryEntry, model->entries->len - model_get_length (model) + index);
}

static gboolean
model_has_mark (const Model *model,
                gsize index,
                TsHistoryMark mark)
{
  const TsHistoryEntry *entry = model_get (model, index);
  const TsHistoryEntry *before = index > 0 ? model_get (model, index - 1) : NULL;

  switch (mark)
    {
    case TS_HISTORY_SAMPLE:
      return entry->kind == TS_ENTRY_SAMPLE;
    case TS_HISTORY_LOST:
      return entry->kind == TS_ENTRY_LOST;
    case TS_HISTORY_REFUSED:
      return entry->kind == TS_ENTRY_REFUSED;
    case TS_HISTORY_EVENT:
      return entry->event != TS_CLOCK_EVENT_NONE;
    case TS_HISTORY_BREAK:
      return before == NULL || before->kind != entry->kind || entry->event != TS_CLOCK_EVENT_NONE;
    case TS_HISTORY_GAP:
      if (entry->kind == TS_ENTRY_SAMPLE)
        return FALSE;
      if (before == NULL || before->kind == TS_ENTRY_SAMPLE)
        return TRUE;
      return (before->kind == TS_ENTRY_PAUSED) != (entry->kind == TS_ENTRY_PAUSED);
    case TS_HISTORY_STEP:
      return ts_clock_event_is_step (entry->event);
    case TS_HISTORY_N_MARKS:
    default:
      g_assert_not_reached ();
    }
}

static void
model_summarize (const Model *model,
                 gsize from,
                 gsize to,
                 TsHistorySummary *summary)
{
  *summary = (TsHistorySummary) { .lowest = from, .highest = from, .slowest = from };
  for (gsize i = from; i < to; i++)
    {
      const TsHistoryEntry *entry = model_get (model, i);

      if (entry->kind == TS_ENTRY_SAMPLE)
        {
          gboolean is_first = summary->counts[TS_HISTORY_SAMPLE] == 0;

          if (is_first || entry->proven_min_ns < model_get (model, summary->lowest)->proven_min_ns)
            summary->lowest = i;
          if (is_first || entry->proven_max_ns > model_get (model, summary->highest)->proven_max_ns)
            summary->highest = i;
          if (is_first || ts_history_entry_get_delay_ns (entry) >
                            ts_history_entry_get_delay_ns (model_get (model, summary->slowest)))
            summary->slowest = i;
        }
      for (guint mark = 0; mark < TS_HISTORY_N_MARKS; mark++)
        summary->counts[mark] += model_has_mark (model, i, (TsHistoryMark) mark);
    }
}

static gsize
model_find (const Model *model,
            TsHistoryMark mark,
            gsize from,
            gsize to)
{
  for (gsize i = from; i < to; i++)
    if (model_has_mark (model, i, mark))
      return i;
  return to;
}

static gsize
model_find_last (const Model *model,
                 TsHistoryMark mark,
                 gsize from,
                 gsize to)
{
  for (gsize i = to; i > from; i--)
    if (model_has_mark (model, i - 1, mark))
      return i - 1;
  return to;
}

static gsize
model_find_outside (const Model *model,
                    gsize from,
                    gsize to,
                    gint64 min_ns,
                    gint64 max_ns)
{
  for (gsize i = from; i < to; i++)
    if (model_get (model, i)->at_ns < min_ns || model_get (model, i)->at_ns > max_ns)
      return i;
  return to;
}

/* How likely what is, of 10,000. */
static const struct
{
  const char *name;
  gsize capacity;
  guint n_entries;
  int p_other_kind; /* than that of the entry before */
  int p_event;
  int p_set_back; /* our clock */
} cases[] = {
  { "one", 1, 100, 3000, 3000, 0 },
  { "fewer-than-a-block", 13, 200, 2000, 2000, 500 },
  { "a-block", 16, 200, 2000, 2000, 500 },
  { "not-full", 9000, 7000, 10, 5, 0 },
  { "samples-only", 5000, 14000, 0, 0, 0 },
  { "a-chunk", 4096, 13000, 20, 10, 1 },
  { "chunks-and-a-bit", 8195, 20000, 4, 2, 1 },
  { "restless", 5000, 11000, 5000, 1000, 20 },
  { "long-gaps", 10000, 25000, 2, 1, 0 },
};

static TsHistoryEntry
make_entry (const TsHistoryEntry *before,
            gsize row)
{
  TsHistoryEntry entry = *before;

  if (g_test_rand_int_range (0, 10000) < cases[row].p_other_kind)
    entry.kind = (guint) g_test_rand_int_range (TS_ENTRY_SAMPLE, TS_ENTRY_PAUSED + 1) & 7;
  entry.at_ns += g_test_rand_int_range (0, 10000) < cases[row].p_set_back ? -20000 : g_test_rand_int_range (0, 20);
  entry.event = TS_CLOCK_EVENT_NONE;
  entry.proven_min_ns = entry.proven_max_ns = 0;
  if (entry.kind != TS_ENTRY_SAMPLE)
    return entry;
  if (g_test_rand_int_range (0, 10000) < cases[row].p_event)
    entry.event = (guint) g_test_rand_int_range (TS_CLOCK_EVENT_NONE, TS_CLOCK_EVENT_STEP_REMOTE + 1) & 7;
  /* So few values that there are many equal extremes. */
  entry.proven_min_ns = g_test_rand_int_range (-100, 100);
  entry.proven_max_ns = entry.proven_min_ns + g_test_rand_int_range (0, 100);
  return entry;
}

static void
compare_stretch (const TsHistory *history,
                 const Model *model,
                 gsize from,
                 gsize to)
{
  gint64 min_ns = model_get (model, from)->at_ns - g_test_rand_int_range (0, 2000);
  gint64 max_ns = model_get (model, from)->at_ns + g_test_rand_int_range (0, 60000);
  TsHistorySummary summary, model_summary;

  ts_history_summarize (history, from, to, &summary);
  model_summarize (model, from, to, &model_summary);
  g_assert_cmpmem (&summary, sizeof summary, &model_summary, sizeof model_summary);
  for (guint mark = 0; mark < TS_HISTORY_N_MARKS; mark++)
    {
      g_assert_cmpuint (ts_history_find (history, (TsHistoryMark) mark, from, to), ==,
                        model_find (model, (TsHistoryMark) mark, from, to));
      g_assert_cmpuint (ts_history_find_last (history, (TsHistoryMark) mark, from, to), ==,
                        model_find_last (model, (TsHistoryMark) mark, from, to));
    }
  g_assert_cmpuint (ts_history_find_outside (history, from, to, min_ns, max_ns), ==,
                    model_find_outside (model, from, to, min_ns, max_ns));
}

static void
compare (const TsHistory *history,
         const Model *model)
{
  gsize length = model_get_length (model);

  g_assert_cmpuint (ts_history_get_length (history), ==, length);
  compare_stretch (history, model, 0, length);
  for (guint i = 0; i < 4; i++)
    {
      gsize from = (gsize) g_test_rand_int_range (0, (int) length);

      compare_stretch (history, model, from, (gsize) g_test_rand_int_range ((int) from, (int) length + 1));
      g_assert_cmpmem (ts_history_get (history, from), sizeof (TsHistoryEntry), model_get (model, from),
                       sizeof (TsHistoryEntry));
    }
}

static void
test_against_model (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (TsHistory) history = ts_history_new (cases[row].capacity);
  Model model = { g_array_new (FALSE, FALSE, sizeof (TsHistoryEntry)), cases[row].capacity };
  TsHistoryEntry entry = { 0 };

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < cases[row].n_entries; i++)
        {
          entry = make_entry (&entry, row);
          ts_history_append (history, &entry);
          g_array_append_val (model.entries, entry);
          if (g_test_rand_int_range (0, (int) cases[row].n_entries) < 200)
            compare (history, &model);
        }
      compare (history, &model);
      ts_history_clear (history);
      g_array_set_size (model.entries, 0);
      g_assert_cmpuint (ts_history_get_length (history), ==, 0);
    }
  g_array_unref (model.entries);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/history-stretches/", cases, test_against_model);
  return g_test_run ();
}
