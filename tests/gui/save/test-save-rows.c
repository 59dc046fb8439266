/* ts-save-rows: a history as CSV or JSON, a piece at a time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-rows.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "measure/ts-time.h"

#define S         TS_NS_PER_S
#define N_COLUMNS 15
#define N_MANY    1000000

/* 2026-11-25 10:24:37.000000042 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1795602277) * S + 42)

#define CSV_HEAD                                                                                           \
  "time,kind,t1_ns,t2_ns,t3_ns,t4_ns,offset_ns,delay_ns,proven_min_ns,proven_max_ns,estimate_ns,now_min_ns," \
  "now_max_ns,precision_ns,event\r\n"

static const TsSaveOrigin origin = {
  .host = "time.example.org",
  .name = "Lab “1”, \"a\\b\"\n\x01",
  .address = "192.0.2.17:10085",
  .protocol = "framed",
  .saved_at_ns = NOW_NS,
};

/* Adds a sample whose answer came at @t4_ns: 7 ms away, the server 12 ms ahead, which had it for 0.4 ms. */
static void
add (TsHistory *history,
     gint64 t4_ns,
     gint64 precision_ns,
     TsClockEvent event)
{
  TsExchange exchange = {
    .t1_ns = t4_ns - 7400000,
    .t2_ns = t4_ns - 3400000 + 12000000,
    .t3_ns = t4_ns - 3000000 + 12000000,
    .t4_ns = t4_ns,
    .precision_ns = precision_ns,
  };
  TsEstimate estimate = { .estimate_ns = -5, .proven_min_ns = -1000, .proven_max_ns = 1001 };
  TsSample sample;
  GError *error = NULL;

  ts_sample_derive (&sample, &exchange, &error);
  g_assert_no_error (error);
  ts_history_add_sample (history, &sample, &estimate, event);
}

/* Three samples with three gaps between the first two of them. */
static TsHistory *
make_history (void)
{
  TsHistory *history = ts_history_new (100);

  add (history, NOW_NS - 6 * S, 0, TS_CLOCK_EVENT_NONE);
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS - 5 * S);
  ts_history_add_gap (history, TS_ENTRY_REFUSED, NOW_NS - 4 * S);
  ts_history_add_gap (history, TS_ENTRY_PAUSED, NOW_NS - 3 * S);
  add (history, NOW_NS - 2 * S, 0, TS_CLOCK_EVENT_STEP_REMOTE);
  add (history, NOW_NS, 1000, TS_CLOCK_EVENT_SUSPEND);
  return history;
}

static char *
write_range (TsSaveFormat format,
             const TsHistory *history,
             gint64 begin_ns,
             gint64 end_ns)
{
  g_autoptr (TsSaveRows) rows = ts_save_rows_new (format, &origin, history, begin_ns, end_ns);
  GString *text = g_string_new (NULL);
  double done = 0;

  while (ts_save_rows_next (rows, text))
    {
      g_assert_cmpfloat (ts_save_rows_get_done (rows), >=, done);
      done = ts_save_rows_get_done (rows);
    }
  g_assert_cmpfloat (done, ==, 1);
  return g_string_free (text, FALSE);
}

static char *
write_all (TsSaveFormat format,
           const TsHistory *history)
{
  return write_range (format, history, G_MININT64, G_MAXINT64);
}

/* Every event has its name in both formats. */
static void
test_events (void)
{
  static const struct
  {
    TsClockEvent event;
    const char *name;
  } cases[] = {
    { TS_CLOCK_EVENT_STEP_LOCAL, "step-local" },
    { TS_CLOCK_EVENT_STEP_REMOTE, "step-remote" },
    { TS_CLOCK_EVENT_STEP_PROBABLE, "step-probable" },
    { TS_CLOCK_EVENT_SUSPEND, "suspend" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TsHistory) history = ts_history_new (10);
      const TsSample sample = { .exchange = { .t4_ns = NOW_NS } };
      g_autofree char *csv_end = g_strconcat (",", cases[i].name, "\r\n", NULL);
      g_autofree char *json_end = g_strconcat (",\"event\":\"", cases[i].name, "\"}\n]}\n", NULL);
      g_autofree char *csv = NULL;
      g_autofree char *json = NULL;

      ts_history_add_sample (history, &sample, &(TsEstimate) { 0 }, cases[i].event);
      csv = write_all (TS_SAVE_CSV, history);
      json = write_all (TS_SAVE_JSON, history);
      g_assert_true (g_str_has_suffix (csv, csv_end));
      g_assert_true (g_str_has_suffix (json, json_end));
    }
}

