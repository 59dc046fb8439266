/* Bytes from a socket with the instant at which the kernel received them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/stamped/ts-stamped-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "measure/ts-time.h"
#include "ts-thread-sanitizer.h"

/**
 * ts_stamped_socket_duplicate:
 * @fd: a socket
 *
 * Returns: another descriptor of the socket, which is closed on exec; -1 on failure, with errno
 */
int
ts_stamped_socket_duplicate (int fd)
{
#if TS_IS_THREAD_SANITIZED
  /* The thread sanitizer does not know that fcntl() opens a descriptor, and takes its number for one that a thread
   * closed. */
  return dup (fd);
#else
  return fcntl (fd, F_DUPFD_CLOEXEC, 0);
#endif
}

/* The kernel sends these with the bytes: a software stamp, a stamp that is no longer used, and a hardware stamp. */
typedef struct
{
  struct timespec stamps[3];
} KernelStamps;

/**
 * ts_stamped_socket_enable:
 * @fd: a connected TCP socket, or a UDP one
 *
 * Asks the kernel for its receive stamps. The next segment may still come without one.
 *
 * Returns: whether the kernel agreed
 */
gboolean
ts_stamped_socket_enable (int fd)
{
  const int flags = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;

  return setsockopt (fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags) == 0;
}

/**
 * ts_stamped_socket_enable_transmit:
 * @fd: a connected TCP socket all of whose data has been acknowledged
 *
 * Asks the kernel for transmit stamps beside its receive stamps. ts_stamped_socket_next_transmit() returns them. They
 * are optional, because each costs as much as a packet.
 *
 * Returns: whether the kernel agreed
 */
gboolean
ts_stamped_socket_enable_transmit (int fd)
{
  const int flags = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
                    SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;

  return setsockopt (fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags) == 0;
}

static gint64
kernel_stamp_ns (struct msghdr *message)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c != NULL; c = CMSG_NXTHDR (message, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPING)
      {
        KernelStamps received;

        memcpy (&received, CMSG_DATA (c), sizeof received);
        return received.stamps[0].tv_sec * TS_NS_PER_S + received.stamps[0].tv_nsec;
      }
  return 0;
}

/**
 * ts_stamped_socket_receive:
 * @fd: a socket, not blocking
 * @buffer: (out) (array length=size): receives the bytes
 * @size: how many bytes fit
 * @clock: the clock that stamps
 * @stamp: (out): when the bytes came; on a stream, when the last of them came
 *
 * Returns: how many bytes came; 0 at the end of the stream; -1 on failure, with errno
 */
gssize
ts_stamped_socket_receive (int fd,
                           guint8 *buffer,
                           gsize size,
                           TsClock *clock,
                           TsReceiveStamp *stamp)
{
  union
  {
    struct cmsghdr aligned;
    char bytes[CMSG_SPACE (sizeof (KernelStamps))];
  } control;
  struct iovec vector = { .iov_base = buffer, .iov_len = size };
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  gssize n_received;
  gint64 kernel_ns;

  do
    n_received = recvmsg (fd, &message, MSG_DONTWAIT);
  while (n_received < 0 && errno == EINTR);

  kernel_ns = n_received > 0 ? kernel_stamp_ns (&message) : 0;
  stamp->is_kernel = kernel_ns > 0;
  stamp->instant_ns = stamp->is_kernel ? ts_clock_from_kernel_ns (clock, kernel_ns) : ts_clock_get_now_ns (clock);
  return n_received;
}

/* Returns: whether @message of the error queue is a transmit stamp */
static gboolean
find_transmit_id (struct msghdr *message,
                  guint32 *id)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (message); c != NULL; c = CMSG_NXTHDR (message, c))
    if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
        (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR))
      {
        struct sock_extended_err error;

        memcpy (&error, CMSG_DATA (c), sizeof error);
        *id = error.ee_data;
        return error.ee_origin == SO_EE_ORIGIN_TIMESTAMPING;
      }
  return FALSE;
}

/**
 * ts_stamped_socket_next_transmit:
 * @fd: a socket with ts_stamped_socket_enable_transmit()
 * @clock: the clock that stamps
 * @last_byte: (out): the number of the byte that the stamp is for, counted from when stamps were enabled
 * @instant_ns: (out): when the kernel sent the segment that ends with that byte
 *
 * Takes the next stamp from the error queue. A segment that is retransmitted is stamped again with the same number, so
 * the first stamp counts.
 *
 * Returns: whether there was one
 */
gboolean
ts_stamped_socket_next_transmit (int fd,
                                 TsClock *clock,
                                 guint32 *last_byte,
                                 gint64 *instant_ns)
{
  union
  {
    struct cmsghdr aligned;
    char bytes[CMSG_SPACE (sizeof (KernelStamps)) +
               CMSG_SPACE (sizeof (struct sock_extended_err) + sizeof (struct sockaddr_in6))];
  } control;

  for (;;)
    {
      struct msghdr message = { .msg_control = &control, .msg_controllen = sizeof control };
      gint64 kernel_ns;

      if (recvmsg (fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
        return FALSE;
      kernel_ns = kernel_stamp_ns (&message);
      if (kernel_ns > 0 && find_transmit_id (&message, last_byte))
        {
          *instant_ns = ts_clock_from_kernel_ns (clock, kernel_ns);
          return TRUE;
        }
    }
}

/**
 * ts_stamped_socket_get_n_retransmitted:
 * @fd: a connected TCP socket
 *
 * Returns: how many segments this end has sent more than once since it was connected
 */
guint
ts_stamped_socket_get_n_retransmitted (int fd)
{
  struct tcp_info info = { 0 };
  socklen_t length = sizeof info;

  return getsockopt (fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 ? info.tcpi_total_retrans : 0;
}
