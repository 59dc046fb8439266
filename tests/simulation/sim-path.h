/* A simulated path: what delays a packet, each way, and what loses it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SimWay:
 * @base_ns: no packet is faster, but for @normal_ns
 * @normal_ns: standard deviation of what is added to every packet, either way
 * @gamma_ns: mean of the queueing, gamma-distributed; 0: none
 * @gamma_shape: its shape, at least 1
 * @tail: probability of a packet of a heavy tail
 * @tail_ns: least delay of the tail, added
 * @tail_shape: exponent of its Pareto distribution
 * @burst_every_s: how long from burst to burst, on average; 0: there are none
 * @burst_s: how long a burst lasts, on average
 * @burst_ns: within it up to this is added, evenly distributed
 * @loss: probability that a packet is lost
 *
 * One way of a path. Packets overtake each other when their delays say so.
 */
typedef struct
{
  gint64 base_ns;
  double normal_ns;
  double gamma_ns;
  double gamma_shape;
  double tail;
  double tail_ns;
  double tail_shape;
  double burst_every_s;
  double burst_s;
  double burst_ns;
  double loss;
} SimWay;

/**
 * SimPath:
 * @name: for tables
 * @there: client to server
 * @back: server to client
 */
typedef struct
{
  const char *name;
  SimWay there;
  SimWay back;
} SimPath;

/**
 * SimWayState:
 * @burst_until_ns: the newest burst ends then
 * @burst_from_ns: and began then
 */
typedef struct
{
  gint64 burst_from_ns;
  gint64 burst_until_ns;
} SimWayState;

typedef enum
{
  SIM_PATH_LAN,
  SIM_PATH_WAN,
  SIM_PATH_BUFFERBLOAT,
  SIM_PATH_ASYMMETRIC,
  SIM_PATH_LOSSY,
  SIM_N_PATHS,
} SimPathName;

const SimPath *sim_path_get    (SimPathName   name);
gboolean       sim_way_travel  (const SimWay *way,
                                SimWayState  *state,
                                GRand        *random,
                                gint64        sent_ns,
                                gint64       *arrived_ns);

G_END_DECLS
