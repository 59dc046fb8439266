/* The socket under a stamped stream, what is known about it, and the two halves of the stream that use it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/stamped/ts-stamped-socket.h"

G_BEGIN_DECLS

/**
 * TsStampedChannel:
 * @fd: the socket; -1 when it is closed
 * @clock: the clock that stamps
 * @is_patient: atomic: whether calls that may block do so
 * @waiting_since: atomic: since when a call has been waiting, by the monotonic clock in milliseconds, which may wrap; 0
 *   if none is waiting
 * @n_waited_ms: atomic: for how long earlier calls have waited
 * @n_waits: how many calls that do not block found nothing
 * @n_sent_bytes: how many bytes were sent, as the kernel counts them for its stamps
 * @first_byte: the first byte that was received from the socket; -1 before that
 * @last: when the bytes that were read last were received; all zero before that
 * @primed: (nullable): bytes to be read before those of the socket
 * @primed_stamp: when @primed was received
 *
 * The stream and its halves share this, because each of them may outlive the others.
 */
typedef struct
{
  int fd;
  TsClock *clock;
  int is_patient;
  int waiting_since;
  int n_waited_ms;
  guint n_waits;
  guint32 n_sent_bytes;
  int first_byte;
  TsReceiveStamp last;
  GByteArray *primed;
  TsReceiveStamp primed_stamp;
} TsStampedChannel;

TsStampedChannel *ts_stamped_channel_new           (int               fd,
                                                    TsClock          *clock);
void              ts_stamped_channel_unref         (TsStampedChannel *self);
void              ts_stamped_channel_close         (TsStampedChannel *self);
gint64            ts_stamped_channel_get_waited_ms (TsStampedChannel *self);
GInputStream     *ts_stamped_channel_new_input     (TsStampedChannel *self);
GOutputStream    *ts_stamped_channel_new_output    (TsStampedChannel *self);

G_END_DECLS
