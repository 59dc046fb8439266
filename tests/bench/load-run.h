/* The ways in which the load generator loads a server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LoadOptions:
 * @port: the server's, on the loopback address
 * @server_pid: its process, whose processor time is counted, or 0
 * @n_connections: at a time
 * @depth: requests under way on each
 * @is_sealed: whether kept connections are sealed sessions
 * @n_requests: in all, after the warm-up
 * @n_bursts: how often all connect at once
 * @pause_us: between exchanges, or bursts
 */
typedef struct
{
  int port;
  int server_pid;
  int n_connections;
  int depth;
  gboolean is_sealed;
  int n_requests;
  int n_bursts;
  int pause_us;
} LoadOptions;

/**
 * LoadResult:
 * @latencies_ns: (element-type gint64): one of each request that counts
 * @n_kernel_stamps: answers that say that their t2 is the kernel's
 * @elapsed_ns: how long it took, warm-up left out
 * @server_cpu_ns: what the server needed for it
 * @own_cpu_ns: what the load generator needed for it
 * @offsets_ns: (element-type gint64): absolute offsets
 * @delays_ns: (element-type gint64): the same exchanges' delays
 */
typedef struct
{
  GArray *latencies_ns;
  guint64 n_kernel_stamps;
  gint64 elapsed_ns;
  gint64 server_cpu_ns;
  gint64 own_cpu_ns;
  GArray *offsets_ns;
  GArray *delays_ns;
} LoadResult;

void load_run_kept    (const LoadOptions *options,
                       LoadResult        *result);
void load_run_connect (const LoadOptions *options,
                       LoadResult        *result);
void load_run_burst   (const LoadOptions *options,
                       LoadResult        *result);
void load_run_offset  (const LoadOptions *options,
                       LoadResult        *result);
void load_run_idle    (const LoadOptions *options);

void load_meter_start (const LoadOptions *options,
                       LoadResult        *result);
void load_meter_stop  (const LoadOptions *options,
                       LoadResult        *result);

G_END_DECLS
