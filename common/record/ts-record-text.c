/* Records as CSV and JSON Lines, and back; and roll-ups as such.
 *
 * Each row is a record. The names are those of `ts-client --json`, and times are whole nanoseconds:
 *
 *     time            when the answer came, or was given up, by this computer's clock, in UTC (ISO 8601)
 *     server          the server's address, as a person types it
 *     kind            sample, lost, refused, paused or offline; what follows t4_ns is for samples only
 *     session         the number of the run of the estimator
 *     t4_ns           the instant of time
 *     t1_ns … t3_ns, precision_ns, stamps (u for unknown, p for the program's clock, k for the kernel's; of t1 to t4)
 *     max_error_ns … reference_id                 what the server says of its clock
 *     sent_real_ns … width_ns                     this computer's clocks before and after the exchange
 *     previous_t3_ns, previous_t4_ns              a better t3 of the sample before, and the t4 of that sample
 *     offset_ns … proven_max_ns                   by this exchange alone
 *     estimate_ns … drift_max_ppm                 by all exchanges until then
 *     event, event_size_ns                        what broke the series just before
 *
 * An unknown figure is an empty field of the table, and no member of the object. Reading takes everything that a replay
 * needs: all figures except offset_ns … drift_max_ppm, which follow from the others.
 *
 * Roll-ups stand for exchanges that are no longer kept. They have rows of their own, which are not read back:
 *
 *     time, begin_ns, end_ns                 when the first exchange was (time and begin_ns) and the last
 *     kind                                   rollup if there is a sample; otherwise as above
 *     n_samples, n_lost, n_refused           how many exchanges it stands for
 *     t1_ns … estimate_ns                    of the sample of the least delay
 *     now_min_ns, now_max_ns                 the extremes of all samples, as what follows
 *     certain_min_ns, certain_max_ns         at some instant the offset was at least, and at some instant at most, this
 *     delay_max_ns                           the greatest delay
 *     event, event_size_ns                   what broke the series just before the first exchange
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-record-text.h"

#include <stddef.h>
#include <string.h>

#include "measure/ts-time.h"

#define MAX_FIELDS 64

/* A message quotes so many characters. */
#define MAX_QUOTED 40

typedef enum
{
  FORM_INT,    /* a gint64 */
  FORM_INT32,  /* a gint */
  FORM_UINT32,
  FORM_UINT64,
  FORM_UINT8,
  FORM_DOUBLE,
  FORM_TIME,
  FORM_TEXT,   /* a const char *, of letters alone */
  FORM_SERVER,
  FORM_KIND,
  FORM_STAMPS,
  FORM_EVENT,
} Form;

typedef struct
{
  const char *name;
  Form form;
  gsize offset;      /* in a row */
  gboolean is_always; /* whether records without a sample have it too */
  gboolean is_read;
} Figure;

#define SAMPLE(member)   offsetof (TsRecordTextRow, record.sample.member)
#define ESTIMATE(member) offsetof (TsRecordTextRow, estimate.member)

