/* The ways in which the load generator loads a server with requests.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "load-run.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "load-client.h"
#include "measure/ts-time.h"

#define BATCH_SIZE 256

/* This share of the requests is sent before anything is counted. */
#define WARM_UP_DIVISOR 20

/* In this time the server has done what the last answer left to do, and sleeps: then all is accounted. */
#define SETTLE_US 3000

typedef struct
{
  const LoadOptions *options;
  LoadResult *result;
  int epoll_fd;
  LoadClient *clients;
  gint64 n_to_ask;
  gint64 n_to_answer;
  gint64 n_warm_up; /* answers still to come before the meter starts */
} Run;

/* The run times that schedstat shows, summed over all threads, those that have ended included. A thread that
 * runs right now is behind by up to a scheduler tick. */
static gint64
cpu_time_ns (int pid)
{
  struct timespec used = { 0 };
  clockid_t clock;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &used) != 0)
    load_fail ("cannot read the processor time of process %d", pid);
  return used.tv_sec * TS_NS_PER_S + used.tv_nsec;
}

/**
 * load_meter_start:
 * @options: which server
 * @result: its times begin here
 */
void
load_meter_start (const LoadOptions *options,
                  LoadResult *result)
{
  result->elapsed_ns = -load_now_ns ();
  result->own_cpu_ns = -cpu_time_ns (0);
  result->server_cpu_ns = options->server_pid != 0 ? -cpu_time_ns (options->server_pid) : 0;
}

/**
 * load_meter_stop:
 * @options: which server
 * @result: its times end here
 */
void
load_meter_stop (const LoadOptions *options,
                 LoadResult *result)
{
  result->elapsed_ns += load_now_ns ();
  result->own_cpu_ns += cpu_time_ns (0);
  g_usleep (SETTLE_US);
  result->server_cpu_ns += options->server_pid != 0 ? cpu_time_ns (options->server_pid) : 0;
}

static void
await (Run *run,
       LoadClient *client,
       int operation,
       guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = client };

  if (epoll_ctl (run->epoll_fd, operation, client->fd, &event) != 0)
    load_fail ("cannot wait for a connection: %s", g_strerror (errno));
}

static void
begin_run (Run *run,
           const LoadOptions *options,
           LoadResult *result)
{
  *run = (Run) {
    .options = options,
    .result = result,
    .epoll_fd = epoll_create1 (EPOLL_CLOEXEC),
    .clients = g_new0 (LoadClient, options->n_connections),
    .n_warm_up = options->n_requests / WARM_UP_DIVISOR,
  };
  run->n_to_ask = run->n_to_answer = run->n_warm_up + options->n_requests;
}

static void
end_run (Run *run)
{
  close (run->epoll_fd);
  g_free (run->clients);
}

static void
count_answers (Run *run,
               const gint64 *latencies_ns,
               guint n_answers)
{
  run->n_to_answer -= n_answers;
  if (run->n_warm_up == 0)
    {
      g_array_append_vals (run->result->latencies_ns, latencies_ns, n_answers);
      return;
    }
  run->n_warm_up = MAX (run->n_warm_up - n_answers, 0);
  if (run->n_warm_up == 0)
    load_meter_start (run->options, run->result);
}

static void
wait_for_events (Run *run,
                 void (*handle) (Run *run, LoadClient *client, guint32 events))
{
  struct epoll_event events[BATCH_SIZE];
  int n_events = epoll_wait (run->epoll_fd, events, BATCH_SIZE, -1);

  for (int i = 0; i < n_events; i++)
    handle (run, events[i].data.ptr, events[i].events);
}

static void
go_on_asking (Run *run,
              LoadClient *client,
              guint32 events)
{
  gint64 latencies_ns[LOAD_MAX_DEPTH];
  guint n_answers = load_client_receive (client, latencies_ns);
  guint n_more = (guint) MIN (n_answers, run->n_to_ask);

  if (n_more > 0 && !load_client_ask (client, n_more))
    load_fail ("the server does not read");
  run->n_to_ask -= n_more;
  count_answers (run, latencies_ns, n_answers);
}

/**
 * load_run_kept:
 * @options: what to do
 * @result: (inout): what came of it
 *
 * Every client keeps its connection, and always has as many requests under way as the depth says.
 */
