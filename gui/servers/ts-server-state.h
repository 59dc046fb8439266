/* How a server of the list is, in a shape and in a few words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

/**
 * TsServerMark:
 * @TS_SERVER_MARK_WAITING: a ring: no sample yet
 * @TS_SERVER_MARK_STEADY: a disc
 * @TS_SERVER_MARK_WARNING: a triangle: it is measured, but there is something to know
 * @TS_SERVER_MARK_FAILED: a cross: it cannot be measured
 * @TS_SERVER_MARK_PAUSED: two bars
 *
 * Each is told by its shape alone.
 */
typedef enum
{
  TS_SERVER_MARK_WAITING,
  TS_SERVER_MARK_STEADY,
  TS_SERVER_MARK_WARNING,
  TS_SERVER_MARK_FAILED,
  TS_SERVER_MARK_PAUSED,
} TsServerMark;

/* What is older than this many exchanges is no news. */
#define TS_SERVER_STATE_N_RECENT 60

TsServerMark ts_server_state_judge    (TsMonitorState      state,
                                       const GError       *error,
                                       const TsHistory    *history,
                                       TsSelectionVerdict  verdict,
                                       const char         *opponent,
                                       const TsLimit      *limit,
                                       char              **words);
gboolean     ts_server_state_is_stale (TsMonitorState      state,
                                       gboolean            has_news,
                                       gint64              shown_ns,
                                       gint64              now_ns);

G_END_DECLS
