/* Reads the words of a command line, for all commands of ts-client.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean       ts_arguments_parse_options  (GOptionContext    *context,
                                            const GOptionEntry *entries,
                                            char               version_letter,
                                            char            ***words,
                                            char             **text,
                                            GError           **error);
char         **ts_arguments_detach_values  (int                argc,
                                            char             **argv,
                                            const char        *flags);
gboolean       ts_arguments_expect_one     (char             **words,
                                            const char        *message,
                                            GError           **error);
gboolean       ts_arguments_parse_choice   (const char        *option,
                                            const char        *text,
                                            const char *const *choices,
                                            int               *choice,
                                            GError           **error);
gboolean       ts_arguments_parse_number   (const char        *option,
                                            const char        *text,
                                            guint              max,
                                            int               *number,
                                            GError           **error);
gboolean       ts_arguments_parse_duration (const char        *option,
                                            const char        *text,
                                            double             min_s,
                                            double             max_s,
                                            gint64            *duration_ns,
                                            GError           **error);
GPtrArray     *ts_arguments_parse_targets  (char             **hosts,
                                            guint              max_targets,
                                            int                port,
                                            GError           **error);
GTlsDatabase  *ts_arguments_load_trust     (const char        *file,
                                            GError           **error);

G_END_DECLS
