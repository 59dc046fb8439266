/* Texts that stand one after the other, with what the language puts between them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ts_join_caption    (const char        *caption,
                          const char        *value);
char *ts_join_statements (const char        *one,
                          const char        *other);
char *ts_join_sentences  (const char        *one,
                          const char        *other);
char *ts_join_list       (const char *const *parts,
                          gsize              n_parts);
char *ts_join_clauses    (const char *const *parts,
                          gsize              n_parts);

G_END_DECLS
