/* One NTP request to one address, and the wait for its answer.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/clock/ts-clock.h"
#include "net/probe/ts-witness.h"
#include "wire/ts-ntp-client.h"

G_BEGIN_DECLS

typedef struct _TsNtpQuery TsNtpQuery;

/**
 * TsNtpQueryFunc:
 * @query: a query
 * @error: (nullable): why no answer can come; %NULL if one came, see ts_ntp_query_get_check()
 * @user_data: as given to ts_ntp_query_new()
 *
 * Is called once, when the query has ended, and may free it.
 */
typedef void (*TsNtpQueryFunc) (TsNtpQuery   *query,
                                const GError *error,
                                gpointer      user_data);

TsNtpQuery     *ts_ntp_query_new         (GSocketAddress     *address,
                                          TsClock            *clock,
                                          GMainContext       *context,
                                          TsNtpQueryFunc      ended,
                                          gpointer            user_data,
                                          GError            **error);
void            ts_ntp_query_free        (TsNtpQuery         *self);
GSocketAddress *ts_ntp_query_get_address (const TsNtpQuery   *self);
TsNtpCheck      ts_ntp_query_get_check   (const TsNtpQuery   *self,
                                          const TsNtpPacket **answer);
gboolean        ts_ntp_query_get_sample  (const TsNtpQuery   *self,
                                          gint64              precision_ns,
                                          TsSample           *sample,
                                          GError            **error);
void            ts_ntp_query_tell_exchange (const TsNtpQuery *self,
                                          TsWitness          *witness,
                                          const TsWitnessConnection *about,
                                          const TsSample     *sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsNtpQuery, ts_ntp_query_free)

G_END_DECLS
