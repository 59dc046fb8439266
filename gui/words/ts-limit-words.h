/* Limits as people read and type them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "words/ts-format.h"
#include "measure/ts-limit.h"

G_BEGIN_DECLS

#define TS_LIMIT_WORDS_ERROR (ts_limit_words_error_quark ())

/**
 * TsLimitWordsError:
 * @TS_LIMIT_WORDS_ERROR_MALFORMED: the text is not a number above zero
 * @TS_LIMIT_WORDS_ERROR_OUT_OF_RANGE: it is more than %TS_LIMIT_MAX_NS
 */
typedef enum
{
  TS_LIMIT_WORDS_ERROR_MALFORMED,
  TS_LIMIT_WORDS_ERROR_OUT_OF_RANGE,
} TsLimitWordsError;

GQuark   ts_limit_words_error_quark (void);
TsUnit   ts_limit_words_split       (gint64          limit_ns,
                                     TsUnit          least,
                                     TsUnit          greatest,
                                     char          **number);
char    *ts_limit_words_amount      (gint64          limit_ns);
gboolean ts_limit_words_parse       (const char     *text,
                                     TsUnit          unit,
                                     gint64         *limit_ns,
                                     GError        **error);
char    *ts_limit_words_state       (const TsLimit  *limit,
                                     gboolean        is_past);
char    *ts_limit_words_in_row      (const TsLimit  *limit);
char    *ts_limit_words_event       (gint64          limit_ns,
                                     const char     *server,
                                     gboolean        is_outside);

G_END_DECLS
