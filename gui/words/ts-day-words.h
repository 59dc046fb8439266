/* What is said of a recorded day.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "past/ts-past-days.h"

G_BEGIN_DECLS

char *ts_day_words_date   (const TsPastDay *day);
char *ts_day_words_counts (const TsPastDay *day);
char *ts_day_words_worst  (const TsPastDay *day);

G_END_DECLS
