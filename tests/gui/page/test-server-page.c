/* Tests of a server's page beside its row in the list, with a probe that the test answers for: what they say when the
 * clock of a server is set that cannot tell; of the sentences on that page: they fit into their lines; and of how often its clocks
 * tick.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-server-page.h"

#include <math.h>

#include "chart/model/ts-chart-words.h"
#include "measure/ts-schedule.h"
#include "parts/ts-clocks.h"
#include "parts/ts-figures.h"
#include "parts/ts-figure.h"
#include "parts/ts-pacer.h"
#include "parts/ts-sentence.h"
#include "sidebar/ts-server-row.h"
#include "sidebar/ts-sidebar.h"
#include "wire/ts-answer.h"
#include "words/ts-format.h"

#include "test-fake-probe.h"
#include "test-widget.h"

#define N "\u2060\u2009\u2060"
/* So many samples come before the clock is set, and as many after it. */
#define N_HALF 64
/* After so many of the latter the step is told, and what is called certain is true again. */
#define N_UNTIL_TOLD 3
#define OFFSET_NS    (34 * TS_NS_PER_MS / 10)
#define SERVER_NS    (50 * TS_NS_PER_US)

typedef struct
{
  const char *name;
  gint64 least_ns; /* the fastest packet, each way */
  gint64 most_ns;  /* the slowest */
  gint64 step_ns;  /* by how much the server's clock is set */
} Path;

typedef struct
{
  GSettings *settings;
  TsClock *clock;
  TsServers *servers;
  TsMonitor *monitor;
  GtkWidget *page;
  GtkWidget *sidebar;
  GtkWindow *window;
  gint64 offset_ns; /* the truth */
} Fixture;

static TsProbe *
new_fake_probe (const TsAddress *address,
                gint64 timeout_ns,
                TsClock *clock)
{
  FakeProbe *probe = fake_probe_new_for (address);

  ts_probe_set_protocol (TS_PROBE (probe), TS_PROTOCOL_CLASSIC);
  return TS_PROBE (probe);
}

static void
set_up (Fixture *fixture,
        gconstpointer path)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  fixture->settings = g_settings_new ("org.timesync.TimeSync");
  g_settings_set_value (fixture->settings, "server-list", g_variant_new_parsed ("[('a.example', @a{sv} {})]"));
  fixture->clock = ts_clock_new_fake (1700000000 * TS_NS_PER_S);
  fixture->servers =
    ts_servers_new (fixture->settings, fixture->clock, new_fake_probe, g_application_get_default ());
  fixture->monitor = ts_servers_get_chosen (fixture->servers);
  fixture->offset_ns = OFFSET_NS;
  fixture->sidebar = g_object_new (TS_TYPE_SIDEBAR, "width-request", 280, NULL);
  fixture->page = g_object_new (TS_TYPE_SERVER_PAGE, "hexpand", TRUE, NULL);
  gtk_box_append (GTK_BOX (box), fixture->sidebar);
  gtk_box_append (GTK_BOX (box), fixture->page);
  ts_sidebar_set_servers (TS_SIDEBAR (fixture->sidebar), fixture->servers);
  ts_server_page_set_servers (TS_SERVER_PAGE (fixture->page), fixture->servers);
  fixture->window = show_widget (box, 1200, 760);
}

static void
tear_down (Fixture *fixture,
           gconstpointer path)
{
  FakeProbe *probe = FAKE_PROBE (ts_monitor_get_probe (fixture->monitor));

  ts_servers_stop (fixture->servers);
  fake_probe_lose (probe);
  gtk_window_destroy (fixture->window);
  g_assert_finalize_object (fixture->servers);
  g_settings_reset (fixture->settings, "server-list");
  g_settings_reset (fixture->settings, "chosen-server");
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
}

static void
pass_path (Fixture *fixture,
           const Path *path)
{
  double part = g_test_rand_double ();

  ts_clock_advance (fixture->clock, path->least_ns + (gint64) (part * (double) (path->most_ns - path->least_ns)));
}

