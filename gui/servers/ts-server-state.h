/* The state of a server of the list, as a shape and in a few words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

/**
 * TsServerState:
 * @TS_SERVER_STATE_WAITING: a ring: no sample yet
 * @TS_SERVER_STATE_STEADY: a disc
 * @TS_SERVER_STATE_WARNING: a triangle: it is measured, but something is unusual
 * @TS_SERVER_STATE_FAILED: a cross: it cannot be measured
 * @TS_SERVER_STATE_OFFLINE: a dash: this computer is not connected to a network
 * @TS_SERVER_STATE_PAUSED: two bars
 *
 * The shape of each is enough to tell it from the others.
 */
typedef enum
{
  TS_SERVER_STATE_WAITING,
  TS_SERVER_STATE_STEADY,
  TS_SERVER_STATE_WARNING,
  TS_SERVER_STATE_FAILED,
  TS_SERVER_STATE_OFFLINE,
  TS_SERVER_STATE_PAUSED,
} TsServerState;

/* Losses and steps older than this many exchanges no longer count. */
#define TS_SERVER_STATE_N_RECENT 60

/**
 * TsServerDispute:
 * @opponent: the name of a server that cannot be right if this one is
 * @gap_ns: how far they are apart at least
 * @is_shown: whether the opponent is overlaid on the charts of the others
 *
 * Whom a server disagrees with.
 */
typedef struct
{
  const char *opponent;
  gint64 gap_ns;
  gboolean is_shown;
} TsServerDispute;

/**
 * TsServerFacts:
 * @name: of the server
 * @state: what the monitor is doing
 * @error: (nullable): why its last exchange failed
 * @is_offline: whether that is only because this computer is not connected to a network
 * @history: all its exchanges
 * @trend: the verdict of its estimate
 * @dispute: (nullable): whom the server disagrees with
 * @limit: the server's limit, which may be off
 *
 * What the state of a server follows from.
 */
typedef struct
{
  const char *name;
  TsMonitorState state;
  const GError *error;
  gboolean is_offline;
  const TsHistory *history;
  TsVerdict trend;
  const TsServerDispute *dispute;
  const TsLimit *limit;
} TsServerFacts;

TsServerState ts_server_state_judge         (const TsServerFacts  *facts,
                                             char                **words,
                                             char                **details);
char         *ts_server_state_describe_step (const TsHistory      *history);
gboolean      ts_server_state_is_stale      (TsMonitorState        state,
                                             gboolean              has_news,
                                             gint64                shown_ns,
                                             gint64                now_ns);

G_END_DECLS
