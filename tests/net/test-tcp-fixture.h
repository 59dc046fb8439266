/* Probes over TCP for tests, and what the servers say that more than one program has them ask.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "test-outcome.h"
#include "test-peer.h"
#include "net/ts-probe-factory.h"

static inline TsProbe *
new_probe (const char *host,
           guint16 port,
           gint64 timeout_ns,
           TsClock *clock)
{
  g_autofree char *text = ts_address_join (host, port);
  g_autoptr (TsAddress) target = ts_address_parse (text, NULL);

  g_assert_nonnull (target);
  return ts_probe_new (target, timeout_ns, clock);
}

/* Returns: an outcome of a probe of 127.0.0.1, by the computer's clock */
static inline Outcome
outcome_new (guint16 port,
             gint64 timeout_ns)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);

  return (Outcome) { .probe = new_probe ("127.0.0.1", port, timeout_ns, clock) };
}

/* Sends a classic answer that leaves now, with @before and @after around it. */
static inline void
send_classic (int fd,
              gint64 receive_ns,
              guint n_decimals,
              const char *before,
              const char *after)
{
  char first[TS_TIME_TEXT_SIZE], second[TS_TIME_TEXT_SIZE];
  g_autofree char *text = NULL;

  ts_time_format_seconds (receive_ns, n_decimals, first);
  ts_time_format_seconds (test_now_ns (), n_decimals, second);
  text = g_strconcat (before, first, ".", second, after, NULL);
  test_peer_send (fd, text, strlen (text));
}

static inline void
classic_on_accept (TestPeer *peer,
                   int fd,
                   guint n)
{
  send_classic (fd, test_now_ns (), 9, "", "");
}

static inline void
frame_in_pieces (TestPeer *peer,
                 int fd,
                 guint n)
{
  TsFrame request;

  while (test_peer_receive (fd, &request))
    {
      TsFrame answer = test_answer_to (&request);
      guint8 bytes[TS_FRAME_SIZE];

      /* Flags and fields that are not defined are ignored. */
      answer.flags = 0xfffe;
      answer.retry_after_ms = G_MAXUINT32;
      ts_frame_encode (&answer, bytes);
      for (gsize i = 0; i < sizeof bytes; i++)
        test_peer_send (fd, bytes + i, 1);
    }
}
