/* A simulated path: what delays a packet, each way, and what loses it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-queue.h"

G_BEGIN_DECLS

#define SIM_PATH_MAX_ROUTES 4

/**
 * SimLaw:
 * @SIM_LAW_GAMMA: gamma, of any shape
 * @SIM_LAW_WEIBULL: Weibull, of any shape
 * @SIM_LAW_LOGNORMAL: lognormal; the shape is the deviation of the logarithm
 *
 * How the queueing of a packet is distributed.
 */
typedef enum
{
  SIM_LAW_GAMMA,
  SIM_LAW_WEIBULL,
  SIM_LAW_LOGNORMAL,
} SimLaw;

/**
 * SimWay:
 * @base_ns: no packet is faster, but for @normal_ns
 * @normal_ns: standard deviation of what is added to every packet, either way
 * @law: how @queue_ns is distributed
 * @queue_ns: mean of the queueing; 0: none
 * @queue_shape: its shape
 * @tail: probability of a packet of a heavy tail
 * @tail_ns: least delay of the tail, added
 * @tail_shape: exponent of its Pareto distribution
 * @burst_every_s: how long from burst to burst, on average; 0: there are none
 * @burst_s: how long a burst lasts, on average
 * @burst_ns: within it up to this is added, evenly distributed
 * @mode: probability of a packet that is sent again or waits for a slower turn
 * @mode_ns: by how much it is later, give or take a fifth
 * @slot_ns: packets leave only at multiples of this; 0: at any time
 * @repeats: probability that a packet waits for eight slots more, and then again
 * @saw_ns: a queue that grows to this, give or take a half, and is then emptied; 0: none
 * @saw_every_s: how often it is emptied
 * @shared_ns: mean of the queueing behind what both ways share; 0: none
 * @loss: probability that a packet is lost
 *
 * One way of a path. Packets overtake each other when their delays say so.
 */
typedef struct
{
  gint64 base_ns;
  double normal_ns;
  SimLaw law;
  double queue_ns;
  double queue_shape;
  double tail;
  double tail_ns;
  double tail_shape;
  double burst_every_s;
  double burst_s;
  double burst_ns;
  double mode;
  double mode_ns;
  gint64 slot_ns;
  double repeats;
  double saw_ns;
  double saw_every_s;
  double shared_ns;
  double loss;
} SimWay;

/**
 * SimRoute:
 * @from_ns: true time since the start
 * @until_ns: the way back to the usual route
 * @there_ns: by how much client to server is longer in between
 * @back_ns: the same of server to client
 * @is_silent: whether nothing arrives in between
 */
typedef struct
{
  gint64 from_ns;
  gint64 until_ns;
  gint64 there_ns;
  gint64 back_ns;
  gboolean is_silent;
} SimRoute;

/**
 * SimPath:
 * @name: for tables
 * @there: client to server
 * @back: server to client
 * @shared_memory_ns: how long the shared queue remembers
 * @n_routes: how many of @routes there are
 * @routes: when packets go elsewhere or nowhere
 */
typedef struct
{
  const char *name;
  SimWay there;
  SimWay back;
  gint64 shared_memory_ns;
  guint n_routes;
  SimRoute routes[SIM_PATH_MAX_ROUTES];
} SimPath;

typedef enum
{
  SIM_THERE,
  SIM_BACK,
} SimDirection;

/**
 * SimPathState:
 * @burst_from_ns: the newest burst of each way began then
 * @burst_until_ns: and ends then
 * @shared: (nullable): what both ways share
 *
 * What goes on in a path.
 */
typedef struct
{
  gint64 burst_from_ns[2];
  gint64 burst_until_ns[2];
  SimQueue *shared;
} SimPathState;

typedef enum
{
  SIM_PATH_LAN,
  SIM_PATH_WAN,
  SIM_PATH_BUFFERBLOAT,
  SIM_PATH_ASYMMETRIC,
  SIM_PATH_LOSSY,
  SIM_N_PATHS,
} SimPathName;

const SimPath *sim_path_get         (SimPathName    name);
void           sim_path_state_init  (SimPathState  *state,
                                     const SimPath *path,
                                     guint32        seed);
void           sim_path_state_clear (SimPathState  *state);
gboolean       sim_path_travel      (const SimPath *path,
                                     SimPathState  *state,
                                     SimDirection   direction,
                                     GRand         *random,
                                     gint64         sent_ns,
                                     gint64        *arrived_ns);

G_END_DECLS