static const Figure figures[] = {
  { "time", FORM_TIME, offsetof (TsRecordTextRow, record.at_ns), TRUE, TRUE },
  { "server", FORM_SERVER, offsetof (TsRecordTextRow, server), TRUE, TRUE },
  { "kind", FORM_KIND, offsetof (TsRecordTextRow, record.kind), TRUE, TRUE },
  { "session", FORM_INT, offsetof (TsRecordTextRow, session), TRUE, TRUE },
  { "t4_ns", FORM_INT, offsetof (TsRecordTextRow, record.at_ns), TRUE, TRUE },
  { "t1_ns", FORM_INT, SAMPLE (exchange.t1_ns), FALSE, TRUE },
  { "t2_ns", FORM_INT, SAMPLE (exchange.t2_ns), FALSE, TRUE },
  { "t3_ns", FORM_INT, SAMPLE (exchange.t3_ns), FALSE, TRUE },
  { "precision_ns", FORM_INT, SAMPLE (exchange.precision_ns), FALSE, TRUE },
  { "stamps", FORM_STAMPS, SAMPLE (sources), FALSE, TRUE },
  { "retransmitted", FORM_INT32, SAMPLE (is_retransmitted), FALSE, TRUE },
  { "max_error_ns", FORM_UINT64, SAMPLE (max_error_ns), FALSE, TRUE },
  { "tells_steps", FORM_INT32, SAMPLE (has_generation), FALSE, TRUE },
  { "clock_generation", FORM_UINT32, SAMPLE (clock_generation), FALSE, TRUE },
  { "server_id", FORM_UINT64, SAMPLE (server_id), FALSE, TRUE },
  { "tells_quality", FORM_INT32, SAMPLE (quality.is_known), FALSE, TRUE },
  { "leap", FORM_UINT8, SAMPLE (quality.leap), FALSE, TRUE },
  { "stratum", FORM_UINT8, SAMPLE (quality.stratum), FALSE, TRUE },
  { "root_delay_ns", FORM_INT, SAMPLE (quality.root_delay_ns), FALSE, TRUE },
  { "root_dispersion_ns", FORM_INT, SAMPLE (quality.root_dispersion_ns), FALSE, TRUE },
  { "reference_id", FORM_UINT32, SAMPLE (quality.reference_id), FALSE, TRUE },
  { "sent_real_ns", FORM_INT, SAMPLE (sent_reading.real_ns), FALSE, TRUE },
  { "sent_boot_ns", FORM_INT, SAMPLE (sent_reading.boot_ns), FALSE, TRUE },
  { "sent_raw_ns", FORM_INT, SAMPLE (sent_reading.raw_ns), FALSE, TRUE },
  { "sent_width_ns", FORM_INT, SAMPLE (sent_reading.width_ns), FALSE, TRUE },
  { "real_ns", FORM_INT, SAMPLE (reading.real_ns), FALSE, TRUE },
  { "boot_ns", FORM_INT, SAMPLE (reading.boot_ns), FALSE, TRUE },
  { "raw_ns", FORM_INT, SAMPLE (reading.raw_ns), FALSE, TRUE },
  { "width_ns", FORM_INT, SAMPLE (reading.width_ns), FALSE, TRUE },
  { "previous_t3_ns", FORM_INT, SAMPLE (previous_t3_ns), FALSE, TRUE },
  { "previous_t4_ns", FORM_INT, SAMPLE (previous_t4_ns), FALSE, TRUE },
  { "offset_ns", FORM_INT, SAMPLE (offset_ns), FALSE, FALSE },
  { "delay_ns", FORM_INT, SAMPLE (delay_ns), FALSE, FALSE },
  { "proven_min_ns", FORM_INT, SAMPLE (proven_min_ns), FALSE, FALSE },
  { "proven_max_ns", FORM_INT, SAMPLE (proven_max_ns), FALSE, FALSE },
  { "estimate_ns", FORM_INT, ESTIMATE (estimate_ns), FALSE, FALSE },
  { "estimate_error_ns", FORM_INT, ESTIMATE (error_ns), FALSE, FALSE },
  { "now_min_ns", FORM_INT, ESTIMATE (proven_min_ns), FALSE, FALSE },
  { "now_max_ns", FORM_INT, ESTIMATE (proven_max_ns), FALSE, FALSE },
  { "drift_ppm", FORM_DOUBLE, ESTIMATE (drift_ppm), FALSE, FALSE },
  { "drift_min_ppm", FORM_DOUBLE, ESTIMATE (drift_min_ppm), FALSE, FALSE },
  { "drift_max_ppm", FORM_DOUBLE, ESTIMATE (drift_max_ppm), FALSE, FALSE },
  { "event", FORM_EVENT, offsetof (TsRecordTextRow, record.event), FALSE, TRUE },
  { "event_size_ns", FORM_INT, offsetof (TsRecordTextRow, record.event_size_ns), FALSE, TRUE },
};

/* A roll-up as a row. */
typedef struct
{
  const char *server;
  const char *kind;
  TsRollup rollup;
  TsExchange exchange; /* this and what follows: of the sample of the least delay */
  gint64 offset_ns;
  gint64 delay_ns;
} RollupRow;

#define ROLLUP(member) offsetof (RollupRow, member)

