/* The socket under a stamped stream, what is known of it, and the two halves of the stream that use it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/stamped/ts-stamped-socket.h"

G_BEGIN_DECLS

/**
 * TsStampedChannel:
 * @fd: the socket; -1 once closed
 * @clock: what stamps
 * @is_patient: atomic: whether a blocking call waits
 * @waiting_since: atomic: 0 while none does, else the monotonic time in milliseconds, which may wrap
 * @n_waited_ms: atomic: by those that are over
 * @n_waits: of calls that do not block
 * @n_sent_bytes: as the kernel counts what it stamps
 * @first_byte: -1 while nothing was received from the socket
 * @last: when what was read last was received; all zero while nothing was
 * @primed: (nullable): to be read before the socket
 * @primed_stamp: when it was received
 *
 * What the halves and the whole share, because each of them may outlive the others.
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
