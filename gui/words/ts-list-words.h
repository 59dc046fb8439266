/* What the list of servers says of all of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsListCounts:
 * @n_steady: servers of which there is nothing to say
 * @n_disagreeing: servers that contradict others
 * @n_unusual: other servers with a warning
 * @n_failing: servers that cannot be measured
 * @n_offline: servers that are not asked because this computer is not connected to a network
 * @n_waiting: servers without a measurement so far
 * @n_paused: servers that are paused
 *
 * How many servers of a list are in which state; each is counted once.
 */
typedef struct
{
  guint n_steady;
  guint n_disagreeing;
  guint n_unusual;
  guint n_failing;
  guint n_offline;
  guint n_waiting;
  guint n_paused;
} TsListCounts;

/* From so many servers on, a list is too long to look at row by row. */
#define TS_LIST_WORDS_MANY 8

char *ts_list_words_summary       (const TsListCounts *counts);
char *ts_list_words_contradiction (const char         *one,
                                   const char         *other);
char *ts_list_words_gap           (gint64              gap_ns);

G_END_DECLS