static const Figure rollup_figures[] = {
  { "time", FORM_TIME, ROLLUP (rollup.begin_ns), TRUE, FALSE },
  { "server", FORM_SERVER, ROLLUP (server), TRUE, FALSE },
  { "kind", FORM_TEXT, ROLLUP (kind), TRUE, FALSE },
  { "begin_ns", FORM_INT, ROLLUP (rollup.begin_ns), TRUE, FALSE },
  { "end_ns", FORM_INT, ROLLUP (rollup.end_ns), TRUE, FALSE },
  { "n_samples", FORM_INT, ROLLUP (rollup.n_samples), TRUE, FALSE },
  { "n_lost", FORM_INT, ROLLUP (rollup.n_lost), TRUE, FALSE },
  { "n_refused", FORM_INT, ROLLUP (rollup.n_refused), TRUE, FALSE },
  { "t1_ns", FORM_INT, ROLLUP (exchange.t1_ns), FALSE, FALSE },
  { "t2_ns", FORM_INT, ROLLUP (exchange.t2_ns), FALSE, FALSE },
  { "t3_ns", FORM_INT, ROLLUP (exchange.t3_ns), FALSE, FALSE },
  { "t4_ns", FORM_INT, ROLLUP (exchange.t4_ns), FALSE, FALSE },
  { "precision_ns", FORM_INT, ROLLUP (exchange.precision_ns), FALSE, FALSE },
  { "offset_ns", FORM_INT, ROLLUP (offset_ns), FALSE, FALSE },
  { "delay_ns", FORM_INT, ROLLUP (delay_ns), FALSE, FALSE },
  { "proven_min_ns", FORM_INT, ROLLUP (rollup.best.proven_min_ns), FALSE, FALSE },
  { "proven_max_ns", FORM_INT, ROLLUP (rollup.best.proven_max_ns), FALSE, FALSE },
  { "estimate_ns", FORM_INT, ROLLUP (rollup.best.estimate_ns), FALSE, FALSE },
  { "now_min_ns", FORM_INT, ROLLUP (rollup.low_ns), FALSE, FALSE },
  { "now_max_ns", FORM_INT, ROLLUP (rollup.high_ns), FALSE, FALSE },
  { "certain_min_ns", FORM_INT, ROLLUP (rollup.certain_min_ns), FALSE, FALSE },
  { "certain_max_ns", FORM_INT, ROLLUP (rollup.certain_max_ns), FALSE, FALSE },
  { "delay_max_ns", FORM_INT, ROLLUP (rollup.slowest_ns), FALSE, FALSE },
  { "event", FORM_EVENT, ROLLUP (rollup.event), FALSE, FALSE },
  { "event_size_ns", FORM_INT, ROLLUP (rollup.event_size_ns), FALSE, FALSE },
};

G_STATIC_ASSERT (G_N_ELEMENTS (figures) <= MAX_FIELDS);
G_STATIC_ASSERT (sizeof (gboolean) == sizeof (gint32) && sizeof (TsEntryKind) == sizeof (gint32) &&
                 sizeof (TsClockEvent) == sizeof (gint32));

static const char *const kinds[] = {
  [TS_ENTRY_SAMPLE] = "sample",
  [TS_ENTRY_LOST] = "lost",
  [TS_ENTRY_REFUSED] = "refused",
  [TS_ENTRY_PAUSED] = "paused",
  [TS_ENTRY_OFFLINE] = "offline",
};

static const char stamps[] = "upk";

struct _TsRecordTextReader
{
  gboolean is_csv;
  guint n_fields;
  int places[MAX_FIELDS]; /* the figure of each field of the table; -1: one that is not read */
};

G_DEFINE_QUARK (ts-record-text-error-quark, ts_record_text_error)

static void
append_time (GString *text,
             gint64 at_ns)
{
  gint64 second = at_ns / TS_NS_PER_S - (at_ns % TS_NS_PER_S < 0);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (second);
  g_autofree char *formatted = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");

  g_string_append_printf (text, "%s.%09dZ", formatted, (int) (at_ns - second * TS_NS_PER_S));
}

