/* One client of the load generator: a connection and the requests under way on it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "wire/ts-wire.h"

G_BEGIN_DECLS

#define LOAD_MAX_DEPTH 64

/**
 * LoadClient:
 * @fd: its socket, or -1
 * @flags: of its requests
 * @n_asked: requests sent on this connection
 * @n_answered: answers that came
 * @n_kernel_stamps: of these, with a t2 that the server's kernel took
 * @began_ns: when the connection was begun, monotonic
 * @asked_ns: when each request under way was sent, by its number modulo the depth, monotonic
 * @length: bytes of an unfinished answer
 * @bytes: those bytes
 */
typedef struct
{
  int fd;
  guint16 flags;
  guint64 n_asked;
  guint64 n_answered;
  guint64 n_kernel_stamps;
  gint64 began_ns;
  gint64 asked_ns[LOAD_MAX_DEPTH];
  gsize length;
  guint8 bytes[TS_FRAME_SIZE];
} LoadClient;

gint64   load_now_ns         (void);
void     load_client_connect (LoadClient *client,
                              guint16     port,
                              guint       source,
                              gboolean    waits);
gboolean load_client_ask     (LoadClient *client,
                              guint       n_requests);
guint    load_client_receive (LoadClient *client,
                              gint64     *latencies_ns);
void     load_client_close   (LoadClient *client);
void     load_fail           (const char *format,
                              ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;

G_END_DECLS
