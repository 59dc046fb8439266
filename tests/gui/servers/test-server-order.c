/* Tests of the order of the list, and of what is found in it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-server-order.h"

static const TsServerPlace places[] = {
  { 0, "db-10", TRUE, 5, TS_SERVER_STATE_STEADY, FALSE },
  { 1, "db-2", TRUE, -900, TS_SERVER_STATE_WARNING, TRUE },
  { 2, "Ähre", FALSE, 0, TS_SERVER_STATE_FAILED, FALSE },
  { 3, "zeit", TRUE, 900, TS_SERVER_STATE_STEADY, FALSE },
  { 4, "b", TRUE, G_MININT64, TS_SERVER_STATE_PAUSED, FALSE },
  { 5, "c", FALSE, 0, TS_SERVER_STATE_WAITING, FALSE },
  { 6, "a", TRUE, -7, TS_SERVER_STATE_WARNING, FALSE },
};

static int
compare (gconstpointer a,
         gconstpointer b,
         gpointer order)
{
  return ts_server_order_compare (GPOINTER_TO_UINT (order), a, b);
}

/* @expected: the positions of the places in that order */
static void
assert_order (const char *name,
              const char *expected)
{
  g_autofree TsServerPlace *sorted = g_memdup2 (places, sizeof places);
  g_autoptr (GString) order = g_string_new (NULL);

  g_qsort_with_data (sorted, G_N_ELEMENTS (places), sizeof *sorted, compare,
                     GUINT_TO_POINTER (ts_server_order_parse (name)));
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    g_string_append_printf (order, "%u", sorted[i].position);
  g_assert_cmpstr (order->str, ==, expected);
}

static void
test_orders (void)
{
  assert_order ("manual", "0123456");
  assert_order ("nonsense", "0123456");
  /* In the locale C letters beyond ASCII come last; numbers are compared by value. */
  assert_order ("name", "6451032");
  assert_order ("offset", "4136025");
  assert_order ("state", "1265034");
}

static void
test_matches (void)
{
  g_assert_true (ts_server_order_matches ("", "Lab", "time.example"));
  g_assert_true (ts_server_order_matches ("AB", "Lab", "time.example"));
  g_assert_true (ts_server_order_matches (" e.ex ", "Lab", "time.example"));
  g_assert_true (ts_server_order_matches ("ähr", "ÄHRE", ""));
  g_assert_false (ts_server_order_matches ("lab.", "Lab", "time.example"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-order/orders", test_orders);
  g_test_add_func ("/server-order/matches", test_matches);
  return g_test_run ();
}
