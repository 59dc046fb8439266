/* Loads the server's certificate, its chain and its private key from files.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "settings/ts-settings.h"

G_BEGIN_DECLS

GTlsCertificate *ts_certificate_load         (const TsSettings *settings,
                                              GError          **error);
char            *ts_certificate_describe_flaw (GTlsCertificate *certificate,
                                              const char       *path,
                                              gint64            now_ns);
gint64           ts_certificate_get_end_s    (GTlsCertificate  *certificate);

G_END_DECLS
