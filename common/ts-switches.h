/* Options that take no value.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

gboolean ts_switches_check (const GOptionEntry *entries,
                            char *const *words,
                            GError **error);
