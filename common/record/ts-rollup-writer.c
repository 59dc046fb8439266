/* Writes the roll-ups of a recording.
 *
 * What is written belongs to the transaction that is under way. A session is identified by two numbers: that of its
 * server, and its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-rollup-writer.h"

#include "record/pack/ts-rollup.h"

/* So many roll-ups of level 1 are in a row at most. */
#define MAX_IN_ROW 256

enum
{
  ADD,
  REPLACE,
  FIND_LAST,
  READ_ROW,
  READ_LEVEL,
  N_STATEMENTS
};

static const char *const statements_sql[N_STATEMENTS] = {
  [ADD] = "INSERT INTO rollup (server, session, level, number, n, covered, begin_ns, end_ns, data)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
  [REPLACE] = "UPDATE rollup SET n = ?2, covered = ?3, begin_ns = ?4, end_ns = ?5, data = ?6 WHERE id = ?1",
  [FIND_LAST] = "SELECT id, n, number + n, covered FROM rollup WHERE session = ?1 AND level = ?2 ORDER BY number DESC LIMIT 1",
  [READ_ROW] = "SELECT data FROM rollup WHERE id = ?1",
  /* No row has more of them than there are records in a page that a whole tail was added to. */
  [READ_LEVEL] = "SELECT number, data FROM rollup WHERE session = ?1 AND level = ?2"
                 " AND number > ?3 - 2 * " G_STRINGIFY (TS_RECORD_PAGE_LENGTH) " AND number + n > ?3 ORDER BY number",
};

struct _TsRollupWriter
{
  sqlite3_stmt *statements[N_STATEMENTS];
};

/* The last row of a level's roll-ups. */
typedef struct
{
  gint64 id;
  gint64 n;       /* roll-ups in it */
  gint64 next;    /* the number of the one that follows */
  gint64 covered; /* the number of the first one of the level below that is not rolled up so far */
} LastRollups;

/* @last: (out): the last row of the level; zeros if it has none. Returns: whether the file could be read */
static gboolean
find_last (TsRollupWriter *self,
           gint64 session,
           int level,
           LastRollups *last,
           GError **error)
{
  sqlite3_stmt *statement = self->statements[FIND_LAST];
  gboolean has_row;

  *last = (LastRollups) { 0 };
  sqlite3_bind_int64 (statement, 1, session);
  sqlite3_bind_int64 (statement, 2, level);
  if (!ts_record_sql_step (statement, &has_row, error))
    return FALSE;
  if (has_row)
    *last = (LastRollups) {
      .id = sqlite3_column_int64 (statement, 0),
      .n = sqlite3_column_int64 (statement, 1),
      .next = sqlite3_column_int64 (statement, 2),
      .covered = sqlite3_column_int64 (statement, 3),
    };
  sqlite3_reset (statement);
  return TRUE;
}

/* @rollups: (out) (nullable): the roll-ups of a row, or %NULL if they are damaged */
static gboolean
read_row (TsRollupWriter *self,
          gint64 id,
          guint64 tag,
          GArray **rollups,
          GError **error)
{
  sqlite3_stmt *statement = self->statements[READ_ROW];
  gboolean has_row;

  *rollups = NULL;
  sqlite3_bind_int64 (statement, 1, id);
  if (!ts_record_sql_step (statement, &has_row, error))
    return FALSE;
  if (has_row)
    *rollups = ts_rollups_unpack (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0), tag, NULL);
  sqlite3_reset (statement);
  return TRUE;
}

/* Adds roll-ups in a new row, or to the last row of level 1 if that has room: there many in a row take half the room of few.
 * Nothing is added to rows of other levels, because a row is deleted as a whole, and these span long times. */
static gboolean
add (TsRollupWriter *self,
     const gint64 identity[2],
     int level,
     gint64 covered,
     const GArray *added,
     GError **error)
{
  guint64 tag = ts_record_sql_tag (identity[0], identity[1], level);
  gint64 begin_ns = G_MAXINT64, end_ns = G_MININT64;
  g_autoptr (GByteArray) data = NULL;
  g_autoptr (GArray) all = NULL;
  LastRollups last;
  gboolean goes_on;

  if (added->len == 0)
    return TRUE;
  if (!find_last (self, identity[1], level, &last, error) ||
      (level == 1 && last.n + added->len <= MAX_IN_ROW && !read_row (self, last.id, tag, &all, error)))
    return FALSE;
  goes_on = all != NULL;
  if (!goes_on)
    all = g_array_new (FALSE, FALSE, sizeof (TsRollup));
  g_array_append_vals (all, added->data, added->len);
  for (guint i = 0; i < all->len; i++)
    {
      const TsRollup *rollup = &g_array_index (all, TsRollup, i);

      begin_ns = MIN (begin_ns, rollup->begin_ns);
      end_ns = MAX (end_ns, rollup->end_ns);
    }
  data = ts_rollups_pack ((const TsRollup *) (void *) all->data, all->len, tag);
  if (goes_on)
    return ts_record_sql_step_with (self->statements[REPLACE],
                                    (const gint64[]) { last.id, all->len, covered, begin_ns, end_ns }, 5, data, error);
  return ts_record_sql_step_with (
    self->statements[ADD],
    (const gint64[]) { identity[0], identity[1], level, last.next, all->len, covered, begin_ns, end_ns }, 8, data, error);
}

