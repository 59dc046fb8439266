/* Bytes from a socket with the instant at which the kernel received them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/clock/ts-clock.h"

G_BEGIN_DECLS

/**
 * TsReceiveStamp:
 * @instant_ns: when the bytes were received, by the caller's clock
 * @is_kernel: whether the kernel took it; otherwise the clock was read right after the bytes
 */
typedef struct
{
  gint64 instant_ns;
  gboolean is_kernel;
} TsReceiveStamp;

int      ts_stamped_socket_duplicate       (int              fd);
gboolean ts_stamped_socket_enable          (int              fd);
gboolean ts_stamped_socket_enable_transmit (int              fd);
gssize   ts_stamped_socket_receive         (int              fd,
                                            guint8          *buffer,
                                            gsize            size,
                                            TsClock         *clock,
                                            TsReceiveStamp  *stamp);
gboolean ts_stamped_socket_next_transmit   (int              fd,
                                            TsClock         *clock,
                                            guint32         *last_byte,
                                            gint64          *instant_ns);
guint    ts_stamped_socket_get_n_retransmitted (int          fd);

G_END_DECLS
