/* Tests of what .ui files compute of properties.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-closures.h"

static void
test_has_text (void)
{
  g_assert_false (ts_closures_has_text (NULL, NULL));
  g_assert_false (ts_closures_has_text (NULL, ""));
  g_assert_true (ts_closures_has_text (NULL, "–"));
}

static void
test_conditions (void)
{
  g_assert_false (ts_closures_either (NULL, FALSE, FALSE));
  g_assert_true (ts_closures_either (NULL, TRUE, FALSE));
  g_assert_true (ts_closures_either (NULL, FALSE, TRUE));
  g_assert_true (ts_closures_either (NULL, TRUE, TRUE));
  g_assert_true (ts_closures_not (NULL, FALSE));
  g_assert_false (ts_closures_not (NULL, TRUE));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/closures/has-text", test_has_text);
  g_test_add_func ("/closures/conditions", test_conditions);
  return g_test_run ();
}
