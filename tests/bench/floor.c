/* The floor of the benchmark: the least program that answers, on one thread and one epoll set.
 *
 * It registers each connection with epoll, answers when that reports the request, closes a classic connection then, and
 * a framed one when the client has. With --at-once it is barer: it reads right after it has accepted, because the request has mostly come with
 * the connection, answers, and closes at once, a framed connection too, which could have asked again; only a connection
 * whose request has yet to come is registered.
 *
 * No timeouts, no limits, no half of an answer kept for a client that does not read: what does not fit is a
 * reason to close. It reads the clock once for all requests that came in one piece. With --stamps it takes
 * t2 from the kernel, so that what this costs can be told apart.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BACKLOG     4096
#define BATCH_SIZE  256
#define BUFFER_SIZE 4096
#define FRAME_SIZE  64
#define NS_PER_S    1000000000LL

typedef struct
{
  int fd;
  unsigned n_kept; /* bytes of an unfinished request */
  uint8_t kept[FRAME_SIZE];
} Connection;

typedef struct
{
  int listen_fd;
  int epoll_fd;
  int with_stamps;
  int is_barer; /* reads right after accepting, and closes right after answering */
} Floor;

static int64_t
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Turns a request into its answer, in place. */
static void
fill_answer (uint8_t *frame,
             int64_t receive_ns,
             int64_t transmit_ns,
             int is_kernel_stamp)
{
  uint64_t t2 = htobe64 ((uint64_t) receive_ns);
  uint64_t t3 = htobe64 ((uint64_t) transmit_ns);

  frame[5] = 2;
  frame[6] = 0;
  frame[7] = is_kernel_stamp != 0;
  memcpy (frame + 16, &t2, sizeof t2);
  memcpy (frame + 24, &t3, sizeof t3);
  memset (frame + 40, 0xff, 8);
  frame[63] = 1;
}

static ssize_t
receive_stamped (int fd,
                 uint8_t *bytes,
                 size_t size,
                 int64_t *stamp_ns)
{
  union
  {
    struct cmsghdr aligned;
    char bytes[CMSG_SPACE (3 * sizeof (struct timespec))];
  } control;
  struct iovec vector = { .iov_base = bytes, .iov_len = size };
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  ssize_t n_received = recvmsg (fd, &message, MSG_DONTWAIT);
  struct cmsghdr *header = n_received > 0 ? CMSG_FIRSTHDR (&message) : NULL;

  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SO_TIMESTAMPING)
    {
      struct timespec stamp;

      memcpy (&stamp, CMSG_DATA (header), sizeof stamp);
      *stamp_ns = stamp.tv_sec * NS_PER_S + stamp.tv_nsec;
    }
  return n_received;
}

static void
drop (Connection *connection)
{
  close (connection->fd);
  free (connection);
}

static void
answer_classic (const Floor *self,
                Connection *connection,
                int64_t t2_ns)
{
  char text[64];
  int64_t t3_ns = now_ns ();
  int length = snprintf (text, sizeof text, "%lld.%09lld.%lld.%09lld", (long long) (t2_ns / NS_PER_S),
                         (long long) (t2_ns % NS_PER_S), (long long) (t3_ns / NS_PER_S),
                         (long long) (t3_ns % NS_PER_S));

  if (send (connection->fd, text, (size_t) length, MSG_NOSIGNAL | MSG_DONTWAIT) == length && !self->is_barer)
    shutdown (connection->fd, SHUT_WR);
  drop (connection);
}

/* Returns: whether every whole request in @bytes is one, each turned into its answer */
static int
answer_frames (uint8_t *bytes,
               size_t length,
               int64_t kernel_ns)
{
  int64_t t3_ns = now_ns ();

  for (; length >= FRAME_SIZE; bytes += FRAME_SIZE, length -= FRAME_SIZE)
    {
      static const uint8_t no_cookie[8];

      if (memcmp (bytes, "TSyn\1\1", 6) != 0 || memcmp (bytes + 8, no_cookie, sizeof no_cookie) == 0)
        return 0;
      fill_answer (bytes, kernel_ns != 0 ? kernel_ns : t3_ns, t3_ns, kernel_ns != 0);
    }
  return 1;
}

/* Returns: whether the connection is still there */
static int
receive (Floor *self,
         Connection *connection)
{
  uint8_t bytes[FRAME_SIZE + BUFFER_SIZE];
  uint8_t *fresh = bytes + connection->n_kept;
  int64_t kernel_ns = 0;
  ssize_t n_received = self->with_stamps ? receive_stamped (connection->fd, fresh, BUFFER_SIZE, &kernel_ns)
                                         : recv (connection->fd, fresh, BUFFER_SIZE, MSG_DONTWAIT);
  size_t length, n_whole;

  if (n_received <= 0)
    {
      if (n_received < 0 && (errno == EAGAIN || errno == EINTR))
        return 1;
      drop (connection);
      return 0;
    }
  memcpy (bytes, connection->kept, connection->n_kept);
  length = connection->n_kept + (size_t) n_received;
  if (memcmp (bytes, "TSyn", length < 4 ? length : 4) != 0)
    {
      answer_classic (self, connection, kernel_ns != 0 ? kernel_ns : now_ns ());
      return 0;
    }

  n_whole = length / FRAME_SIZE * FRAME_SIZE;
  connection->n_kept = (unsigned) (length - n_whole);
  memcpy (connection->kept, bytes + n_whole, connection->n_kept);
  if (answer_frames (bytes, n_whole, kernel_ns) &&
      (n_whole == 0 || send (connection->fd, bytes, n_whole, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t) n_whole) &&
      !(self->is_barer && n_whole > 0))
    return 1;
  drop (connection);
  return 0;
}

static void
accept_all (Floor *self)
{
  int fd;

  while ((fd = accept4 (self->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
    {
      Connection *connection = calloc (1, sizeof *connection);
      struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };

      if (connection == NULL)
        abort ();
      connection->fd = fd;
      if (self->is_barer && !receive (self, connection))
        continue;
      if (epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        drop (connection);
    }
}

static void
serve (Floor *self)
{
  struct epoll_event events[BATCH_SIZE];

  for (;;)
    {
      int n_events = epoll_wait (self->epoll_fd, events, BATCH_SIZE, -1);

      for (int i = 0; i < n_events; i++)
        if (events[i].data.ptr == NULL)
          accept_all (self);
        else
          receive (self, events[i].data.ptr);
    }
}

/* What is set on a listening socket holds for those accepted from it. */
static int
listen_on_loopback (Floor *self)
{
  const int on = 1;
  const int stamps = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0 || setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      (self->with_stamps && setsockopt (fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof stamps) != 0) ||
      bind (fd, (struct sockaddr *) &address, length) != 0 || listen (fd, BACKLOG) != 0 ||
      getsockname (fd, (struct sockaddr *) &address, &length) != 0)
    return 0;
  self->listen_fd = fd;
  printf ("listening on 127.0.0.1:%d\n", ntohs (address.sin_port));
  fflush (stdout);
  return 1;
}

int
main (int argc,
      char *argv[])
{
  Floor self = {
    .with_stamps = argc > 1 && strcmp (argv[1], "--stamps") == 0,
    .is_barer = argc > 1 && strcmp (argv[1], "--at-once") == 0,
  };
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  self.epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (!listen_on_loopback (&self) || epoll_ctl (self.epoll_fd, EPOLL_CTL_ADD, self.listen_fd, &event) != 0)
    {
      perror ("floor");
      return EXIT_FAILURE;
    }
  serve (&self);
}
