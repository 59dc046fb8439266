/* The text of a socket's address.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *ts_endpoint_to_string (GSocketAddress *address);

G_END_DECLS
