/* Tests of the receive stamps, on sockets of the loopback interface.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/stamped/ts-stamped-socket.h"
#include "measure/ts-time.h"

#include "test-wait.h"

typedef struct
{
  int sender;
  int receiver;
  TsClock *clock;
} Pair;

static int
open_bound (int type)
{
  struct sockaddr_in loopback = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, type | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &loopback, sizeof loopback), ==, 0);
  return fd;
}

static int
connect_to (int type,
            int fd)
{
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  int connected = open_bound (type);

  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &length), ==, 0);
  g_assert_cmpint (connect (connected, (struct sockaddr *) &address, sizeof address), ==, 0);
  return connected;
}

static void
set_up (Pair *pair,
        gconstpointer data)
{
  int type = GPOINTER_TO_INT (data);

  if (type == SOCK_STREAM)
    {
      int listener = open_bound (type);
      const int one = 1;

      g_assert_cmpint (listen (listener, 1), ==, 0);
      pair->sender = connect_to (type, listener);
      pair->receiver = accept (listener, NULL, NULL);
      g_assert_cmpint (setsockopt (pair->sender, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), ==, 0);
      close (listener);
    }
  else
    {
      pair->receiver = open_bound (type);
      pair->sender = connect_to (type, pair->receiver);
    }
  g_assert_cmpint (pair->receiver, >=, 0);
  pair->clock = ts_clock_new_system (0);
}

static void
tear_down (Pair *pair,
           gconstpointer data)
{
  close (pair->sender);
  close (pair->receiver);
  g_assert_finalize_object (pair->clock);
}

static void
send_text (Pair *pair,
           const char *text)
{
  g_assert_cmpint (send (pair->sender, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
}

static void
await_input (Pair *pair)
{
  struct pollfd input = { .fd = pair->receiver, .events = POLLIN };

  g_assert_cmpint (poll (&input, 1, (int) test_patience_ms ()), ==, 1);
}

typedef struct
{
  gint64 before_ns;
  gint64 arrived_ns; /* a reading after the kernel was known to have the bytes */
  gint64 after_ns;
  TsReceiveStamp stamp;
} Passage;

/* One message from end to end, with our own readings around it. */
static Passage
pass (Pair *pair)
{
  g_autoptr (TsClock) ours = ts_clock_new_system (0);
  Passage passage;
  guint8 bytes[16];

  passage.before_ns = ts_clock_get_now_ns (ours);
  send_text (pair, "message");
  await_input (pair);
  passage.arrived_ns = ts_clock_get_now_ns (ours);
  g_assert_cmpint (ts_stamped_socket_receive (pair->receiver, bytes, sizeof bytes, pair->clock,
                                              &passage.stamp), ==, 7);
  passage.after_ns = ts_clock_get_now_ns (ours);
  g_assert_cmpmem (bytes, 7, "message", 7);
  return passage;
}

/* The kernel turns stamping on a moment after the first socket asked for it. */
static void
enable (Pair *pair)
{
  Passage passage;
  gint64 deadline_us = test_get_deadline_us ();

  g_assert_true (ts_stamped_socket_enable (pair->receiver));
  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      passage = pass (pair);
    }
  while (!passage.stamp.is_kernel);
}

static void
test_kernel (Pair *pair,
             gconstpointer data)
{
  enable (pair);
  for (guint i = 0; i < 200; i++)
    {
      Passage passage = pass (pair);

      g_assert_true (passage.stamp.is_kernel);
      g_assert_cmpint (passage.stamp.instant_ns, >=, passage.before_ns);
      g_assert_cmpint (passage.stamp.instant_ns, <=, passage.arrived_ns);
    }
}

/* If the kernel was not asked to stamp, the clock is read after the bytes are. */
static void
test_user (Pair *pair,
           gconstpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      Passage passage = pass (pair);

      g_assert_false (passage.stamp.is_kernel);
      g_assert_cmpint (passage.stamp.instant_ns, >=, passage.arrived_ns);
      g_assert_cmpint (passage.stamp.instant_ns, <=, passage.after_ns);
    }
}

/* Both kinds of stamp are by the clock that was asked for. */
static void
test_shifted (Pair *pair,
              gconstpointer data)
{
  Passage passage;

  ts_clock_step (pair->clock, 1000 * TS_NS_PER_S);
  passage = pass (pair);
  g_assert_false (passage.stamp.is_kernel);
  g_assert_cmpint (passage.stamp.instant_ns - 1000 * TS_NS_PER_S, >=, passage.arrived_ns);
  g_assert_cmpint (passage.stamp.instant_ns - 1000 * TS_NS_PER_S, <=, passage.after_ns);

  enable (pair);
  passage = pass (pair);
  g_assert_true (passage.stamp.is_kernel);
  g_assert_cmpint (passage.stamp.instant_ns - 1000 * TS_NS_PER_S, >=, passage.before_ns);
  g_assert_cmpint (passage.stamp.instant_ns - 1000 * TS_NS_PER_S, <=, passage.arrived_ns);
}

