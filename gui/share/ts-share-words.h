/* The sentences about sharing this computer's time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "share/ts-share.h"

G_BEGIN_DECLS

char *ts_share_words_state      (gboolean             is_enabled,
                                 const GError        *error,
                                 guint                port,
                                 guint                n_clients,
                                 gboolean             is_brief);
char *ts_share_words_error      (const GError        *error,
                                 guint                port);
char *ts_share_words_error_hint (const GError        *error);
char *ts_share_words_answered   (guint64              n_answered);
char *ts_share_words_client     (const TsShareClient *client);
char *ts_share_words_activity   (const TsShareClient *client);
char *ts_share_words_more       (guint                n_clients);

G_END_DECLS
