/* ts-share-words: what there is to say of sharing this computer's time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share-words.h"

#include <gio/gio.h>

#include "words/ts-format.h"
#include "measure/ts-time.h"

#define N TS_THIN_SPACE
#define S TS_NS_PER_S

static void
assert_state (TsShare *share,
              const char *expected,
              const char *expected_brief)
{
  gboolean is_enabled = ts_share_get_enabled (share);
  const GError *error = ts_share_get_error (share);
  guint port = ts_share_get_port (share), n_clients = ts_share_get_n_clients (share);
  g_autofree char *state = ts_share_words_state (is_enabled, error, port, n_clients, FALSE);
  g_autofree char *brief = ts_share_words_state (is_enabled, error, port, n_clients, TRUE);

  g_assert_cmpstr (state, ==, expected);
  g_assert_cmpstr (brief, ==, expected_brief);
}

static void
test_state (void)
{
  const char *const loopback[] = { "127.0.0.1", NULL };
  const char *const nowhere[] = { "not an address", NULL };
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsShare) share = ts_share_new (clock, loopback);
  g_autoptr (TsShare) late = ts_share_new (clock, loopback);
  g_autoptr (TsShare) lost = ts_share_new (clock, nowhere);
  g_autofree char *taken = NULL, *taken_brief = NULL;

  assert_state (share, "Other computers can compare their clocks with this one", "Off");
  ts_share_use_free_port (share);
  assert_state (share, "On whenever Time Sync is open, no clients", "On, no clients");

  taken = g_strdup_printf ("Port %u is in use by another program", ts_share_get_port (share));
  taken_brief = g_strdup_printf ("Port %u is in use", ts_share_get_port (share));
  ts_share_set_port (late, ts_share_get_port (share));
  ts_share_set_enabled (late, TRUE);
  assert_state (late, taken, taken_brief);

  ts_share_set_enabled (lost, TRUE);
  assert_state (lost, ts_share_get_error (lost)->message, "Not possible");
}

static void
test_error (void)
{
  const struct
  {
    GIOErrorEnum code;
    const char *words, *hint;
  } cases[] = {
    { G_IO_ERROR_ADDRESS_IN_USE, "Port 10085 is in use by another program",
      "If that is ts-server, it shares this computer’s time already. Otherwise choose another port." },
    { G_IO_ERROR_PERMISSION_DENIED, "This computer does not allow port 10085", "Choose another port." },
    { G_IO_ERROR_FAILED, "what the system says", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, (int) cases[i].code, "what the system says");
      g_autofree char *words = ts_share_words_error (error, 10085);
      g_autofree char *hint = ts_share_words_error_hint (error);

      g_assert_cmpstr (words, ==, cases[i].words);
      g_assert_cmpstr (hint, ==, cases[i].hint);
    }
}

static void
test_client (void)
{
  const struct
  {
    TsShareClient client;
    const char *who, *activity;
  } cases[] = {
    { { "192.0.2.7", FALSE, 1, 3 * S }, "192.0.2.7", "Asked 3" N "s ago" },
    { { "127.0.0.1", TRUE, 1, 0 }, "This computer (127.0.0.1)", "Asked just now" },
    { { "2001:db8::7", FALSE, 0, 2 * S - 1 }, "2001:db8::7", "Asked just now" },
    { { "192.0.2.7", FALSE, 2, 100 * S }, "192.0.2.7", "Asked 1" N "min 40" N "s ago, 2 connections" },
    { { "192.0.2.7", FALSE, 1200, -1 }, "192.0.2.7", "Has not asked yet, 1200 connections" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *who = ts_share_words_client (&cases[i].client);
      g_autofree char *activity = ts_share_words_activity (&cases[i].client);

      g_assert_cmpstr (who, ==, cases[i].who);
      g_assert_cmpstr (activity, ==, cases[i].activity);
    }
}

static void
test_counts (void)
{
  const struct
  {
    guint64 n_answered;
    const char *words;
  } cases[] = {
    { 0, "No requests since it was switched on" },
    { 1, "1 answer since it was switched on" },
    { 2, "2 answers since it was switched on" },
  };
  g_autofree char *more = ts_share_words_more (12);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = ts_share_words_answered (cases[i].n_answered);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
  g_assert_cmpstr (more, ==, "and 12 more");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/share-words/state", test_state);
  g_test_add_func ("/share-words/error", test_error);
  g_test_add_func ("/share-words/client", test_client);
  g_test_add_func ("/share-words/counts", test_counts);
  return g_test_run ();
}