/* The server's clock, as text of the classic form, which says nothing else. */
static TsClassicAnswer
get_answer (Fixture *fixture)
{
  gint64 receive_ns = ts_clock_get_now_ns (fixture->clock) + fixture->offset_ns;
  char text[TS_CLASSIC_MAX_SIZE];
  gsize length = ts_classic_encode (receive_ns, receive_ns + SERVER_NS, text);
  TsClassicAnswer answer;

  g_assert_cmpint (ts_classic_decode ((const guint8 *) text, length, TRUE, &answer, NULL), ==, TS_DECODED_COMPLETE);
  return answer;
}

/* An exchange some time after the last one. Stamps and readings are the real probe's. */
static void
exchange_after (Fixture *fixture,
                gint64 pause_ns,
                const Path *path)
{
  FakeProbe *probe = FAKE_PROBE (ts_monitor_get_probe (fixture->monitor));
  TsLocalStamps stamps = { .t1_source = TS_STAMP_KERNEL, .t4_source = TS_STAMP_KERNEL };
  TsClassicAnswer answer;
  TsSample sample;

  ts_clock_advance (fixture->clock, pause_ns);
  if (probe->task == NULL)
    ts_monitor_retry (fixture->monitor);
  ts_clock_read (fixture->clock, &stamps.before);
  stamps.t1_ns = ts_clock_get_now_ns (fixture->clock);
  pass_path (fixture, path);
  answer = get_answer (fixture);
  ts_clock_advance (fixture->clock, SERVER_NS);
  pass_path (fixture, path);
  stamps.t4_ns = ts_clock_get_now_ns (fixture->clock);
  ts_clock_read (fixture->clock, &stamps.after);
  g_assert_true (ts_answer_classic_to_sample (&answer, &stamps, &sample, NULL));
  g_assert_false (sample.has_generation);
  fake_probe_end (probe, &sample, NULL);
}

static void
exchange (Fixture *fixture,
          const Path *path)
{
  exchange_after (fixture, TS_NS_PER_S, path);
}

static const char *
get_label (gpointer widget,
           GType type,
           const char *child)
{
  return gtk_label_get_label (GTK_LABEL (gtk_widget_get_template_child (widget, type, child)));
}

/* Waits for the page to show that so many samples have come, and since which of them the clock is told to be set. */
static void
await_samples (Fixture *fixture,
               guint n_samples)
{
  GObject *figures = gtk_widget_get_template_child (GTK_WIDGET (fixture->page), TS_TYPE_SERVER_PAGE, "figures");
  GObject *samples = gtk_widget_get_template_child (GTK_WIDGET (figures), TS_TYPE_FIGURES, "samples");
  const TsHistory *history = ts_monitor_get_history (fixture->monitor);
  g_autofree char *count = ts_format_count (n_samples);
  gsize step = ts_history_find (history, TS_HISTORY_STEP, 0, n_samples);
  g_autofree char *since = NULL;

  TEST_WAIT (g_str_equal (get_label (samples, TS_TYPE_FIGURE, "value"), count));
  since = step < n_samples ? g_strdup_printf ("%u since the step", n_samples - (guint) step) : g_strdup ("Every hour");
  g_assert_cmpstr (get_label (samples, TS_TYPE_FIGURE, "context"), ==, since);
}

/* Returns: the nanoseconds of a number and its unit in a text; 0 if there is no number */
static gint64
read_amount_ns (const char *number,
                const char *symbol)
{
  TsUnit unit = TS_UNIT_NS;

  while (!g_str_equal (ts_unit_get_symbol (unit), symbol))
    g_assert_cmpint (++unit, <=, TS_UNIT_S);
  return llround (g_ascii_strtod (number, NULL) * (double) ts_unit_get_ns (unit));
}

