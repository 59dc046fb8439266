/* Asks the addresses of a server by NTP until one answers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "wire/ts-address.h"
#include "net/ntp/ts-ntp-query.h"

G_BEGIN_DECLS

typedef struct _TsNtpRace TsNtpRace;

/**
 * TsNtpRaceFunc:
 * @query: (nullable) (transfer full): the query that was answered: its check is
 *   %TS_NTP_CHECKS_PASSED or %TS_NTP_CHECK_KISS
 * @error: (nullable) (transfer full): why none was answered; its message names the server
 * @user_data: as given to ts_ntp_race_new()
 *
 * Is called once with one of the two, when the race is over, and may free the race.
 */
typedef void (*TsNtpRaceFunc) (TsNtpQuery *query,
                               GError     *error,
                               gpointer    user_data);

TsNtpRace *ts_ntp_race_new         (const TsAddress *target,
                                    GSocketAddress  *only,
                                    gint64           timeout_ns,
                                    TsClock         *clock,
                                    GMainContext    *context,
                                    TsNtpRaceFunc    ended,
                                    gpointer         user_data);
void       ts_ntp_race_free        (TsNtpRace       *self);
GError    *ts_ntp_race_name_server (const TsAddress *target,
                                    GError          *error);

G_END_DECLS
