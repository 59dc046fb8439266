/* The text of a socket's address.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char     *ts_endpoint_to_string  (GSocketAddress *address);
gboolean  ts_endpoint_parse      (const char      *text,
                                  char           **host,
                                  guint16         *port);
gboolean  ts_endpoint_lacks_zone (const char      *host);

G_END_DECLS