/* Reads what the page calls certain, and holds the truth against it. */
static void
assert_certain_of_truth (Fixture *fixture)
{
  const char *headline = get_label (fixture->page, TS_TYPE_SERVER_PAGE, "headline");
  const char *certainty = get_label (fixture->page, TS_TYPE_SERVER_PAGE, "certainty");
  g_autoptr (GRegex) regex = g_regex_new (
    "^Certainly (?:between ([0-9.]+) and|within) ([0-9.]+)" N "(\\S+)$",
    0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_auto (GStrv) parts = NULL;
  gint64 sign = strstr (headline, " behind a.example") != NULL ? 1 : -1;
  gint64 from_ns, to_ns;

  g_test_message ("%s. %s. The truth is %+.3f ms", headline, certainty, (double) fixture->offset_ns / TS_NS_PER_MS);
  g_assert_true (g_regex_match (regex, certainty, 0, &match));
  parts = g_match_info_fetch_all (match);
  to_ns = read_amount_ns (parts[2], parts[3]);
  if (*parts[1] == '\0')
    {
      g_assert_true (g_str_has_prefix (headline, "Probably ") || g_str_has_prefix (headline, "In step with "));
      g_assert_cmpint (ABS (fixture->offset_ns), <=, to_ns);
      return;
    }
  g_assert_true (sign > 0 || strstr (headline, " ahead of a.example") != NULL);
  from_ns = read_amount_ns (parts[1], parts[3]);
  g_assert_cmpint (sign * fixture->offset_ns, >=, from_ns);
  g_assert_cmpint (sign * fixture->offset_ns, <=, to_ns);
}

/* Returns: the only event among the samples of the history */
static TsClockEvent
get_event (Fixture *fixture)
{
  const TsHistory *history = ts_monitor_get_history (fixture->monitor);
  TsClockEvent event = TS_CLOCK_EVENT_NONE;

  for (gsize i = 0; i < ts_history_get_length (history); i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);

      if (entry->event == TS_CLOCK_EVENT_NONE)
        continue;
      g_assert_cmpint (event, ==, TS_CLOCK_EVENT_NONE);
      event = (TsClockEvent) entry->event;
    }
  return event;
}

/* The history, the row and the chart tell the step, and how large it is. */
static void
assert_step_is_told (Fixture *fixture,
                     gint64 step_ns)
{
  TsClockEvent event = get_event (fixture);
  gboolean is_probable = event == TS_CLOCK_EVENT_STEP_PROBABLE;
  GObject *list = gtk_widget_get_template_child (GTK_WIDGET (fixture->sidebar), TS_TYPE_SIDEBAR, "list");
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0);
  GObject *model = gtk_widget_get_template_child (GTK_WIDGET (fixture->page), TS_TYPE_SERVER_PAGE, "model");
  const TsChartSeries *series = ts_chart_model_get_series (TS_CHART_MODEL (model));
  const TsChartStep *step = &g_array_index (series->steps, TsChartStep, 0);
  g_autofree char *words = NULL;

  g_assert_true (is_probable || event == TS_CLOCK_EVENT_STEP_REMOTE);
  /* The row shows it with the next frame, which may come after the page's. */
  TEST_WAIT (g_str_equal (get_label (row, TS_TYPE_SERVER_ROW, "words"), is_probable ? "probably set" : "clock was set"));
  g_assert_cmpuint (series->steps->len, ==, 1);
  words = ts_chart_format_step (step, TS_CHART_DETAIL_SIZE);
  g_assert_true (g_str_has_prefix (words, is_probable ? "Probably set, " : "Step, "));
  g_test_message ("%s", words);
  g_assert_cmpint (ABS (step->change_ns - step_ns), <=, ABS (step_ns) / 4);
}

static void
test_silent_step (Fixture *fixture,
                  gconstpointer data)
{
  const Path *path = data;

  for (guint i = 1; i <= N_HALF; i++)
    exchange (fixture, path);
  await_samples (fixture, N_HALF);
  assert_certain_of_truth (fixture);
  g_assert_cmpint (get_event (fixture), ==, TS_CLOCK_EVENT_NONE);

  fixture->offset_ns += path->step_ns;
  for (guint i = 1; i <= N_HALF; i++)
    {
      exchange (fixture, path);
      await_samples (fixture, N_HALF + i);
      if (i < N_UNTIL_TOLD)
        continue;
      assert_certain_of_truth (fixture);
      if (i == N_UNTIL_TOLD)
        assert_step_is_told (fixture, path->step_ns);
    }
  g_assert_cmpint (get_event (fixture), !=, TS_CLOCK_EVENT_NONE);
}

