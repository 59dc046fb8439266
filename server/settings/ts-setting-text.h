/* The values of settings as an operator writes them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean   ts_setting_text_to_whole     (const char  *text,
                                         int          min,
                                         int          max,
                                         int         *whole,
                                         GError     **error);
gboolean   ts_setting_text_to_number    (const char  *text,
                                         double       min,
                                         double       max,
                                         gboolean     may_be_zero,
                                         double      *number,
                                         GError     **error);
gboolean   ts_setting_text_to_boolean   (const char  *text,
                                         gboolean    *boolean,
                                         GError     **error);
char     **ts_setting_text_to_addresses (const char  *text,
                                         GError     **error);
gboolean   ts_setting_text_to_endpoint  (const char  *text,
                                         char       **host,
                                         guint16     *port);
gboolean   ts_setting_text_check_file   (const char  *text,
                                         GError     **error);
gboolean   ts_setting_text_check_metrics (const char  *text,
                                          GError     **error);
gboolean   ts_setting_text_check_ntp    (const char  *text,
                                         GError     **error);

G_END_DECLS
