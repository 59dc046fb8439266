/* Messages about what went wrong between a probe and its server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "wire/ts-address.h"

G_BEGIN_DECLS

char   *ts_probe_words_name_server   (const TsAddress *target);
GError *ts_probe_words_not_looked_up (const TsAddress *target);
GError *ts_probe_words_explain       (GError          *error,
                                      const TsAddress *target);

const char *ts_probe_words_get_code  (const GError    *error);

G_END_DECLS
