/* The TCP sockets that a server listens on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean   ts_listening_sockets_open     (GPtrArray           *sockets,
                                          const char * const  *addresses,
                                          guint16              port,
                                          GError             **error);
gboolean   ts_listening_sockets_adopt    (GPtrArray           *sockets,
                                          int                  fd,
                                          GError             **error);
guint16    ts_listening_sockets_get_port (GPtrArray           *sockets);
char     **ts_listening_sockets_describe (GPtrArray           *sockets);

gboolean   ts_listening_sockets_is_present (const GPtrArray *sockets,
                                            guint            i);

G_END_DECLS