void
load_run_kept (const LoadOptions *options,
               LoadResult *result)
{
  Run run;

  begin_run (&run, options, result);
  for (int i = 0; i < options->n_connections; i++)
    {
      LoadClient *client = &run.clients[i];
      guint n_requests = (guint) MIN (options->depth, run.n_to_ask);

      load_client_connect (client, (guint16) options->port, (guint) i, TRUE);
      client->flags = options->is_sealed ? TS_FRAME_WANTS_TRANSCRIPT : 0;
      await (&run, client, EPOLL_CTL_ADD, EPOLLIN);
      run.n_to_ask -= n_requests;
      if (n_requests > 0)
        load_client_ask (client, n_requests);
    }
  if (run.n_warm_up == 0)
    load_meter_start (options, result);
  while (run.n_to_answer > 0)
    wait_for_events (&run, go_on_asking);
  load_meter_stop (options, result);
  for (int i = 0; i < options->n_connections; i++)
    {
      result->n_kernel_stamps += run.clients[i].n_kernel_stamps;
      load_client_close (&run.clients[i]);
    }
  end_run (&run);
}

/* On loopback the connection is up when connect() returns, unless the backlog is full. */
static void
connect_and_ask (Run *run,
                 LoadClient *client)
{
  guint source = (guint) (client - run->clients);
  gboolean has_asked;

  load_client_connect (client, (guint16) run->options->port, source, FALSE);
  has_asked = load_client_ask (client, 1);
  await (run, client, EPOLL_CTL_ADD, has_asked ? EPOLLIN : EPOLLOUT);
  run->n_to_ask--;
}

/* Returns: whether the answer is there, and counted */
static gboolean
go_on_with_one (Run *run,
                LoadClient *client,
                guint32 events)
{
  gint64 latencies_ns[LOAD_MAX_DEPTH];

  if (client->n_asked == 0)
    {
      if (load_client_ask (client, 1))
        await (run, client, EPOLL_CTL_MOD, EPOLLIN);
      return FALSE;
    }
  if (load_client_receive (client, latencies_ns) == 0)
    return FALSE;
  latencies_ns[0] = load_now_ns () - client->began_ns;
  run->result->n_kernel_stamps += client->n_kernel_stamps;
  count_answers (run, latencies_ns, 1);
  return TRUE;
}

static void
go_on_connecting (Run *run,
                  LoadClient *client,
                  guint32 events)
{
  if (!go_on_with_one (run, client, events))
    return;
  load_client_close (client);
  if (run->n_to_ask > 0)
    connect_and_ask (run, client);
}

/**
 * load_run_connect:
 * @options: what to do
 * @result: (inout): what came of it
 *
 * Every client connects, asks once, reads, closes and begins anew. A latency goes from before the connect to
 * the answer.
 */
void
load_run_connect (const LoadOptions *options,
                  LoadResult *result)
{
  Run run;

  begin_run (&run, options, result);
  if (run.n_warm_up == 0)
    load_meter_start (options, result);
  for (int i = 0; i < options->n_connections && run.n_to_ask > 0; i++)
    connect_and_ask (&run, &run.clients[i]);
  while (run.n_to_answer > 0)
    wait_for_events (&run, go_on_connecting);
  load_meter_stop (options, result);
  end_run (&run);
}

static void
go_on_with_burst (Run *run,
                  LoadClient *client,
                  guint32 events)
{
  go_on_with_one (run, client, events);
}

/**
 * load_run_burst:
 * @options: what to do
 * @result: (inout): what came of it
 *
 * All clients connect at once and ask; only when all are answered do they close. That is done @n_bursts
 * times, and once before for nothing. A latency goes from before the connect to the answer.
 */
void
load_run_burst (const LoadOptions *options,
                LoadResult *result)
{
  Run run;

  begin_run (&run, options, result);
  run.n_warm_up = options->n_connections;
  for (int burst = 0; burst <= options->n_bursts; burst++)
    {
      run.n_to_answer = options->n_connections;
      for (int i = 0; i < options->n_connections; i++)
        connect_and_ask (&run, &run.clients[i]);
      while (run.n_to_answer > 0)
        wait_for_events (&run, go_on_with_burst);
      for (int i = 0; i < options->n_connections; i++)
        load_client_close (&run.clients[i]);
      g_usleep ((gulong) options->pause_us);
    }
  load_meter_stop (options, result);
  end_run (&run);
}
