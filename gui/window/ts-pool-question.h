/* Asks whether to use the public pool.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void ts_pool_question_ask (GtkWindow  *parent,
                           GSettings  *settings,
                           const char *address);

G_END_DECLS
