/* A network device whose other side is a program, which learns when each packet was sent.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "path-device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S G_GINT64_CONSTANT (1000000000)

static void
fail (const char *what)
{
  g_printerr ("path-emulator: %s: %s\n", what, g_strerror (errno));
  exit (EXIT_FAILURE);
}

static gint64
to_ns (const struct timespec *time)
{
  return time->tv_sec * NS_PER_S + time->tv_nsec;
}

/**
 * path_device_now_ns:
 *
 * Returns: the clock that the kernel stamps packets with
 */
gint64
path_device_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return to_ns (&now);
}

static void
enter_namespace (int fd,
                 const char *path)
{
  if (fd < 0 || setns (fd, CLONE_NEWNET) != 0)
    fail (path);
}

/* Of all protocols, because only so does it get what is sent. */
static int
open_tap (void)
{
  const int on = 1;
  struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons (ETH_P_ALL) };
  int fd = socket (AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  address.sll_ifindex = (int) if_nametoindex (PATH_DEVICE_NAME);
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0 ||
      bind (fd, (struct sockaddr *) &address, sizeof address) != 0)
    fail ("packet socket");
  return fd;
}

/**
 * path_device_open:
 * @namespace: the file of a network namespace
 *
 * Makes the device there. Ends the program where that cannot be.
 *
 * Returns: the device, down and without an address
 */
PathDevice
path_device_open (const char *namespace)
{
  struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = PATH_DEVICE_NAME };
  int home_fd = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  int namespace_fd = open (namespace, O_RDONLY | O_CLOEXEC);
  PathDevice device;

  /* Devices and sockets belong to the namespace that opens them, whoever uses them then. */
  enter_namespace (namespace_fd, namespace);
  device.tun_fd = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device.tun_fd < 0 || ioctl (device.tun_fd, TUNSETIFF, &request) != 0)
    fail ("/dev/net/tun");
  device.tap_fd = open_tap ();
  enter_namespace (home_fd, "/proc/self/ns/net");
  close (namespace_fd);
  close (home_fd);
  return device;
}

/**
 * path_device_close:
 * @self: a device, which ceases to be
 */
void
path_device_close (PathDevice *self)
{
  close (self->tun_fd);
  close (self->tap_fd);
}

/* Returns: the kernel's stamp, or the clock where it has none */
static gint64
get_stamp_ns (struct msghdr *message)
{
  struct timespec stamp;

  for (struct cmsghdr *control = CMSG_FIRSTHDR (message); control != NULL; control = CMSG_NXTHDR (message, control))
    if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS)
      {
        memcpy (&stamp, CMSG_DATA (control), sizeof stamp);
        return to_ns (&stamp);
      }
  return path_device_now_ns ();
}

/* Returns: whether anything was there; what is sent waits here too, and would in the end keep more from being
 * sent. */
static gboolean
empty_tun (PathDevice *self)
{
  guint8 bytes[PATH_DEVICE_MTU];
  gboolean was_full = FALSE;

  while (read (self->tun_fd, bytes, sizeof bytes) > 0)
    was_full = TRUE;
  return was_full;
}

/* Returns: the length of the next packet that was sent, not of one that arrived; 0 where there is none */
static gsize
receive_from_tap (PathDevice *self,
                  guint8 bytes[PATH_DEVICE_MTU],
                  gint64 *sent_ns)
{
  char control[CMSG_SPACE (sizeof (struct timespec))];
  struct sockaddr_ll source;
  struct iovec data = { bytes, PATH_DEVICE_MTU };
  struct msghdr message;
  gssize length;

  do
    {
      message = (struct msghdr){ .msg_name = &source, .msg_namelen = sizeof source, .msg_iov = &data, .msg_iovlen = 1,
                                 .msg_control = control, .msg_controllen = sizeof control };
      length = recvmsg (self->tap_fd, &message, 0);
    }
  while (length > 0 && source.sll_pkttype != PACKET_OUTGOING);
  if (length <= 0)
    return 0;
  *sent_ns = get_stamp_ns (&message);
  return (gsize) length;
}

/**
 * path_device_receive:
 * @self: a device
 * @bytes: (out caller-allocates): a packet that was sent into it
 * @sent_ns: (out): when that was
 *
 * Returns: its length; 0 where there is none
 */
gsize
path_device_receive (PathDevice *self,
                     guint8 bytes[PATH_DEVICE_MTU],
                     gint64 *sent_ns)
{
  gsize length;

  /* The tap has each packet before the other side does, so where that had one there may be one more here. */
  do
    length = receive_from_tap (self, bytes, sent_ns);
  while (length == 0 && empty_tun (self));
  return length;
}

/**
 * path_device_send:
 * @self: a device
 * @bytes: a packet that shall arrive there
 * @length: its length
 *
 * Returns: whether it did; a device that is down takes none
 */
gboolean
path_device_send (PathDevice *self,
                  const guint8 *bytes,
                  gsize length)
{
  return write (self->tun_fd, bytes, length) == (gssize) length;
}
