/* One client's connection over TLS.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "answer/ts-session.h"

G_BEGIN_DECLS

typedef struct _TsTlsSession TsTlsSession;

/**
 * TsTlsSessionEnded:
 * @session: a session whose connection is closed; to be freed, now or later
 * @user_data: as given to ts_tls_session_new()
 */
typedef void (*TsTlsSessionEnded) (TsTlsSession *session,
                                   gpointer      user_data);

TsTlsSession *ts_tls_session_new    (int                     fd,
                                     const guint8           *bytes,
                                     gsize                   length,
                                     const TsReceiveStamp   *stamp,
                                     GTlsCertificate        *certificate,
                                     const TsSessionService *service,
                                     TsSession              *session,
                                     gint64                  handshake_timeout_ns,
                                     gint64                  idle_timeout_ns,
                                     TsTlsSessionEnded       ended,
                                     gpointer                user_data);
void          ts_tls_session_refuse (TsTlsSession           *self,
                                     TsRefusalReason         reason);
void          ts_tls_session_free   (TsTlsSession           *self);

G_END_DECLS
