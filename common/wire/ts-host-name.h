/* Host names as people read them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ts_host_name_to_display (const char *host);

G_END_DECLS