/* Leaves out characters that would have to be escaped, because no address has any. */
static void
append_quoted (GString *text,
               const char *value)
{
  g_string_append_c (text, '"');
  for (const char *c = value != NULL ? value : ""; *c != '\0'; c++)
    if (*c != '"' && *c != '\\' && (guchar) *c >= 0x20)
      g_string_append_c (text, *c);
  g_string_append_c (text, '"');
}

/* Returns: the event's name, or "" */
static const char *
get_event_name (gint32 event)
{
  const char *name = ts_clock_event_get_name ((TsClockEvent) event);

  return name != NULL ? name : "";
}

/* @is_json: whether texts are quoted */
static void
append_value (GString *text,
              const void *row,
              const Figure *figure,
              gboolean is_json)
{
  const void *value = (const char *) row + figure->offset;
  const char *quote = is_json ? "\"" : "";
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  switch (figure->form)
    {
    case FORM_INT:
      g_string_append_printf (text, "%" G_GINT64_FORMAT, *(const gint64 *) value);
      break;
    case FORM_INT32:
      g_string_append_printf (text, "%d", *(const gint32 *) value);
      break;
    case FORM_UINT32:
      g_string_append_printf (text, "%u", *(const guint32 *) value);
      break;
    case FORM_UINT64:
      g_string_append_printf (text, "%" G_GUINT64_FORMAT, *(const guint64 *) value);
      break;
    case FORM_UINT8:
      g_string_append_printf (text, "%u", *(const guint8 *) value);
      break;
    case FORM_DOUBLE:
      g_string_append (text, g_ascii_dtostr (digits, sizeof digits, *(const double *) value));
      break;
    case FORM_TIME:
      g_string_append (text, quote);
      append_time (text, *(const gint64 *) value);
      g_string_append (text, quote);
      break;
    case FORM_TEXT:
      g_string_append_printf (text, "%s%s%s", quote, *(const char *const *) value, quote);
      break;
    case FORM_SERVER:
      append_quoted (text, *(char *const *) value);
      break;
    case FORM_KIND:
      g_string_append_printf (text, "%s%s%s", quote, kinds[*(const gint32 *) value], quote);
      break;
    case FORM_STAMPS:
      g_string_append (text, quote);
      for (int i = 0; i < 4; i++)
        g_string_append_c (text, stamps[((const guint8 *) value)[i]]);
      g_string_append (text, quote);
      break;
    case FORM_EVENT:
      g_string_append_printf (text, "%s%s%s", quote, get_event_name (*(const gint32 *) value), quote);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
append_head (GString *text,
             const Figure *all,
             gsize n_figures)
{
  for (gsize i = 0; i < n_figures; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", all[i].name);
  g_string_append (text, "\r\n");
}

/* @is_sample: whether @row has the figures that only samples have */
static void
append_csv (GString *text,
            const void *row,
            gboolean is_sample,
            const Figure *all,
            gsize n_figures)
{
  for (gsize i = 0; i < n_figures; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      if (is_sample || all[i].is_always)
        append_value (text, row, &all[i], FALSE);
    }
  g_string_append (text, "\r\n");
}

static void
append_json (GString *text,
             const void *row,
             gboolean is_sample,
             const Figure *all,
             gsize n_figures)
{
  for (gsize i = 0; i < n_figures; i++)
    {
      const void *value = (const char *) row + all[i].offset;

      if ((!is_sample && !all[i].is_always) ||
          (all[i].form == FORM_EVENT && *(const gint32 *) value == TS_CLOCK_EVENT_NONE))
        continue;
      g_string_append_printf (text, "%s\"%s\":", i > 0 ? "," : "{", all[i].name);
      append_value (text, row, &all[i], TRUE);
    }
  g_string_append (text, "}\n");
}

/**
 * ts_record_text_append_head:
 * @text: where to append the first line of the table
 */
void
ts_record_text_append_head (GString *text)
{
  append_head (text, figures, G_N_ELEMENTS (figures));
}

/**
 * ts_record_text_append_csv:
 * @text: where to append the line
 * @row: a record
 */
void
ts_record_text_append_csv (GString *text,
                           const TsRecordTextRow *row)
{
  append_csv (text, row, row->record.kind == TS_ENTRY_SAMPLE, figures, G_N_ELEMENTS (figures));
}

/**
 * ts_record_text_append_json:
 * @text: where to append the line, an object
 * @row: a record
 */
void
ts_record_text_append_json (GString *text,
                            const TsRecordTextRow *row)
{
  append_json (text, row, row->record.kind == TS_ENTRY_SAMPLE, figures, G_N_ELEMENTS (figures));
}

static RollupRow
make_rollup_row (const char *server,
                 const TsRollup *rollup)
{
  gboolean has_sample = rollup->kind == TS_ENTRY_SAMPLE;

  return (RollupRow) {
    .server = server,
    .kind = has_sample ? "rollup" : kinds[rollup->kind],
    .rollup = *rollup,
    .exchange = ts_history_entry_get_exchange (&rollup->best),
    .offset_ns = ts_history_entry_get_offset_ns (&rollup->best),
    .delay_ns = ts_history_entry_get_delay_ns (&rollup->best),
  };
}

/**
 * ts_record_text_append_rollup_head:
 * @text: where to append the first line of the table
 */
void
ts_record_text_append_rollup_head (GString *text)
{
  append_head (text, rollup_figures, G_N_ELEMENTS (rollup_figures));
}

/**
 * ts_record_text_append_rollup_csv:
 * @text: where to append the line
 * @server: the server's address
 * @rollup: what some of its records come to
 */
void
ts_record_text_append_rollup_csv (GString *text,
                                  const char *server,
                                  const TsRollup *rollup)
{
  RollupRow row = make_rollup_row (server, rollup);

  append_csv (text, &row, rollup->kind == TS_ENTRY_SAMPLE, rollup_figures, G_N_ELEMENTS (rollup_figures));
}

/**
 * ts_record_text_append_rollup_json:
 * @text: where to append the line, an object
 * @server: the server's address
 * @rollup: what some of its records come to
 */
void
ts_record_text_append_rollup_json (GString *text,
                                   const char *server,
                                   const TsRollup *rollup)
{
  RollupRow row = make_rollup_row (server, rollup);

  append_json (text, &row, rollup->kind == TS_ENTRY_SAMPLE, rollup_figures, G_N_ELEMENTS (rollup_figures));
}

static gboolean
fail (GError **error,
      const char *what,
      const char *text)
{
  g_autofree char *start = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), MAX_QUOTED));

  g_set_error (error, TS_RECORD_TEXT_ERROR, TS_RECORD_TEXT_ERROR_MALFORMED, "%s: “%s”", what, start);
  return FALSE;
}

