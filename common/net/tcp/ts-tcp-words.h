/* Messages about what went wrong between a TCP probe and its server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "wire/ts-address.h"

G_BEGIN_DECLS

/**
 * TsTcpStep:
 * @TS_TCP_STEP_LOOK_UP: waiting for the address of the name
 * @TS_TCP_STEP_CONNECT: waiting for the connection
 * @TS_TCP_STEP_HANDSHAKE: waiting for the end of the TLS handshake
 * @TS_TCP_STEP_ANSWER: waiting for the answer
 */
typedef enum
{
  TS_TCP_STEP_LOOK_UP,
  TS_TCP_STEP_CONNECT,
  TS_TCP_STEP_HANDSHAKE,
  TS_TCP_STEP_ANSWER,
} TsTcpStep;

GError *ts_tcp_words_closed    (void);
GError *ts_tcp_words_only_classic (void);
GError *ts_tcp_words_malformed (const guint8    *bytes,
                                gsize            length);
GError *ts_tcp_words_refused   (guint16          reason);
GError *ts_tcp_words_timed_out (const TsAddress *target,
                                TsTcpStep        step,
                                gint64           timeout_ns);

G_END_DECLS