static void
test_csv (void)
{
  g_autoptr (TsHistory) history = make_history ();
  g_autofree char *text = write_all (TS_SAVE_CSV, history);

  g_assert_cmpstr (text, ==,
                   CSV_HEAD
                   "2026-11-25T10:24:31.000000042Z,sample,1795602270992600042,1795602271008600042,"
                   "1795602271009000042,1795602271000000042,12500000,7000000,9000000,16000000,-5,-1000,1001,0,\r\n"
                   "2026-11-25T10:24:32.000000042Z,lost,,,,,,,,,,,,,\r\n"
                   "2026-11-25T10:24:33.000000042Z,refused,,,,,,,,,,,,,\r\n"
                   "2026-11-25T10:24:34.000000042Z,paused,,,,,,,,,,,,,\r\n"
                   "2026-11-25T10:24:35.000000042Z,sample,1795602274992600042,1795602275008600042,"
                   "1795602275009000042,1795602275000000042,12500000,7000000,9000000,16000000,-5,-1000,1001,0,"
                   "step-remote\r\n"
                   "2026-11-25T10:24:37.000000042Z,sample,1795602276992600042,1795602277008600042,"
                   "1795602277009000042,1795602277000000042,12500000,7000000,8999000,16001000,-5,-1000,1001,1000,"
                   "suspend\r\n");
}

static void
test_empty (void)
{
  g_autoptr (TsHistory) history = ts_history_new (1);
  g_autofree char *csv = write_all (TS_SAVE_CSV, history);
  g_autofree char *json = write_all (TS_SAVE_JSON, history);
  g_autoptr (JsonNode) root = json_from_string (json, NULL);

  g_assert_cmpstr (csv, ==, CSV_HEAD);
  g_assert_nonnull (root);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_node_get_object (root), "samples")),
                    ==, 0);
}

/* Both ends belong to a range. */
static void
test_range (void)
{
  const struct
  {
    gint64 begin_ns, end_ns;
    guint n_rows;
  } cases[] = {
    { G_MININT64, G_MAXINT64, 6 }, { NOW_NS - 6 * S, NOW_NS, 6 },    { NOW_NS - 5 * S, NOW_NS - 1, 4 },
    { NOW_NS, NOW_NS, 1 },         { NOW_NS + 1, NOW_NS + S, 0 },    { NOW_NS - 3 * S, NOW_NS - 2 * S, 2 },
  };
  g_autoptr (TsHistory) history = make_history ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = write_range (TS_SAVE_CSV, history, cases[i].begin_ns, cases[i].end_ns);
      g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

      g_assert_cmpuint (g_strv_length (lines), ==, 1 + cases[i].n_rows + 1);
    }
}

/* What is written is what was, whatever the history forgets meanwhile. */
static void
test_history_moves_on (void)
{
  g_autoptr (TsHistory) history = make_history ();
  g_autofree char *before = write_all (TS_SAVE_CSV, history);
  g_autoptr (TsSaveRows) rows = ts_save_rows_new (TS_SAVE_CSV, &origin, history, G_MININT64, G_MAXINT64);
  g_autoptr (GString) text = g_string_new (NULL);

  ts_history_clear (history);
  for (guint i = 0; i < 200; i++)
    ts_history_add_gap (history, TS_ENTRY_LOST, i);
  while (ts_save_rows_next (rows, text))
    continue;
  g_assert_cmpstr (text->str, ==, before);
}

static gint64
get_int (JsonObject *object,
         const char *name)
{
  g_assert_true (json_object_has_member (object, name));
  return json_object_get_int_member (object, name);
}

