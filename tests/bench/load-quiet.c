/* The ways in which the load generator uses a server without loading it: idle connections, one offset.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "load-run.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "load-client.h"
#include "measure/ts-exchange.h"
#include "net/stamped/ts-stamped-socket.h"

/* Over this many addresses idle connections come from, each with ports enough. */
#define N_PER_SOURCE 4000

/* The first exchanges bring the path up to speed; the kernel may not have begun to stamp, either. */
#define N_UNCOUNTED 20

static void
wait_until_readable (const LoadClient *client)
{
  struct pollfd polled = { .fd = client->fd, .events = POLLIN };

  poll (&polled, 1, -1);
}

static void
hold_one_more (LoadClient *client,
               const LoadOptions *options,
               guint n_held)
{
  gint64 latencies_ns[LOAD_MAX_DEPTH];

  load_client_connect (client, (guint16) options->port, n_held / N_PER_SOURCE, TRUE);
  if (!load_client_ask (client, 1))
    load_fail ("cannot ask on a new connection");
  do
    wait_until_readable (client);
  while (load_client_receive (client, latencies_ns) == 0);
}

/**
 * load_run_idle:
 * @options: what to do
 *
 * Holds connections that have asked once and then say nothing: as many as the number read from stdin, a line
 * each time that there shall be more. Says so on stdout when they are there. Ends with stdin.
 */
void
load_run_idle (const LoadOptions *options)
{
  char line[32];
  guint n_held = 0;

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      guint n_wanted = (guint) strtoul (line, NULL, 10);

      for (; n_held < n_wanted; n_held++)
        {
          LoadClient client;

          hold_one_more (&client, options, n_held);
        }
      g_print ("{\"mode\": \"idle\", \"held\": %u}\n", n_held);
    }
}

/* Asks with t1 read right before, and waits for the answer with the kernel's t4. */
static void
measure_offset (LoadClient *client,
                TsClock *clock,
                TsExchange *exchange,
                gboolean *is_kernel_stamp)
{
  guint8 bytes[TS_FRAME_SIZE];
  TsFrame frame = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .cookie = ++client->n_asked };
  TsReceiveStamp stamp;

  ts_frame_encode (&frame, bytes);
  exchange->t1_ns = ts_clock_get_now_ns (clock);
  if (send (client->fd, bytes, sizeof bytes, MSG_NOSIGNAL) != sizeof bytes)
    load_fail ("cannot send a request");
  wait_until_readable (client);
  if (ts_stamped_socket_receive (client->fd, bytes, sizeof bytes, clock, &stamp) != sizeof bytes ||
      ts_frame_decode (bytes, sizeof bytes, &frame, NULL) != TS_DECODED_COMPLETE ||
      frame.kind != TS_FRAME_ANSWER || frame.cookie != client->n_asked)
    load_fail ("not answered");
  exchange->t2_ns = frame.receive_ns;
  exchange->t3_ns = frame.transmit_ns;
  exchange->t4_ns = stamp.instant_ns;
  *is_kernel_stamp = (frame.flags & TS_FRAME_RECEIVE_IS_KERNEL_STAMP) != 0;
}

/**
 * load_run_offset:
 * @options: what to do
 * @result: (inout): what came of it
 *
 * Measures the offset of a server that has the same clock as we: what is not zero is error.
 */
void
load_run_offset (const LoadOptions *options,
                 LoadResult *result)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  LoadClient client;

  load_client_connect (&client, (guint16) options->port, 0, TRUE);
  ts_stamped_socket_enable (client.fd);
  for (int i = -N_UNCOUNTED; i < options->n_requests; i++)
    {
      TsExchange exchange;
      gboolean is_kernel_stamp;
      gint64 offset_ns, delay_ns;

      if (i == 0)
        load_meter_start (options, result);
      measure_offset (&client, clock, &exchange, &is_kernel_stamp);
      if (i >= 0)
        {
          offset_ns = ABS ((exchange.t2_ns - exchange.t1_ns) + (exchange.t3_ns - exchange.t4_ns)) / 2;
          delay_ns = (exchange.t4_ns - exchange.t1_ns) - (exchange.t3_ns - exchange.t2_ns);
          g_array_append_val (result->offsets_ns, offset_ns);
          g_array_append_val (result->delays_ns, delay_ns);
          result->n_kernel_stamps += is_kernel_stamp;
        }
      g_usleep ((gulong) options->pause_us);
    }
  load_meter_stop (options, result);
  load_client_close (&client);
}
