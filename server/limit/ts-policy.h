/* The settings that an operator may change while the server runs, which all its threads read.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "seal/ts-seal-key.h"
#include "settings/ts-settings.h"
#include "limit/ts-throttle.h"

G_BEGIN_DECLS

typedef struct _TsPolicy TsPolicy;

TsPolicy        *ts_policy_new                      (const TsSettings  *settings,
                                                     GError           **error);
void             ts_policy_free                     (TsPolicy          *self);
gboolean         ts_policy_update                   (TsPolicy          *self,
                                                     const TsSettings  *settings,
                                                     GError           **error);
gint64           ts_policy_get_idle_timeout_ns      (TsPolicy          *self);
gint64           ts_policy_get_handshake_timeout_ns (TsPolicy          *self);
GTlsCertificate *ts_policy_ref_certificate          (TsPolicy          *self);
TsSealKey       *ts_policy_get_seal_key             (TsPolicy          *self);
TsThrottle      *ts_policy_get_throttle             (TsPolicy          *self);
void             ts_policy_log_refusals             (TsPolicy          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsPolicy, ts_policy_free)

G_END_DECLS