/* Returns: (transfer full) (nullable) (element-type TsRollup): the roll-ups of a level from number @from on */
static GArray *
read_level (TsRollupWriter *self,
            const gint64 identity[2],
            int level,
            gint64 from,
            GError **error)
{
  sqlite3_stmt *statement = self->statements[READ_LEVEL];
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (TsRollup));
  const gint64 numbers[] = { identity[1], level, from };
  gboolean has_row = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    sqlite3_bind_int64 (statement, (int) i + 1, numbers[i]);
  while (has_row)
    {
      g_autoptr (GArray) some = NULL;
      gint64 n_before;

      if (!ts_record_sql_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        break;
      n_before = from - sqlite3_column_int64 (statement, 0);
      some = ts_rollups_unpack (sqlite3_column_blob (statement, 1), (gsize) sqlite3_column_bytes (statement, 1),
                                ts_record_sql_tag (identity[0], identity[1], level), NULL);
      /* Damaged ones are left out, so that the level above has nothing for that time either. */
      for (guint i = (guint) MAX (n_before, 0); some != NULL && i < some->len; i++)
        g_array_append_val (all, g_array_index (some, TsRollup, i));
    }
  return g_steal_pointer (&all);
}

/* Makes the roll-ups of @level from those of the level below that it does not cover so far.
 * @is_last: whether fewer than TS_ROLLUP_FACTOR of these are enough, because no more will come */
static gboolean
roll_up (TsRollupWriter *self,
         const gint64 identity[2],
         int level,
         gboolean is_last,
         GError **error)
{
  g_autoptr (GArray) below = NULL;
  g_autoptr (GArray) added = g_array_new (FALSE, FALSE, sizeof (TsRollup));
  LastRollups last;
  guint first = 0;

  if (!find_last (self, identity[1], level, &last, error) ||
      (below = read_level (self, identity, level - 1, last.covered, error)) == NULL)
    return FALSE;
  while (first < below->len)
    {
      TsRollup rollup = g_array_index (below, TsRollup, first);
      guint end = first + 1;

      while (end < below->len && end - first < TS_ROLLUP_FACTOR &&
             ts_rollup_can_take (&rollup, &g_array_index (below, TsRollup, end)))
        ts_rollup_take (&rollup, &g_array_index (below, TsRollup, end++));
      if (end == below->len && end - first < TS_ROLLUP_FACTOR && !is_last)
        break;
      g_array_append_val (added, rollup);
      first = end;
    }
  return add (self, identity, level, last.covered + first, added, error);
}

/**
 * ts_rollup_writer_new:
 * @db: a connection that may write, which must outlive the writer
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable): a writer; %NULL with @error
 */
TsRollupWriter *
ts_rollup_writer_new (sqlite3 *db,
                      GError **error)
{
  g_autoptr (TsRollupWriter) self = g_new0 (TsRollupWriter, 1);

  for (int i = 0; i < N_STATEMENTS; i++)
    if ((self->statements[i] = ts_record_sql_prepare (db, statements_sql[i], error)) == NULL)
      return NULL;
  return g_steal_pointer (&self);
}

/**
 * ts_rollup_writer_free:
 * @self: (transfer full): a writer
 */
void
ts_rollup_writer_free (TsRollupWriter *self)
{
  for (int i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize (self->statements[i]);
  g_free (self);
}

/**
 * ts_rollup_writer_reset:
 * @self: a writer
 *
 * Ends what is under way after an error. To be called before the transaction is rolled back.
 */
void
ts_rollup_writer_reset (TsRollupWriter *self)
{
  for (int i = 0; i < N_STATEMENTS; i++)
    sqlite3_reset (self->statements[i]);
}

/**
 * ts_rollup_writer_add:
 * @self: a writer
 * @identity: the session
 * @rollups: (element-type TsRollup): those of the records that follow all others of that session
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Writes roll-ups of level 1.
 *
 * Returns: whether they are written
 */
gboolean
ts_rollup_writer_add (TsRollupWriter *self,
                      const gint64 identity[2],
                      const GArray *rollups,
                      GError **error)
{
  return add (self, identity, 1, 0, rollups, error);
}

/**
 * ts_rollup_writer_roll_up:
 * @self: a writer
 * @identity: the session
 * @is_last: whether nothing is added to the session afterwards
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Writes the roll-ups of all levels above the first that are complete; if @is_last, the others too.
 *
 * Returns: whether they are written
 */
gboolean
ts_rollup_writer_roll_up (TsRollupWriter *self,
                          const gint64 identity[2],
                          gboolean is_last,
                          GError **error)
{
  for (int level = 2; level <= TS_ROLLUP_N_LEVELS; level++)
    if (!roll_up (self, identity, level, is_last, error))
      return FALSE;
  return TRUE;
}