/* Half of a cold round trip is no estimate worth showing: until the first burst is over, row, headline and clocks wait. */
static void
test_burst (Fixture *fixture,
            gconstpointer data)
{
  GObject *list = gtk_widget_get_template_child (GTK_WIDGET (fixture->sidebar), TS_TYPE_SIDEBAR, "list");
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0);
  GObject *clocks = gtk_widget_get_template_child (GTK_WIDGET (fixture->page), TS_TYPE_SERVER_PAGE, "clocks");
  GObject *remote = gtk_widget_get_template_child (GTK_WIDGET (clocks), TS_TYPE_CLOCKS, "remote");

  for (guint i = 0; i < TS_SCHEDULE_BURST; i++)
    {
      g_test_message ("after %u", i);
      g_assert_cmpstr (get_label (row, TS_TYPE_SERVER_ROW, "offset"), ==, TS_UNKNOWN_TEXT);
      g_assert_cmpstr (get_label (row, TS_TYPE_SERVER_ROW, "words"), ==, "measuring…");
      g_assert_cmpstr (get_label (fixture->page, TS_TYPE_SERVER_PAGE, "headline"), ==, "Measuring a.example…");
      g_assert_false (gtk_widget_get_visible (GTK_WIDGET (remote)));
      exchange_after (fixture, 50 * TS_NS_PER_MS, data);
    }
  /* What is shown changes no faster than one can read. */
  ts_clock_advance (fixture->clock, TS_NS_PER_S * 9 / 10);
  TEST_WAIT (!g_str_equal (get_label (row, TS_TYPE_SERVER_ROW, "offset"), TS_UNKNOWN_TEXT));
  TEST_WAIT (gtk_widget_get_visible (GTK_WIDGET (remote)));
  g_assert_cmpstr (get_label (row, TS_TYPE_SERVER_ROW, "words"), ==, "");
}

/* A name takes two lines at most, and the tooltip says all of it. */
static void
test_long_name (Fixture *fixture,
                gconstpointer data)
{
  static const char name[] =
    "The time server in the basement of the main building, behind the door whose sign says that nobody may enter, in the "
    "third rack from the left, the second from the top, with a green light that is always on";
  GtkLabel *headline = GTK_LABEL (gtk_widget_get_template_child (fixture->page, TS_TYPE_SERVER_PAGE, "headline"));

  exchange (fixture, data);
  exchange (fixture, data);
  TEST_WAIT (strstr (gtk_label_get_label (headline), " behind a.example") != NULL);
  g_assert_null (strstr (gtk_widget_get_tooltip_text (GTK_WIDGET (headline)), "a.example"));
  ts_monitor_set_name (fixture->monitor, name);
  TEST_WAIT (strstr (gtk_label_get_label (headline), "The time server") != NULL);
  g_assert_nonnull (strstr (gtk_label_get_label (headline), "…"));
  g_assert_true (g_str_has_suffix (gtk_label_get_label (headline), "always on"));
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (GTK_WIDGET (headline)), name));
  TEST_WAIT (pango_layout_get_line_count (gtk_label_get_layout (headline)) <= 3);
}

/* Returns: the least width that a label needs for a sentence which was fitted to @width_px */
static int
measure_sentence (GtkLabel *label,
                  const char *sentence,
                  int width_px)
{
  int least_px;

  g_assert_false (ts_sentence_show (label, sentence, width_px));
  gtk_widget_measure (GTK_WIDGET (label), GTK_ORIENTATION_HORIZONTAL, -1, &least_px, NULL, NULL, NULL);
  return least_px;
}

/* A name that is too long is shortened with what no line may part from it. */
static void
test_sentence (void)
{
  static const char *const sentences[] = {
    "The name “a-very-long-name-of-a-time-server.example” was not found",
    "Le nom «\u00a0a-very-long-name-of-a-time-server.example\u00a0» est introuvable",
    "a-very-long-name-of-a-time-server.example\u202f; NTP",
    "找不到名称“a-very-long-name-of-a-time-server.example”",
    "名前「a-very-long-name-of-a-time-server.example」が見つかりませんでした",
  };
  g_autoptr (GtkLabel) label = g_object_ref_sink (GTK_LABEL (gtk_label_new (NULL)));

  gtk_label_set_wrap (label, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      g_test_message ("%s", sentences[i]);
      g_assert_cmpint (measure_sentence (label, sentences[i], 200), <=, 200);
      g_assert_nonnull (strstr (gtk_label_get_label (label), "…"));
    }
}

