/* What .ui files compute of the properties that they bind.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-closures.h"

/**
 * ts_closures_has_text:
 * @object: unused
 * @text: (nullable): a text
 *
 * Returns: whether there is anything in @text; a label without it is not shown
 */
gboolean
ts_closures_has_text (gpointer object,
                      const char *text)
{
  return text != NULL && *text != '\0';
}

/**
 * ts_closures_either:
 * @object: unused
 * @is_one: a condition
 * @is_other: another
 *
 * Returns: whether one of the two holds, or both
 */
gboolean
ts_closures_either (gpointer object,
                    gboolean is_one,
                    gboolean is_other)
{
  return is_one || is_other;
}

/**
 * ts_closures_not:
 * @object: unused
 * @is_so: a condition
 *
 * Returns: whether it does not hold
 */
gboolean
ts_closures_not (gpointer object,
                 gboolean is_so)
{
  return !is_so;
}
