/* When this computer slept: gaps in the chart that no entry of the history tells of.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint ts_chart_sleeps_add (GArray       *gaps,
                           const GArray *entries);

G_END_DECLS
