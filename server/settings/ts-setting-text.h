/* Reads the values of settings as an operator writes them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_SETTINGS_ERROR (ts_settings_error_quark ())

/**
 * TsSettingsError:
 * @TS_SETTINGS_ERROR_SYNTAX: a line of the file is neither a group nor a setting nor a comment
 * @TS_SETTINGS_ERROR_UNKNOWN: there is no group or setting with this name
 * @TS_SETTINGS_ERROR_TWICE: a setting is set twice in the same file
 * @TS_SETTINGS_ERROR_BAD_VALUE: the setting may not have this value
 * @TS_SETTINGS_ERROR_CONFLICT: two settings contradict each other
 */
typedef enum
{
  TS_SETTINGS_ERROR_SYNTAX,
  TS_SETTINGS_ERROR_UNKNOWN,
  TS_SETTINGS_ERROR_TWICE,
  TS_SETTINGS_ERROR_BAD_VALUE,
  TS_SETTINGS_ERROR_CONFLICT,
} TsSettingsError;

GQuark     ts_settings_error_quark      (void);
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
gboolean   ts_setting_text_check_file   (const char  *text,
                                         GError     **error);
gboolean   ts_setting_text_check_metrics (const char  *text,
                                          GError     **error);
gboolean   ts_setting_text_check_ntp    (const char  *text,
                                         GError     **error);

G_END_DECLS
