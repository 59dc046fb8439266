/* Tests of what scripts read of a measurement: docs/stability.md.
 *
 * The stored objects, which are this program's one argument, have every member and every name that `ts-client --json` may
 * write. They are never changed once a version has written them: what is added gets a sample of its own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shared/ts-report.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "test-fake-probe.h"
#include "ts-table.h"

#define BEGIN_NS G_GINT64_CONSTANT (1796064235000000000)

/* Each row has others of the names. */
static const struct
{
  const char *host;
  TsProtocol protocol;
  guint8 sources[4];
  gint64 estimate_ns;
  gint64 min_ns;
  TsClockEvent event;
  TsSelectionVerdict verdict;
} reports[] = {
  { "a.example", TS_PROTOCOL_FRAMED, { TS_STAMP_KERNEL, TS_STAMP_USER, TS_STAMP_USER, TS_STAMP_KERNEL }, 3000000, 1000000,
    TS_CLOCK_EVENT_STEP_LOCAL, TS_SELECTION_AGREES },
  { "b.example", TS_PROTOCOL_CLASSIC, { TS_STAMP_USER, TS_STAMP_UNKNOWN, TS_STAMP_UNKNOWN, TS_STAMP_USER }, 3000000, -1000000,
    TS_CLOCK_EVENT_STEP_REMOTE, TS_SELECTION_FALSETICKER },
  { "timesyncs://c.example", TS_PROTOCOL_TLS, { TS_STAMP_USER, TS_STAMP_KERNEL, TS_STAMP_KERNEL, TS_STAMP_USER }, 1000, -1000000,
    TS_CLOCK_EVENT_SUSPEND, TS_SELECTION_UNDECIDED },
  { "ntp://d.example", TS_PROTOCOL_NTP, { TS_STAMP_KERNEL, TS_STAMP_UNKNOWN, TS_STAMP_UNKNOWN, TS_STAMP_KERNEL }, 1000, -1000000,
    TS_CLOCK_EVENT_STEP_PROBABLE, TS_SELECTION_UNDECIDED },
};

static char *stored_path;

static FakeProbe *
make_probe (const char *host,
            TsProtocol protocol)
{
  g_autoptr (TsAddress) target = ts_address_parse (host, NULL);
  FakeProbe *probe = fake_probe_new_for (target);

  ts_probe_set_protocol (TS_PROBE (probe), protocol);
  return probe;
}

/* @probe: its probe, which the report does not own */
static TsReport
make_report (gsize i,
             FakeProbe *probe)
{
  TsReport report = {
    .probe = TS_PROBE (probe),
    .estimate = { .estimate_ns = reports[i].estimate_ns, .error_ns = 2000, .proven_min_ns = reports[i].min_ns,
                  .proven_max_ns = 5000000, .unset_since_ns = i % 2 == 0 ? 0 : BEGIN_NS, .drift_ppm = 0.5,
                  .drift_min_ppm = -1.5, .drift_max_ppm = 2.5 },
    .event = reports[i].event,
    .host = reports[i].host,
    .verdict = ts_selection_verdict_get_name (reports[i].verdict),
  };

  g_assert_true (ts_sample_derive (&report.sample,
                                   &(TsExchange) { BEGIN_NS, BEGIN_NS + 5000000, BEGIN_NS + 5001000, BEGIN_NS + 4001000, 0 },
                                   NULL));
  memcpy (report.sample.sources, reports[i].sources, sizeof reports[i].sources);
  report.sample.is_retransmitted = i == 0;
  report.sample.max_error_ns = 1500000;
  report.sample.quality = (TsServerQuality) { TRUE, 1, 2, 10, 20, 0x7f000001 };
  return report;
}

/* Returns: (transfer full): an object of each kind, with all that it may have */
static char *
write_objects (void)
{
  static const TsReportVerdict verdicts[] = {
    { "a.example", TRUE, TS_SELECTION_AGREES },
    { "b.example", TRUE, TS_SELECTION_FALSETICKER },
    { "timesyncs://c.example", TRUE, TS_SELECTION_UNDECIDED },
    { "e.example", FALSE, TS_SELECTION_UNDECIDED },
  };
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "e.example did not answer");
  g_autoptr (FakeProbe) failed = make_probe ("e.example", TS_PROTOCOL_FRAMED);
  g_autofree char *failure = ts_report_failure (error, BEGIN_NS, TS_PROBE (failed));
  g_autofree char *selection = ts_report_selection_json (&(TsSelection) { TRUE, 1000000, 5000000, 2 }, verdicts,
                                                         G_N_ELEMENTS (verdicts));
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (reports); i++)
    {
      g_autoptr (FakeProbe) probe = make_probe (reports[i].host, reports[i].protocol);
      TsReport report = make_report (i, probe);
      g_autofree char *object = ts_report_json (&report);

      g_string_append (text, object);
    }
  g_string_append_printf (text, "%s%s", failure, selection);
  return g_string_free (text, FALSE);
}

/* Each member that was stored is there, with the same value. There may be more. */
static void
test_json (void)
{
  g_autofree char *stored = NULL, *text = write_objects ();
  g_auto (GStrv) lines = NULL, stored_lines = NULL;

  g_assert_true (g_file_get_contents (stored_path, &stored, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  stored_lines = g_strsplit (stored, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, g_strv_length (stored_lines));
  for (gsize i = 0; *stored_lines[i] != '\0'; i++)
    {
      g_autoptr (JsonNode) now = json_from_string (lines[i], NULL), then = json_from_string (stored_lines[i], NULL);
      JsonObject *object = json_node_get_object (now);
      g_autoptr (GList) names = json_object_get_members (json_node_get_object (then));

      for (GList *name = names; name != NULL; name = name->next)
        {
          JsonNode *value = json_object_get_member (object, name->data);

          if (value == NULL || !json_node_equal (value, json_object_get_member (json_node_get_object (then), name->data)))
            g_error ("%s: “%s” was\n%s\nand is\n%s", stored_path, (char *) name->data, stored_lines[i], lines[i]);
        }
    }
}

static void
test_csv (void)
{
  g_autoptr (FakeProbe) probe = make_probe (reports[0].host, reports[0].protocol);
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no “answer”, no \"time\"");
  TsReport report = make_report (0, probe);
  g_autofree char *good = ts_table_to_csv (&(TsTableRow) { "a.example", &report, NULL, 0 });
  g_autofree char *bad = ts_table_to_csv (&(TsTableRow) { "e.example", NULL, error, BEGIN_NS });

  g_assert_true (g_str_has_prefix (ts_table_get_csv_header (),
                                   "host,time_ns,address,protocol,offset_ns,proven_min_ns,proven_max_ns,round_trip_ns,"
                                   "estimate_ns,estimate_error_ns,now_min_ns,now_max_ns,event,verdict,code,error"));
  g_assert_true (g_str_has_prefix (good, "a.example,1796064235004001000,192.0.2.1:10085,framed,3000000,1000000,5000000,4000000,"
                                         "3000000,2000,1000000,5000000,step-local,agrees,,"));
  g_assert_true (g_str_has_prefix (bad, "e.example,1796064235000000000,,,,,,,,,,,,,timed-out,"
                                        "\"no “answer”, no \"\"time\"\"\""));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  stored_path = argv[1];
  g_test_add_func ("/report/json", test_json);
  g_test_add_func ("/report/csv", test_csv);
  return g_test_run ();
}
