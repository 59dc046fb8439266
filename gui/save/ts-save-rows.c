/* A history as CSV, JSON or JSON Lines, a piece at a time.
 *
 * Each entry of the history is a row of the table, an object in the array "samples", or an object on a line. Figures have the same
 * names as in `ts-client --json`, and are in whole nanoseconds:
 *
 *     time           when the answer came, or was given up, by this computer's clock, in UTC (ISO 8601)
 *     kind           sample, lost, refused, paused, offline or not-recorded; the other figures are for samples only
 *     t1_ns … t4_ns  the exchange's four instants, since the Unix epoch
 *     offset_ns, delay_ns, proven_min_ns, proven_max_ns         by this exchange alone
 *     estimate_ns, now_min_ns, now_max_ns                       by all exchanges until then
 *     precision_ns   by how much a stamp of the server may be off because it has few digits
 *     event          what broke the series just before: step-local, step-remote, step-probable or suspend
 *
 * An unknown figure is an empty field of the table, and no member of the object.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-rows.h"

#include "measure/ts-time.h"

#define ROWS_PER_PART 1024
#define DIGITS_SIZE   21 /* "-9223372036854775808" and more */

static const char *const kinds[] = {
  [TS_ENTRY_SAMPLE] = "sample",
  [TS_ENTRY_LOST] = "lost",
  [TS_ENTRY_REFUSED] = "refused",
  [TS_ENTRY_PAUSED] = "paused",
  [TS_ENTRY_OFFLINE] = "offline",
  [TS_ENTRY_NOT_RECORDED] = "not-recorded",
};

static const char *const figures[] = {
  "t1_ns", "t2_ns", "t3_ns", "t4_ns", "offset_ns", "delay_ns", "proven_min_ns", "proven_max_ns",
  "estimate_ns", "now_min_ns", "now_max_ns", "precision_ns",
};

struct _TsSaveRows
{
  TsSaveFormat format;
  char *head;      /* until it is written */
  GArray *entries; /* (element-type TsHistoryEntry) */
  guint n_written;
  guint64 n_rows;  /* that and what was added */
  gboolean is_ended;
};

static void
list_figures (const TsHistoryEntry *entry,
              gint64 values_ns[G_N_ELEMENTS (figures)])
{
  TsExchange exchange = ts_history_entry_get_exchange (entry);
  const gint64 all_ns[] = {
    exchange.t1_ns, exchange.t2_ns, exchange.t3_ns, exchange.t4_ns,
    ts_history_entry_get_offset_ns (entry), ts_history_entry_get_delay_ns (entry),
    entry->proven_min_ns, entry->proven_max_ns,
    entry->estimate_ns, entry->now_min_ns, entry->now_max_ns, exchange.precision_ns,
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (all_ns) == G_N_ELEMENTS (figures));
  memcpy (values_ns, all_ns, sizeof all_ns);
}

/* There are twelve of them in each of a million rows: printf() takes three times as long. */
static void
append_int (GString *text,
            gint64 value)
{
  char digits[DIGITS_SIZE];
  char *begin = digits + sizeof digits;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    *--begin = (char) ('0' + rest % 10);
  while ((rest /= 10) > 0);
  if (value < 0)
    *--begin = '-';
  g_string_append_len (text, begin, digits + sizeof digits - begin);
}

static void
append_time (GString *text,
             gint64 at_ns)
{
  gint64 second = at_ns / TS_NS_PER_S - (at_ns % TS_NS_PER_S < 0);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (second);
  int year, month, day;

  g_date_time_get_ymd (time, &year, &month, &day);
  g_string_append_printf (text, "%04d-%02d-%02dT%02d:%02d:%02d.%09dZ", year, month, day,
                          g_date_time_get_hour (time), g_date_time_get_minute (time),
                          g_date_time_get_second (time), (int) (at_ns - second * TS_NS_PER_S));
}

static void
append_csv_row (GString *text,
                const TsHistoryEntry *entry)
{
  const char *event = ts_clock_event_get_name ((TsClockEvent) entry->event);
  gboolean is_sample = entry->kind == TS_ENTRY_SAMPLE;
  gint64 values_ns[G_N_ELEMENTS (figures)] = { 0 };

  if (is_sample)
    list_figures (entry, values_ns);
  append_time (text, entry->at_ns);
  g_string_append_c (text, ',');
  g_string_append (text, kinds[entry->kind]);
  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      g_string_append_c (text, ',');
      if (is_sample)
        append_int (text, values_ns[i]);
    }
  g_string_append_c (text, ',');
  g_string_append (text, event != NULL ? event : "");
  g_string_append (text, "\r\n");
}

static char *
make_csv_head (void)
{
  GString *text = g_string_new ("time,kind");

  for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
    g_string_append_printf (text, ",%s", figures[i]);
  g_string_append (text, ",event\r\n");
  return g_string_free (text, FALSE);
}

static void
append_json_row (GString *text,
                 const TsHistoryEntry *entry)
{
  const char *event = ts_clock_event_get_name ((TsClockEvent) entry->event);
  gint64 values_ns[G_N_ELEMENTS (figures)];

  g_string_append (text, "{\"time\":\"");
  append_time (text, entry->at_ns);
  g_string_append (text, "\",\"kind\":\"");
  g_string_append (text, kinds[entry->kind]);
  g_string_append_c (text, '"');
  if (entry->kind == TS_ENTRY_SAMPLE)
    {
      list_figures (entry, values_ns);
      for (gsize i = 0; i < G_N_ELEMENTS (figures); i++)
        {
          g_string_append (text, ",\"");
          g_string_append (text, figures[i]);
          g_string_append (text, "\":");
          append_int (text, values_ns[i]);
        }
    }
  if (event != NULL)
    g_string_append_printf (text, ",\"event\":\"%s\"", event);
  g_string_append_c (text, '}');
}