static void
test_json (void)
{
  g_autoptr (TsHistory) history = make_history ();
  g_autofree char *text = write_all (TS_SAVE_JSON, history);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = json_from_string (text, &error);
  JsonObject *object, *sample;
  JsonArray *samples;

  g_assert_no_error (error);
  object = json_node_get_object (root);
  g_assert_cmpstr (json_object_get_string_member (object, "host"), ==, origin.host);
  g_assert_cmpstr (json_object_get_string_member (object, "name"), ==, origin.name);
  g_assert_cmpstr (json_object_get_string_member (object, "address"), ==, origin.address);
  g_assert_cmpstr (json_object_get_string_member (object, "protocol"), ==, origin.protocol);
  g_assert_cmpstr (json_object_get_string_member (object, "saved_at"), ==, "2026-11-25T10:24:37.000000042Z");
  g_assert_cmpstr (json_object_get_string_member (object, "version"), ==, TS_VERSION);
  samples = json_object_get_array_member (object, "samples");
  g_assert_cmpuint (json_array_get_length (samples), ==, 6);

  sample = json_array_get_object_element (samples, 4);
  g_assert_cmpstr (json_object_get_string_member (sample, "time"), ==, "2026-11-25T10:24:35.000000042Z");
  g_assert_cmpstr (json_object_get_string_member (sample, "kind"), ==, "sample");
  g_assert_cmpstr (json_object_get_string_member (sample, "event"), ==, "step-remote");
  g_assert_cmpint (get_int (sample, "t1_ns"), ==, NOW_NS - 2 * S - 7400000);
  g_assert_cmpint (get_int (sample, "t4_ns"), ==, NOW_NS - 2 * S);
  g_assert_cmpint (get_int (sample, "offset_ns"), ==, 12500000);
  g_assert_cmpint (get_int (sample, "now_min_ns"), ==, -1000);
  g_assert_cmpuint (json_object_get_size (sample), ==, N_COLUMNS);

  sample = json_array_get_object_element (samples, 1);
  g_assert_cmpstr (json_object_get_string_member (sample, "kind"), ==, "lost");
  g_assert_cmpuint (json_object_get_size (sample), ==, 2);
}

/* An address that nobody knows yet has no member. */
static void
test_json_without_address (void)
{
  const TsSaveOrigin unknown = { .host = "a", .name = "a", .protocol = "unknown", .saved_at_ns = -1 };
  g_autoptr (TsHistory) history = ts_history_new (1);
  g_autoptr (TsSaveRows) rows = ts_save_rows_new (TS_SAVE_JSON, &unknown, history, 0, 0);
  g_autoptr (GString) text = g_string_new (NULL);

  while (ts_save_rows_next (rows, text))
    continue;
  g_assert_cmpstr (text->str, ==,
                   "{\"host\":\"a\",\"name\":\"a\",\"protocol\":\"unknown\",\"version\":\"" TS_VERSION "\","
                   "\"saved_at\":\"1969-12-31T23:59:59.999999999Z\",\"samples\":[\n]}\n");
}

/* Reads the fields of a row that has no quotes. */
static const char *
read_row (const char *row,
          char fields[N_COLUMNS][40])
{
  const char *end = strstr (row, "\r\n");

  g_assert_nonnull (end);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      const char *comma = i + 1 < N_COLUMNS ? memchr (row, ',', (gsize) (end - row)) : end;

      g_assert_nonnull (comma);
      g_assert_cmpint (comma - row, <, 40);
      memcpy (fields[i], row, (gsize) (comma - row));
      fields[i][comma - row] = '\0';
      row = comma + 1;
    }
  return end + 2;
}