static int
find_name (const char *const *names,
           int n_names,
           const char *text)
{
  for (int i = 0; i < n_names; i++)
    if (names[i] != NULL && g_str_equal (names[i], text))
      return i;
  return -1;
}

static gboolean
parse_stamps (const char *text,
              guint8 *sources)
{
  for (int i = 0; i < 4; i++)
    {
      const char *place = text[i] != '\0' ? strchr (stamps, text[i]) : NULL;

      if (place == NULL)
        return FALSE;
      sources[i] = (guint8) (place - stamps);
    }
  return text[4] == '\0';
}

static gboolean
parse_event (const char *text,
             gint32 *event)
{
  *event = TS_CLOCK_EVENT_NONE;
  for (gint32 i = TS_CLOCK_EVENT_NONE; *text != '\0' && i <= TS_CLOCK_EVENT_STEP_PROBABLE; i++)
    if (g_str_equal (get_event_name (i), text))
      *event = i;
  return *text == '\0' || *event != TS_CLOCK_EVENT_NONE;
}

/* With nine decimals, as we write it. */
static gboolean
parse_time (const char *text,
            gint64 *at_ns)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", 2);
  g_autofree char *second = g_strconcat (parts[0] != NULL ? parts[0] : "", "Z", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (second, NULL);
  gint64 second_s = time != NULL ? g_date_time_to_unix (time) : -1;
  guint64 fraction_ns = 0;

  if (second_s < 0 || second_s >= TS_INSTANT_MAX_NS / TS_NS_PER_S || parts[1] == NULL || strlen (parts[1]) != 10 ||
      parts[1][9] != 'Z')
    return FALSE;
  parts[1][9] = '\0';
  if (!g_ascii_string_to_unsigned (parts[1], 10, 0, TS_NS_PER_S - 1, &fraction_ns, NULL))
    return FALSE;
  *at_ns = second_s * TS_NS_PER_S + (gint64) fraction_ns;
  return TRUE;
}

