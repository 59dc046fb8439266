/* One test for each row of a table, so that a failure names the row.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/**
 * ADD_CASES:
 * @path: the test path of the table, with a slash at its end
 * @cases: an array of structs that have a `name`
 * @function: a #GTestDataFunc, called with the row's index as a pointer
 */
#define ADD_CASES(path, cases, function)                                      \
  for (gsize row = 0; row < G_N_ELEMENTS (cases); row++)                      \
    {                                                                         \
      g_autofree char *test_path = g_strconcat (path, cases[row].name, NULL); \
                                                                              \
      g_test_add_data_func (test_path, GSIZE_TO_POINTER (row), function);     \
    }
