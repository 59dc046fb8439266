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
void             ts_policy_free                     (TsPolicy          *policy);
gboolean         ts_policy_update                   (TsPolicy          *policy,
                                                     const TsSettings  *settings,
                                                     GError           **error);
gint64           ts_policy_get_idle_timeout_ns      (TsPolicy          *policy);
gint64           ts_policy_get_handshake_timeout_ns (TsPolicy          *policy);
GTlsCertificate *ts_policy_ref_certificate          (TsPolicy          *policy);
TsSealKey       *ts_policy_get_seal_key             (TsPolicy          *policy);
TsThrottle      *ts_policy_get_throttle             (TsPolicy          *policy);
void             ts_policy_log_refusals             (TsPolicy          *policy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsPolicy, ts_policy_free)

G_END_DECLS
