/* A network device whose other side is a program, which learns when each packet was sent.
 *
 * It is a TUN device, but what is sent is taken from a packet socket on it, for this has the kernel's stamp of when
 * that was. Counted from when a program woke up and read it, a request, which meets a sleeping processor, would be
 * delayed some 50 µs more than its answer, which does not; every clock measured would be off by half of that.
 *
 * It is the TUN device that is polled. The kernel hands a packet to the packet socket first, then stamps it for its
 * sender, and then hands it to the device. Waking whoever polls takes 10 to 30 µs; done by the packet socket it
 * would come between the stamp that the delay is counted from and the sender's own.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PATH_DEVICE_NAME "path0"

/* Bytes; as large as a TUN device's packets are. */
#define PATH_DEVICE_MTU 1500

typedef struct
{
  int tun_fd; /* what is written here arrives; to be polled for what was sent */
  int tap_fd; /* what was sent, with its stamp, and a copy of what arrives; not to be polled */
} PathDevice;

PathDevice path_device_open    (const char   *namespace);
void       path_device_close   (PathDevice   *self);
gsize      path_device_receive (PathDevice   *self,
                                guint8        bytes[PATH_DEVICE_MTU],
                                gint64       *sent_ns);
gboolean   path_device_send    (PathDevice   *self,
                                const guint8 *bytes,
                                gsize         length);

gint64     path_device_now_ns  (void);

G_END_DECLS
