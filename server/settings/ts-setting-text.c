/* Reads the values of settings as an operator writes them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "settings/ts-setting-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/un.h>

#include "ts-endpoint.h"

G_DEFINE_QUARK (ts-settings-error-quark, ts_settings_error)

/**
 * ts_setting_text_to_whole:
 * @text: decimal digits
 * @min: the least value allowed
 * @max: the greatest value allowed
 * @whole: (out): the value, left alone on an error
 * @error: return location for a %TS_SETTINGS_ERROR_BAD_VALUE that quotes @text, as in all functions of this file
 *
 * Returns: whether @text is a whole number from @min to @max
 */
gboolean
ts_setting_text_to_whole (const char *text,
                          int min,
                          int max,
                          int *whole,
                          GError **error)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, (guint64) min, (guint64) max, &value, NULL))
    {
      g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE,
                   _("“%s” is not a whole number from %d to %d"), text, min, max);
      return FALSE;
    }
  *whole = (int) value;
  return TRUE;
}

/**
 * ts_setting_text_to_number:
 * @text: decimal digits with or without a full stop, whatever the locale; no sign, no exponent
 * @min: the least value allowed
 * @max: the greatest value allowed
 * @may_be_zero: whether 0 is allowed, too
 * @number: (out): the value, left alone on an error
 * @error: return location for an error
 *
 * Returns: whether @text is such a number
 */
gboolean
ts_setting_text_to_number (const char *text,
                           double min,
                           double max,
                           gboolean may_be_zero,
                           double *number,
                           GError **error)
{
  char least[G_ASCII_DTOSTR_BUF_SIZE], greatest[G_ASCII_DTOSTR_BUF_SIZE];
  char *end;
  double value = g_ascii_strtod (text, &end);
  gboolean is_plain = end != text && *end == '\0' && text[strspn (text, "0123456789.")] == '\0';

  if (is_plain && ((value >= min && value <= max) || (may_be_zero && value == 0)))
    {
      *number = value;
      return TRUE;
    }
  /* The message shows the limits as they have to be typed, whatever the locale. */
  g_ascii_formatd (least, sizeof least, "%.10g", min);
  g_ascii_formatd (greatest, sizeof greatest, "%.10g", max);
  if (may_be_zero)
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE,
                 _("“%s” is neither 0 nor a number from %s to %s"), text, least, greatest);
  else
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE,
                 _("“%s” is not a number from %s to %s"), text, least, greatest);
  return FALSE;
}

/**
 * ts_setting_text_to_boolean:
 * @text: "true" or "false"
 * @boolean: (out): the value, left alone on an error
 * @error: return location for an error
 *
 * Returns: whether @text is one of the two
 */
gboolean
ts_setting_text_to_boolean (const char *text,
                            gboolean *boolean,
                            GError **error)
{
  if (strcmp (text, "true") == 0 || strcmp (text, "false") == 0)
    {
      *boolean = text[0] == 't';
      return TRUE;
    }
  g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE, _("“%s” is neither true nor false"), text);
  return FALSE;
}

static gboolean
check_address (const char *text,
               GError **error)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (text);

  if (!g_hostname_is_ip_address (text))
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE, _("“%s” is not an IP address"), text);
  else if (address != NULL && (g_inet_address_get_is_multicast (address) || g_str_equal (text, "255.255.255.255")))
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE, _("“%s” is not the address of one computer"), text);
  else if (ts_endpoint_lacks_zone (text))
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE, _("“%s” needs a zone, such as “%s%%eth0”"), text,
                 text);
  else
    return TRUE;
  return FALSE;
}

/**
 * ts_setting_text_to_addresses:
 * @text: IP addresses, separated by semicolons; there may be one after the last, too
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the addresses, at least one
 */
char **
ts_setting_text_to_addresses (const char *text,
                              GError **error)
{
  g_auto (GStrv) addresses = g_strsplit (text, ";", -1);
  guint n_addresses = g_strv_length (addresses);

  if (n_addresses > 1 && g_strstrip (addresses[n_addresses - 1])[0] == '\0')
    g_clear_pointer (&addresses[--n_addresses], g_free);
  for (guint i = 0; i < n_addresses; i++)
    if (!check_address (g_strstrip (addresses[i]), error))
      return NULL;
  if (n_addresses > 0)
    return g_steal_pointer (&addresses);
  g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE, _("“%s” is not an IP address"), text);
  return NULL;
}

/**
 * ts_setting_text_check_file:
 * @text: the name of a file
 * @error: return location for an error
 *
 * Returns: whether @text is a file name, whether or not the file exists
 */
gboolean
ts_setting_text_check_file (const char *text,
                            GError **error)
{
  if (text[0] != '\0')
    return TRUE;
  g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE, _("“%s” is not the name of a file"), text);
  return FALSE;
}

/**
 * ts_setting_text_check_metrics:
 * @text: where to serve metrics: the absolute path of a socket, or a loopback address and port
 * @error: return location for an error
 *
 * Returns: whether @text is such a place
 */
gboolean
ts_setting_text_check_metrics (const char *text,
                               GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (text, -1);
  g_autofree char *host = NULL;

  if (text[0] == '/' && strlen (text) >= sizeof ((struct sockaddr_un *) NULL)->sun_path)
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE,
                 _("“%s” is too long for the path of a socket"), shown);
  else if (text[0] == '/')
    return TRUE;
  else if (!ts_endpoint_parse (text, &host, NULL) || host == NULL)
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE,
                 _("“%s” is neither the absolute path of a socket nor ADDRESS:PORT"), shown);
  else if (!g_str_has_prefix (host, "127.") && strcmp (host, "::1") != 0)
    g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE,
                 _("“%s” can be reached from other computers; metrics are served on 127.0.0.1 or ::1 only"), shown);
  else
    return TRUE;
  return FALSE;
}

/**
 * ts_setting_text_check_ntp:
 * @text: where to answer NTP: a port, with or without an address before it
 * @error: return location for an error
 *
 * Returns: whether @text is such a place
 */
gboolean
ts_setting_text_check_ntp (const char *text,
                           GError **error)
{
  if (ts_endpoint_parse (text, NULL, NULL))
    return TRUE;
  g_set_error (error, TS_SETTINGS_ERROR, TS_SETTINGS_ERROR_BAD_VALUE, _("“%s” is neither PORT nor ADDRESS:PORT"),
               text);
  return FALSE;
}
