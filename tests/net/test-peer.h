/* A little server for tests: a thread that accepts one connection after the other and follows a script.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "measure/ts-time.h"
#include "wire/ts-wire.h"

#include "test-loopback.h"
#include "test-wait.h"

typedef struct _TestPeer TestPeer;

/* Serves connection @n (the first is 0); the descriptor is closed afterwards. */
typedef void (*TestScript) (TestPeer *peer,
                            int       fd,
                            guint     n);

struct _TestPeer
{
  int fd;
  guint16 port;
  TestScript script;
  gconstpointer data;
  GThread *thread;
  int n_accepted; /* atomic */
  int n_served;   /* atomic: closed too */
};

static inline gint64
test_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  return now.tv_sec * TS_NS_PER_S + now.tv_nsec;
}

static inline gpointer
test_peer_run (gpointer user_data)
{
  TestPeer *peer = user_data;
  const int one = 1;
  int fd;

  while ((fd = accept (peer->fd, NULL, NULL)) >= 0)
    {
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      peer->script (peer, fd, (guint) g_atomic_int_add (&peer->n_accepted, 1));
      close (fd);
      g_atomic_int_inc (&peer->n_served);
    }
  return NULL;
}

static inline TestPeer *
test_peer_new (TestScript    script,
               gconstpointer data)
{
  TestPeer *peer = g_new0 (TestPeer, 1);

  peer->fd = test_open_bound (&peer->port);
  peer->script = script;
  peer->data = data;
  g_assert_cmpint (listen (peer->fd, 16), ==, 0);
  peer->thread = g_thread_new ("test-peer", test_peer_run, peer);
  return peer;
}

/* Ends the thread; its client must be gone. */
static inline void
test_peer_free (TestPeer *peer)
{
  shutdown (peer->fd, SHUT_RDWR);
  g_thread_join (peer->thread);
  close (peer->fd);
  g_free (peer);
}

static inline void
test_peer_send (int           fd,
                gconstpointer bytes,
                gsize         length)
{
  const char *rest = bytes;

  while (length > 0)
    {
      gssize n_sent = send (fd, rest, length, MSG_NOSIGNAL);

      if (n_sent < 0)
        return; /* the client has gone: what it makes of that is looked at there */
      rest += n_sent;
      length -= (gsize) n_sent;
    }
}

/* Returns: whether a whole request came before the client went */
static inline gboolean
test_peer_receive (int      fd,
                   TsFrame *request)
{
  guint8 bytes[TS_FRAME_SIZE];
  gssize n_received = recv (fd, bytes, sizeof bytes, MSG_WAITALL);

  return n_received == sizeof bytes &&
         ts_frame_decode (bytes, sizeof bytes, request, NULL) == TS_DECODED_COMPLETE &&
         request->kind == TS_FRAME_REQUEST && request->version == TS_FRAME_VERSION && request->cookie != 0;
}

static inline void
test_peer_await_end (int fd)
{
  char bytes[256];

  while (recv (fd, bytes, sizeof bytes, 0) > 0)
    ;
}

static inline TsFrame
test_answer_to (const TsFrame *request)
{
  gint64 now_ns = test_now_ns ();

  return (TsFrame) {
    .version = TS_FRAME_VERSION,
    .kind = TS_FRAME_ANSWER,
    .cookie = request->cookie,
    .receive_ns = now_ns,
    .transmit_ns = now_ns,
    .max_error_ns = 12345,
  };
}

static inline void
test_peer_send_frame (int            fd,
                      const TsFrame *frame)
{
  guint8 bytes[TS_FRAME_SIZE];

  ts_frame_encode (frame, bytes);
  test_peer_send (fd, bytes, sizeof bytes);
}

/* Returns: whether there was a request to answer */
static inline gboolean
test_peer_answer_one (int fd)
{
  TsFrame request, answer;

  if (!test_peer_receive (fd, &request))
    return FALSE;
  answer = test_answer_to (&request);
  test_peer_send_frame (fd, &answer);
  return TRUE;
}

/* The next close resets the connection. */
static inline void
test_peer_reset_at_close (int fd)
{
  const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}