/* Returns: whether @text, without quotes, is a value of that figure */
static gboolean
parse_value (TsRecordTextRow *row,
             const Figure *figure,
             const char *text)
{
  void *value = (char *) row + figure->offset;
  gint64 number = 0;
  guint64 unsigned_number = 0;

  switch (figure->form)
    {
    case FORM_INT:
      return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, value, NULL);
    case FORM_UINT64:
      return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, value, NULL);
    case FORM_UINT32:
      if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &unsigned_number, NULL))
        return FALSE;
      *(guint32 *) value = (guint32) unsigned_number;
      return TRUE;
    case FORM_UINT8:
      if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT8, &unsigned_number, NULL))
        return FALSE;
      *(guint8 *) value = (guint8) unsigned_number;
      return TRUE;
    case FORM_INT32:
      if (!g_ascii_string_to_signed (text, 10, 0, 1, &number, NULL))
        return FALSE;
      *(gint32 *) value = (gint32) number;
      return TRUE;
    case FORM_KIND:
      *(gint32 *) value = find_name (kinds, G_N_ELEMENTS (kinds), text);
      return *(gint32 *) value >= 0;
    case FORM_SERVER:
      g_free (row->server);
      row->server = g_strdup (text);
      return TRUE;
    case FORM_STAMPS:
      return parse_stamps (text, value);
    case FORM_EVENT:
      return parse_event (text, value);
    case FORM_TIME:
      return parse_time (text, value);
    case FORM_DOUBLE:
    default:
      return TRUE;
    }
}

/* Cuts the next field or member off @line, which is changed, and removes the quotes of a text.
 *
 * @ends: the characters that may follow it */
static char *
cut_word (char **line,
          const char *ends)
{
  char *word = *line, *end;

  if (*word == '"')
    {
      word++;
      end = strchr (word, '"');
      if (end == NULL || (end[1] != '\0' && strchr (ends, end[1]) == NULL))
        return NULL;
      *end++ = '\0';
    }
  else
    end = word + strcspn (word, ends);
  *line = *end == '\0' ? end : end + 1;
  *end = '\0';
  return word;
}

static int
find_figure (const char *name)
{
  for (int i = 0; i < (int) G_N_ELEMENTS (figures); i++)
    if (g_str_equal (figures[i].name, name))
      return i;
  return -1;
}

/* @given: a bit for each figure
 *
 * Returns: whether all figures were given that a record needs */
static gboolean
is_whole (const TsRecordTextRow *row,
          guint64 given)
{
  static const char *const needed[] = { "kind", "t4_ns", "t1_ns", "t2_ns", "t3_ns" };
  guint n_needed = row->record.kind == TS_ENTRY_SAMPLE ? G_N_ELEMENTS (needed) : 1;

  for (guint i = 0; i < n_needed; i++)
    if (~given >> find_figure (needed[i]) & 1)
      return FALSE;
  return given >> find_figure ("t4_ns") & 1 || given >> find_figure ("time") & 1;
}

/* Derives the exchange's own figures from its instants. The estimator's figures come from a replay. */
static gboolean
complete (TsRecordTextRow *row,
          GError **error)
{
  TsSample given = row->record.sample;
  TsExchange exchange = given.exchange;

  if (row->record.kind != TS_ENTRY_SAMPLE)
    {
      row->record.sample = (TsSample) { 0 };
      return ts_instant_is_valid (row->record.at_ns) || fail (error, "A row is of no instant", kinds[row->record.kind]);
    }
  exchange.t4_ns = row->record.at_ns;
  if (!ts_sample_derive (&row->record.sample, &exchange, error))
    return FALSE;
  given.exchange = exchange;
  given.offset_ns = row->record.sample.offset_ns;
  given.delay_ns = row->record.sample.delay_ns;
  given.proven_min_ns = row->record.sample.proven_min_ns;
  given.proven_max_ns = row->record.sample.proven_max_ns;
  row->record.sample = given;
  return ts_sample_check (&given, error);
}

