/* A stream over a TCP socket that remembers when the kernel received what was read.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/stamped/ts-stamped-socket.h"

G_BEGIN_DECLS

#define TS_TYPE_STAMPED_STREAM (ts_stamped_stream_get_type ())
G_DECLARE_FINAL_TYPE (TsStampedStream, ts_stamped_stream, TS, STAMPED_STREAM, GIOStream)

TsStampedStream *ts_stamped_stream_new            (int                   fd,
                                                   TsClock              *clock);
void             ts_stamped_stream_hand_over      (TsStampedStream      *self);
void             ts_stamped_stream_take_over      (TsStampedStream      *self);
void             ts_stamped_stream_prime          (TsStampedStream      *self,
                                                   const guint8         *bytes,
                                                   gsize                 length,
                                                   const TsReceiveStamp *stamp);
void             ts_stamped_stream_set_patient    (TsStampedStream      *self,
                                                   gboolean              is_patient);
gint64           ts_stamped_stream_get_waited_ns  (TsStampedStream      *self);
guint            ts_stamped_stream_get_n_waits    (TsStampedStream      *self);
int              ts_stamped_stream_get_fd         (TsStampedStream      *self);
void             ts_stamped_stream_get_last_stamp (TsStampedStream      *self,
                                                   TsReceiveStamp       *stamp);
int              ts_stamped_stream_get_first_byte (TsStampedStream      *self);

gboolean         ts_stamped_stream_stamp_transmit (TsStampedStream     *self);
gboolean         ts_stamped_stream_take_transmit  (TsStampedStream     *self,
                                                   gint64              *instant_ns);

G_END_DECLS