/* Every value of any history comes back, the extremes too. */
static void
test_csv_comes_back (void)
{
  g_autoptr (TsHistory) history = ts_history_new (1000);
  g_autofree char *text = NULL;
  char fields[N_COLUMNS][40];
  const char *row;

  for (guint i = 0; i < 1000; i++)
    {
      gint64 bits[2] = { (gint64) ((guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ()),
                         i == 0 ? G_MININT64 : i == 1 ? G_MAXINT64 : g_test_rand_int () };
      TsSample sample = {
        .exchange = { .t2_ns = 0, .t3_ns = g_test_rand_int_range (0, 1000000), .t4_ns = NOW_NS + i },
        .proven_min_ns = g_test_rand_int (),
        .delay_ns = 2,
      };
      TsEstimate estimate = { .estimate_ns = bits[0], .proven_min_ns = bits[1], .proven_max_ns = -bits[0] };

      sample.proven_max_ns = sample.proven_min_ns + 2;
      ts_history_add_sample (history, &sample, &estimate, TS_CLOCK_EVENT_NONE);
    }
  text = write_all (TS_SAVE_CSV, history);
  row = read_row (text, fields);
  for (guint i = 0; i < 1000; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);

      row = read_row (row, fields);
      g_assert_cmpint (g_ascii_strtoll (fields[5], NULL, 10), ==, entry->at_ns);
      g_assert_cmpint (g_ascii_strtoll (fields[8], NULL, 10), ==, entry->proven_min_ns);
      g_assert_cmpint (g_ascii_strtoll (fields[10], NULL, 10), ==, entry->estimate_ns);
      g_assert_cmpint (g_ascii_strtoll (fields[11], NULL, 10), ==, entry->now_min_ns);
      g_assert_cmpint (g_ascii_strtoll (fields[12], NULL, 10), ==, entry->now_max_ns);
      g_assert_cmpstr (fields[14], ==, "");
    }
  g_assert_cmpstr (row, ==, "");
}

static gsize
count_lines (const GString *text)
{
  gsize n = 0;

  for (gsize i = 0; i < text->len; i++)
    n += text->str[i] == '\n';
  return n;
}

/* No piece keeps the window waiting, and none of a million rows is lost between two pieces. */
static void
test_many (gconstpointer data)
{
  TsSaveFormat format = (TsSaveFormat) GPOINTER_TO_INT (data);
  g_autoptr (TsHistory) history = ts_history_new (N_MANY);
  g_autoptr (TsSaveRows) rows = NULL;
  g_autoptr (GString) part = g_string_new (NULL);
  gsize n_lines = 0, longest = 0;
  gint64 begin_us, copied_us, end_us;

  for (guint i = 0; i < N_MANY; i++)
    add (history, NOW_NS + i * S, 0, TS_CLOCK_EVENT_NONE);

  begin_us = g_get_monotonic_time ();
  rows = ts_save_rows_new (format, &origin, history, G_MININT64, G_MAXINT64);
  copied_us = g_get_monotonic_time ();
  while (ts_save_rows_next (rows, part))
    {
      n_lines += count_lines (part);
      longest = MAX (longest, part->len);
      g_string_truncate (part, 0);
    }
  end_us = g_get_monotonic_time ();
  /* JSON has one before the rows and one after them. */
  g_assert_cmpuint (n_lines, ==, N_MANY + (format == TS_SAVE_CSV ? 1 : 2));
  g_assert_cmpuint (longest, <, 500000);
  g_test_message ("%d ms to copy, %d ms to write", (int) (copied_us - begin_us) / 1000,
                  (int) (end_us - copied_us) / 1000);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/save-rows/csv", test_csv);
  g_test_add_func ("/save-rows/events", test_events);
  g_test_add_func ("/save-rows/csv-comes-back", test_csv_comes_back);
  g_test_add_func ("/save-rows/json", test_json);
  g_test_add_func ("/save-rows/json-without-address", test_json_without_address);
  g_test_add_func ("/save-rows/empty", test_empty);
  g_test_add_func ("/save-rows/range", test_range);
  g_test_add_func ("/save-rows/history-moves-on", test_history_moves_on);
  g_test_add_data_func ("/save-rows/many/csv", GINT_TO_POINTER (TS_SAVE_CSV), test_many);
  g_test_add_data_func ("/save-rows/many/json", GINT_TO_POINTER (TS_SAVE_JSON), test_many);
  return g_test_run ();
}
