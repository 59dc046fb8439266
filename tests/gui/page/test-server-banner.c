/* Tests of the banner of a server's page, with a probe that the test answers for.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "page/ts-server-banner.h"

#include "net/probe/ts-probe.h"
#include "parts/ts-details.h"
#include "test-fake-network.h"
#include "test-fake-probe.h"
#include "test-widget.h"

typedef struct
{
  FakeProbe *probe;
  TsClock *clock;
  TsMonitor *monitor;
  GtkWidget *banner;
  gboolean has_other_key;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->probe = fake_probe_new ();
  fixture->probe->default_interval_ns = 10 * TS_NS_PER_S;
  fixture->clock = ts_clock_new_fake (1700000000 * TS_NS_PER_S);
  fixture->monitor = ts_monitor_new (TS_PROBE (fixture->probe), fixture->clock);
  ts_monitor_set_punctual (fixture->monitor, TRUE);
  fixture->banner = g_object_ref_sink (g_object_new (TS_TYPE_SERVER_BANNER, NULL));
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  ts_monitor_stop (fixture->monitor);
  fake_probe_lose (fixture->probe);
  g_assert_finalize_object (fixture->banner);
  g_assert_finalize_object (fixture->monitor);
  g_object_unref (fixture->probe);
  g_object_unref (fixture->clock);
}

/* Title and detail, and the button if there is one; empty if the banner is hidden. */
static void
assert_banner (Fixture *fixture,
               TsVerdict trend,
               const TsServerDispute *dispute,
               const char *expected)
{
  TsServerBanner *banner = TS_SERVER_BANNER (fixture->banner);
  g_autofree char *text = NULL;
  GtkInfoBar *bar;
  GtkLabel *title, *detail;
  GtkButton *button;

  ts_server_banner_show (banner, fixture->monitor, trend, dispute, fixture->has_other_key);
  bar = GTK_INFO_BAR (gtk_widget_get_template_child (fixture->banner, TS_TYPE_SERVER_BANNER, "bar"));
  /* A screen reader says what it tells at once. */
  g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (bar)), ==, GTK_ACCESSIBLE_ROLE_ALERT);
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  title = GTK_LABEL (gtk_widget_get_template_child (fixture->banner, TS_TYPE_SERVER_BANNER, "title"));
  detail = GTK_LABEL (gtk_widget_get_template_child (fixture->banner, TS_TYPE_SERVER_BANNER, "detail"));
  button = GTK_BUTTON (gtk_widget_get_template_child (fixture->banner, TS_TYPE_SERVER_BANNER, "button"));
  text = g_strconcat (gtk_label_get_label (title), "|", gtk_label_get_label (detail), "|",
                      gtk_widget_get_visible (GTK_WIDGET (button)) ? gtk_button_get_label (button) : "", NULL);
  g_assert_cmpint (gtk_info_bar_get_revealed (bar), ==, *expected != '\0');
  g_assert_cmpstr (text, ==, *expected != '\0' ? expected : "||");
}

#define GAP "They are at least 10\u2060\u2009\u2060ms apart."

static void
test_states (Fixture *fixture,
             gconstpointer data)
{
  const gint64 t1_ns = ts_clock_get_now_ns (fixture->clock);
  TsServerDispute dispute = { .opponent = "Lab", .gap_ns = 10 * TS_NS_PER_MS + 10 };
  const char slewed[] = "The server’s clock is being slewed|"
                        "The offset changes faster than clocks drift by themselves, but evenly.|";

  assert_banner (fixture, TS_VERDICT_TOO_FEW, NULL, "");
  ts_monitor_start (fixture->monitor);
  fake_probe_answer (fixture->probe, &(TsExchange) { t1_ns, t1_ns + 5, t1_ns + 6, t1_ns + 10 });
  assert_banner (fixture, TS_VERDICT_STEADY, NULL, "");
  assert_banner (fixture, TS_VERDICT_STEP, NULL, "");
  assert_banner (fixture, TS_VERDICT_SLEWED, NULL, slewed);

  assert_banner (fixture, TS_VERDICT_SLEWED, &dispute, "time.example and Lab cannot both be right|" GAP "|Show Both");
  dispute.is_shown = TRUE;
  assert_banner (fixture, TS_VERDICT_STEADY, &dispute, "time.example and Lab cannot both be right|" GAP "|");

  /* Somebody else may be the one who disagrees. */
  fixture->has_other_key = TRUE;
  assert_banner (fixture, TS_VERDICT_STEADY, &dispute,
                 "The key of time.example has changed|Somebody else may be answering.|Show Key");
  fixture->has_other_key = FALSE;

  /* That nothing is measured is more important. */
  ts_monitor_pause (fixture->monitor);
  assert_banner (fixture, TS_VERDICT_SLEWED, &dispute, "Paused|The server is not asked until you resume.|Resume");
  ts_monitor_resume (fixture->monitor);
  fake_probe_end (fixture->probe, NULL, g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "it refuses"));
  assert_banner (fixture, TS_VERDICT_SLEWED, NULL,
                 "time.example refuses connections|Check the port: nothing seems to listen there. Next try in 10\u2060\u2009\u2060s.|Retry");
}