static void
test_fake_clock (Pair *pair,
                 gconstpointer data)
{
  g_clear_object (&pair->clock);
  pair->clock = ts_clock_new_fake (4711);
  g_assert_cmpint (pass (pair).stamp.instant_ns, ==, 4711);
  enable (pair);
  g_assert_cmpint (pass (pair).stamp.instant_ns, ==, 4711);
}

static void
test_nothing_there (Pair *pair,
                    gconstpointer data)
{
  TsReceiveStamp stamp;
  guint8 byte;

  g_assert_true (ts_stamped_socket_enable (pair->receiver));
  errno = 0;
  g_assert_cmpint (ts_stamped_socket_receive (pair->receiver, &byte, 1, pair->clock, &stamp), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  g_assert_false (stamp.is_kernel);
}

/* The rest of what does not fit comes at the next call, and has a stamp too. */
static void
test_pieces (Pair *pair,
             gconstpointer data)
{
  gint64 before_ns;

  enable (pair);
  before_ns = ts_clock_get_now_ns (pair->clock);
  send_text (pair, "abc");
  await_input (pair);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree guint8 *byte = g_malloc (1);
      TsReceiveStamp stamp;

      g_assert_cmpint (ts_stamped_socket_receive (pair->receiver, byte, 1, pair->clock, &stamp), ==, 1);
      g_assert_cmpint (*byte, ==, "abc"[i]);
      g_assert_cmpint (stamp.instant_ns, >=, before_ns);
      g_assert_cmpint (stamp.instant_ns, <=, ts_clock_get_now_ns (pair->clock));
    }
}

static void
test_end (Pair *pair,
          gconstpointer data)
{
  TsReceiveStamp stamp;
  guint8 byte;

  enable (pair);
  shutdown (pair->sender, SHUT_WR);
  await_input (pair);
  g_assert_cmpint (ts_stamped_socket_receive (pair->receiver, &byte, 1, pair->clock, &stamp), ==, 0);
  g_assert_false (stamp.is_kernel);
}

static void
test_enable_fails (void)
{
  int pipe_fds[2];

  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  g_assert_false (ts_stamped_socket_enable (-1));
  g_assert_false (ts_stamped_socket_enable (pipe_fds[0]));
  close (pipe_fds[0]);
  close (pipe_fds[1]);
}

int
main (int argc,
      char **argv)
{
  const gpointer tcp = GINT_TO_POINTER (SOCK_STREAM), udp = GINT_TO_POINTER (SOCK_DGRAM);

  g_test_init (&argc, &argv, NULL);

  g_test_add ("/stamped-socket/tcp/kernel", Pair, tcp, set_up, test_kernel, tear_down);
  g_test_add ("/stamped-socket/tcp/user", Pair, tcp, set_up, test_user, tear_down);
  g_test_add ("/stamped-socket/tcp/shifted", Pair, tcp, set_up, test_shifted, tear_down);
  g_test_add ("/stamped-socket/tcp/fake-clock", Pair, tcp, set_up, test_fake_clock, tear_down);
  g_test_add ("/stamped-socket/tcp/nothing-there", Pair, tcp, set_up, test_nothing_there, tear_down);
  g_test_add ("/stamped-socket/tcp/pieces", Pair, tcp, set_up, test_pieces, tear_down);
  g_test_add ("/stamped-socket/tcp/end", Pair, tcp, set_up, test_end, tear_down);
  g_test_add ("/stamped-socket/udp/kernel", Pair, udp, set_up, test_kernel, tear_down);
  g_test_add ("/stamped-socket/udp/user", Pair, udp, set_up, test_user, tear_down);
  g_test_add ("/stamped-socket/udp/shifted", Pair, udp, set_up, test_shifted, tear_down);
  g_test_add ("/stamped-socket/udp/fake-clock", Pair, udp, set_up, test_fake_clock, tear_down);
  g_test_add ("/stamped-socket/udp/nothing-there", Pair, udp, set_up, test_nothing_there, tear_down);
  g_test_add_func ("/stamped-socket/enable-fails", test_enable_fails);
  return g_test_run ();
}
