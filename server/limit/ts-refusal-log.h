/* Logs which clients were refused, if the operator wants to know.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "report/ts-counters.h"

G_BEGIN_DECLS

/* An IPv6 address, or an IPv4 one as RFC 4291 §2.5.5.2 maps it. */
#define TS_REFUSAL_ADDRESS_SIZE 16

/* How many clients one call names; the others are only counted. */
#define TS_REFUSAL_MAX_CLIENTS 32

typedef struct _TsRefusalLog TsRefusalLog;

TsRefusalLog *ts_refusal_log_new         (void);
void          ts_refusal_log_free        (TsRefusalLog *self);
void          ts_refusal_log_set_enabled (TsRefusalLog *self,
                                          gboolean      is_enabled);
void          ts_refusal_log_note        (TsRefusalLog *self,
                                          TsCount       reason,
                                          const guint8  address[TS_REFUSAL_ADDRESS_SIZE]);
void          ts_refusal_log_write        (TsRefusalLog *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsRefusalLog, ts_refusal_log_free)

G_END_DECLS