/* A single answer that does not come moves nothing; the second one is told. */
static void
test_single_loss (Fixture *fixture,
                  gconstpointer data)
{
  const gint64 t1_ns = ts_clock_get_now_ns (fixture->clock);

  ts_monitor_start (fixture->monitor);
  fake_probe_answer (fixture->probe, &(TsExchange) { t1_ns, t1_ns + 5, t1_ns + 6, t1_ns + 10 });
  ts_monitor_retry (fixture->monitor);
  fake_probe_end (fixture->probe, NULL, g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no answer"));
  g_assert_cmpint (ts_monitor_get_state (fixture->monitor), ==, TS_MONITOR_FAILING);
  assert_banner (fixture, TS_VERDICT_STEADY, NULL, "");
  ts_monitor_retry (fixture->monitor);
  fake_probe_end (fixture->probe, NULL, g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no answer"));
  assert_banner (fixture, TS_VERDICT_STEADY, NULL,
                 "time.example does not answer|Check whether it runs, and whether a firewall is in the way. "
                 "Next try in 10\u2060\u2009\u2060s.|Retry");
}

/* It is no fault of the server's, and there is nothing to retry. */
static void
test_offline (Fixture *fixture,
              gconstpointer data)
{
  g_autoptr (FakeNetwork) network = fake_network_new ();

  network->is_available = FALSE;
  ts_monitor_set_network (fixture->monitor, G_NETWORK_MONITOR (network));
  ts_monitor_start (fixture->monitor);
  fake_probe_end (fixture->probe, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "no route"));
  assert_banner (fixture, TS_VERDICT_STEADY, NULL,
                 "This computer is not connected to a network|Measuring continues when it is connected again.|");
}

/* @expected: (nullable): what is behind "Details"; %NULL: there is no such button */
static void
assert_details (Fixture *fixture,
                const char *expected)
{
  GtkWidget *details =
    GTK_WIDGET (gtk_widget_get_template_child (fixture->banner, TS_TYPE_SERVER_BANNER, "details"));
  GtkLabel *text;

  g_assert_cmpint (gtk_widget_get_visible (details), ==, expected != NULL);
  text = GTK_LABEL (gtk_widget_get_template_child (details, TS_TYPE_DETAILS, "text"));
  g_assert_cmpstr (gtk_label_get_label (text), ==, expected != NULL ? expected : "");
}

/* What the server or the system said literally is behind a button, and gone with the failure. */
static void
test_details (Fixture *fixture,
              gconstpointer data)
{
  const char said[] = "192.0.2.1:4460: the reply is not a time: “HTTP/1.1 400\\x0d”";

  ts_monitor_start (fixture->monitor);
  fake_probe_end (fixture->probe, NULL, g_error_new_literal (TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, said));
  assert_banner (fixture, TS_VERDICT_TOO_FEW, NULL,
                 "time.example answers, but not with a time|Check the port: what listens there may not be a time server. "
                 "Next try in 10\u2060\u2009\u2060s.|Retry");
  assert_details (fixture, said);

  ts_monitor_retry (fixture->monitor);
  fake_probe_end (fixture->probe, NULL,
                  g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "time.example refuses connections"));
  assert_banner (fixture, TS_VERDICT_TOO_FEW, NULL,
                 "time.example refuses connections|Check the port: nothing seems to listen there. "
                 "Next try in 10\u2060\u2009\u2060s.|Retry");
  assert_details (fixture, NULL);

  ts_monitor_retry (fixture->monitor);
  fake_probe_end (fixture->probe, NULL, g_error_new_literal (TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, said));
  ts_server_banner_show (TS_SERVER_BANNER (fixture->banner), fixture->monitor, TS_VERDICT_TOO_FEW, NULL, FALSE);
  assert_details (fixture, said);
  ts_monitor_pause (fixture->monitor);
  assert_banner (fixture, TS_VERDICT_TOO_FEW, NULL, "Paused|The server is not asked until you resume.|Resume");
  assert_details (fixture, NULL);
}

/* However long the text and however large its letters are, it is no wider than the window, can be scrolled to its end and
 * copied. */
static void
test_details_width (Fixture *fixture,
                    gconstpointer data)
{
  g_autofree char *words = g_strnfill (600, 'w'), *said = g_strconcat ("ntp.example:4460: ", words, NULL);
  GtkWidget *details = GTK_WIDGET (gtk_widget_get_template_child (fixture->banner, TS_TYPE_SERVER_BANNER, "details"));
  GtkMenuButton *button = GTK_MENU_BUTTON (gtk_widget_get_first_child (details));
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (button)), *text;
  GtkWindow *window;

  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  window = show_widget (fixture->banner, 360, 640);
  ts_monitor_start (fixture->monitor);
  fake_probe_end (fixture->probe, NULL, g_error_new_literal (TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, said));
  ts_server_banner_show (TS_SERVER_BANNER (fixture->banner), fixture->monitor, TS_VERDICT_TOO_FEW, NULL, FALSE);
  TEST_WAIT (gtk_widget_get_mapped (details));
  gtk_menu_button_popup (button);
  TEST_WAIT (gtk_widget_get_width (popover) > 0);
  text = GTK_WIDGET (gtk_widget_get_template_child (details, TS_TYPE_DETAILS, "text"));
  g_assert_cmpint (gtk_widget_get_width (popover), <=, 360);
  g_assert_cmpint (gtk_widget_get_height (popover), <=, 640);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (text))));
  g_assert_true (gtk_label_get_selectable (GTK_LABEL (text)));
  gtk_menu_button_popdown (button);
  gtk_window_set_child (window, NULL);
  gtk_window_destroy (window);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 96 * 1024, NULL);
}

int
main (int argc,
      char *argv[])
{
  if (!init_widgets (&argc, &argv))
    return EXIT_SKIPPED;
  g_test_add ("/server-banner/states", Fixture, NULL, set_up, test_states, tear_down);
  g_test_add ("/server-banner/single-loss", Fixture, NULL, set_up, test_single_loss, tear_down);
  g_test_add ("/server-banner/offline", Fixture, NULL, set_up, test_offline, tear_down);
  g_test_add ("/server-banner/details", Fixture, NULL, set_up, test_details, tear_down);
  g_test_add ("/server-banner/details-width", Fixture, NULL, set_up, test_details_width, tear_down);
  return g_test_run ();
}