/* The daemon that keeps the power profile has this name, and in newer systems another one. */
static const struct
{
  const char *name;
  const char *path;
} power_daemons[] = {
  { "net.hadess.PowerProfiles", "/net/hadess/PowerProfiles" },
  { "org.freedesktop.UPower.PowerProfiles", "/org/freedesktop/UPower/PowerProfiles" },
};

static GVariant *
get_profile (GDBusConnection *connection,
             const char *sender,
             const char *path,
             const char *interface,
             const char *property,
             GError **error,
             gpointer profile)
{
  return g_variant_new_string (*(const char **) profile);
}

static void
set_profile (GDBusConnection *bus,
             const char **profile,
             const char *value)
{
  *profile = value;
  for (gsize i = 0; i < G_N_ELEMENTS (power_daemons); i++)
    g_dbus_connection_emit_signal (
      bus, NULL, power_daemons[i].path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
      g_variant_new_parsed ("(%s, {'ActiveProfile': <%s>}, @as [])", power_daemons[i].name, value), NULL);
}

/* With the power saver on, clocks tick in tenths of a second, also if it is switched while the window is shown. */
static void
test_power_saver (void)
{
  static const GDBusInterfaceVTable vtable = { .get_property = get_profile };
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  GtkWidget *label = g_object_ref_sink (gtk_label_new (""));
  guint objects[G_N_ELEMENTS (power_daemons)], names[G_N_ELEMENTS (power_daemons)];
  const char *profile = "power-saver";

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  g_assert_cmpint (ts_pacer_get_fastest (label), ==, TS_PACE_FRAMES);
  for (gsize i = 0; i < G_N_ELEMENTS (power_daemons); i++)
    {
      g_autofree char *xml = g_strdup_printf ("<node><interface name='%s'>"
                                              "<property name='ActiveProfile' type='s' access='read'/></interface></node>",
                                              power_daemons[i].name);
      g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);

      objects[i] = g_dbus_connection_register_object (bus, power_daemons[i].path, node->interfaces[0], &vtable, &profile,
                                                      NULL, NULL);
      names[i] = g_bus_own_name_on_connection (bus, power_daemons[i].name, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL,
                                               NULL);
    }
  TEST_WAIT (ts_pacer_get_fastest (label) == TS_PACE_TENTHS);
  set_profile (bus, &profile, "balanced");
  TEST_WAIT (ts_pacer_get_fastest (label) == TS_PACE_FRAMES);
  set_profile (bus, &profile, "power-saver");
  TEST_WAIT (ts_pacer_get_fastest (label) == TS_PACE_TENTHS);
  for (gsize i = 0; i < G_N_ELEMENTS (power_daemons); i++)
    {
      g_bus_unown_name (names[i]);
      g_dbus_connection_unregister_object (bus, objects[i]);
    }
  /* Without the daemon there is no power saver. */
  TEST_WAIT (ts_pacer_get_fastest (label) == TS_PACE_FRAMES);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_object_unref (label);
}

int
main (int argc,
      char *argv[])
{
  static const Path paths[] = {
    { "30-ms-on-18-to-22", 18 * TS_NS_PER_MS, 22 * TS_NS_PER_MS, 30 * TS_NS_PER_MS },
    { "8.2-ms-back-on-2-to-3", 2 * TS_NS_PER_MS, 3 * TS_NS_PER_MS, -82 * TS_NS_PER_MS / 10 },
  };
  g_autoptr (GApplication) application = NULL;

  if (!init_widgets (&argc, &argv))
    return EXIT_SKIPPED;
  /* The session's bus of the test is the system's one as well, so that the test can be the daemon. */
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_getenv ("DBUS_SESSION_BUS_ADDRESS"), TRUE);
  application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_application_set_default (application);
  g_test_add_func ("/server-page/sentence", test_sentence);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autofree char *name = g_strdup_printf ("/server-page/silent-step/%s", paths[i].name);

      g_test_add (name, Fixture, &paths[i], set_up, test_silent_step, tear_down);
    }
  g_test_add_func ("/server-page/power-saver", test_power_saver);
  g_test_add ("/server-page/long-name", Fixture, &paths[1], set_up, test_long_name, tear_down);
  g_test_add ("/server-page/burst", Fixture, &paths[1], set_up, test_burst, tear_down);
  return g_test_run ();
}