static gboolean
take_csv (TsRecordTextReader *self,
          char *line,
          TsRecordTextRow *row,
          guint64 *given,
          GError **error)
{
  for (guint i = 0; i < self->n_fields; i++)
    {
      char *word = cut_word (&line, ",");

      if (word == NULL)
        return fail (error, "A text does not end", line);
      if (self->places[i] < 0 || *word == '\0')
        continue;
      if (!parse_value (row, &figures[self->places[i]], word))
        return fail (error, figures[self->places[i]].name, word);
      *given |= G_GUINT64_CONSTANT (1) << self->places[i];
    }
  return *line == '\0' || fail (error, "A row has too many fields", line);
}

static gboolean
take_json (char *line,
           TsRecordTextRow *row,
           guint64 *given,
           GError **error)
{
  gsize length = strlen (line);

  if (length < 2 || line[0] != '{' || line[length - 1] != '}')
    return fail (error, "A line is not an object", line);
  line[length - 1] = '\0';
  line++;
  while (*line != '\0')
    {
      char *name = cut_word (&line, ":");
      char *word = name != NULL ? cut_word (&line, ",") : NULL;
      int figure = word != NULL ? find_figure (name) : -1;

      if (word == NULL)
        return fail (error, "A text does not end", line);
      if (figure < 0 || !figures[figure].is_read)
        continue;
      if (!parse_value (row, &figures[figure], word))
        return fail (error, name, word);
      *given |= G_GUINT64_CONSTANT (1) << figure;
    }
  return TRUE;
}

/**
 * ts_record_text_reader_new:
 * @first_line: the first line of a text
 * @error: return location for a %TS_RECORD_TEXT_ERROR
 *
 * Returns: (transfer full) (nullable): a reader for the text; %NULL if Time Sync did not write it
 */
TsRecordTextReader *
ts_record_text_reader_new (const char *first_line,
                           GError **error)
{
  g_autoptr (TsRecordTextReader) self = g_new0 (TsRecordTextReader, 1);
  g_auto (GStrv) names = NULL;
  guint n_read = 0;

  self->is_csv = *first_line != '{';
  if (!self->is_csv)
    return g_steal_pointer (&self);
  names = g_strsplit (first_line, ",", MAX_FIELDS);
  for (; names[self->n_fields] != NULL; self->n_fields++)
    {
      int figure = find_figure (g_strstrip (names[self->n_fields]));

      self->places[self->n_fields] = figure >= 0 && figures[figure].is_read ? figure : -1;
      n_read += self->places[self->n_fields] >= 0;
    }
  if (n_read >= 5)
    return g_steal_pointer (&self);
  fail (error, "The first line does not name the figures", first_line);
  return NULL;
}

/**
 * ts_record_text_reader_free:
 * @self: (transfer full): a reader
 */
void
ts_record_text_reader_free (TsRecordTextReader *self)
{
  g_free (self);
}

/**
 * ts_record_text_reader_is_csv:
 * @self: a reader
 *
 * Returns: whether the first line is the head of a table, and no row
 */
gboolean
ts_record_text_reader_is_csv (TsRecordTextReader *self)
{
  return self->is_csv;
}

/**
 * ts_record_text_reader_take:
 * @self: a reader
 * @line: a line with a row
 * @row: (out caller-allocates): the row; the caller frees its server, also on failure
 * @error: return location for a %TS_RECORD_TEXT_ERROR or a %TS_EXCHANGE_ERROR
 *
 * Returns: whether it is one
 */
gboolean
ts_record_text_reader_take (TsRecordTextReader *self,
                            const char *line,
                            TsRecordTextRow *row,
                            GError **error)
{
  g_autofree char *copy = g_strdup (line);
  guint64 given = 0;

  *row = (TsRecordTextRow) { .record.sample.max_error_ns = TS_MAX_ERROR_UNKNOWN };
  g_strchomp (copy);
  if (!(self->is_csv ? take_csv (self, copy, row, &given, error) : take_json (copy, row, &given, error)))
    return FALSE;
  return is_whole (row, given) ? complete (row, error) : fail (error, "A row lacks a figure", line);
}