static void
append_json_text (GString *text,
                  const char *value)
{
  g_string_append_c (text, '"');
  for (const char *c = value; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (text, "\\%c", *c);
    else if ((guchar) *c < 0x20)
      g_string_append_printf (text, "\\u%04x", (guint) (guchar) *c);
    else
      g_string_append_c (text, *c);
  g_string_append_c (text, '"');
}

static char *
make_json_head (const TsSaveOrigin *origin)
{
  const struct
  {
    const char *name, *value;
  } members[] = {
    { "host", origin->host },
    { "name", origin->name },
    { "address", origin->address },
    { "protocol", origin->protocol },
    { "version", TS_VERSION },
  };
  GString *text = g_string_new ("{");

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (members[i].value != NULL)
      {
        append_json_text (text, members[i].name);
        g_string_append_c (text, ':');
        append_json_text (text, members[i].value);
        g_string_append_c (text, ',');
      }
  g_string_append (text, "\"saved_at\":\"");
  append_time (text, origin->saved_at_ns);
  g_string_append (text, "\",\"samples\":[");
  return g_string_free (text, FALSE);
}

static gboolean
is_within (const TsHistoryEntry *entry,
           gint64 begin_ns,
           gint64 end_ns)
{
  return entry->at_ns >= begin_ns && entry->at_ns <= end_ns;
}

/* It looks at all entries, because they are not in order if this computer's clock was set back; and it counts them
 * first, because an array that grows would copy them again and again. */
static GArray *
copy_range (const TsHistory *history,
            gint64 begin_ns,
            gint64 end_ns)
{
  gsize length = ts_history_get_length (history);
  guint n_entries = 0;
  GArray *entries;

  for (gsize i = 0; i < length; i++)
    n_entries += is_within (ts_history_get (history, i), begin_ns, end_ns);
  entries = g_array_sized_new (FALSE, FALSE, sizeof (TsHistoryEntry), n_entries);
  for (gsize i = 0; i < length; i++)
    if (is_within (ts_history_get (history, i), begin_ns, end_ns))
      g_array_append_vals (entries, ts_history_get (history, i), 1);
  return entries;
}

static void
append_head (TsSaveRows *self,
             GString *part)
{
  if (self->head != NULL)
    g_string_append (part, self->head);
  g_clear_pointer (&self->head, g_free);
}

static void
append_row (TsSaveRows *self,
            const TsHistoryEntry *entry,
            GString *part)
{
  append_head (self, part);
  if (self->format == TS_SAVE_JSON)
    g_string_append (part, self->n_rows > 0 ? ",\n" : "\n");
  if (self->format == TS_SAVE_CSV)
    append_csv_row (part, entry);
  else
    append_json_row (part, entry);
  if (self->format == TS_SAVE_JSON_LINES)
    g_string_append_c (part, '\n');
  self->n_rows++;
}

/**
 * ts_save_rows_new:
 * @format: %TS_SAVE_CSV, %TS_SAVE_JSON or %TS_SAVE_JSON_LINES
 * @origin: whose samples they are
 * @history: the history to write
 * @begin_ns: the first instant to write
 * @end_ns: the last one
 *
 * Copies all entries in that range, gaps included, because the history goes on and forgets while they are written. A
 * million entries take 56 MB.
 *
 * Returns: (transfer full): the rows, none of them written yet
 */
TsSaveRows *
ts_save_rows_new (TsSaveFormat format,
                  const TsSaveOrigin *origin,
                  const TsHistory *history,
                  gint64 begin_ns,
                  gint64 end_ns)
{
  TsSaveRows *self;

  g_return_val_if_fail (!ts_save_format_get (format)->is_picture, NULL);

  self = g_new0 (TsSaveRows, 1);
  self->format = format;
  self->head = format == TS_SAVE_CSV ? make_csv_head () : format == TS_SAVE_JSON ? make_json_head (origin) : NULL;
  self->entries = copy_range (history, begin_ns, end_ns);
  return self;
}

/**
 * ts_save_rows_free:
 * @self: (transfer full): rows
 */
void
ts_save_rows_free (TsSaveRows *self)
{
  g_free (self->head);
  g_array_unref (self->entries);
  g_free (self);
}

/**
 * ts_save_rows_add:
 * @self: rows, none of which ts_save_rows_next() has written
 * @entry: an entry that comes before them
 * @part: where to append its row
 */
void
ts_save_rows_add (TsSaveRows *self,
                  const TsHistoryEntry *entry,
                  GString *part)
{
  append_row (self, entry, part);
}

/**
 * ts_save_rows_next:
 * @self: rows
 * @part: where to append the next piece of the file, about 300 kB at most
 *
 * Returns: whether there was a piece left
 */
gboolean
ts_save_rows_next (TsSaveRows *self,
                   GString *part)
{
  guint end = MIN (self->n_written + ROWS_PER_PART, self->entries->len);

  if (self->is_ended)
    return FALSE;
  append_head (self, part);
  for (; self->n_written < end; self->n_written++)
    append_row (self, &g_array_index (self->entries, TsHistoryEntry, self->n_written), part);
  self->is_ended = self->n_written == self->entries->len;
  if (self->is_ended && self->format == TS_SAVE_JSON)
    g_string_append (part, "\n]}\n");
  return TRUE;
}

/**
 * ts_save_rows_get_done:
 * @self: rows
 *
 * Returns: which part of them is written, from 0 to 1
 */
double
ts_save_rows_get_done (const TsSaveRows *self)
{
  return self->entries->len > 0 ? (double) self->n_written / self->entries->len : self->is_ended;
}
